"""The section in a tag: base64 or hexadecimal, decoded as far as it can be (SCTE 35 §12.2)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache

from app.model.cue import Section
from app.model.errors import CueError
from app.monitoring.words import Direction, EventId, Word, words_of
from app.scte35.codec import decode

_MOST_CACHED = 512  # a payload stands in many tags


@dataclass(frozen=True, slots=True)
class Payload:
    """A tag's section. ``words``: what it says of splices and signals; ``problem``: why it can't be read."""

    encoded: bytes
    section: Section | None = None
    words: tuple[Word, ...] = ()
    problem: str = ""

    @property
    def pts(self) -> int | None:
        """Its effective time; None where it has none."""
        return self.section.effective_pts if self.section else None

    @property
    def names(self) -> frozenset[tuple[EventId, str]]:
        """The splices that it is about: event and direction."""
        return frozenset((word.event, word.direction) for word in self.words if word.direction is not None)

    @property
    def encrypted(self) -> bool:
        """Whether what it says is ciphertext."""
        return self.section is not None and self.section.encrypted

    def roles(self) -> list[Direction]:
        """The directions that it speaks of; a section may end one thing and start another."""
        spoken = [word.direction for word in self.words]
        return [direction for direction in _DIRECTIONS if direction in spoken]

    def word(self, direction: str) -> Word | None:
        """What it says first in a direction."""
        return next((word for word in self.words if word.direction == direction), None)


_DIRECTIONS: tuple[Direction, ...] = ("in", "out")


def from_base64(text: str) -> Payload:
    """A payload as most tags have it."""
    try:
        return _decoded(base64.b64decode(text.strip().strip('"'), validate=True))
    except (binascii.Error, ValueError):
        return Payload(b"", problem=f"its payload {text[:24]!r} is no base64")


def from_hex(text: str) -> Payload:
    """A payload as EXT-X-DATERANGE has it: 0x and digits."""
    try:
        if text[:2].lower() == "0x":
            return _decoded(bytes.fromhex(text[2:]))
    except ValueError:
        pass
    return Payload(b"", problem=f"its payload {text[:24]!r} is no hexadecimal")


@lru_cache(_MOST_CACHED)
def _decoded(payload: bytes) -> Payload:
    try:
        section = decode(payload)
    except CueError as error:
        return Payload(payload, problem=f"its payload is refused: {error}")
    return Payload(payload, section, tuple(words_of(section)))
