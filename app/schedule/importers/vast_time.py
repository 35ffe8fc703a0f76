"""The times of VAST and VMAP documents: HH:MM:SS with milliseconds or without."""

from __future__ import annotations

import re
from fractions import Fraction

_CLOCK = re.compile(r"(\d{1,2}):(\d\d):(\d\d)(?:\.(\d{1,9}))?", re.ASCII)
_FORM = "right is HH:MM:SS or HH:MM:SS.mmm"


def clock_seconds(text: str) -> Fraction:
    """Seconds of a clock's reading, from 0 to less than 24 h. ValueError with the reason."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(f"no time: {_FORM}")
    hours, minutes, seconds = (int(match[n]) for n in (1, 2, 3))
    if hours > 23 or minutes > 59 or seconds > 59:  # noqa: PLR2004 - a day's clock
        raise ValueError("hours end at 23, minutes and seconds at 59")
    fraction = Fraction(int(match[4]), 10 ** len(match[4])) if match[4] else Fraction(0)
    return hours * 3600 + minutes * 60 + seconds + fraction


def spot_seconds(text: str) -> Fraction:
    """A Duration; ValueError with the reason."""
    seconds = clock_seconds(text)
    if not seconds:
        raise ValueError("a duration is above 0")
    return seconds
