"""A marker that a channel's source brought, as the reader hands it to the program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCue:
    """``section``: its bytes as they came. ``problem``: why it is no valid section, else "".

    ``source_ticks``: the effective splice time on the source's continuous time line (as pictures are placed on it, not
    wrapped); None where it has no time or there is no clock yet. ``lead_ticks``: from its arrival (by the source's own
    latest picture or PCR) to the splice; None without a time. ``arrival_ticks``: that arrival on the same time line;
    None where there is no clock yet. ``repeats``: how many of the same bytes came on its PID within the minute before.

    ``session``: of the feed's sessions with its sources. Each has a time line of its own: ticks of another one mean
    nothing any more.
    """

    pid: int
    section: bytes
    source: str
    received_at: datetime
    source_ticks: int | None = None
    lead_ticks: int | None = None
    arrival_ticks: int | None = None
    problem: str = ""
    repeats: int = 0
    session: int = 0
