"""Times that count from a start which the user names: VMAP's offsets as times of a schedule."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.model.timebase import FrameRate
from app.model.when import When

_RFC3339 = re.compile(r"(.{10})[Tt ](.{8})(?:\.(\d{1,9}))?(Z|z|[+-]\d\d:\d\d)")
_HOUSE = re.compile(r"(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d:\d\d(?::00)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANY_RATE = FrameRate.parse("25")


def start_from(text: str, timezone: str, now: datetime) -> When:
    """A ``--start``: RFC 3339, ``+seconds``, or house time of a whole second (today's, where no date is before it).

    ValueError: it is none, or the clocks skip it.
    """
    text = text.strip()
    if not _HOUSE.fullmatch(text):
        start = When.parse(text)
        if not text.startswith("+") and not _RFC3339.fullmatch(text):
            raise ValueError(f"{text!r}: a frame means nothing without a channel: use RFC 3339 or a whole second")
        return start
    house = When(text if text.count(":") == 3 else f"{text}:00")  # noqa: PLR2004 - HH:MM:SS:FF
    today = now.astimezone(ZoneInfo(timezone)).date()
    seconds = house.seconds(first_frame_at=_EPOCH, rate=_ANY_RATE, timezone=timezone, today=today)
    return When((_EPOCH + timedelta(seconds=int(seconds))).isoformat().replace("+00:00", "Z"))


def after(start: When | None, offset_s: Fraction) -> When:
    """The time that many seconds after the start; without one, after the channel's first frame. ValueError: too far."""
    if start is None or start.text.startswith("+"):
        return When(f"+{_decimal((Fraction(start.text[1:]) if start else 0) + offset_s)}")
    match = _RFC3339.fullmatch(start.text)
    if match is None:
        raise ValueError(f"{start.text!r} is house time, which has no length to count on from: use RFC 3339")
    whole = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[4].upper()}")
    fraction = (Fraction(int(match[3]), 10 ** len(match[3])) if match[3] else Fraction(0)) + offset_s
    try:
        moment = whole + timedelta(seconds=fraction.__floor__())
    except OverflowError as error:
        raise ValueError("out of range") from error
    rest = _decimal(fraction - fraction.__floor__()).removeprefix("0")
    text = moment.isoformat()
    zone = text[19:].replace("+00:00", "Z")
    return When(f"{text[:19]}{rest}{zone}")


def _decimal(seconds: Fraction) -> str:
    """Exact, without zeros at the end; what comes here is a decimal fraction."""
    nanoseconds = seconds * 10**9
    if nanoseconds.denominator != 1:
        raise ValueError("finer than a nanosecond")
    whole, rest = divmod(int(nanoseconds), 10**9)
    return f"{whole}.{rest:09}".rstrip("0").rstrip(".")
