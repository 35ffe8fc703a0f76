"""What a list of breaks may tell of each: the members of its JSON objects, the columns of its tables."""

from __future__ import annotations

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
)
COLUMNS = (*FIELDS, "upid_type")
