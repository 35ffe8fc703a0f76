"""What becomes of a break whose moment has come: handed over, waited with, aired late, asked about, kept off air."""

from __future__ import annotations

from app.model.schedule import AirMode, Missed
from app.model.when import When
from app.schedule.planner_places import Span, Taken
from app.schedule.planner_times import SECOND_US, LineClock
from app.schedule.planner_timing import Timing
from app.schedule.planner_values import Action, Give, Item, KeepOff, Stand

AGAIN_US = SECOND_US // 2  # what is in the way is looked at again
ANY_US = 24 * 3600 * SECOND_US  # how late a break may air that was asked for without a limit
_AT_ONCE_US = -(1 << 62)
_PASSED = "its time has passed"


class Deciding(Timing):
    """``told``: what has been decided. ``passed``: booked before this run began, and not aired; nobody is told of each.

    ``cue``: the break that is cued or held. ``answers``: to questions, by break. ``told_before``: breaks that were said
    to be kept off in an earlier life.
    """

    def __init__(self, clock: LineClock) -> None:
        super().__init__(clock)
        self.told: list[Action] = []
        self.passed = 0
        self.cue: str | None = None
        self.answers: dict[str, bool] = {}
        self.told_before: set[str] = set()

    def look(self, item: Item, now_us: int) -> None:
        """Decide, or look again later."""
        if not item.is_open or item.start_us is None or item.due_us is None:
            return
        if item.stand is Stand.ASKED:
            self._look_at_answer(item, item.due_us, now_us)
        elif item.start_us - self.horizon_us > now_us:
            self.wake(item, item.start_us - self.horizon_us)
        elif item.mode is AirMode.AUTO:
            self._look_at_auto(item, item.start_us, now_us)
        else:
            self._look_at_cue(item, item.due_us, now_us)

    def _look_at_auto(self, item: Item, start_us: int, now_us: int) -> None:
        if start_us < now_us + self.lawful_us:
            self._miss(item, now_us)
            return
        span = Span(start_us, start_us + item.length_us)
        taken = self.places.in_the_way(item.id, span)
        if taken is None:
            self.places.take(Taken(item.id, span, span))
            self._give(item, start_us, self.at(item))
            return
        conflict = self.places.is_conflict(taken, span)
        if conflict or item.stand is not Stand.LATE:
            item.stand = Stand.CONFLICT if conflict else Stand.PLANNED
        shared_us = span.shared_us(taken.booked if conflict and taken.booked else taken.span)
        item.reason = f"overlaps break {taken.break_id} by {shared_us / SECOND_US:.3f} s"
        self._look_again(item, now_us, start_us - self.lawful_us)

    def _look_again(self, item: Item, now_us: int, last_us: int) -> None:
        """Soon, and right behind the last moment at which it can be decided well."""
        self.wake(item, min(now_us + AGAIN_US, max(last_us, now_us) + 1))

    def _look_at_cue(self, item: Item, due_us: int, now_us: int) -> None:
        last_us = due_us + self._allowed_us(item)
        if now_us > last_us:
            self._miss(item, now_us)
        elif self.cue is not None:
            item.stand, item.reason = Stand.CUEING, f"break {self.cue} is cued"
            self._look_again(item, now_us, last_us)
        else:
            self.cue = item.id
            timed = item.mode is AirMode.HOLD and due_us >= now_us + self.lawful_us
            self._give(item, max(due_us, now_us + self.lawful_us), self.at(item) if timed else None)

    def _allowed_us(self, item: Item) -> int:
        """How late it may go to air."""
        if self.answers.get(item.id):
            return item.late_us or ANY_US
        return item.late_us if item.booking.air.missed is Missed.LATE else 0

    def hand_over(self, break_id: str, now_us: int) -> bool:
        """Give a booked break to the channel ahead of its time, to be cued there: by itself it airs if it was to.

        False: the channel has it, or nobody does: that is the channel's to answer. ValueError: why it can't be.
        """
        item = self.items.get(break_id)
        if item is None or item.stand in {Stand.GIVEN, Stand.KEPT_OFF}:
            return False
        if item.stand is Stand.ARMING:
            return True
        if item.stand is Stand.ASKED:
            raise ValueError(f"whether break {break_id} is to air late is a question: answer it")
        if self.cue is not None:
            raise ValueError(f"break {self.cue} is cued already")
        start_us, at = now_us + self.horizon_us, None
        if item.mode is AirMode.AUTO and item.start_us is not None and item.start_us >= now_us + self.lawful_us:
            start_us, at = item.start_us, self.at(item)
            self._take_place(item, start_us)
        self._give(item, start_us, at, AirMode.AUTO)
        return True

    def _take_place(self, item: Item, start_us: int) -> None:
        span = Span(start_us, start_us + item.length_us)
        if (taken := self.places.in_the_way(item.id, span)) is not None:
            raise ValueError(f"break {item.id} overlaps break {taken.break_id}: one of them has to move")
        self.places.take(Taken(item.id, span, span))

    def skip(self, break_id: str) -> bool:
        """Leave a booked break out, until it is booked for another time. False: as with ``hand_over``.

        The channel never gets it, so nothing that dies meanwhile lets it air.
        """
        item = self.items.get(break_id)
        if item is None or item.stand in {Stand.GIVEN, Stand.ARMING, Stand.KEPT_OFF}:
            return False
        self.answers[break_id] = False
        item.stand, item.reason, item.because = Stand.KEPT_OFF, "skipped by its operator", ""
        self.places.wait(break_id, None)
        self.keep_followers_off(break_id)
        return True

    def _give(self, item: Item, start_us: int, at: When | None, mode: AirMode | None = None) -> None:
        item.stand, item.reason = Stand.ARMING, ""
        self.places.wait(item.id, None)
        self.told.append(
            Give(
                booking=item.booking,
                version=item.version,
                at=at,
                mode=item.mode if mode is None else mode,
                start_us=start_us,
                last_us=start_us - self.lawful_us,
            )
        )

    # ---- what was missed

    def _miss(self, item: Item, now_us: int) -> None:
        missed, why, due_us = item.booking.air.missed, item.reason or _PASSED, item.due_us or 0
        if item.stand is Stand.CONFLICT:
            self.keep_off(item, f"{why}: one of them has to move")
        elif missed is Missed.ASK and item.id not in self.answers and self._may_ask(item, due_us, now_us):
            item.stand, item.reason = Stand.ASKED, why
            self.hold_place(item)
            if item.late_us:
                self.wake(item, due_us + item.late_us)
        elif item.mode is AirMode.AUTO and (missed is Missed.LATE or self.answers.get(item.id)):
            self._air_late(item, due_us, now_us)
        else:
            self.keep_off(item, why)

    def _may_ask(self, item: Item, due_us: int, now_us: int) -> bool:
        return now_us < due_us + item.late_us if item.late_us else due_us >= self.began_us

    def _look_at_answer(self, item: Item, due_us: int, now_us: int) -> None:
        answer = self.answers.get(item.id)
        if answer is False:
            self.keep_off(item, "left out by the operator")
        elif answer:
            item.stand = Stand.PLANNED
            self._miss(item, now_us) if item.mode is AirMode.AUTO else self._look_at_cue(item, due_us, now_us)
        elif item.late_us and now_us >= due_us + item.late_us:
            self.keep_off(item, "nobody answered whether it is to air late")

    def _air_late(self, item: Item, due_us: int, now_us: int) -> None:
        why = item.reason or _PASSED
        last_us, first_us = due_us + self._allowed_us(item), now_us + self.earliest_us
        found_us = self.places.room(item.id, item.length_us, first_us, last_us) if first_us <= last_us else None
        if found_us is None:
            what = "there is no room for it" if first_us <= last_us else "it can't air"
            self.keep_off(item, f"{why}: {what} within {(last_us - due_us) / SECOND_US:g} s")
            return
        item.start_us, item.stand = found_us, Stand.LATE
        item.reason = f"{(found_us - due_us) / SECOND_US:.1f} s late"
        self.hold_place(item)
        self.wake(item, found_us - self.horizon_us)
        self.retime_followers(item.id)

    def keep_off(self, item: Item, reason: str, *, told: bool = False) -> None:
        """What this run never could have aired is counted, not told; nor what was ``told`` before."""
        item.stand, item.reason, item.because = Stand.KEPT_OFF, reason, ""
        self.places.wait(item.id, None)
        if told:
            self.keep_followers_off(item.id, quiet=True)
            return
        quiet = item.due_us is not None and item.due_us < self.began_us
        self._say_kept_off(item, quiet=quiet)
        self.keep_followers_off(item.id, quiet=quiet)

    def _say_kept_off(self, item: Item, *, quiet: bool) -> None:
        self.passed += quiet
        if item.id in self.told_before:
            self.told_before.discard(item.id)
        elif not quiet:
            by_hand = False in {self.answers.get(item.id), self.answers.get(item.because)}
            self.told.append(KeepOff(booking=item.booking, reason=item.reason, by_hand=by_hand))
            self.wake(item, _AT_ONCE_US)

    def keep_followers_off(self, break_id: str, *, quiet: bool = False) -> None:
        """A break does not air, so what follows it does not."""
        broken = [break_id]
        while broken:
            before = broken.pop()
            for key in self.follows.of(before):
                item = self.items.get(key)
                if item is not None and item.is_open:
                    item.stand, item.because = Stand.KEPT_OFF, before
                    item.reason = f"break {before}, which it follows, does not air"
                    self.places.wait(key, None)
                    self._say_kept_off(item, quiet=quiet)
                    broken.append(key)
