"""Pictures around a splice as they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture. ``offset``: its place in frames from the splice; ``label``: what it is, where that says more."""

    image: QImage
    offset: int
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """``about``: whose pictures these are. ``nothing``: why there are none."""

    frames: tuple[Frame, ...] = ()
    about: str = ""
    nothing: str = ""
