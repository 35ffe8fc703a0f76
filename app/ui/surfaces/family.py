"""What every kind of surface has in common, whatever library speaks to it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol

from app.ui.surfaces.key_face import KeyFace

type Moved = Callable[[str, bool], None]
"""A key went down (True) or up, by its control's name. Called on a thread of the library's own; returns at once."""


class SurfaceLackError(Exception):
    """A kind of surface can't be had here, or one of them can't be opened: what is missing, what to do."""


class Surface(Protocol):
    """One that is open. All but ``close`` are called on the family's thread; a lost one raises OSError."""

    @property
    def controls(self) -> tuple[str, ...]:
        """Its keys in order, where they are known before one is pressed."""
        ...

    def alive(self) -> bool:
        """Whether it still answers."""
        ...

    def show(self, control: str, face: KeyFace, now_s: float) -> None:
        """Let a key tell its face; cheap where nothing has changed."""
        ...

    def close(self) -> None:
        """Let go of it; its keys are dark, if it is still there."""
        ...


class Family(Protocol):
    """One kind of surface. ``name``: MIDI, Stream Deck."""

    name: str

    def found(self) -> Collection[str]:
        """The names of those that are plugged in, the same for the same one each time. SurfaceLackError."""
        ...

    def open(self, name: str, moved: Moved) -> Surface:
        """Listen to one. SurfaceLackError."""
        ...
