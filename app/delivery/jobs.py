"""What can be done for an origin, and a segment that waits for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.delivery.questions import Question
from app.delivery.versions import AT_ONCE
from app.model.segment import MediaObject, Playlist


@dataclass(frozen=True, slots=True)
class Removal:
    """An object to delete."""

    path: str


type Job = MediaObject | Playlist | Removal | Question


@dataclass(slots=True)
class WaitingSegment:
    """A segment with what became of its tries.

    ``taken_before``: what the origin had taken when it failed first; ``expired``: it has left the window.
    """

    segment: MediaObject
    attempts: int = 0
    refusals: int = 0
    taken_before: int = 0
    due_s: float = AT_ONCE
    expired: bool = False
    error: str = ""
