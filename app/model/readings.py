"""What a channel's threads have done so far: counts that only grow within a life of the channel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RungReading:
    """One rendition's encoder. ``encoding_s``: within its encoder; ``waiting``: pictures in front of it, now."""

    name: str
    pictures: int
    encoded_bytes: int
    encoding_s: float
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The ladder of a channel. ``waiting``: pictures in front of the scaler, now, of ``room`` at most."""

    rungs: tuple[RungReading, ...]
    waiting: int
    room: int
