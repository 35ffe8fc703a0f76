"""What breaks follow: the INs of other breaks, and marks of the programme."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.model.schedule import Booking
from app.schedule.planner_times import SECOND_US, us_of
from app.scte35.program_marks import ProgramMark

_SAME_US = SECOND_US  # a mark that is told again, of another section perhaps


class Follows:
    """``ends``: INs that are known, by break. ``marks``: where the mark of a break that follows one has come."""

    def __init__(self) -> None:
        self.ends: dict[str, int] = {}
        self.marks: dict[str, int] = {}
        self._behind: dict[str, set[str]] = {}
        self._at_mark: dict[str, tuple[ProgramMark, int]] = {}  # with its gap
        self._seen: dict[ProgramMark, int] = {}

    def add(self, booking: Booking) -> None:
        """A booking that may follow something. ValueError: what it follows is no mark."""
        follow, key = booking.air.follow, booking.plan.id
        if follow is None or booking.plan.at is not None:
            return
        if follow.break_id:
            self._behind.setdefault(follow.break_id, set()).add(key)
        elif follow.mark:
            self._at_mark[key] = ProgramMark.parse(follow.mark), us_of(follow.gap_s)

    def remove(self, booking: Booking) -> None:
        """It follows nothing any more."""
        follow, key = booking.air.follow, booking.plan.id
        if follow is not None and follow.break_id:
            self._behind.get(follow.break_id, set()).discard(key)
        self._at_mark.pop(key, None)

    def of(self, break_id: str) -> Iterable[str]:
        """The breaks that follow a break."""
        return sorted(self._behind.get(break_id, ()))

    def due_us(self, booking: Booking, end_us: Callable[[str], int | None]) -> int | None:
        """When a booking without a time of its own is to air; None: that is not known yet."""
        follow = booking.air.follow
        if follow is None:
            return None
        known = end_us(follow.break_id) if follow.break_id else self.marks.get(booking.plan.id)
        return None if known is None else known + us_of(follow.gap_s)

    def meeting(self, found: ProgramMark, at_us: int) -> list[str]:
        """Breaks whose mark this is: of those with the same gap the first by id, the others wait for the next."""
        before = self._seen.get(found)
        if before is not None and abs(before - at_us) < _SAME_US:
            return []
        first: dict[int, str] = {}
        for key, (mark, gap_us) in self._at_mark.items():
            if key not in self.marks and mark.meets(found):
                first[gap_us] = min(key, first.get(gap_us, key))
        if first:
            self._seen[found] = at_us
        self.marks |= dict.fromkeys(first.values(), at_us)
        return sorted(first.values())
