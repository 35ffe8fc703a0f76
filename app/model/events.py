"""What happened: frozen events, published once, in order, and written one a line by ``run --json``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.model.quality_limits import QualityLimits
from app.model.schedule import RefusedRow
from app.model.schedule_limits import ScheduleLimits
from app.model.signalling import Template
from app.model.states import ProofState
from app.model.wire import Plain, from_plain, to_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``at``: aware UTC; ``channel``: its name ("" for the engine itself)."""

    name: ClassVar[str] = ""
    at: datetime
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStarted(Event):
    """Frames go out. Frame 0 has ``first_pts`` (90 kHz) and was shown at ``first_frame_at``.

    ``gap_ms``: from the end of what its last life got listed to frame 0; None where there was none.
    """

    name: ClassVar[str] = "channel.on_air"
    first_pts: int
    first_frame_at: datetime
    frame_rate: str
    gap_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStopped(Event):
    """The channel has ended; ``reason`` is empty for a stop that was asked for."""

    name: ClassVar[str] = "channel.stopped"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStarted(Event):
    """The engine runs. ``life``: 1 for a run's first one, counted up at each restart within the run.

    ``down_ms``: from the last thing the life before wrote down to this start; None in the first life.
    """

    name: ClassVar[str] = "engine.started"
    pid: int
    version: str
    life: int
    down_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChanged(Event):
    """What is on air changed at ``frame``; ``source`` is a URL or ``slate``."""

    name: ClassVar[str] = "source.changed"
    source: str
    frame: int
    pts: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEvent(Event):
    """Something about one break. Ticks are 90 kHz, unwrapped; frames count from the channel's first."""

    break_id: str
    title: str = ""
    by: str = ""
    splice_event_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakPlanned(BreakEvent):
    """In the rundown; ``frame`` None: it waits to be taken. ``template``: a name of the channel's.

    ``auto_return`` False: the source that made it tells its return.
    """

    name: ClassVar[str] = "break.planned"
    frame: int | None = None
    pts: int | None = None
    planned_at: datetime | None = None
    duration_ticks: int = 0
    template: str = ""
    auto_return: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakCued(BreakEvent):
    """Prepared."""

    name: ClassVar[str] = "break.cued"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakHeld(BreakEvent):
    """Kept from airing by itself."""

    name: ClassVar[str] = "break.held"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakSkipped(BreakEvent):
    """Dropped before it was taken. ``planned_at``: where it was booked, of one that the channel had not got yet."""

    name: ClassVar[str] = "break.skipped"
    planned_at: datetime | None = None
    duration_ticks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakArmed(BreakEvent):
    """Taken: the pre-roll runs, the first section is handed out. OUT and IN lie at these frames and ticks.

    ``withdraw_until_frame``: last frame at which a cancel is in time. ``immediate``: there is no pre-roll.
    ``section``: the OUT as it is announced; ``relayed``: it is the source's own, on its clock.
    Told again where a source moved it.
    """

    name: ClassVar[str] = "break.armed"
    frame: int
    pts: int
    in_frame: int
    in_pts: int
    duration_ticks: int
    withdraw_until_frame: int
    immediate: bool = False
    section: bytes = b""
    relayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CueSent(BreakEvent):
    """A section is in the TS bytes handed to the outputs. ``kind``: out, in or cancel.

    ``latency_ms``: from the acceptance of the command (or from its planned moment) to these bytes.
    """

    name: ClassVar[str] = "cue.sent"
    kind: str
    pts: int | None
    section: bytes
    latency_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakOut(BreakEvent):
    """The OUT frame went to the encoders as an IDR: once a break."""

    name: ClassVar[str] = "break.out"
    frame: int
    pts: int
    out_at: datetime
    duration_ticks: int
    announced_at: datetime | None = None
    immediate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakResumed(BreakEvent):
    """A break that a restart interrupted goes on, on the channel's new clock, to its planned end.

    ``out_again``: its OUT had reached no playlist and airs anew, on ``frame``; else ``frame`` is where its OUT lies on
    the new clock (negative: before its first picture). ``out_at``: the wall time of that OUT.
    """

    name: ClassVar[str] = "break.resumed"
    frame: int
    pts: int
    out_at: datetime
    in_frame: int
    in_pts: int
    duration_ticks: int
    out_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakExtended(BreakEvent):
    """The OUT was sent again with a new duration."""

    name: ClassVar[str] = "break.extended"
    in_frame: int
    in_pts: int
    duration_ticks: int
    section: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakReturning(BreakEvent):
    """Its source has told where it returns. ``section``: its IN as it came, where that is relayed."""

    name: ClassVar[str] = "break.returning"
    in_frame: int
    in_pts: int
    duration_ticks: int
    section: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakIn(BreakEvent):
    """The IN frame went to the encoders as an IDR: once a break. ``how``: auto, return, stop, feed or watchdog."""

    name: ClassVar[str] = "break.in"
    frame: int
    pts: int
    in_at: datetime
    duration_ticks: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakWithdrawn(BreakEvent):
    """Taken back in its pre-roll; the cancel was sent."""

    name: ClassVar[str] = "break.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakRefused(BreakEvent):
    """A planned break that will not air: row or wish refused, with the reason."""

    name: ClassVar[str] = "break.refused"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakKeptOff(BreakEvent):
    """A booked break that the planner keeps off air as things stand; an edit may still bring it there."""

    name: ClassVar[str] = "break.kept_off"
    reason: str
    planned_at: datetime | None = None
    duration_ticks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakFailed(BreakEvent):
    """A break that could not be carried out."""

    name: ClassVar[str] = "break.failed"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpliceProved(BreakEvent):
    """The verdict on one splice at one origin, read back from it; the row of ``verify --json``.

    ``cut_short``: the show ended before it was looked for long enough, so a ``missing`` is no more than not known.
    """

    name: ClassVar[str] = "splice.proved"
    origin: str
    output: str
    direction: str
    pts: int
    idr_pts: int | None
    error_ticks: int | None
    segments: dict[str, str]
    dialects: dict[str, str]
    verdict: ProofState
    reason: str = ""
    cut_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakLanded(BreakEvent):
    """All splices of the break are proved at all origins."""

    name: ClassVar[str] = "break.landed"
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakMissed(BreakEvent):
    """At least one splice is late, misplaced or missing at one origin at least; ``cut_short``: as of a splice."""

    name: ClassVar[str] = "break.missed"
    reason: str
    cut_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceKept(BreakEvent):
    """Proof of one splice at one origin is in ``folder``: pictures either side, sections, manifest lines, verdict."""

    name: ClassVar[str] = "splice.evidence"
    origin: str
    output: str
    direction: str
    folder: str
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCueSeen(Event):
    """The source brought a marker on ``pid``. ``problem``: why it is no valid section; then only the bytes count.

    ``cue_id`` names it in what follows. ``pts``: effective, 33 bits, as it came; ``frame``: of this channel, where that
    falls; ``lead_ms``: from its arrival to its splice. ``summary``: its command in one line. ``repeats``: how many of
    the same bytes came before it within a minute.
    """

    name: ClassVar[str] = "feed.cue"
    cue_id: str
    source: str
    pid: int
    section: bytes
    pts: int | None = None
    frame: int | None = None
    lead_ms: int | None = None
    summary: str = ""
    problem: str = ""
    repeats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCueHandled(Event):
    """What became of a marker of the source. ``action``: stripped, relayed, acted or ignored, with the reason.

    ``frame``, ``pts``: where it goes out on this channel's clock; ``snapped_ticks``: from its time to that of the
    source's picture which is on that frame, 0 where it is that picture's own. ``break_id``: the break that it opened,
    changed or closed.
    """

    name: ClassVar[str] = "feed.cue_handled"
    cue_id: str
    action: str
    reason: str = ""
    frame: int | None = None
    pts: int | None = None
    snapped_ticks: int = 0
    break_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentWritten(Event):
    """A segment was closed."""

    name: ClassVar[str] = "segment.written"
    path: str
    rendition: str
    sequence: int
    pts: int
    duration_ticks: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDelivered(Event):
    """An origin has it. ``push_ms``: from closed to complete there."""

    name: ClassVar[str] = "segment.delivered"
    origin: str
    path: str
    sequence: int
    push_ms: float
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentLost(Event):
    """An origin will never have it."""

    name: ClassVar[str] = "segment.lost"
    origin: str
    path: str
    sequence: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised(Event):
    """Something is wrong. ``key`` names the cause; severity: critical, warning or note."""

    name: ClassVar[str] = "alarm.raised"
    key: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCleared(Event):
    """It is no longer so."""

    name: ClassVar[str] = "alarm.cleared"
    key: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleImported(Event):
    """A list came in by an inlet and was merged into the schedule; ``import_id`` None: it changed nothing.

    Of refused rows and conflicts the first ones stand here, and how many there are. A conflict stays as it was.
    """

    name: ClassVar[str] = "schedule.imported"
    inlet: str
    file: str
    added: int
    changed: int
    unchanged: int
    removed: int
    refused_count: int = 0
    refused: tuple[RefusedRow, ...] = ()
    conflict_count: int = 0
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    import_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRefused(Event):
    """A list came in by an inlet and is of no use; nothing of it is in the schedule."""

    name: ClassVar[str] = "schedule.refused"
    inlet: str
    file: str
    reason: str
    refused_count: int = 0
    refused: tuple[RefusedRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAccepted(Event):
    """A command was lawful and is being carried out."""

    name: ClassVar[str] = "command.accepted"
    command: str
    id: str
    by: str
    break_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused(Event):
    """A command changed nothing; ``reason`` is what the operator reads."""

    name: ClassVar[str] = "command.refused"
    command: str
    id: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConChanged(Event):
    """Who may cue the channel: ``holder`` ("": anybody). ``was``: who had it before; ``offered_to``: may accept it.

    ``how``: taken, forced, offered, unoffered, accepted or released.
    """

    name: ClassVar[str] = "con.changed"
    holder: str
    was: str
    offered_to: str
    how: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChanged(Event):
    """The channel has taken settings on as it runs; each whole, None: as it was."""

    name: ClassVar[str] = "channel.changed"
    by: str
    templates: tuple[Template, ...] | None = None
    quality: QualityLimits | None = None
    schedule: ScheduleLimits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerReceived(Event):
    """A surface fired a verb. ``via``: http or osc; ``test``: only to be shown. Its commands are answered apart."""

    name: ClassVar[str] = "trigger.received"
    via: str
    verb: str
    channels: tuple[str, ...]
    by: str
    test: bool = False


EVENTS: dict[str, type[Event]] = {
    kind.name: kind
    for kind in tuple(globals().values())
    if isinstance(kind, type) and issubclass(kind, Event) and kind.name
}


def event_to_plain(event: Event) -> dict[str, Plain]:
    """The event as JSON values, lossless."""
    fields = to_plain(event)
    return {"event": event.name, **(fields if isinstance(fields, dict) else {})}


def event_from_plain(value: Plain) -> Event:
    """The inverse of ``event_to_plain``; ValueError where it doesn't fit."""
    if not isinstance(value, dict):
        raise ValueError("an event is a JSON object")
    fields = dict(value)
    kind = EVENTS.get(str(fields.pop("event", None)))
    if kind is None:
        raise ValueError(f"unknown event {value.get('event')!r}")
    event: Event = from_plain(kind, fields)
    return event
