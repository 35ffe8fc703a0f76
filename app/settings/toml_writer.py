"""TOML as a show file has it: keys and values of the kinds that a show names, exact."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

type Value = str | bool | int | Fraction | tuple[Value, ...] | Mapping[str, Value]

_ESCAPED = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_PLACES = 12  # decimals that the reader takes
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def toml_text(value: Value) -> str:
    """A value as TOML has it. ValueError: a fraction that no decimal of twelve places says exactly."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Fraction):
        return decimal(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key(name)} = {toml_text(each)}" for name, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return f"[{', '.join(map(toml_text, value))}]"


def quoted(text: str) -> str:
    """A basic string."""
    return '"' + "".join(_ESCAPED.get(c) or (c if _may_stand(c) else f"\\u{ord(c):04X}") for c in text) + '"'


def key(name: str) -> str:
    """A key, quoted where it isn't plain."""
    return name if name and _PLAIN.issuperset(name) else quoted(name)


def decimal(value: Fraction) -> str:
    """Exact, without needless zeros: ``6``, ``0.5``."""
    scaled = value * 10**_PLACES
    if scaled.denominator != 1:
        raise ValueError(f"{value} is no decimal of {_PLACES} places")
    sign, digits = ("-" if scaled < 0 else ""), abs(scaled.numerator)
    whole, part = divmod(digits, 10**_PLACES)
    rest = f"{part:0{_PLACES}d}".rstrip("0")
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _may_stand(c: str) -> bool:
    return c >= " " and c != "\x7f"
