"""Moments of a schedule: as written, on a channel's clock, in microseconds of the calendar; and a shift's day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.model.timebase import FrameRate, round_half_up
from app.model.when import When

SECOND_US = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_BEGINS = time(6)  # of a broadcast day, in house time: a night's programme belongs to the day before
_UNDATED = re.compile(r"\d\d:\d\d:\d\d[:;]\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineClock:
    """``first_frame_at``: of the channel's first life in this run, from which ``+12.5`` counts."""

    first_frame_at: datetime
    rate: FrameRate
    timezone: str
    pre_roll_s: Fraction = Fraction(6)

    @property
    def frame_us(self) -> int:
        """How long a frame lasts."""
        return us_of(self.rate.seconds(1))


def us_of(seconds: Fraction) -> int:
    """Seconds as microseconds, to the nearest."""
    return round_half_up(seconds * SECOND_US)


def us_at(moment: datetime) -> int:
    """A moment as microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(us: int) -> datetime:
    """The inverse of ``us_at``."""
    return EPOCH + timedelta(microseconds=us)


def exact_start(at: When, clock: LineClock) -> Fraction:
    """Seconds since 1970, exactly. ValueError: there is no such time.

    A house time without a date is of the day on which the run went on air.
    """
    if at.text.startswith("+"):
        return Fraction(us_at(clock.first_frame_at), SECOND_US) + Fraction(at.text[1:])
    return at.seconds(first_frame_at=EPOCH, rate=clock.rate, timezone=clock.timezone, today=_today(clock))


def dated(at: When, clock: LineClock) -> When:
    """The same moment in a form that means it on any day and in any life."""
    if at.text.startswith("+"):
        return when_of(exact_start(at, clock))
    return When(f"{_today(clock).isoformat()} {at.text}") if _UNDATED.fullmatch(at.text) else at


def when_of(exact_s: Fraction) -> When:
    """A moment, given in seconds since 1970, to the nanosecond."""
    whole, nanoseconds = divmod(round_half_up(exact_s * 10**9), 10**9)
    text = (EPOCH + timedelta(seconds=whole)).isoformat()
    return When(f"{text[:19]}.{nanoseconds:09}Z")


def day_end_us(us: int, timezone: str) -> int:
    """The end of the broadcast day that a moment is in."""
    zone = ZoneInfo(timezone)
    local = moment_of(us).astimezone(zone)
    day = local.date() if local.time() < DAY_BEGINS else local.date() + timedelta(days=1)
    return us_at(datetime.combine(day, DAY_BEGINS, tzinfo=zone).astimezone(UTC))


def _today(clock: LineClock) -> date:
    return clock.first_frame_at.astimezone(ZoneInfo(clock.timezone)).date()
