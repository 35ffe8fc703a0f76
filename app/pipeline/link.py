"""How the source's clock is tied to the channel's: by one offset in samples."""

from __future__ import annotations

from fractions import Fraction

from app.model.timebase import TICKS_PER_SECOND, FrameRate


class Link:
    """``tied``: whether source sample = output sample - offset holds now. ``next_frame``: the one to be taken next.

    Not thread-safe: its owner holds a lock.
    """

    def __init__(self, rate: FrameRate, sample_rate_hz: int) -> None:
        self.next_frame = 0
        self._rate, self._sample_rate_hz = rate, sample_rate_hz
        self._offset: int | None = None

    @property
    def tied(self) -> bool:
        """Whether there is a link."""
        return self._offset is not None

    def tie(self, frame: int, source_ticks: int) -> None:
        """Let this frame show this moment of the source."""
        self._offset = self._rate.samples(frame, self._sample_rate_hz) - self.samples(source_ticks)

    def untie(self) -> None:
        """There is no link any more."""
        self._offset = None

    def follow(self, samples: int) -> None:
        """From here on so many samples of the source further on."""
        self._offset = (self._offset or 0) - samples

    def first_sample(self, frame: int) -> int:
        """Of the source, at a frame."""
        return self._rate.samples(frame, self._sample_rate_hz) - (self._offset or 0)

    def frames_until(self, source_ticks: int) -> Fraction | None:
        """Frames from the next to a moment of the source; None without a link."""
        if self._offset is None:
            return None
        until_s = Fraction(source_ticks, TICKS_PER_SECOND) + Fraction(self._offset, self._sample_rate_hz)
        return until_s * self._rate.fraction - self.next_frame

    def samples(self, ticks: int) -> int:
        """Ticks of the source as samples."""
        return ticks * self._sample_rate_hz // TICKS_PER_SECOND

    def ticks(self, samples: int) -> int:
        """Samples as ticks."""
        return samples * TICKS_PER_SECOND // self._sample_rate_hz
