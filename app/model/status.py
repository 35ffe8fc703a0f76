"""What is measured: snapshots that are polled, never pushed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from app.model.quality import QualityStatus
from app.model.readings import Readings
from app.model.schedule import AirMode
from app.model.segment import OriginStatus
from app.model.states import BreakState, ChannelState, Order


@dataclass(frozen=True, slots=True)
class BreakStatus:
    """One break as it stands. ``frame``/``in_frame``: OUT and IN; ``out_at``/``in_at``: their wall times.

    For a cued or planned break without a time they are None. ``withdraw_until_frame``: the ring's closed end.
    """

    id: str
    title: str
    state: BreakState
    splice_event_id: int | None
    duration_ticks: int
    frame: int | None
    in_frame: int | None
    out_at: datetime | None
    in_at: datetime | None
    withdraw_until_frame: int | None
    withdraw_until_at: datetime | None
    armed_at: datetime | None
    ads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that stands."""

    key: str
    severity: str
    text: str
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UpcomingBreak:
    """A booked break that is still to air. ``at``: when, as things stand; None: it waits, ``reason`` says for what.

    ``state``: planned, waiting (for what it follows), cueing (for the cue to be free), conflict, asked, late (it will
    air behind its time) or arming (locked, handed to the channel).
    """

    id: str
    title: str
    at: datetime | None
    duration_s: Fraction
    mode: AirMode
    state: str
    reason: str = ""
    ads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedQuestion:
    """A booked break whose time passed without it: air it or not? ``until``: when the question lapses."""

    id: str
    title: str
    booked_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleStatus:
    """What the schedule of a channel stands at. ``upcoming``: the next few; ``pending``: all still to hand over.

    ``late_s``: of the show clock. ``trouble``: why changes of the schedule are not seen.
    """

    upcoming: tuple[UpcomingBreak, ...] = ()
    pending: int = 0
    late_s: Fraction = Fraction(0)
    questions: tuple[MissedQuestion, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class TemplateStatus:
    """A template as operators see it. ``duration_s`` None: whoever uses it says how long."""

    name: str
    duration_s: Fraction | None = None


@dataclass(frozen=True, slots=True)
class ConStatus:
    """Who has the con of a channel: others' cue commands are refused. ``offered_to``: may take it over."""

    holder: str
    since: datetime
    offered_to: str = ""


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """One channel as it stands.

    ``current``: the cued, held, armed or open break; ``next``: the first planned one, of the channel or, without
    frame and splice event id as yet, of its schedule. ``planned``: those of the channel. ``source``: URL or ``slate``.
    ``take_lands_frame``: where OUT would land if taken now. ``on_air``: the open break, also beside an armed one.
    ``restarts``: how often it began anew after a fault, since the engine started. ``preview_rate``: pictures a second
    that the machine has room for in the multiviewer, of 25 at most. ``templates``: in the show's order.
    ``schedule`` None: it has none yet. ``rehearsal``: its outputs are private. ``readings``: of its newest
    life; None before it has one. ``quality`` None: it has not been on air. ``con`` None: anybody may cue it.
    """

    name: str
    title: str
    order: Order
    state: ChannelState
    source: str
    slate_by_hand: bool
    frame_rate: str
    frame: int
    first_pts: int
    first_frame_at: datetime | None
    pre_roll_ticks: int
    current: BreakStatus | None
    next: BreakStatus | None
    planned: int
    origins: dict[str, OriginStatus]
    alarms: tuple[Alarm, ...]
    repeated_frames: int
    dropped_frames: int
    late_frames: int
    take_lands_frame: int | None = None
    on_air: BreakStatus | None = None
    restarts: int = 0
    preview_rate: float = 25.0
    templates: tuple[TemplateStatus, ...] = ()
    schedule: ScheduleStatus | None = None
    rehearsal: bool = False
    readings: Readings | None = None
    quality: QualityStatus | None = None
    con: ConStatus | None = None


def on_air_of(status: EngineStatus) -> tuple[object, ...]:
    """What people act on, of all channels: equal as long as only figures and clocks go on."""
    return tuple(
        (
            one.name,
            one.order,
            one.state,
            one.source,
            one.slate_by_hand,
            one.current,
            one.on_air,
            one.next,
            one.alarms,
            one.con,
        )
        for one in status.channels
    )


BY_TENTHS = (BreakState.CUED, BreakState.HELD, BreakState.ARMED)


def by_tenths(status: EngineStatus) -> bool:
    """Whether somebody looks at tenths of a second: where a TAKE would land, how long WITHDRAW still undoes it."""
    return any(one.current is not None and one.current.state in BY_TENTHS for one in status.channels)


def playing(status: ChannelStatus) -> str:
    """What a channel plays, as a take names it to be refused when it has changed: an open break, else the source."""
    return f"break {status.on_air.id}" if status.on_air is not None else status.source


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The engine as it stands. ``life``: as in EngineStarted. ``alarms``: its own, which belong to no channel.

    ``rehearsal``: its outputs are private.
    """

    pid: int
    version: str
    since: datetime
    show: str
    timezone: str
    channels: tuple[ChannelStatus, ...]
    life: int = 1
    alarms: tuple[Alarm, ...] = ()
    rehearsal: bool = False
