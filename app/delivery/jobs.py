"""What can be done for an origin, and what became of a segment that waits. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.delivery.versions import AT_ONCE
from app.model.errors import DeliveryError
from app.model.segment import MediaObject, Playlist

_PASSING_4XX = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Loss:
    """A segment this origin will never have. ``gap``: it is still in the window, so playlists list it as a gap."""

    path: str
    sequence: int
    reason: str
    gap: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """An object to delete."""

    path: str


type Job = MediaObject | Playlist | Removal


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


def is_for_good(error: DeliveryError) -> bool:
    """The origin answered about this object, and will not answer differently."""
    return error.status is not None and 400 <= error.status < 500 and error.status not in _PASSING_4XX  # noqa: PLR2004 - HTTP's client errors
