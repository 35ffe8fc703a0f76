"""What a house allows of a channel's schedule: ads in an hour, programme between breaks, times without any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

_TIME = r"(\d\d):(\d\d)(?::(\d\d))?"
_BLACKOUT = re.compile(rf"(?:(\d{{4}}-\d\d-\d\d) +)?{_TIME} *- *{_TIME}", re.ASCII)
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Blackout:
    """A time without breaks: house time in seconds of the day, of ``day`` or, "", of each day.

    ``end_s`` is not part of it; where it is not behind ``start_s``, it is the next day's.
    """

    start_s: int
    end_s: int
    day: str = ""

    @classmethod
    def parse(cls, text: str) -> Blackout:
        """``20:00-20:15``, ``23:30-00:30`` or ``2026-12-24 18:00-20:00``; ValueError with the reason."""
        match = _BLACKOUT.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is no time of day from and to")
        start_s, end_s = (_seconds(*match.groups()[n : n + 3]) for n in (1, 4))
        if match[1]:
            date.fromisoformat(match[1])
        return cls(start_s % _DAY_S, end_s, match[1] or "")

    def __str__(self) -> str:
        """As it is written."""
        times = "-".join(
            f"{each // 3600:02}:{each // 60 % 60:02}:{each % 60:02}" for each in (self.start_s, self.end_s)
        )
        return f"{self.day} {times}" if self.day else times


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleLimits:
    """``ad_load_s``: of breaks in a clock hour, None: without limit. ``spacing_s``: between two breaks, at least."""

    ad_load_s: Fraction | None = None
    spacing_s: Fraction = Fraction(0)
    blackouts: tuple[Blackout, ...] = ()


def _seconds(hours: str, minutes: str, seconds: str | None) -> int:
    found = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    if int(minutes) > 59 or int(seconds or 0) > 59 or found > _DAY_S:  # noqa: PLR2004 - a clock's
        raise ValueError(f"{hours}:{minutes} is no time of day")
    return found
