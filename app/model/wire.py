"""Frozen dataclasses to plain JSON values and back, driven by their annotations.

Known: dataclasses, enums, aware datetimes (RFC 3339, UTC), Fraction ("n/d"), bytes (base64), FrameRate,
tuples, string-keyed dicts, optional values and unions of dataclasses with differing ``kind`` are not needed.
"""

from __future__ import annotations

import base64
import dataclasses
import re
import types
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.model.timebase import FrameRate

type Plain = bool | int | float | str | list[Plain] | dict[str, Plain] | None


def utc_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: ``2026-11-22T20:15:32.440Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_plain(value: object) -> Plain:  # noqa: PLR0911 - one line a kind of value
    """A value as JSON types; TypeError for a kind that is not listed above."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return to_plain(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, FrameRate | Fraction):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [to_plain(item) for item in (sorted(value) if isinstance(value, frozenset | set) else value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(type(value).__name__)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def from_plain(kind: Any, value: Plain) -> Any:
    """The value of type ``kind`` that ``to_plain`` made ``value`` from; ValueError where it doesn't fit."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _from_union(get_args(kind), value)
    if origin is tuple:
        return _from_tuple(get_args(kind), value)
    if origin is dict:
        if not isinstance(value, dict):
            raise ValueError(f"an object is wanted, not {value!r}")
        return {key: from_plain(get_args(kind)[1], item) for key, item in value.items()}
    if dataclasses.is_dataclass(kind) and kind is not FrameRate:
        return _from_object(kind, value)
    return _from_scalar(kind, value)


def _from_union(kinds: tuple[Any, ...], value: Plain) -> Any:
    if value is None and type(None) in kinds:
        return None
    (kind,) = [kind for kind in kinds if kind is not type(None)]
    return from_plain(kind, value)


def _from_tuple(kinds: tuple[Any, ...], value: Plain) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(f"a list is wanted, not {value!r}")
    if len(kinds) == 2 and kinds[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
        return tuple(from_plain(kinds[0], item) for item in value)
    return tuple(from_plain(kind, item) for kind, item in zip(kinds, value, strict=True))


def _from_object(kind: Any, value: Plain) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"an object is wanted, not {value!r}")
    hints = _hints(kind)
    unknown = value.keys() - hints.keys()
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    try:
        return kind(**{name: from_plain(hints[name], item) for name, item in value.items()})
    except TypeError as error:
        raise ValueError(str(error)) from error


def _from_scalar(kind: Any, value: Plain) -> Any:
    if kind is bool or kind is str or kind is int:
        if type(value) is not kind:
            raise ValueError(f"{kind.__name__} is wanted, not {value!r}")
        return value
    if kind is float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"a number is wanted, not {value!r}")
        return float(value)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError(f"{kind.__name__} is wanted, not {value!r}")
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind not in _WRITTEN:
        raise ValueError(f"{kind!r} is not a kind the wire knows")
    return _WRITTEN[kind](str(value))


def _fraction(text: str) -> Fraction:
    """``n/d``; Fraction itself would take ``1e999999999`` and be busy for hours."""
    match = re.fullmatch(r"(-?\d{1,40})(?:/(\d{1,40}))?", text)
    if match is None or int(match[2] or 1) == 0:
        raise ValueError(f"{text[:80]!r} is no fraction")
    return Fraction(int(match[1]), int(match[2] or 1))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range") from error


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_WRITTEN: dict[type, Callable[[str], Any]] = {
    Fraction: _fraction,
    FrameRate: FrameRate.parse,
    datetime: _moment,
    bytes: _base64,
}
