"""A marker that a channel's source brought, as the reader hands it to the program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCue:
    """``section``: its bytes as they came. ``problem``: why it is no valid section, else "".

    ``source_ticks``: the effective splice time on the source's continuous time line (as pictures are placed on it, not
    wrapped); None where it has no time or there is no clock yet. ``lead_ticks``: from its arrival (by the source's own
    latest picture or PCR) to the splice; None without a time. ``repeats``: how often these same bytes came just before.
    """

    pid: int
    section: bytes
    source: str
    received_at: datetime
    source_ticks: int | None = None
    lead_ticks: int | None = None
    problem: str = ""
    repeats: int = 0
