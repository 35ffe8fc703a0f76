"""What a life of a channel that died leaves to the next one, in this process or in another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from app.model.rundown import BreakPlan
from app.model.states import BreakState
from app.model.timebase import FrameRate
from app.pipeline.hls_keeping import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBreak:
    """A break that was not over, in wall time, for the next life has another clock.

    ``out_at`` None: it waits to be taken. ``out_pts``: that on the clock of its life. ``duration_ticks``: as it stands,
    extended perhaps. ``announced_ticks``: of one that has aired, the duration that its OUT was marked with.
    ``in_at``: its IN aired too, but perhaps in no playlist. ``immediate``, ``how``: as of a Break.
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
