"""Pictures by source time, waiting for their turn: at most so many, none twice, none out of order."""

from __future__ import annotations

from collections import deque
from fractions import Fraction

import av

from app.model.timebase import TICKS_PER_SECOND

_FIRST_STEP_TICKS = 3600
_PACED_MOST = 10
# Of the rates that pictures have: a step in whole ticks would lead away from pictures that are still far ahead.
_STEPS = tuple(
    Fraction(TICKS_PER_SECOND) / rate
    for rate in (*map(Fraction, (24, 25, 30, 50, 60)), *(Fraction(1000 * whole, 1001) for whole in (24, 30, 60)))
)
_LIVE_FEWEST_MOST, _LIVE_MOST_MOST, _LIVE_TICKS = 16, 60, TICKS_PER_SECOND


class PictureQueue:
    """Not thread-safe: its owner holds a lock. ``skipped`` counts pictures that were never shown.

    ``shown``: the picture on air; ``step_ticks``: the source's time from picture to picture; ``newest_ticks``: None
    before the first. ``live``: up to 1 s may wait, for sound that is late by so much; else what decoding ahead needs.
    """

    def __init__(self, *, live: bool) -> None:
        self.skipped = 0
        self.shown: tuple[int, av.VideoFrame] | None = None
        self.step_ticks = _FIRST_STEP_TICKS
        self.newest_ticks: int | None = None
        self._step_before = _FIRST_STEP_TICKS
        self._live = live
        self._waiting: deque[tuple[int, av.VideoFrame]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def most(self) -> int:
        """How many may wait, 3 MB each at 1920x1080."""
        if not self._live:
            return _PACED_MOST
        return min(_LIVE_MOST_MOST, max(_LIVE_FEWEST_MOST, _LIVE_TICKS // self.step_ticks))

    @property
    def full(self) -> bool:
        """Whether no more should be put in."""
        return len(self._waiting) >= self.most

    @property
    def oldest_ticks(self) -> int:
        """Time of the first that waits; there must be one."""
        return self._waiting[0][0]

    @property
    def end_ticks(self) -> int:
        """Time just after the newest picture."""
        return (self.newest_ticks or 0) + self.step_ticks

    @property
    def span_ticks(self) -> int:
        """What waits, in source time."""
        return self.end_ticks - self.oldest_ticks if self._waiting else 0

    def put(self, ticks: int, picture: av.VideoFrame) -> bool:
        """Add a picture, unless it is not after the newest; whether the oldest had to go for it."""
        if self.newest_ticks is not None:
            if ticks <= self.newest_ticks:
                self.skipped += 1
                return False
            step = ticks - self.newest_ticks
            self.step_ticks = min(step, self._step_before)  # a gap is no step
            self._step_before = step
        self.newest_ticks = ticks
        self._waiting.append((ticks, picture))
        if not self._live or len(self._waiting) <= self.most:
            return False
        self._waiting.popleft()
        self.skipped += 1
        return True

    def latest_between(self, first: int, last: int) -> int | None:
        """Time of the last waiting picture in a stretch of source time."""
        return max((ticks for ticks, _ in self._waiting if first <= ticks <= last), default=None)

    def show_until(self, limit: int) -> bool:
        """Show the last picture whose time has come; False when there is none."""
        due = 0
        while self._waiting and self._waiting[0][0] <= limit:
            self.shown = self._waiting.popleft()
            due += 1
        self.skipped += max(0, due - 1)
        return due > 0

    def time_shown(self, limit: int) -> int | None:
        """Of the picture that ``show_until`` would show last, if those to come follow the newest in even steps."""
        times = ([self.shown[0]] if self.shown else []) + [ticks for ticks, _ in self._waiting]
        if not times or limit < times[0]:
            return None
        step = next((step for step in _STEPS if abs(step - self.step_ticks) < 1), Fraction(self.step_ticks))
        if limit >= times[-1]:
            return times[-1] + int((limit - times[-1]) // step * step)
        return max(ticks for ticks in times if ticks <= limit)

    def skip_before(self, ticks: int) -> None:
        """Drop what lies before a time."""
        while self._waiting and self._waiting[0][0] < ticks:
            self._waiting.popleft()
            self.skipped += 1

    def forget(self) -> None:
        """Drop all, the picture on air too."""
        self._waiting.clear()
        self.shown = None
