"""A break's time moved: in the form that it was written in, at a wished moment or the next that the form can say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.lint.placed import Line
from app.model.timebase import FrameRate
from app.model.when import When

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DROP = FrameRate(30000, 1001)
_TRIES = 24
_STEP_S = Fraction(1, 120)
_QUARTER_S = 900  # clocks go back by no less


def moved(at: When, to_s: Fraction, line: Line) -> When | None:
    """At ``to_s``, counted as the line counts, or as little later as can be written; None: it can't."""
    wished_s = to_s
    for _ in range(_TRIES):
        found = _written(at, wished_s, line)
        if found is None:
            return None
        try:
            is_s = seconds_of(found, line)
        except ValueError:  # a label that is dropped
            wished_s += _STEP_S
            continue
        if is_s >= to_s:
            return found
        # A whole hour before: the hour that comes twice can be named in its first round only, so go on behind it.
        wished_s += _QUARTER_S if to_s - is_s > _QUARTER_S else max(to_s - is_s, _STEP_S)
    return None


def seconds_of(at: When, line: Line) -> Fraction:
    """A time as the line counts it: from its first frame, or from 1970. ValueError: there is no such time."""
    if at.text[0] == "+":
        return Fraction(at.text[1:])
    return at.seconds(first_frame_at=_EPOCH, rate=line.rate_of(at), timezone=line.timezone, today=line.today)


def shown(at: When, was: When, line: Line) -> str:
    """As a button calls it: by the house's clock, with the date where that is another one than it was."""
    if at.text[0] == "+":
        return at.text
    (day, clock), (day_was, _) = _day_and_clock(at, line), _day_and_clock(was, line)
    return clock if day == day_was else f"{day} {clock}"


def _day_and_clock(at: When, line: Line) -> tuple[str, str]:
    if _is_house(at):
        return (at.text[:10] if "-" in at.text else ""), at.text[-11:]
    try:
        local = datetime.fromisoformat(at.text.upper()).astimezone(ZoneInfo(line.timezone))
    except OverflowError:
        return "", at.text
    fraction = f".{local.microsecond // 1000:03}" if local.microsecond else ""
    return local.date().isoformat(), f"{local:%H:%M:%S}{fraction}"


def _is_house(at: When) -> bool:
    return at.text[-3] in ":;" and at.text[-6] == ":"


def _written(at: When, to_s: Fraction, line: Line) -> When | None:
    try:
        if at.text[0] == "+":
            return When(f"+{_decimal(to_s)}") if to_s >= 0 else None
        return _house(at, to_s, line) if _is_house(at) else _rfc3339(at, to_s)
    except (ValueError, OverflowError):
        return None


def _rfc3339(at: When, to_s: Fraction) -> When:
    offset = datetime.fromisoformat(at.text.upper()).utcoffset() or timedelta()
    millis = -(-to_s.numerator * 1000 // to_s.denominator)
    moment = (_EPOCH + timedelta(milliseconds=millis)).astimezone(timezone(offset))
    zone = at.text[-1] if at.text[-1] in "Zz" else at.text[-6:]
    fraction = f".{moment.microsecond // 1000:03}".rstrip("0").rstrip(".") if moment.microsecond else ""
    return When(f"{moment:%Y-%m-%d}{at.text[10]}{moment:%H:%M:%S}{fraction}{zone}")


def _house(at: When, to_s: Fraction, line: Line) -> When | None:
    drops = ";" in at.text
    rate = line.rate or (_DROP if drops else FrameRate(1))  # without a rate nothing but whole seconds is sure to exist
    local = (_EPOCH + timedelta(seconds=to_s.__floor__())).astimezone(ZoneInfo(line.timezone))
    since_s = local.hour * 3600 + local.minute * 60 + local.second + (to_s - to_s.__floor__())
    day = local.date()
    if drops:
        label = _drop_label(-(-since_s * rate.fraction // 1).__int__(), rate)
    else:
        whole, frames = divmod(-(-since_s * rate.nominal // 1).__int__(), rate.nominal)
        if whole == 24 * 3600:
            day, whole = day + timedelta(days=1), 0
        label = f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}:{frames:02}"
    if "-" in at.text:
        return When(f"{day.isoformat()}{at.text[10]}{label}")
    return When(label) if day == line.today else None


def _drop_label(frame: int, rate: FrameRate) -> str:
    """The drop-frame label of a frame since midnight (SMPTE ST 12-1)."""
    nominal, dropped = rate.nominal, rate.nominal // 15
    tens, rest = divmod(frame, nominal * 600 - 9 * dropped)
    minute = 0 if rest < nominal * 60 else 1 + (rest - nominal * 60) // (nominal * 60 - dropped)
    count = frame + 9 * dropped * tens + dropped * minute
    seconds, frames = divmod(count, nominal)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02};{frames:02}"


def _decimal(seconds: Fraction) -> str:
    millis = -(-seconds.numerator * 1000 // seconds.denominator)
    return f"{millis // 1000}.{millis % 1000:03}".rstrip("0").rstrip(".")
