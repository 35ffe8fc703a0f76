"""JSON values taken by name, so that what is missing, misspelled or of the wrong kind is told with its place."""

from __future__ import annotations

import json

from app.model.errors import CueError

_LONGEST = 1 << 20


class Taker:
    """The members of one JSON object. What the section's bytes give by themselves (lengths, sums) may be named too."""

    _DERIVED = frozenset(
        [
            "section_syntax_indicator",
            "private_indicator",
            "section_length",
            "trailing_bytes",
            "crc_ok",
            "valid",
            "splice_command_length",
            "splice_count",
            "descriptor_loop_length",
            "effective_pts",
            "duration_flag",
            "program_splice",
            "program_segmentation",
            "length",
            "delivery_not_restricted",
            "upid_length",
            "stuffing_bytes",
            "findings",
            "base64",
            "hex",
            "error",
            "offset",
        ]
    )

    def __init__(self, members: object, where: str) -> None:
        if not isinstance(members, dict):
            raise CueError("is no JSON object", field=where)
        self._members = {str(name): value for name, value in members.items()}
        self._where = where

    def has(self, name: str) -> bool:
        """Whether it is there and not null."""
        return self._members.get(name) is not None

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number; without a default it must be there."""
        value = self._members.pop(name, None)
        value = default if value is None else value
        if isinstance(value, bool) or not isinstance(value, int):
            raise CueError("is missing" if value is None else f"{value!r} is no whole number", field=self.place(name))
        return value

    def optional_number(self, name: str) -> int | None:
        """A whole number, or None where there is none or null."""
        return self.number(name) if self.has(name) else self._members.pop(name, None)

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """True or false."""
        value = self._members.pop(name, None)
        value = default if value is None else value
        if not isinstance(value, bool):
            raise CueError(
                "is missing" if value is None else f"{value!r} is neither true nor false", field=self.place(name)
            )
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A string."""
        value = self._members.pop(name, None)
        value = default if value is None else value
        if not isinstance(value, str):
            raise CueError("is missing" if value is None else f"{value!r} is no text", field=self.place(name))
        return value

    def latin_1(self, name: str) -> bytes:
        """A string whose characters are bytes: identifiers and language codes."""
        try:
            return self.text(name).encode("latin-1")
        except UnicodeEncodeError as error:
            raise CueError("holds what is no byte", field=self.place(name)) from error

    def hexadecimal(self, name: str, default: str | None = None) -> bytes:
        """A string of hexadecimal digits."""
        try:
            return bytes.fromhex(self.text(name, default))
        except ValueError as error:
            raise CueError("is not hexadecimal", field=self.place(name)) from error

    def part(self, name: str) -> Taker:
        """An object within this one."""
        return Taker(self._members.pop(name, None), self.place(name))

    def parts(self, name: str) -> list[Taker]:
        """The objects of a list; none where there is no list."""
        items = self._members.pop(name, None)
        if items is None:
            return []
        if not isinstance(items, list):
            raise CueError("is no list", field=self.place(name))
        return [Taker(item, f"{self.place(name)}[{index}]") for index, item in enumerate(items)]

    def finish(self) -> None:
        """CueError for a name that nobody took."""
        for name in self._members.keys() - self._DERIVED:
            raise CueError("is not known", field=self.place(name))

    def place(self, name: str) -> str:
        """The path to a member."""
        return f"{self._where}.{name}" if self._where else name


def json_object(text: str) -> Taker:
    """The object that the text is."""
    if len(text) > _LONGEST:
        raise CueError(f"{len(text)} characters, {_LONGEST} are read", field="JSON")
    try:
        return Taker(json.loads(text), "")
    except (ValueError, RecursionError) as error:
        raise CueError(f"not JSON: {error}".replace("\n", " "), field="JSON") from error
