"""Media time: 90 kHz integers, the 33-bit wrap, and frames as the one unit of placement.

Inside the program a tick count never wraps; it is masked where it leaves (PES, PCR, SCTE-35 splice times).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache

TICKS_PER_SECOND = 90_000
PTS_WRAP = 1 << 33  # SCTE 35 §9.6.1, ISO 13818-1: pts_time is 33 bits
_HALF_WRAP = PTS_WRAP >> 1


def wrapped(ticks: int) -> int:
    """Ticks as 33 bits on the wire."""
    return ticks % PTS_WRAP


def difference(later: int, earlier: int) -> int:
    """``later - earlier`` in ticks for 33-bit values, in [-2**32, 2**32)."""
    return (later - earlier + _HALF_WRAP) % PTS_WRAP - _HALF_WRAP


def unwrapped(raw: int, near: int) -> int:
    """The unbounded tick count nearest to ``near`` whose low 33 bits are ``raw``'s."""
    return near + difference(raw, near)


def ticks_of(seconds: Fraction | int) -> int:
    """Seconds as ticks, to the nearest (a half rounds up)."""
    return round_half_up(Fraction(seconds) * TICKS_PER_SECOND)


def seconds_of(ticks: int) -> Fraction:
    """Ticks as exact seconds."""
    return Fraction(ticks, TICKS_PER_SECOND)


def span_of(ticks: int) -> timedelta:
    """Ticks on the calendar, floored to microseconds: a wall time plus the spans of two parts may differ by one."""
    return timedelta(microseconds=ticks * 100 // 9)


def round_half_up(value: Fraction) -> int:
    """The nearest integer; a half goes up, so that rounding does not depend on parity."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def decimal_text(ticks: int, places: int = 3) -> str:
    """Ticks as decimal seconds with ``places`` digits, rounded half up: ``30.000``."""
    scaled = round_half_up(Fraction(ticks * 10**places, TICKS_PER_SECOND))
    sign, scaled = ("-" if scaled < 0 else ""), abs(scaled)
    return f"{sign}{scaled // 10**places}.{scaled % 10**places:0{places}d}"


@dataclass(frozen=True, slots=True)
class FrameRate:
    """Frames a second as an exact ratio, e.g. 30000/1001."""

    numerator: int
    denominator: int = 1

    @classmethod
    @lru_cache(maxsize=256)
    def parse(cls, text: str) -> FrameRate:
        """``"25"``, ``"30000/1001"``; ValueError outside 1 to 120 frames a second."""
        match = re.fullmatch(r"(\d{1,6})(?:/(\d{1,6}))?", text.strip())
        if match is None or int(match[2] or 1) == 0:
            raise ValueError(text)
        return cls.of(Fraction(int(match[1]), int(match[2] or 1)))

    @classmethod
    def of(cls, rate: Fraction) -> FrameRate:
        """From a ratio; ValueError outside 1 to 120 frames a second."""
        if not 1 <= rate <= 120:  # noqa: PLR2004 - the range of rates that the encoders and SCTE-35 gear take
            raise ValueError(str(rate))
        return cls(rate.numerator, rate.denominator)

    @property
    def fraction(self) -> Fraction:
        """Frames a second."""
        return Fraction(self.numerator, self.denominator)

    @property
    def nominal(self) -> int:
        """Frames a time code counts in a second: 30 for 30000/1001."""
        return -(-self.numerator // self.denominator)

    def ticks(self, frame: int) -> int:
        """Ticks from frame 0 to ``frame``, floored where a frame is no whole number of ticks."""
        return frame * TICKS_PER_SECOND * self.denominator // self.numerator

    def samples(self, frame: int, sample_rate_hz: int) -> int:
        """Audio samples from frame 0 to ``frame``, floored."""
        return frame * sample_rate_hz * self.denominator // self.numerator

    def seconds(self, frame: int) -> Fraction:
        """Exact seconds from frame 0 to ``frame``."""
        return Fraction(frame * self.denominator, self.numerator)

    def nearest(self, seconds: Fraction) -> int:
        """The frame nearest to a time counted from frame 0 (a half goes up)."""
        return round_half_up(Fraction(seconds) * self.fraction)

    def frames_within(self, seconds: Fraction) -> int:
        """The most whole frames that last no longer than ``seconds``."""
        return (Fraction(seconds) * self.fraction).__floor__()

    def frames_covering(self, seconds: Fraction) -> int:
        """The fewest whole frames that last at least ``seconds``."""
        return (Fraction(seconds) * self.fraction).__ceil__()

    def __str__(self) -> str:
        return str(self.numerator) if self.denominator == 1 else f"{self.numerator}/{self.denominator}"
