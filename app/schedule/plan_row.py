"""One row of a break list as a ``BreakPlan``: every field checked, every fault named."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from fractions import Fraction

from app.model.rundown import Ad, BreakPlan, Upid
from app.model.schedule import Booking, Follow, Spot
from app.model.signalling import Template, template_named
from app.model.when import When, parse_duration
from app.schedule.airing_row import airing_from
from app.schedule.rows import NumberText, Row, RowFaultError

_LONGEST_NAME, _LONGEST_TITLE, _LONGEST_URI = 128, 500, 8192
_EVENT_IDS = 0xFFFF_FFFF  # SCTE 35 §9.7.3: 32 bits
_TYPES = 0xFF
_DIGITS = 10
_UPID_BYTES = 234  # what is left of a segmentation_descriptor() with a duration, §10.3.3
_BREAKS = re.compile(r"[ \t]*[\r\n\t]+[ \t]*")  # in a quoted title of several lines
_WHOLE = re.compile(r"\d{1,10}|0[xX][0-9a-fA-F]{1,8}", re.ASCII)
_EXPONENT = re.compile(r"(\d{1,20})(?:\.(\d{1,20}))?[eE]([+-]?\d{1,2})", re.ASCII)


UNTOLD = "missing, and how long"
"""So begins the reason of a row whose duration only the template of a show tells that is not there."""

_UNNAMED = Template(name="")

type Channels = Mapping[str, tuple[Template, ...]]
"""The channels of a show by name, each with its templates."""


def booking_from(row: Row, default_channel: str | None, channels: Channels) -> Booking:
    """The break a row asks for, with its spots; RowFaultError: why not."""
    fields = row.fields
    channel = _text(fields, "channel", default_channel or "", _LONGEST_NAME)
    if not channel:
        raise RowFaultError("channel", None, "missing: name the channel")
    named = _text(fields, "id", "", _LONGEST_NAME)
    air = airing_from(fields, named)
    at = _when(fields) if air.follow is None else None
    template = _template(fields, channel, channels)
    if template.name and channel not in channels and not fields.get("duration"):
        why = f"{UNTOLD} {template.name!r} is only the show of {channel} tells: give one, or that show"
        raise RowFaultError("duration", None, why)
    if template.duration_s is None or fields.get("duration") is not None:
        duration_s = _duration(fields, "duration", "duration")
    else:
        duration_s = template.duration_s
    listed = fields.get("ads")
    spots = () if listed is None else _spots(listed)
    plan = BreakPlan(
        id=named or _derived_id(channel, at, duration_s, air.follow),
        channel=channel,
        at=at,
        duration_s=duration_s,
        title=_text(fields, "title", "", _LONGEST_TITLE),
        splice_event_id=_whole(fields, "splice_event_id", _EVENT_IDS),
        segmentation_type_id=_whole(fields, "segmentation_type_id", _TYPES),
        upid=_upid(fields.get("upid")),
        auto_return=_flag(fields, "auto_return", default=True),
        ads=ads_of(spots) if spots else (),
        template=template.name,
    )
    return Booking(plan=plan, spots=spots, air=air)


def ads_of(spots: tuple[Spot, ...]) -> tuple[Ad, ...]:
    """What a break's plan says of its spots."""
    return tuple(Ad(spot.id, spot.title, spot.duration_s) for spot in spots)


def _template(fields: Mapping[str, object], channel: str, channels: Channels) -> Template:
    """That which a row names, "" where it names none; of a channel that no show knows, the name alone."""
    if fields.get("template") is None:
        return _UNNAMED
    name = _text(fields, "template", "", _LONGEST_NAME)
    if not name or channel not in channels:
        return Template(name=name)
    try:
        return template_named(channels[channel], name)
    except ValueError as error:
        raise RowFaultError("template", name, str(error)) from error


def _derived_id(channel: str, at: When | None, duration_s: Fraction, follow: Follow | None) -> str:
    """The key of a break that has none: the same row gives the same key when the list is read again."""
    when = at.text if at is not None else repr(follow)
    return "list-" + hashlib.sha256(f"{channel}\n{when}\n{duration_s}".encode()).hexdigest()[:12]


def _text(fields: Mapping[str, object], name: str, default: str, longest: int, shown: str = "") -> str:
    value = fields.get(name)
    if value is None:
        return default
    shown = shown or name
    if not isinstance(value, str):
        raise RowFaultError(shown, value, "no text")
    text = value.strip()
    if len(text) <= longest and text.isprintable():
        return text  # nearly all
    if not text.isprintable() and not (text := _BREAKS.sub(" ", text)).isprintable():
        raise RowFaultError(shown, ascii(text), "control characters in it")
    if len(text) > longest:
        raise RowFaultError(shown, text, f"longer than {longest} characters")
    return text


def _when(fields: Mapping[str, object]) -> When:
    value = fields.get("at")
    if value is None or value == "":
        raise RowFaultError("at", None, "missing")
    if not isinstance(value, str) or isinstance(value, NumberText):
        raise RowFaultError("at", value, 'no time: write it as text, "+12.5" for seconds after the first frame')
    try:
        return When.parse(value)
    except ValueError as error:
        raise RowFaultError("at", value, _one_line(error)) from error


def _duration(fields: Mapping[str, object], name: str, shown: str) -> Fraction:
    value = fields.get(name)
    if value is None or value == "":
        raise RowFaultError(shown, None, "missing")
    if not isinstance(value, str):
        raise RowFaultError(shown, value, "no duration: use seconds (30, 30.04) or PT30S")
    try:
        return parse_duration(_without_exponent(value) if isinstance(value, NumberText) else value)
    except ValueError as error:
        raise RowFaultError(shown, value, _one_line(error)) from error


def _without_exponent(number: str) -> str:
    """``3e1`` as ``30``: JSON may write a number so."""
    if (match := _EXPONENT.fullmatch(number)) is None:
        return number
    fraction = match[2] or ""
    digits, point = match[1] + fraction, len(match[1]) + int(match[3])
    digits = digits.ljust(point, "0").rjust(len(digits) - point + 1, "0") if point < 1 else digits.ljust(point, "0")
    whole, rest = digits[: max(point, 1)], digits[max(point, 1) :].rstrip("0")
    return f"{whole.lstrip('0') or '0'}.{rest}" if rest else whole.lstrip("0") or "0"


def _whole(fields: Mapping[str, object], name: str, highest: int, shown: str = "") -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    text = value.strip() if isinstance(value, str) else ""
    if len(text) <= _DIGITS and text.isascii() and text.isdigit() and (number := int(text)) <= highest:
        return number  # nearly all
    if not _WHOLE.fullmatch(text) or (number := int(text, 16 if text[:2].lower() == "0x" else 10)) > highest:
        raise RowFaultError(shown or name, value, f"no whole number from 0 to {highest}")
    return number


def _flag(fields: Mapping[str, object], name: str, *, default: bool) -> bool:
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise RowFaultError(name, value, "neither true nor false")
    return value


def _upid(value: object) -> Upid | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise RowFaultError("upid", value, 'no object {"type": 9, "value": "…"}')
    kind = _whole(value, "type", _TYPES, "upid.type")
    if kind is None:
        raise RowFaultError("upid.type", None, "missing: a upid has a type and a value")
    text = _text(value, "value", "", _LONGEST_TITLE, "upid.value")
    if kind and not text:
        raise RowFaultError("upid.value", None, "missing: a upid has a type and a value")
    if len(text.encode()) > _UPID_BYTES:
        raise RowFaultError("upid.value", text, f"longer than {_UPID_BYTES} bytes")
    return Upid(kind, text)


def _spots(value: object) -> tuple[Spot, ...]:
    if not isinstance(value, list):
        raise RowFaultError("ads", value, "no list of ads")
    spots = []
    for n, item in enumerate(value):
        shown = f"ads[{n}]"
        if not isinstance(item, Mapping):
            raise RowFaultError(shown, item, 'no object with "duration"')
        key = _text(item, "id", "", _LONGEST_NAME, f"{shown}.id")
        title = _text(item, "title", "", _LONGEST_TITLE, f"{shown}.title")
        spot = Spot(
            id=key or str(n + 1),
            title=title,
            duration_s=_duration(item, "duration", f"{shown}.duration"),
            media=_media(item.get("media"), f"{shown}.media"),
        )
        spots.append(spot)
    return tuple(spots)


def _media(value: object, shown: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(uri, str) and uri.isprintable() for uri in value):
        raise RowFaultError(shown, value, "no list of addresses")
    if any(len(uri) > _LONGEST_URI for uri in value):
        raise RowFaultError(shown, value, f"an address longer than {_LONGEST_URI} characters")
    return tuple(map(str, value))


def _one_line(error: ValueError) -> str:
    return " ".join(str(error).split())[:200]
