"""What a journal leaves to the engine that comes back: the rows of what is not over, and what was kept.

A long run's journal is mostly breaks that have aired and were proved: of those nothing is read but their ids, for the
air waits for this.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.model.errors import StorageError
from app.model.events import Event
from app.model.wire import Plain
from app.storage.journal_reader import COLUMNS, JournalEntry, entry_of, reading

logger = logging.getLogger(__name__)

_IDLE = "('cue.sent', 'source.changed', 'alarm.raised', 'alarm.cleared', 'engine.started')"  # nothing goes on from them
_GONE = "('break.withdrawn', 'break.skipped', 'break.refused', 'break.failed')"
_PROVED = "('break.landed', 'break.missed')"
_SETTLED = (  # one pass: looked up for each row, it would take a long run's journal minutes
    "SELECT channel, break_id FROM entry WHERE break_id <> '' GROUP BY channel, break_id"  # noqa: S608 - our own words
    f" HAVING max(name IN {_GONE}) OR (max(name = 'break.in') AND max(name IN {_PROVED}))"
)
_STANDING = (
    f"SELECT {COLUMNS} FROM entry WHERE brief = 0 AND name NOT IN {_IDLE}"  # noqa: S608 - our own words
    f" AND (break_id = '' OR (channel, break_id) NOT IN ({_SETTLED})) ORDER BY row"
)
_DELIVERED = "('segment.delivered', 'segment.lost')"
_DELIVERIES = f"SELECT {COLUMNS} FROM entry WHERE brief = 1 AND name IN {_DELIVERED} AND at >= ? ORDER BY row"  # noqa: S608 - our own words
_USED = "max(json_extract(body, '$.splice_event_id'))"
_KNOWN = f"SELECT channel, break_id, {_USED} FROM entry WHERE name = 'break.planned' GROUP BY channel, break_id"  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class JournalLeft:
    """``run_id`` None: it can't be told. ``known``: channel and id of every break there was.

    ``damaged``: why some of it could not be read; the rest is here.
    """

    run_id: str | None = None
    entries: tuple[JournalEntry, ...] = ()
    known: frozenset[tuple[str, str]] = frozenset()
    used_event_id: int = 0
    last_at: datetime | None = None
    kept: dict[str, Plain] = field(default_factory=dict)
    damaged: str = ""


def read_left(path: Path) -> JournalLeft | None:
    """As much as can be read; None where there is no journal, or one that nothing was written into."""
    if not path.is_file() or not (path.stat().st_size or _has_log(path)):
        return None
    found = _Reading(path)
    run_id = found.part(_run_id, None)
    nothing: tuple[JournalEntry, ...] = ()
    entries = found.part(_standing, nothing)
    known: list[tuple[str, str, int | None]] = found.part(lambda c: c.execute(_KNOWN).fetchall(), [])
    return JournalLeft(
        run_id,
        entries,
        frozenset((channel, break_id) for channel, break_id, _ in known),
        max((used or 0 for _, _, used in known), default=0),
        found.part(_last_at, None),
        found.part(_kept, {}),
        found.damage,
    )


def read_deliveries(path: Path, since: datetime) -> list[Event]:
    """What origins took or lost since then; what can't be read is not here."""
    moment = since.isoformat(timespec="microseconds")
    try:
        with reading(path) as connection:
            rows = connection.execute(_DELIVERIES, (moment,)).fetchall()
    except StorageError as error:
        logger.warning("%s", error)
        return []
    return [entry.said for entry in filter(None, map(entry_of, rows)) if isinstance(entry.said, Event)]


class _Reading:
    """Each part by itself: damage in one must not cost the others."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.damage = ""

    def part[Part](self, read: Callable[[sqlite3.Connection], Part], otherwise: Part) -> Part:
        try:
            with reading(self._path) as connection:
                return read(connection)
        except (StorageError, ValueError, TypeError) as error:
            self.damage = self.damage or str(error)
            return otherwise


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _run_id(connection: sqlite3.Connection) -> str | None:
    found = connection.execute("SELECT run_id FROM run").fetchone()
    return None if found is None else str(found[0])


def _standing(connection: sqlite3.Connection) -> tuple[JournalEntry, ...]:
    entries: list[JournalEntry] = []
    try:
        for row in connection.execute(_STANDING):
            entry = entry_of(row)
            if entry is not None:
                entries.append(entry)
    except sqlite3.DatabaseError:
        if not entries:
            raise
        logger.warning("the journal breaks off behind %d rows", len(entries))
    return tuple(entries)


def _last_at(connection: sqlite3.Connection) -> datetime | None:
    found = connection.execute("SELECT at FROM entry ORDER BY row DESC LIMIT 1").fetchone()
    return None if found is None else datetime.fromisoformat(found[0])


def _kept(connection: sqlite3.Connection) -> dict[str, Plain]:
    """A value that is no JSON any more is there as its text, so that nobody takes it for one that never was."""
    kept: dict[str, Plain] = {}
    for key, value in connection.execute("SELECT key, value FROM kept"):
        try:
            kept[key] = json.loads(value)
        except (ValueError, TypeError):
            kept[key] = str(value)
    return kept
