"""A schedule's findings with what would mend them: every fix was tried, removes its finding and adds no error."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from app.lint.placed import Told
from app.lint.schedule_board import Board
from app.lint.schedule_fixes import proposals
from app.lint.schedule_times import PAST, SHORT_NOTICE
from app.model.lint import LintFinding, LintSeverity
from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.schedule_findings import BookingKey, Fix, ScheduleFinding
from app.model.show import Show

_MOST_FIXES = 4  # of one finding
_PASSED = {PAST.name, SHORT_NOTICE.name}
_ORDER = list(LintSeverity)


def lint_schedule(
    bookings: Sequence[Booking],
    show: Show | None = None,
    *,
    now: datetime | None = None,
    profile: str | None = None,
    locked: Collection[BookingKey] = (),
    timezone: str = "",
) -> list[ScheduleFinding]:
    """What the rules say of a schedule, errors first.

    ``now`` None: no time has passed; ``locked``: what can't be changed any more; ``timezone``: the house's, "": the
    show's or, without one, this machine's. Of a schedule that is wrong all over the last findings are left without
    fixes, so that it is linted in a second.
    """
    board = Board(bookings, show, now, profile, locked, timezone=timezone)
    told = [each for each in board.told if each.finding.rule not in _PASSED or board.keys(each)[0] not in locked]
    told.sort(key=lambda each: _ORDER.index(each.finding.severity))
    return [
        ScheduleFinding(
            rule=each.finding.rule,
            severity=each.finding.severity,
            clause=each.finding.clause,
            text=each.finding.text,
            keys=board.keys(each),
            fixes=_fixes(board, each),
        )
        for each in told
    ]


def lint_rows(
    plans: Sequence[BreakPlan],
    show: Show | None,
    *,
    places: Sequence[str],
    now: datetime | None = None,
    profile: str | None = None,
) -> list[LintFinding]:
    """As ``lint_breaks``; what would mend a finding is what was tried, where something was."""
    board = Board([Booking(plan=plan) for plan in plans], show, now, profile, (), places)
    return [
        replace(each.finding, fix=" | ".join(fix.label for fix in _fixes(board, each)) or each.finding.fix)
        for each in board.told
    ]


def _fixes(board: Board, told: Told) -> tuple[Fix, ...]:
    return () if board.tired else tuple(_first(board.kept(told, proposals(board, told))))


def _first(fixes: Iterator[Fix]) -> Iterator[Fix]:
    for _ in range(_MOST_FIXES):
        fix = next(fixes, None)
        if fix is None:
            return
        yield fix
