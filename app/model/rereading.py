"""Values of one kind that come again and again, like a status: what is as it was is taken over, not read anew."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.model.timebase import FrameRate
from app.model.wire import Plain, from_plain

type _Read = Callable[[Plain, Plain, Any], Any]


class Rereading:
    """``read`` as ``from_plain`` does; one thread. A part whose plain form is the same is the same object."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._read: _Read | None = None
        self._plain: Plain = None
        self._value: Any = None

    def read(self, plain: Plain) -> Any:
        """The value; ValueError where it doesn't fit."""
        read = self._read or _first(self._kind)
        self._value = read(plain, self._plain, self._value)
        self._plain, self._read = plain, _reader(self._kind)
        return self._value


def _first(kind: Any) -> _Read:
    return lambda plain, _before, _value: from_plain(kind, plain)


@cache
def _reader(kind: Any) -> _Read:
    """Reads a plain form that may be other than ``before``, that of ``value``."""
    kinds = [one for one in get_args(kind) if one is not types.NoneType]
    if get_origin(kind) in (Union, types.UnionType) and len(kinds) == 1:
        return _optional(kind, _reader(kinds[0]))
    if get_origin(kind) is tuple and get_args(kind)[1:] == (Ellipsis,):
        return _items(kinds[0])
    if dataclasses.is_dataclass(kind) and kind is not FrameRate:
        return _fields(kind)
    return _first(kind)


def _optional(kind: Any, read_one: _Read) -> _Read:
    def read(plain: Plain, before: Plain, value: Any) -> Any:
        if plain is None or value is None:
            return from_plain(kind, plain)
        return read_one(plain, before, value)

    return read


def _items(kind: Any) -> _Read:
    read_one = _reader(kind)

    def read(plain: Plain, before: Plain, value: Any) -> Any:
        if not isinstance(plain, list) or not isinstance(before, list) or len(plain) != len(before):
            return from_plain(tuple[kind, ...], plain)
        items = zip(plain, before, value, strict=True)
        return tuple(known if new == old else read_one(new, old, known) for new, old, known in items)

    return read


def _fields(kind: Any) -> _Read:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}

    def read(plain: Plain, before: Plain, value: Any) -> Any:
        if not isinstance(plain, dict) or not isinstance(before, dict) or plain.keys() != before.keys():
            return from_plain(kind, plain)
        changed = {
            name: readers[name](item, before[name], getattr(value, name))
            for name, item in plain.items()
            if item != before[name]
        }
        return dataclasses.replace(value, **changed) if changed else value

    return read
