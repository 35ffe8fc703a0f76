"""The as-run: one row a break and run, and how events write it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.model import events
from app.model.states import ProofState


class AsRunState(StrEnum):
    """Where a break got to: BreakState's words, and refused for one that never entered the rundown."""

    PLANNED = "planned"
    CUED = "cued"
    HELD = "held"
    ARMED = "armed"
    ON_AIR = "on_air"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    SKIPPED = "skipped"
    REFUSED = "refused"
    FAILED = "failed"


_S = AsRunState
_WAITING = frozenset({_S.PLANNED, _S.CUED, _S.HELD})
_OVER = frozenset({_S.RETURNED, _S.WITHDRAWN, _S.SKIPPED, _S.REFUSED, _S.FAILED})
_WORSE = (ProofState.PENDING, ProofState.LANDED, ProofState.LATE, ProofState.MISPLACED, ProofState.MISSING)
_LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunRow:
    """What was planned and what went out. Ticks are 90 kHz, unwrapped; frames count from the channel's first.

    ``planned_at`` None: it was not booked, somebody took it. ``duration_ticks``: from OUT to IN as they were.
    ``how`` it ended: auto, return or stop. ``verdict``: the worst of its splices at all origins; None: not aired.
    ``timezone`` and ``frame_rate`` are those of the run, "" where not known. ``recorded_at``: the last event.
    """

    run_id: str
    channel: str
    break_id: str
    recorded_at: datetime
    state: AsRunState = AsRunState.PLANNED
    title: str = ""
    by: str = ""
    splice_event_id: int | None = None
    planned_at: datetime | None = None
    planned_frame: int | None = None
    planned_pts: int | None = None
    planned_duration_ticks: int | None = None
    out_frame: int | None = None
    out_pts: int | None = None
    out_at: datetime | None = None
    in_frame: int | None = None
    in_pts: int | None = None
    in_at: datetime | None = None
    duration_ticks: int | None = None
    how: str = ""
    verdict: ProofState | None = None
    reason: str = ""
    timezone: str = ""
    frame_rate: str = ""

    @property
    def reconciled(self) -> str:
        """For the invoice: aired, aired-not-booked, booked-not-aired; "" while that is open or nothing is owed."""
        if self.out_at is not None:
            return "aired" if self.planned_at is not None else "aired-not-booked"
        return "booked-not-aired" if self.planned_at is not None and self.state in _OVER else ""


TOLD = frozenset(
    name
    for name, kind in events.EVENTS.items()
    if issubclass(kind, events.BreakEvent) and not issubclass(kind, events.CueSent)
)
"""Names of the events that change the as-run."""


def is_told(event: events.Event) -> bool:
    """Whether an event changes the as-run."""
    return event.name in TOLD


def row_after(row: AsRunRow, event: events.BreakEvent) -> AsRunRow:
    """The row with what an event tells. What came late or twice never takes back what went out."""
    row = replace(
        row,
        recorded_at=max(row.recorded_at, event.at),
        title=event.title or row.title,
        splice_event_id=row.splice_event_id if event.splice_event_id is None else event.splice_event_id,
    )
    if isinstance(event, events.SpliceProved | events.BreakLanded | events.BreakMissed):
        return _proved(row, event)
    if isinstance(event, events.BreakResumed):
        return _resumed(row, event)
    if row.state is _S.REFUSED and isinstance(event, events.BreakPlanned):
        row = replace(row, state=_S.PLANNED, reason="")  # what kept it off air was put right
    if row.state in _OVER and not (row.state is _S.RETURNED and isinstance(event, events.BreakOut)):
        return row
    if isinstance(event, events.BreakOut | events.BreakIn | events.BreakExtended):
        return _aired(row, event)
    if isinstance(event, events.BreakPlanned | events.BreakArmed):
        return _planned(row, event)
    return _ended(row, event)


def _planned(row: AsRunRow, event: events.BreakPlanned | events.BreakArmed) -> AsRunRow:
    if row.state not in _WAITING:
        return row
    armed = isinstance(event, events.BreakArmed)
    row = replace(row, by=event.by or row.by, state=_S.ARMED if armed else row.state)
    if armed and row.planned_frame is not None:
        return row
    return replace(
        row,
        planned_at=row.planned_at if isinstance(event, events.BreakArmed) else event.planned_at,
        planned_frame=event.frame,
        planned_pts=event.pts,
        planned_duration_ticks=event.duration_ticks,
    )


def _aired(row: AsRunRow, event: events.BreakOut | events.BreakIn | events.BreakExtended) -> AsRunRow:
    if isinstance(event, events.BreakOut):
        if row.out_at is not None and row.out_at >= event.out_at:
            return row  # a replay, of an OUT perhaps that aired again since
        verdict = row.verdict or ProofState.PENDING
        shown = replace(row, out_frame=event.frame, out_pts=event.pts, out_at=event.out_at)
        over = row.state is _S.RETURNED  # its IN was told first
        return replace(shown, state=row.state if over else _S.ON_AIR, verdict=verdict)
    if isinstance(event, events.BreakIn):
        shown = replace(row, in_frame=event.frame, in_pts=event.pts, in_at=event.in_at, how=event.how)
        return replace(shown, state=_S.RETURNED, duration_ticks=event.duration_ticks)
    return row


def _resumed(row: AsRunRow, event: events.BreakResumed) -> AsRunRow:
    """On air behind a restart, even where its IN had gone out: to no playlist, so it airs again too."""
    lost_in = row.state is _S.RETURNED and row.in_at is not None and event.at > row.in_at
    if row.state in _OVER and not lost_in:
        return row
    row = replace(row, state=_S.ON_AIR, verdict=row.verdict or ProofState.PENDING)
    row = replace(row, in_frame=None, in_pts=None, in_at=None, duration_ticks=None, how="")
    if not event.out_again or (row.out_at is not None and row.out_at >= event.out_at):
        return row
    return replace(row, out_frame=event.frame, out_pts=event.pts, out_at=event.out_at)


_WAITS = {events.BreakCued: _S.CUED, events.BreakHeld: _S.HELD, events.BreakSkipped: _S.SKIPPED}


def _ended(row: AsRunRow, event: events.BreakEvent) -> AsRunRow:
    if isinstance(event, events.BreakFailed):
        return replace(row, state=_S.FAILED, reason=_joined(row.reason, event.reason))
    if isinstance(event, events.BreakWithdrawn):
        return row if row.state is _S.ON_AIR else replace(row, state=_S.WITHDRAWN)
    if row.state not in _WAITING:
        return row
    if isinstance(event, events.BreakSkipped | events.BreakKeptOff) and row.planned_at is None and event.planned_at:
        row = replace(row, planned_at=event.planned_at, planned_duration_ticks=event.duration_ticks)
    if isinstance(event, events.BreakRefused | events.BreakKeptOff):
        return replace(row, state=_S.REFUSED, by=row.by or event.by, reason=_joined(row.reason, event.reason))
    return replace(row, state=_WAITS.get(type(event), row.state))


def _proved(row: AsRunRow, event: events.SpliceProved | events.BreakLanded | events.BreakMissed) -> AsRunRow:
    verdict = row.verdict or ProofState.PENDING
    if isinstance(event, events.BreakLanded):
        return replace(row, verdict=worse(verdict, ProofState.LANDED))
    if isinstance(event, events.BreakMissed):
        known = event.cut_short or verdict not in {ProofState.PENDING, ProofState.LANDED}
        return replace(
            row,
            verdict=verdict if known else ProofState.MISSING,
            reason=row.reason if known and row.reason else _joined(row.reason, event.reason),
        )
    if event.verdict in {ProofState.PENDING, ProofState.LANDED}:  # landed as a whole is BreakLanded's to say
        return replace(row, verdict=verdict)
    found = ProofState.PENDING if event.cut_short else event.verdict
    what = f"{event.direction} at {event.origin or event.output} {found}"
    reason = f"{what}: {event.reason}" if event.reason else what
    verdict = verdict if event.cut_short else worse(verdict, event.verdict)
    return replace(row, verdict=verdict, reason=_joined(row.reason, reason))


def worse(one: ProofState, other: ProofState) -> ProofState:
    """The worse of two verdicts."""
    return max(one, other, key=_WORSE.index)


def _joined(old: str, new: str) -> str:
    if not old or new in old:
        return old or new[:_LONGEST_REASON]
    return f"{old}; {new}"[:_LONGEST_REASON]
