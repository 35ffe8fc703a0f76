"""When the booked breaks of a channel are to air, as things stand: their times, shifts, and what they follow."""

from __future__ import annotations

import heapq
from fractions import Fraction

from app.model.schedule import AirMode
from app.model.when import When
from app.schedule.planner_follows import Follows
from app.schedule.planner_places import Places, Span
from app.schedule.planner_times import SECOND_US, LineClock, dated, us_at, us_of, when_of
from app.schedule.planner_values import Item, Shift, Stand

MARGIN_S = Fraction(2)  # from the lock, which may wait for the store, to the pre-roll
LAG_S = Fraction(1, 2)  # from the hand-over to the channel's own frame, the journal's disk included
LAWFUL_S = Fraction(4)  # SCTE 35 §9.9.2.1


class Timing:
    """What the planner of a channel knows, and the moments that follow from it. One thread at a time.

    ``horizon_us``: so long before its OUT a break is locked. ``lawful_us``: so long at least; ``earliest_us``: so long
    where that can be chosen.
    """

    def __init__(self, clock: LineClock) -> None:
        self.clock = clock
        self.late_s = Fraction(0)
        self.shifts: list[Shift] = []
        self.items: dict[str, Item] = {}
        self.places = Places(clock.frame_us)
        self.follows = Follows()
        self._wakes: list[tuple[int, str]] = []
        self.horizon_us = us_of(clock.pre_roll_s + MARGIN_S)
        self.lawful_us = us_of(min(clock.pre_roll_s, LAWFUL_S) + LAG_S)
        self.earliest_us = us_of(max(clock.pre_roll_s, LAWFUL_S) + LAG_S)
        self.began_us = us_at(clock.first_frame_at)

    @property
    def next_us(self) -> int | None:
        """When there is something to look at; perhaps earlier than needed."""
        return self._wakes[0][0] if self._wakes else None

    def wake(self, item: Item, at_us: int) -> None:
        """Have it looked at then, and no more when it was to be before."""
        item.wake_us = at_us
        heapq.heappush(self._wakes, (at_us, item.id))

    def pop_due(self, now_us: int) -> Item | None:
        """The next that is to be looked at by now."""
        while self._wakes and self._wakes[0][0] <= now_us:
            at_us, key = heapq.heappop(self._wakes)
            item = self.items.get(key)
            if item is not None and item.wake_us == at_us:
                item.wake_us = None
                return item
        return None

    def retime(self, item: Item) -> None:
        """Find out anew when it is to air, and what follows it; what was decided of them is decided again."""
        changed = [item]
        while changed:
            one = changed.pop()
            self._retime_one(one)
            changed += self._outdated(one.id)

    def retime_followers(self, break_id: str) -> None:
        """Where its IN has moved."""
        for item in self._outdated(break_id):
            self.retime(item)

    def _outdated(self, break_id: str) -> list[Item]:
        behind = (self.items.get(key) for key in self.follows.of(break_id))
        return [one for one in behind if one is not None and one.is_open and self.due_us(one) != one.due_us]

    def _retime_one(self, item: Item) -> None:
        item.due_us = item.start_us = self.due_us(item)
        item.reason, item.because = "", ""
        if item.due_us is None:
            item.stand, item.reason = Stand.WAITING, _waits_for(item)
        else:
            item.stand = Stand.PLANNED
            self.wake(item, item.due_us - self.horizon_us)
        self.hold_place(item)

    def due_us(self, item: Item) -> int | None:
        """When it is to air by the schedule; None: that is not known yet."""
        if item.exact_s is not None:
            return us_of(item.exact_s + self._offset_s(item.exact_s))
        return self.follows.due_us(item.booking, self._end_us)

    def _offset_s(self, exact_s: Fraction) -> Fraction:
        booked_us = us_of(exact_s)
        shifted = (one.by_s for one in self.shifts if one.from_us <= booked_us < one.until_us)
        return sum(shifted, self.late_s)

    def _end_us(self, break_id: str) -> int | None:
        """The IN of a break that stands, or of one that will air by itself."""
        if (known := self.follows.ends.get(break_id)) is not None:
            return known
        item = self.items.get(break_id)
        if item is None or item.start_us is None or item.mode is not AirMode.AUTO or item.stand is Stand.KEPT_OFF:
            return None
        return item.start_us + item.length_us

    def hold_place(self, item: Item) -> None:
        """Keep its span free of what airs late, while it is to air by itself."""
        asked = item.stand is Stand.ASKED
        if item.start_us is None or not item.is_open or item.mode is not AirMode.AUTO or asked:
            self.places.wait(item.id, None)
        else:
            self.places.wait(item.id, Span(item.start_us, item.start_us + item.length_us))

    def at(self, item: Item) -> When:
        """When it airs, as the channel is told: as written, where nothing has moved it."""
        plan_at, exact_s = item.booking.plan.at, item.exact_s
        if plan_at is not None and exact_s is not None and item.start_us == item.due_us:
            offset_s = self._offset_s(exact_s)
            return when_of(exact_s + offset_s) if offset_s else dated(plan_at, self.clock)
        return when_of(Fraction(item.start_us or 0, SECOND_US))


def _waits_for(item: Item) -> str:
    follow = item.booking.air.follow
    if follow is None:
        return "it has no time"
    return f"waits for the mark {follow.mark}" if follow.mark else f"waits for break {follow.break_id}"
