"""When each booked break of a channel is handed over, and which are kept off air. Pure: what time it is is told.

``tick`` looks at nothing but what is due: with thousands pending it takes microseconds. Of two that overlap the one
that begins first airs (by id, where they begin together); the other is kept off until an edit parts them.
"""

from __future__ import annotations

from fractions import Fraction

from app.model.merging import BookingState, Stored
from app.schedule.planner_deciding import Deciding
from app.schedule.planner_places import Span, Taken
from app.schedule.planner_times import LineClock, day_end_us, exact_start, us_of
from app.schedule.planner_values import Action, Item, Shift, Stand
from app.scte35.program_marks import ProgramMark

_NOT_BEFORE_US = -(1 << 62)


class Line(Deciding):
    """The bookings of one channel that are to air. One thread at a time.

    ``put`` what the store says, tell what the channel does (``has``, ``ended``, ``gone``, ``cued``), and ``tick``.
    ``known``: ids that the channel had in this run: it takes none twice.
    """

    def __init__(self, clock: LineClock) -> None:
        super().__init__(clock)
        self._edited: dict[str, Stored] = {}  # what came in while a break was being locked
        self.known: set[str] = set()

    def tick(self, now_us: int) -> list[Action]:
        """What is to be done now."""
        while (item := self.pop_due(now_us)) is not None:
            self.look(item, now_us)
        told = self.take_told()
        if told:
            self.places.forget(now_us)
        return told

    def take_told(self) -> list[Action]:
        """What has been decided since it was last asked for."""
        told, self.told = self.told, []
        return told

    # ---- the schedule

    def put(self, stored: Stored) -> None:
        """A booking as the store has it now: new, changed, removed, or told again."""
        key = stored.booking.plan.id
        item = self.items.get(key)
        if item is not None and item.stand is Stand.ARMING:
            self._edited[key] = stored
        elif key in self.known:
            return
        elif stored.removed or stored.state in {BookingState.ON_AIR, BookingState.AIRED}:
            self._drop(key)
        elif item is not None and item.booking == stored.booking:
            item.version = stored.version
        else:
            self._take_up(stored)

    def _take_up(self, stored: Stored) -> None:
        booking = stored.booking
        plan = booking.plan
        before = self.items.get(plan.id)
        if before is not None and (before.booking.plan.at, before.booking.air.follow) != (plan.at, booking.air.follow):
            self.answers.pop(plan.id, None)  # what was said of it was said of another time
        self._drop(plan.id)
        item = self.items[plan.id] = Item(booking, stored.version, us_of(plan.duration_s))
        try:
            self.follows.add(booking)
            item.exact_s = None if plan.at is None else exact_start(plan.at, self.clock)
        except ValueError as error:
            self.keep_off(item, str(error))
            return
        if self.answers.get(plan.id) is False:
            self.keep_off(item, "left out by the operator", told=True)
            return
        self.retime(item)
        self._bring_back_followers(plan.id)

    def _bring_back_followers(self, break_id: str) -> None:
        """Of a break that was kept off, and has been put right."""
        right = [break_id]
        while right:
            before = right.pop()
            for key in self.follows.of(before):
                item = self.items.get(key)
                if item is not None and item.because == before:
                    item.stand = Stand.PLANNED
                    self.retime(item)
                    right.append(key)

    def _drop(self, key: str) -> None:
        item = self.items.pop(key, None)
        if item is not None:
            self.places.wait(key, None)
            self.follows.remove(item.booking)
            self.retime_followers(key)

    # ---- what the channel says

    def has(self, break_id: str, start_us: int, end_us: int) -> None:
        """A break stands there, whoever made it: booked, announced or on air."""
        before = self.places.taken(break_id)
        self.places.take(Taken(break_id, Span(start_us, end_us), None if before is None else before.booked))
        self.entered(break_id)
        self.follows.ends[break_id] = end_us
        self.retime_followers(break_id)

    def entered(self, break_id: str) -> None:
        """The channel has it, without a time perhaps."""
        self.known.add(break_id)
        self._edited.pop(break_id, None)
        item = self.items.get(break_id)
        if item is not None:
            item.stand = Stand.GIVEN
            self.places.wait(break_id, None)

    def ended(self, break_id: str, end_us: int) -> None:
        """It has returned."""
        self.known.add(break_id)
        self.items.pop(break_id, None)
        self.places.wait(break_id, None)
        self.places.free(break_id)
        self.follows.ends[break_id] = end_us
        self.retime_followers(break_id)

    def gone(self, break_id: str) -> None:
        """It was withdrawn, skipped or refused, or it failed."""
        self.places.free(break_id)
        self.follows.ends.pop(break_id, None)
        item = self.items.get(break_id)
        if item is not None and item.stand in {Stand.ARMING, Stand.GIVEN}:
            item.stand = Stand.KEPT_OFF
            self.keep_followers_off(break_id)

    def cued(self, break_id: str | None) -> None:
        """Which break is cued or held; None: none is."""
        self.cue = break_id

    def marked(self, mark: ProgramMark, at_us: int) -> None:
        """The programme has a mark there."""
        for key in self.follows.meeting(mark, at_us):
            item = self.items.get(key)
            if item is not None and item.is_open:
                self.retime(item)

    # ---- answers to Give

    def given(self, break_id: str) -> None:
        """It is locked, and handed to the channel, which is to say that it has it."""
        self._edited.pop(break_id, None)
        self.known.add(break_id)

    def anew(self, break_id: str) -> None:
        """The channel did not take it, long before its time: it is as if it had not been handed over."""
        item = self.items.get(break_id)
        if item is None or item.stand is Stand.GIVEN:
            return
        self.known.discard(break_id)
        item.stand = Stand.ARMING
        self.back(break_id)

    def given_up(self, break_id: str, reason: str) -> None:
        """The channel did not take it, and there is no time to plan it anew."""
        item = self.items.get(break_id)
        if item is not None and item.stand is Stand.ARMING:
            self.places.free(break_id)
            if self.cue == break_id:
                self.cue = None
            self.keep_off(item, reason)

    def back(self, break_id: str, newest: Stored | None = None) -> None:
        """It could not be locked: somebody edited it meanwhile. ``newest``: as the store has it."""
        item = self.items.get(break_id)
        edited = self._edited.pop(break_id, None)
        if item is None or item.stand is not Stand.ARMING:
            return
        item.stand = Stand.PLANNED
        self.places.free(break_id)
        if self.cue == break_id:
            self.cue = None
        for stored in (edited, newest):
            if stored is not None:
                self.put(stored)
        if self.items.get(break_id) is item:
            self.retime(item)

    # ---- what the operator says

    def shift(self, from_break_id: str, by_s: Fraction, now_us: int) -> None:
        """See ``ShiftSchedule``. ValueError: there is no such break to shift from."""
        item = self.items.get(from_break_id)
        if item is None or item.stand in {Stand.ARMING, Stand.GIVEN}:
            raise ValueError(f"break {from_break_id} is not to air any more: shift from a later one")
        if item.exact_s is None:
            raise ValueError(f"break {from_break_id} has no time of its own: shift what it follows")
        from_us = us_of(item.exact_s)
        self.shifts.append(Shift(from_us, day_end_us(from_us, self.clock.timezone), by_s))
        self._retime_all(now_us)

    def set_late(self, late_s: Fraction, now_us: int) -> None:
        """See ``SetShowClock``."""
        self.late_s = late_s
        self._retime_all(now_us)

    def _retime_all(self, now_us: int) -> None:
        for item in list(self.items.values()):
            if item.exact_s is None:
                continue
            due_us = self.due_us(item)
            in_time = due_us is not None and due_us >= now_us + self.lawful_us
            left_out = self.answers.get(item.id) is False
            if item.stand is Stand.KEPT_OFF and item.id not in self.known and in_time and not left_out:
                item.stand = Stand.PLANNED
                self.retime(item)
                self._bring_back_followers(item.id)
            elif item.is_open and due_us != item.due_us:
                self.retime(item)

    def answer(self, break_id: str, *, air: bool) -> None:
        """See ``AnswerMissed``. ValueError: nothing is asked of this break."""
        item = self.items.get(break_id)
        if item is None or item.stand is not Stand.ASKED:
            raise ValueError(f"nothing is asked of break {break_id}")
        self.answers[break_id] = air
        self.wake(item, _NOT_BEFORE_US)
