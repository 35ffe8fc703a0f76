"""What the packager hands to delivery: finished objects, playlists that know what they need, state, and deletions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.model.wire import Plain


@dataclass(frozen=True, slots=True)
class MediaObject:
    """A finished segment. ``path`` is relative to the origin; ``sequence`` is its media sequence number.

    ``closed_at_s``: time.monotonic() when its last byte was muxed, for the push figures.
    """

    path: str
    body: bytes
    content_type: str
    rendition: str
    sequence: int
    start_ticks: int
    duration_ticks: int
    closed_at_s: float


@dataclass(frozen=True, slots=True)
class Playlist:
    """One version of a playlist; the newest for a path that can go out replaces those before it.

    ``needs``: paths it lists (segments, or media playlists); it goes out when each is delivered or given up.
    ``render(lost)``: the text, with EXT-X-GAP on the paths in ``lost``. Pure; called on the uploader's thread.
    ``final``: the last one, with EXT-X-ENDLIST.
    """

    path: str
    needs: tuple[str, ...]
    render: Callable[[frozenset[str]], bytes]
    content_type: str = "application/vnd.apple.mpegurl"
    final: bool = False


@dataclass(frozen=True, slots=True)
class Expired:
    """Segments that have left the playlist window: no longer worth a retry."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deletion:
    """Objects to be deleted at the origin: one window after they left the playlist."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a restart goes on from: ``value`` is to be in the journal under ``key`` before what follows goes out.

    It comes behind the segments it speaks of and before the playlists that list them.
    """

    key: str
    value: Plain


type Delivery = MediaObject | Playlist | Expired | Deletion | Kept


@dataclass(frozen=True, slots=True)
class OriginStatus:
    """What is measured of one origin, polled."""

    backlog: int
    delivered: int
    lost: int
    last_delivered_at: datetime | None
    last_error: str
    push_ms: float
