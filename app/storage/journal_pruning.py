"""The bound of the journal: old rows go, a few at a time, when nothing waits to be written."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROWS = 30_000  # commands and what became of them: the breaks of a full day on 16 channels
BRIEF_ROWS = 10_000  # segments: a good hour on one channel, two windows and more on sixteen
BATCH = 200  # rows at once: a command that comes in meanwhile waits for no more than that
PLANS_KEPT = timedelta(days=7)  # a break that is not over keeps its rows so long, however many came since
CHECKPOINT_BYTES = 8_000_000  # of write-ahead log, under load; the file is synced then, which takes a moment
IDLE_CHECKPOINT_BYTES = 2_000_000

_OVER = "('break.in', 'break.withdrawn', 'break.skipped', 'break.refused', 'break.failed')"
_OLDEST_BRIEF = "DELETE FROM entry WHERE row IN (SELECT row FROM entry WHERE brief = 1 ORDER BY row LIMIT ?)"
_FLOOR = "SELECT row FROM entry WHERE brief = 0 ORDER BY row DESC LIMIT 1 OFFSET ?"
_OLDEST = f"""
DELETE FROM entry WHERE row IN (
  SELECT row FROM entry AS old WHERE brief = 0 AND row <= :floor
  AND NOT (name = 'channel.on_air' AND row = (
    SELECT min(row) FROM entry AS first WHERE first.channel = old.channel AND first.name = 'channel.on_air'))
  AND (:all OR break_id = '' OR (at < :since OR EXISTS (
    SELECT 1 FROM entry AS over WHERE over.break_id <> '' AND over.name IN {_OVER}
    AND over.channel = old.channel AND over.break_id = old.break_id))
  AND (seq IS NULL OR (life, seq) <= (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM kept WHERE key = 'recorded')))
  ORDER BY row LIMIT :batch)
"""  # noqa: S608 - our own words


class Pruning:
    """How many rows there are, and which go. ``rows`` and ``brief_rows`` are the bounds.

    Breaks that are not over, and those that the as-run's store has not got yet, stay until there are twice as many.
    """

    def __init__(self, rows: int = ROWS, brief_rows: int = BRIEF_ROWS) -> None:
        self._rows, self._brief_rows = rows, brief_rows
        self._count = self._brief = 0
        self._next_at = 0

    def count(self, connection: sqlite3.Connection) -> None:
        """Look how many there are."""
        counted = dict(connection.execute("SELECT brief, count(*) FROM entry GROUP BY brief").fetchall())
        self._count, self._brief = counted.get(0, 0), counted.get(1, 0)
        self._next_at = 0

    def added(self, rows: int, *, brief: bool) -> None:
        """Rows came."""
        if brief:
            self._brief += rows
        else:
            self._count += rows

    @property
    def due(self) -> bool:
        """Whether there are rows too many."""
        return self._brief >= self._brief_rows + BATCH or self._count >= max(self._rows + BATCH, self._next_at)

    def prune(self, connection: sqlite3.Connection) -> None:
        """Take a batch of the oldest away; one transaction."""
        if self._brief >= self._brief_rows + BATCH:
            self._brief -= connection.execute(_OLDEST_BRIEF, (BATCH,)).rowcount
        elif self._count >= self._rows + BATCH:
            self._prune_lasting(connection)

    def _prune_lasting(self, connection: sqlite3.Connection) -> None:
        (floor,) = connection.execute(_FLOOR, (self._rows,)).fetchone() or (0,)
        since = (datetime.now(UTC) - PLANS_KEPT).isoformat(timespec="microseconds")
        values = {"floor": floor, "since": since, "batch": BATCH, "all": self._count >= 2 * self._rows}
        gone = connection.execute(_OLDEST, values).rowcount
        self._count -= gone
        self._next_at = 0 if gone else self._count + 5 * BATCH  # all that is old is still wanted


def write_back(connection: sqlite3.Connection, path: Path, *, idle: bool) -> None:
    """The write-ahead log into the file, when it has grown long enough."""
    log = path.with_name(f"{path.name}-wal")
    limit = IDLE_CHECKPOINT_BYTES if idle else CHECKPOINT_BYTES
    if log.exists() and log.stat().st_size >= limit:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
