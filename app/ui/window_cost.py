"""What a window costs, and how soon it answers. Without Qt: whoever reads the figures needs no window."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_PAINT = "the window's first picture is painted"  # in its log


@dataclass(frozen=True, slots=True)
class WindowCost:
    """``cpu``: of one core, over the time measured, all threads. ``pictures_a_s``: taken and painted, all tiles.

    ``p99_ms``: lateness of the 32 ms beat, which is the event loop's own. ``room``: the multiviewer's width and height.
    """

    cpu: float
    p99_ms: float
    pictures_a_s: float
    room: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class PressCost:
    """Milliseconds from each press to its first paint, and to the engine's acceptance; ``p99_ms`` as above."""

    shown_ms: tuple[float, ...]
    accepted_ms: tuple[float, ...]
    p99_ms: float
