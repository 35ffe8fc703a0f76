"""Where the bookings of a channel stand, for whoever looks."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nsmallest

from app.model.schedule import AirMode
from app.model.status import MissedQuestion, ScheduleStatus, UpcomingBreak
from app.schedule.planner import Line
from app.schedule.planner_places import FAR_US, Span
from app.schedule.planner_times import moment_of
from app.schedule.planner_values import Item, Stand

UPCOMING = 8
QUESTIONS = 20


def status_of(line: Line, trouble: str = "") -> ScheduleStatus:
    """The next few breaks in their order, then those that wait for something; each question."""
    shown = [item for item in line.items.values() if item.stand not in {Stand.GIVEN, Stand.KEPT_OFF}]
    first = nsmallest(UPCOMING, shown, key=_turn)
    foreseen = _foreseen(line, first)
    asked = (item for item in shown if item.stand is Stand.ASKED)
    return ScheduleStatus(
        upcoming=tuple(_upcoming(item, foreseen.get(item.id)) for item in first),
        pending=sum(item.id not in line.known for item in shown),
        late_s=line.late_s,
        questions=tuple(_question(item) for item in nsmallest(QUESTIONS, asked, key=_turn)),
        trouble=trouble,
    )


def _turn(item: Item) -> tuple[int, str]:
    return FAR_US if item.start_us is None else item.start_us, item.id


def _foreseen(line: Line, items: Iterable[Item]) -> dict[str, tuple[Stand, str]]:
    """Those that overlap one before them, as it will be decided when their moment comes.

    What was made by hand may still end before: only breaks that were booked so are in conflict.
    """
    found: dict[str, tuple[Stand, str]] = {}
    airing: list[tuple[str, Span]] = []
    for item in items:
        if item.mode is not AirMode.AUTO or item.start_us is None or item.stand is Stand.ASKED:
            continue
        span = Span(item.start_us, item.start_us + item.length_us)
        met = next((other for other, taken in airing if taken.meets(span, line.places.grain_us)), None)
        taken = line.places.in_the_way(item.id, span) if met is None and item.is_open else None
        by_hand = taken is not None and not line.places.is_conflict(taken, span)
        if taken is not None:
            met = taken.break_id
        if met is None or by_hand:
            airing.append((item.id, span))
        if met is not None:
            found[item.id] = item.stand if by_hand else Stand.CONFLICT, f"overlaps break {met}"
    return found


def _upcoming(item: Item, foreseen: tuple[Stand, str] | None) -> UpcomingBreak:
    plan = item.booking.plan
    if item.stand not in {Stand.PLANNED, Stand.LATE} or (item.reason and foreseen and foreseen[0] is item.stand):
        foreseen = None
    stand, reason = foreseen or (item.stand, item.reason)
    return UpcomingBreak(
        id=plan.id,
        title=plan.title,
        at=None if item.start_us is None else moment_of(item.start_us),
        duration_s=plan.duration_s,
        mode=item.mode,
        state=stand.value,
        reason=reason,
        ads=tuple(ad.title or ad.id for ad in plan.ads),
    )


def _question(item: Item) -> MissedQuestion:
    due_us = item.due_us or 0
    return MissedQuestion(
        id=item.id,
        title=item.booking.plan.title,
        booked_at=moment_of(due_us),
        until=moment_of(due_us + item.late_us) if item.late_us else None,
    )
