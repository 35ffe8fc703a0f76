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


def to_plain(value: object) -> Plain:
    """A value as JSON types; TypeError for a kind that is not listed above."""
    kind = type(value)
    writer = _WRITERS.get(kind)
    if writer is None:
        writer = _WRITERS[kind] = _writer(kind)
    return writer(value)


def _writer(kind: type) -> Callable[[Any], Plain]:  # noqa: C901, PLR0911 - one line a kind of value
    if issubclass(kind, types.NoneType | bool | int | float):
        return _as_it_is
    if issubclass(kind, Enum):
        return lambda value: to_plain(value.value)
    if issubclass(kind, str):
        return _as_it_is
    if issubclass(kind, datetime):
        return lambda value: value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if issubclass(kind, FrameRate | Fraction):
        return str
    if issubclass(kind, bytes):
        return lambda value: base64.b64encode(value).decode("ascii")
    if issubclass(kind, Mapping):
        return lambda value: {str(key): to_plain(item) for key, item in value.items()}
    if issubclass(kind, frozenset | set):
        return lambda value: [to_plain(item) for item in sorted(value)]
    if issubclass(kind, list | tuple):
        return lambda value: [to_plain(item) for item in value]
    if dataclasses.is_dataclass(kind):
        names = tuple(field.name for field in dataclasses.fields(kind))
        return lambda value: {name: to_plain(getattr(value, name)) for name in names}
    raise TypeError(kind.__name__)


def _as_it_is(value: Any) -> Plain:
    written: Plain = value
    return written


_WRITERS: dict[type, Callable[[Any], Plain]] = {}  # by the value's own type: a status is written ten times a second


def from_plain(kind: Any, value: Plain) -> Any:
    """The value of type ``kind`` that ``to_plain`` made ``value`` from; ValueError where it doesn't fit."""
    return _reader(kind)(value)


@cache
def _reader(kind: Any) -> Callable[[Plain], Any]:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union_reader(get_args(kind))
    if origin is tuple:
        return _tuple_reader(get_args(kind))
    if origin is dict:
        return _dict_reader(get_args(kind)[1])
    if dataclasses.is_dataclass(kind) and kind is not FrameRate:
        return _object_reader(kind)
    return _scalar_reader(kind)


def _union_reader(kinds: tuple[Any, ...]) -> Callable[[Plain], Any]:
    (read,) = [_reader(kind) for kind in kinds if kind is not types.NoneType]
    return (lambda value: None if value is None else read(value)) if types.NoneType in kinds else read


def _tuple_reader(kinds: tuple[Any, ...]) -> Callable[[Plain], Any]:
    readers = [_reader(kind) for kind in kinds if kind is not Ellipsis]
    of_any_length = len(kinds) == 2 and kinds[1] is Ellipsis  # noqa: PLR2004 - tuple[X, ...]

    def read(value: Plain) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(f"a list is wanted, not {value!r}")
        if of_any_length:
            return tuple(map(readers[0], value))
        return tuple(read_one(item) for read_one, item in zip(readers, value, strict=True))

    return read


def _dict_reader(kind: Any) -> Callable[[Plain], Any]:
    read_item = _reader(kind)

    def read(value: Plain) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError(f"an object is wanted, not {value!r}")
        return {key: read_item(item) for key, item in value.items()}

    return read


def _object_reader(kind: Any) -> Callable[[Plain], Any]:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}

    def read(value: Plain) -> Any:
        if not isinstance(value, dict):
            raise ValueError(f"an object is wanted, not {value!r}")
        if not value.keys() <= readers.keys():
            raise ValueError(f"unknown: {', '.join(sorted(value.keys() - readers.keys()))}")
        try:
            return kind(**{name: readers[name](item) for name, item in value.items()})
        except TypeError as error:
            raise ValueError(str(error)) from error

    return read


def _scalar_reader(kind: Any) -> Callable[[Plain], Any]:
    if kind is bool or kind is str or kind is int:
        return _exactly(kind)
    if kind is float:
        return _number
    make = kind if isinstance(kind, type) and issubclass(kind, Enum) else None
    written = _WRITTEN.get(kind)

    def read(value: Plain) -> Any:
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise ValueError(f"{kind.__name__} is wanted, not {value!r}")
        if make is not None:
            return make(value)
        if written is None:
            raise ValueError(f"{kind!r} is not a kind the wire knows")
        return written(str(value))

    return read


def _exactly(kind: type) -> Callable[[Plain], Any]:
    def read(value: Plain) -> Any:
        if type(value) is not kind:
            raise ValueError(f"{kind.__name__} is wanted, not {value!r}")
        return value

    return read


def _number(value: Plain) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"a number is wanted, not {value!r}")
    return float(value)


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
