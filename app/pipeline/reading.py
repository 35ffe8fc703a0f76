"""A channel's figures as its program thread leaves them."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.status import BreakStatus


@dataclass(frozen=True, slots=True)
class Reading:
    """What the program thread leaves for others to look at, swapped whole once a frame."""

    frame: int
    source: str
    slate_by_hand: bool
    current: BreakStatus | None
    on_air: BreakStatus | None
    next: BreakStatus | None
    planned: int
    repeated_frames: int
    dropped_frames: int
    late_frames: int
