"""A break as lines of an HLS playlist: one break, several dialects, all from the same section bytes. Pure text."""

from app.model.profiles import DIALECTS
from app.scte35.dialects.avail import Avail, daterange_id
from app.scte35.dialects.lines import cont_tags, given_up, in_tags, moment_tags, open_ranges, out_tags

__all__ = [
    "DIALECTS",
    "Avail",
    "cont_tags",
    "daterange_id",
    "given_up",
    "in_tags",
    "moment_tags",
    "open_ranges",
    "out_tags",
]
