"""What a surface's key tells: the same as its button in the window, in the same words. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.ui.faces import Kind


@dataclass(frozen=True, slots=True)
class KeyFace:
    """``kind`` None: the key does nothing. ``right``: the countdown or count, the largest where there is one."""

    kind: Kind | None = None
    word: str = ""
    line: str = ""
    right: str = ""


NOTHING = KeyFace()
