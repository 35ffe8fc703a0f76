"""The columns of the table of breaks."""

from __future__ import annotations

from enum import IntEnum

from app.ui.words import _


class Column(IntEnum):
    """In their order."""

    STATE = 0
    OUT = 1
    LENGTH = 2
    CHANNEL = 3
    TITLE = 4
    ADS = 5
    ID = 6
    EVENT = 7
    TYPE = 8
    FROM = 9
    PROOF = 10


HEADS = (
    *(_("STATE"), _("OUT"), _("LENGTH"), _("CHANNEL"), _("TITLE"), _("ADS"), _("ID"), _("EVENT ID"), _("TYPE")),
    *(_("FROM"), _("PROOF OR FINDING")),
)
SPOKEN = (
    *(
        _("State"),
        _("Out, house time"),
        _("Length, minutes and seconds"),
        _("Channel"),
        _("Title"),
        _("Ads in it"),
        _("Id in the schedule"),
    ),
    *(_("SCTE-35 event id"), "segmentation_type_id"),
    *(_("Where it came from"), _("Proof, or what the linter found")),
)
EDITABLE = frozenset(
    {Column.OUT, Column.LENGTH, Column.CHANNEL, Column.TITLE, Column.ID, Column.EVENT, Column.TYPE},
)
NARROW = frozenset({Column.ADS, Column.EVENT, Column.TYPE, Column.FROM})
"""What a narrow window leaves out; the whole row is in its tool tip."""

TYPE_WORDS = {
    0x10: "PROG",
    0x20: "CHAP",
    0x22: "BREAK",
    0x30: "PA",
    0x32: "DA",
    0x34: "PPO",
    0x36: "DPO",
    0x38: "POPO",
    0x3A: "DOPO",
    0x40: "UNSCH",
    0x44: "PAB",
    0x46: "DAB",
    0x50: "NET",
}
"""What the trade calls a segmentation_type_id (SCTE 35 table 23) in a cell."""


def type_words(type_id: int | None) -> str:
    """``0x34 PPO``; nothing where the channel's own counts."""
    if type_id is None:
        return ""
    return f"0x{type_id:02X} {TYPE_WORDS.get(type_id, '')}".strip()
