"""A TOML table read strictly: what it holds is asked for by name, type and range; a fault names its key path."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from app.logs import scrubbed
from app.model.errors import ShowFileError, UnsupportedError
from app.settings.lines import line_of

_SHOWN = 60  # characters of a wrong value that a message repeats
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_NAME = re.compile(r"[a-z0-9-]{1,64}")


class DecimalText(str):
    """A TOML float as it was written: media time is never a binary float."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The file a table is in: its name in messages and the lines of its keys."""

    name: str
    lines: Mapping[str, int] = field(default_factory=dict)

    def place(self, path: str) -> str:
        """``show.toml: channels[0].name (line 7)``."""
        line = line_of(path, dict(self.lines))
        return f"{self.name}: {path}" + (f" (line {line})" if line else "")


@dataclass(frozen=True, slots=True)
class Table:
    """One table; ``path`` is its key path, "" for the whole file."""

    document: Document
    path: str
    values: Mapping[str, Any]

    def at(self, key: str) -> str:
        """The key path of a key here."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, what: str, remedy: str = "") -> ShowFileError:
        """The error for a key here, or for the table itself (key "")."""
        return ShowFileError(self.document.place(self.at(key) if key else self.path), what, remedy)

    def unsupported(self, key: str, what: str, remedy: str = "") -> UnsupportedError:
        """The error for what the contract names and this version has not got."""
        return UnsupportedError(self.document.place(self.at(key)), what, remedy)

    def only(self, *known: str) -> None:
        """Refuse the first key that is not known."""
        for key in self.values:
            if key not in known:
                raise self.fault(shown_key(key), "unknown key", nearest(key, known))

    def required(self, key: str, form: str) -> Any:
        """The value of a key that must be there."""
        if key not in self.values:
            raise self.fault(key, "missing", f"write {key} = {form}")
        return self.values[key]

    def wrong(self, key: str, right: str) -> ShowFileError:
        """The error for a value of the wrong type or out of range."""
        value = self.values.get(key)
        return self.fault(key, f"{shown(value)} is {_kind(value)}", f"right is {right}")

    def text(self, key: str, default: str | None = None, *, form: str = '"…"') -> str:
        """A line of text, never empty."""
        if default is not None and key not in self.values:
            return default
        value = self.required(key, form)
        if type(value) is not str:
            raise self.wrong(key, f"text: {key} = {form}")
        if not value.strip() or not value.isprintable():
            raise self.fault(key, f"{shown(value)} is empty or has control characters", f"write {key} = {form}")
        return value

    def name(self, taken: Iterable[str] = (), key: str = "name") -> str:
        """A name for paths and commands that none in ``taken`` has."""
        name = self.text(key, form='"news-1"')
        if not _NAME.fullmatch(name):
            raise self.fault(key, f"{shown(name)} is no name", "right are 1 to 64 of a-z, 0-9 and -")
        if name in taken:
            raise self.fault(key, f"{shown(name)} is used twice", "give each its own name")
        return name

    def integer(
        self, key: str, low: int, high: int, default: int | None = None, *, unit: str = "", form: str = ""
    ) -> int:
        """A whole number in a range."""
        right = f"a whole number{unit} from {low} to {high}"
        value = default if default is not None and key not in self.values else self.required(key, form or str(high))
        if type(value) is not int:
            raise self.wrong(key, right)
        if not low <= value <= high:
            raise self.fault(key, f"{shown(value)} is out of range", f"right is {right}")
        return value

    def seconds(self, key: str, low: Fraction, high: Fraction, default: Fraction) -> Fraction:
        """A number of seconds in a range, exact."""
        value = self.values.get(key, default)
        right = f"a number of seconds from {float(low):g} to {float(high):g}"
        if isinstance(value, bool) or not isinstance(value, int | DecimalText | Fraction):
            raise self.wrong(key, right)
        written = str(value).replace("_", "")
        exact = Fraction(written) if isinstance(value, Fraction) or _NUMBER.fullmatch(written) else None
        if exact is None or not low <= exact <= high:
            raise self.fault(key, f"{shown(value)} is out of range", f"right is {right}")
        return exact

    def number(self, key: str, low: float, high: float, default: float, *, unit: str = "") -> float:
        """A number in a range, of what is no media time."""
        value = self.values.get(key, default)
        right = f"a number{unit} from {low:g} to {high:g}"
        if isinstance(value, bool) or not isinstance(value, int | float | DecimalText):
            raise self.wrong(key, right)
        written = str(value).replace("_", "")
        number = float(written) if isinstance(value, float) or _NUMBER.fullmatch(written) else None
        if number is None or not low <= number <= high:
            raise self.fault(key, f"{shown(value)} is out of range", f"right is {right}")
        return number

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, f"true or false: {key} = {str(default).lower()}")
        return value

    def integers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """A list of whole numbers in a range; none where the key is missing."""
        items = self._items(key, f"{low}")
        return tuple(items.integer(each, low, high) for each in items.values)

    def list_of_seconds(
        self, key: str, low: Fraction, high: Fraction, default: tuple[Fraction, ...], *, needed: bool = False
    ) -> tuple[Fraction, ...]:
        """A list of seconds in a range, exact; ``needed``: never empty."""
        if key not in self.values:
            return default
        form = ", ".join(f"{float(each):g}" for each in default)
        items = self._items(key, form)
        if needed and not items.values:
            raise self.fault(key, "the list is empty", f"write {key} = [{form}]")
        return tuple(items.seconds(each, low, high, low) for each in items.values)

    def _items(self, key: str, form: str) -> Table:
        """Those of a list as keys of a table, ``pids[0]``."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, f"a list: {key} = [{form}]")
        return Table(self.document, self.path, {f"{key}[{n}]": item for n, item in enumerate(value)})

    def choice(self, key: str, known: Iterable[str], default: str | None = None) -> str:
        """One of the known words."""
        words = list(known)
        value = self.text(key, default, form=f'"{words[0]}"')
        if value not in words:
            raise self.fault(key, f"{shown(value)} is not known", nearest(value, words))
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None, *, form: str = '["…"]') -> tuple[str, ...]:
        """A list of texts, never empty."""
        if default is not None and key not in self.values:
            return default
        value = self.required(key, form)
        if not isinstance(value, list):
            raise self.wrong(key, f"a list: {key} = {form}")
        if not value:
            raise self.fault(key, "the list is empty", f"write {key} = {form}")
        items = Table(self.document, self.path, {f"{key}[{n}]": item for n, item in enumerate(value)})
        return tuple(items.text(item) for item in items.values)

    def table(self, key: str) -> Table | None:
        """A table in this one, if it is there."""
        if key not in self.values:
            return None
        if not isinstance(self.values[key], dict):
            raise self.wrong(key, f"a table: [{self.at(key)}]")
        return Table(self.document, self.at(key), self.values[key])

    def tables(self, key: str) -> list[Table]:
        """The tables of a list; where the key is missing there is none of them."""
        value = self.values.get(key, [])
        header = re.sub(r"\[\d+\]", "", self.at(key))
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(key, f"a list of tables: [[{header}]]")
        return [Table(self.document, f"{self.at(key)}[{n}]", item) for n, item in enumerate(value)]

    def needed_tables(self, key: str) -> list[Table]:
        """As ``tables``, at least one."""
        if not (found := self.tables(key)):
            header = re.sub(r"\[\d+\]", "", self.at(key))
            raise self.fault(key, "missing" if key not in self.values else "the list is empty", f"add [[{header}]]")
        return found


def shown(value: object) -> str:
    """A wrong value for a message: quoted, without secrets, not longer than a glance."""
    if isinstance(value, DecimalText):
        return f"{value:.{_SHOWN}}"
    if isinstance(value, str):
        text = repr(scrubbed(value))
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…'"
    if isinstance(value, int):
        bits = value.bit_length()
        return str(value).lower() if bits <= 4 * _SHOWN else f"a number of {bits} bits"
    return "this" if isinstance(value, list | dict) else str(value)[:_SHOWN]


def shown_key(key: str) -> str:
    """A key as it may stand in a key path: printable, short, quoted where it isn't plain."""
    return key if re.fullmatch(r"[\w-]{1,60}", key, re.ASCII) else shown(key)


def nearest(word: str, known: Iterable[str]) -> str:
    """What is right instead of an unknown word: the nearest known one, and all of them."""
    words = list(known)
    close = difflib.get_close_matches(word[:_SHOWN].lower(), words, n=1, cutoff=0.5)
    everything = f"known are {', '.join(words)}"
    return f"did you mean {close[0]}? {everything}" if close else everything


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    kinds: dict[type, str] = {
        DecimalText: "a decimal number",
        int: "a whole number",
        str: "text",
        list: "a list",
        dict: "a table",
    }
    return kinds.get(type(value), "a date or time")
