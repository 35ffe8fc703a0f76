"""The id of a break that a source's marker made: it tells of which event, over a restart too."""

from __future__ import annotations

import re

from app.scte35.segmentation import ENDS
from app.scte35.spoken import EventKey

BY = "feed"
_ID = re.compile(r"feed-([0-9a-f]{2})-(\d{1,10})-([0-9a-f]{1,9})-[0-9TZ]+")


def feed_break_id(key: EventKey, pts: int, stamp: str) -> str:
    """``pts``: its OUT on the source's clock, 33 bits; ``stamp``: digits of the moment it came, for ids come again."""
    return f"feed-{key.ends_with or 0:02x}-{key.event_id}-{pts:x}-{stamp}"


def told_by(break_id: str) -> tuple[EventKey, int] | None:
    """The event and its PTS; None for a break that no source made."""
    match = _ID.fullmatch(break_id)
    if match is None:
        return None
    ends_with = int(match[1], 16)
    if ends_with and ends_with not in ENDS:
        return None
    return EventKey(int(match[2]), ends_with or None), int(match[3], 16)
