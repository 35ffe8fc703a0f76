"""A break's time as traffic reads and types it: house time, completed by the day it stands on. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.model.timebase import FrameRate, round_half_up
from app.model.when import When, parse_duration
from app.ui.text import DAYS
from app.ui.words import _

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPED = re.compile(r"(?:(\d{4}-\d\d-\d\d)[ T])?(\d{1,2}):(\d\d)(?::(\d\d)(?:([:;])(\d\d))?)?")
_MINUTES = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d\d(?:\.\d{1,9})?)")
_LAST_HOUR, _LAST_MINUTE = 23, 59
_DAY_S = 86_400


def moment_s(at: When | None, zone: ZoneInfo, rate: FrameRate) -> Fraction | None:
    """Exact seconds since 1970; None: it counts from a channel's start, has no day, or there is no such time."""
    if at is None or not at.dated:
        return None
    try:
        return at.seconds(first_frame_at=_EPOCH, rate=rate, timezone=zone.key)
    except (ValueError, OverflowError):
        return None


def shown(at: When | None, zone: ZoneInfo, rate: FrameRate) -> str:
    """``20:38:00:00``; what counts from a channel's start as it is written."""
    if at is None:
        return _("no time")
    found = moment_s(at, zone, rate)
    return at.text if found is None else _label(found, zone, rate)[1]


def dated(at: When | None, zone: ZoneInfo, rate: FrameRate, today: date) -> str:
    """As ``shown``, with the day where it is another: ``Mon 20:38:00:00``; a week away ``30/11 20:38:00:00``."""
    day, label = day_of(at, zone, rate), shown(at, zone, rate)
    if day is None or day == today:
        return label
    near = abs((day - today).days) < len(DAYS)
    return f"{DAYS[day.weekday()] if near else f'{day.day:02}/{day.month:02}'} {label}"


def day_of(at: When | None, zone: ZoneInfo, rate: FrameRate) -> date | None:
    """The house's day on which it falls."""
    found = moment_s(at, zone, rate)
    return None if found is None else _label(found, zone, rate)[0]


def written(seconds: Fraction, zone: ZoneInfo, rate: FrameRate) -> When:
    """Seconds since 1970 as a list would have them: house time; with its offset in the hour that comes twice."""
    day, label = _label(seconds, zone, rate)
    at = When(f"{day} {label}")
    frames = round_half_up(seconds * rate.nominal)
    if moment_s(at, zone, rate) == Fraction(frames, rate.nominal):
        return at
    moment = _EPOCH + timedelta(microseconds=round_half_up(Fraction(frames, rate.nominal) * 1_000_000))
    return When(moment.astimezone(zone).isoformat(timespec="microseconds"))


def _label(seconds: Fraction, zone: ZoneInfo, rate: FrameRate) -> tuple[date, str]:
    """The nearest frame of its second: house time divides a second into frames, whatever the channel's clock does."""
    whole, frame = divmod(round_half_up(seconds * rate.nominal), rate.nominal)
    local = (_EPOCH + timedelta(seconds=whole)).astimezone(zone)
    return local.date(), f"{local:%H:%M:%S}:{frame:02}"


def nudged(at: When, frames: int, zone: ZoneInfo, rate: FrameRate) -> When:
    """So many frames later. ValueError: its day is not known, or it would come before its channel starts."""
    step = Fraction(frames, rate.nominal)
    if at.text.startswith("+"):
        moved = Fraction(at.text[1:]) + step
        if moved < 0:
            raise ValueError(_("it can't come before the channel's first frame"))
        return When(f"+{_decimal(moved)}")
    found = moment_s(at, zone, rate)
    if found is None:
        raise ValueError(_("{text} is on no day yet: type its date and time").format(text=at.text))
    return written(found + step, zone, rate)


def _decimal(seconds: Fraction) -> str:
    """To the nanosecond."""
    whole, rest = divmod(round_half_up(seconds * 1_000_000_000), 1_000_000_000)
    return f"{whole}.{rest:09}".rstrip("0").rstrip(".")


def typed(text: str, day: date, zone: ZoneInfo, rate: FrameRate) -> When:
    """What was typed, completed by ``day``. ValueError: the reason, as the one who typed it shall read it."""
    text = text.strip()
    if not text:
        raise ValueError(_("a time is wanted: 20:38:00:00"))
    match = _TYPED.fullmatch(text)
    if match is None:
        at = When.parse(text)  # an offset from the start, or RFC 3339: as it is
        if not text.startswith("+"):
            at.seconds(first_frame_at=_EPOCH, rate=rate, timezone=zone.key)
        return at
    hours, minutes, seconds = int(match[2]), int(match[3]), int(match[4] or 0)
    if hours > _LAST_HOUR or minutes > _LAST_MINUTE or seconds > _LAST_MINUTE:
        raise ValueError(_("{text} is no time of day: it ends at 23:59:59").format(text=text))
    named = match[1] or str(day)
    at = When(f"{named} {hours:02}:{minutes:02}:{seconds:02}{match[5] or ':'}{match[6] or '00'}")
    at.seconds(first_frame_at=_EPOCH, rate=rate, timezone=zone.key)
    _refuse_twice(date.fromisoformat(named), (hours, minutes, seconds), zone)
    return at


def _refuse_twice(day: date, clock: tuple[int, int, int], zone: ZoneInfo) -> None:
    """A time in the hour that comes twice says nothing by itself."""
    first = datetime(day.year, day.month, day.day, *clock, tzinfo=zone)
    second = first.replace(fold=1)
    if first.utcoffset() != second.utcoffset():
        raise ValueError(
            _("{first:%H:%M:%S} comes twice on {day} as the clocks go back: write {isoformat} or {isoformat_2}").format(
                first=first, day=day, isoformat=first.isoformat(), isoformat_2=second.isoformat()
            )
        )


def length_shown(seconds: Fraction) -> str:
    """``2:00``, ``0:30.04``, ``1:00:00``."""
    whole, rest = divmod(round_half_up(seconds * 1000), 1000)
    minutes, left = divmod(whole, 60)
    text = f"{minutes}:{left:02}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{left:02}"
    return text + (f".{rest:03}".rstrip("0") if rest else "")


def length_typed(text: str) -> Fraction:
    """``2:00``, ``90``, ``0:30.04`` or ``PT90S`` as seconds. ValueError: the reason."""
    text = text.strip()
    if not text:
        raise ValueError(_("a length is wanted: 2:00"))
    if text.startswith(("-", "−")):
        raise ValueError(_("{text}: a length is above 0").format(text=text))
    match = _MINUTES.fullmatch(text)
    if match is None:
        seconds = parse_duration(text)
    else:
        if Fraction(match[3]) >= 60 or (match[1] and int(match[2]) > _LAST_MINUTE):
            raise ValueError(_("{text}: seconds and minutes end at 59").format(text=text))
        seconds = 3600 * int(match[1] or 0) + 60 * int(match[2]) + Fraction(match[3])
    if not 0 < seconds <= _DAY_S:
        raise ValueError(_("{text}: a length is above 0 and at most 24 h").format(text=text))
    return seconds
