"""What a window costs. Without Qt: whoever reads the figures needs no window."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WindowCost:
    """``cpu``: of one core, over the time measured, all threads. ``pictures_a_s``: taken and painted, all tiles.

    ``p99_ms``: lateness of the 16 ms beat, which is the event loop's own.
    """

    cpu: float
    p99_ms: float
    pictures_a_s: float
