"""Moments in house time, as they may be written in a break list."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.model.timebase import FrameRate, round_half_up
from app.settings import local_timezone
from app.settings.folders import known_timezone


def zone_of(timezone: str) -> ZoneInfo:
    """The house's; this machine's where that is not known here."""
    return ZoneInfo(timezone if known_timezone(timezone) else local_timezone())


def house_text(moment: datetime | None, timezone: str, frame_rate: str) -> str | None:
    """House time as it may be written in a break list: date HH:MM:SS:FF (with .mmm where the rate is not known)."""
    if moment is None:
        return None
    zone = zone_of(timezone)
    if not frame_rate:
        return moment.astimezone(zone).replace(tzinfo=None).isoformat(" ", "milliseconds")
    nominal = FrameRate.parse(frame_rate).nominal
    frames = round_half_up(Fraction(moment.microsecond * nominal, 1_000_000))
    second = (moment.replace(microsecond=0) + timedelta(seconds=frames // nominal)).astimezone(zone)
    return f"{second:%Y-%m-%d %H:%M:%S}:{frames % nominal:02}"
