"""What every kind of surface has in common, whatever library speaks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from app.ui.surfaces.key_face import KeyFace

type Moved = Callable[[str, bool], None]
"""A key went down (True) or up, by its control's name. Called on a thread of the library's own; returns at once."""


class SurfaceLackError(Exception):
    """A kind of surface can't be had here, or one of them can't be opened: what is missing, what to do."""


class Names:
    """Tells surfaces of the same name apart by a number, which each keeps as long as it stays in its place."""

    def __init__(self) -> None:
        self._by_place: dict[str, str] = {}

    def give(self, places: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Places by name, for each place and what its surface is called."""
        called = dict(places)
        self._by_place = {place: name for place, name in self._by_place.items() if place in called}
        for place, own in called.items():
            if place not in self._by_place:
                taken = set(self._by_place.values())
                numbered = (own if n == 1 else f"{own} #{n}" for n in range(1, len(taken) + 2))
                self._by_place[place] = next(name for name in numbered if name not in taken)
        return {name: place for place, name in self._by_place.items()}


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

    def found(self) -> Mapping[str, str]:
        """By name, where each is plugged in: another place means that it was out meanwhile. SurfaceLackError."""
        ...

    def open(self, name: str, moved: Moved) -> Surface:
        """Listen to one. SurfaceLackError."""
        ...
