"""What a life of a channel that died leaves to the next one, in this process or in another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from app.model.cue import SpliceInsert
from app.model.errors import CueError
from app.model.rundown import BreakPlan
from app.model.signalling import Signalling
from app.model.states import BreakState
from app.model.timebase import FrameRate
from app.pipeline.hls_keeping import Written
from app.scte35.codec import decode
from app.scte35.retiming import relayed_signalling, told_duration
from app.scte35.signalling import signalling_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBreak:
    """A break that was not over, in wall time, for the next life has another clock.

    ``out_at`` None: it waits to be taken. ``out_pts``: that on the clock of its life. ``duration_ticks``: as it stands,
    extended perhaps. ``announced_ticks``: of one that has aired, the duration that its OUT was marked with.
    ``in_at``: its IN aired too, but perhaps in no playlist. ``immediate``, ``how``: as of a Break. ``signalling``: as
    its first section had it, for a show that was edited since must not change it; None: as its template has it.
    ``open_ended``: it was announced without a duration. ``back_ticks``: from OUT to the return that its source has
    told, by ``back`` where that is relayed; None: none was told.
    """

    plan: BreakPlan
    by: str
    state: BreakState
    splice_event_id: int
    duration_ticks: int
    out_at: datetime | None = None
    out_pts: int | None = None
    announced_ticks: int = 0
    in_at: datetime | None = None
    immediate: bool = False
    how: str = "auto"
    signalling: Signalling | None = None
    open_ended: bool = False
    back_ticks: int | None = None
    back: bytes = b""


def as_announced(left: StandingBreak, section: bytes, *, relayed: bool = False) -> StandingBreak:
    """Signalled for good as its OUT was, if that is one of ours; ``relayed``: by that very section."""
    try:
        said = decode(section)
        signalling, type_id = relayed_signalling(section, left.splice_event_id) if relayed else signalling_of(said)
    except CueError:
        return left
    length = said.command.break_duration if isinstance(said.command, SpliceInsert) else None
    plan = replace(
        left.plan,
        segmentation_type_id=type_id,
        auto_return=left.plan.auto_return if length is None else length.auto_return,
        splice_event_id=left.splice_event_id if relayed else left.plan.splice_event_id,
        section=section if relayed else b"",
    )
    return replace(left, signalling=signalling, plan=plan, open_ended=told_duration(said) is None)


@dataclass(frozen=True, slots=True)
class Handover:
    """Nothing of it for a first life. ``known_ids``: of every break there was, for the same id is the same break.

    ``rate`` None: it is not known, the sources are asked.
    """

    written: Written = MappingProxyType({})
    breaks: tuple[StandingBreak, ...] = ()
    known_ids: frozenset[str] = frozenset()
    slate_by_hand: bool = False
    rate: FrameRate | None = None
