"""The source's time line beside the channel's frames, as the playout links them. Program thread only."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

from app.model.feed_cue import FeedCue
from app.model.timebase import TICKS_PER_SECOND, FrameRate

ANOTHER_LINE_S = 2  # a clock that is followed never moves so far at once
_PARTS = 20  # of a frame
_EARLY_PARTS = 5  # a picture is shown by the frame that is no more than this before its time
_NEAR_PARTS = 1  # arithmetic to a sample must not make a splice flicker between two frames
_SAME_TICKS = 2  # rates that are no whole number of ticks round their times


class SourceFeed(Protocol):
    """What brings pictures and markers: a Feed, or its keeper."""

    @property
    def session(self) -> int:
        """Of the feed's sessions with its sources; 0: none."""

    def cues(self) -> list[FeedCue]:
        """The markers since the last call."""

    def frames_until(self, source_ticks: int, session: int | None = None) -> Fraction | None:
        """From the next take to a time of the source; None without a link."""

    def picture_ticks(self, frames: int, session: int) -> int | None:
        """Time of the picture that the take so many frames after the next shows; None where that can't be told."""


class SourceLine:
    """``known``: there has been a link; without one now it goes on as it was. ``linked``: there is one now.

    A time lies at frame ``(_zero + ticks * _slope) / _whole``: in whole numbers, as each marker asks for it.
    """

    def __init__(self, feed: SourceFeed, rate: FrameRate) -> None:
        self._feed = feed
        self._per_tick = rate.fraction / TICKS_PER_SECOND
        self._at_zero: Fraction | None = None  # the frame at which the source's time is 0
        self._zero, self._slope, self._whole = 0, 1, 1
        self.linked = False
        self.session = 0
        self._frame = 0  # that of the last look

    @property
    def known(self) -> bool:
        """Whether times can be told."""
        return self._at_zero is not None

    def look(self, frame: int) -> int:
        """Once a frame, before its take. Ticks by which the line has become another one; 0 as long as it is followed.

        Whoever keeps times of the line adds them, and each stays on the frame where it was.
        """
        self._frame = frame
        session = self._feed.session
        until = self._feed.frames_until(0, session) if session else None
        self.linked = until is not None
        if until is None:
            return 0
        before, zero = self._at_zero, frame + until
        self.session = session
        if before == zero:
            return 0
        self._at_zero = zero
        self._whole = zero.denominator * self._per_tick.denominator
        self._zero = zero.numerator * self._per_tick.denominator
        self._slope = self._per_tick.numerator * zero.denominator
        moved = Fraction(0) if before is None else (before - zero) / self._per_tick
        return round(moved) if abs(moved) > ANOTHER_LINE_S * TICKS_PER_SECOND else 0

    def ticks(self, frame: int) -> int:
        """The source's time at a frame."""
        return (frame * self._whole - self._zero) // self._slope

    def frame(self, ticks: int) -> int:
        """The frame that first shows what the source shows at that time."""
        return -(-self._parts(ticks) // (_PARTS * self._whole))

    def followed(self, ticks: int, kept: int) -> int:
        """The same, but ``kept`` where it is that within what can be told."""
        until, whole = self._parts(ticks), _PARTS * self._whole
        near = _NEAR_PARTS * self._whole
        return kept if (kept - 1) * whole - near < until <= kept * whole + near else -(-until // whole)

    def snapped_ticks(self, ticks: int, frame: int) -> int:
        """From a time of the source to that of its picture on the frame that stands for it; 0: it is that picture's.

        Where no picture can be foreseen it is the frame's own time.
        """
        shown = self._feed.picture_ticks(frame - self._frame, self.session) if self.linked else None
        apart = (self.ticks(frame) if shown is None else shown) - ticks
        return 0 if abs(apart) <= _SAME_TICKS else apart

    def _parts(self, ticks: int) -> int:
        """The frame of a time, less what a picture may be shown early, in parts of a frame and of ``_whole``."""
        return _PARTS * (self._zero + ticks * self._slope) - _EARLY_PARTS * self._whole
