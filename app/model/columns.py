"""What a list of breaks may tell of each: the members of its JSON objects, the columns of its tables."""

from __future__ import annotations

AIRING = ("mode", "missed", "late", "follows", "at_mark", "gap")
FIELDS = (
    "id",
    "channel",
    "at",
    "duration",
    "title",
    "splice_event_id",
    "segmentation_type_id",
    "upid",
    "auto_return",
    "ads",
    "template",
    *AIRING,
)
COLUMNS = (*FIELDS, "upid_type")
