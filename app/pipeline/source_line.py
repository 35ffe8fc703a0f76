"""The source's time line beside the channel's frames, as the playout links them. Program thread only."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Protocol

from app.model.feed_cue import FeedCue
from app.model.timebase import TICKS_PER_SECOND, FrameRate

ANOTHER_LINE_S = 2  # a clock that is followed never moves so far at once
_EARLY = Fraction(1, 4)  # of a frame: a picture is shown by the frame that is no more than this before its time
_NEAR = Fraction(1, 20)  # of a frame: arithmetic to a sample must not make a splice flicker between two frames
_ON_A_FRAME = Fraction(1, 100)


class SourceFeed(Protocol):
    """What brings pictures and markers: a Feed, or its keeper."""

    @property
    def session(self) -> int:
        """Of the feed's sessions with its sources; 0: none."""

    def cues(self) -> list[FeedCue]:
        """The markers since the last call."""

    def frames_until(self, source_ticks: int, session: int | None = None) -> Fraction | None:
        """From the next take to a time of the source; None without a link."""


class SourceLine:
    """``known``: there has been a link; without one now it goes on as it was. ``linked``: there is one now."""

    def __init__(self, feed: SourceFeed, rate: FrameRate) -> None:
        self._feed = feed
        self._per_tick = rate.fraction / TICKS_PER_SECOND
        self._zero: Fraction | None = None  # the frame at which the source's time is 0
        self.linked = False
        self.session = 0

    @property
    def known(self) -> bool:
        """Whether times can be told."""
        return self._zero is not None

    def look(self, frame: int) -> int:
        """Once a frame, before its take. Ticks by which the line has become another one; 0 as long as it is followed.

        Whoever keeps times of the line adds them, and each stays on the frame where it was.
        """
        session = self._feed.session
        until = self._feed.frames_until(0, session) if session else None
        self.linked = until is not None
        if until is None:
            return 0
        zero = frame + until
        before, self._zero, self.session = self._zero, zero, session
        moved = Fraction(0) if before is None else (before - zero) / self._per_tick
        return round(moved) if abs(moved) > ANOTHER_LINE_S * TICKS_PER_SECOND else 0

    def ticks(self, frame: int) -> int:
        """The source's time at a frame."""
        return floor((frame - (self._zero or 0)) / self._per_tick)

    def frame(self, ticks: int) -> int:
        """The frame that first shows what the source shows at that time."""
        return ceil(self._exact(ticks) - _EARLY)

    def followed(self, ticks: int, kept: int) -> int:
        """The same, but ``kept`` where it is that within what can be told."""
        until = self._exact(ticks) - _EARLY
        return kept if kept - 1 - _NEAR < until <= kept + _NEAR else ceil(until)

    def snapped_ticks(self, ticks: int, frame: int) -> int:
        """From a time of the source to the frame that stands for it; 0 where they are one moment."""
        apart = frame - self._exact(ticks)
        return 0 if abs(apart) < _ON_A_FRAME else round(apart / self._per_tick)

    def _exact(self, ticks: int) -> Fraction:
        return (self._zero or 0) + ticks * self._per_tick
