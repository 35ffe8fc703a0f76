"""Reading a journal: by the engine that comes back, by a client that missed something, by a person."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from app.model.commands import Command, command_from_plain
from app.model.errors import StorageError, StoreUnusableError
from app.model.events import Event, event_from_plain
from app.model.wire import Plain
from app.storage.journal_file import BUSY_S, TROUBLE, one_line, what_is_wrong

logger = logging.getLogger(__name__)

_CHUNK = 500
_REMEDY = "name the data folder of a show that ran with --data-dir"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One row. ``seq``: of an event, within its ``life``; ``said``: the command or event itself.

    ``outcome`` of a command: accepted, or refused and why; None: it has none (yet). ``overdue``: it was carried out
    before the disk had answered.
    """

    row: int
    life: int
    seq: int | None
    at: datetime
    kind: str
    said: Command | Event
    outcome: str | None
    overdue: bool

    @property
    def command(self) -> Command | None:
        """The command, if it is one."""
        return self.said if isinstance(self.said, Command) else None

    @property
    def event(self) -> Event | None:
        """The event, if it is one."""
        return self.said if isinstance(self.said, Event) else None


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads. StorageError: it can't be read."""
    connection = None
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"  # mode=ro would leave its own side files behind
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # one damaged row costs only itself
        connection.execute("PRAGMA query_only=ON")
        yield connection
    except TROUBLE as error:
        raise StorageError(f"{path}: the journal can't be read ({one_line(error)})") from error
    finally:
        if connection is not None:
            connection.close()


def check_journal(path: Path) -> None:
    """StoreUnusableError: there is no journal that this version can read, and what to do."""
    if not path.is_file():
        raise StoreUnusableError(str(path), "there is no journal", _REMEDY)
    try:
        wrong = what_is_wrong(path)
    except TROUBLE as error:
        raise StoreUnusableError(
            str(path), f"can't be read ({one_line(error)})", "make it readable for this user"
        ) from error
    if wrong or not _has_tables(path):
        raise StoreUnusableError(str(path), wrong or "is no journal of Splicedeck", _REMEDY)


def _has_tables(path: Path) -> bool:
    """False for an empty file, which a run would take for its journal."""
    with reading(path) as connection:
        return bool(connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'entry'").fetchone()[0])


def read_run_id(path: Path) -> str | None:
    """The run that a journal is of; None: there is none that this version can read."""
    try:
        check_journal(path)
        with reading(path) as connection:
            found = connection.execute("SELECT run_id FROM run").fetchone()
    except StorageError:
        return None
    return None if found is None else str(found[0])


def read_next_life(path: Path, run_id: str) -> int:
    """The number of a life of this run that can't be written down yet; 1 where that can't be read either."""
    try:
        with reading(path) as connection:
            found = connection.execute("SELECT (SELECT run_id FROM run), max(life) FROM life").fetchone()
    except StorageError:
        return 1
    return found[1] + 1 if found[0] == run_id and isinstance(found[1], int) else 1


def read_kept(path: Path) -> dict[str, Plain]:
    """The newest value of each key. StorageError."""
    with reading(path) as connection:
        found = connection.execute("SELECT key, value FROM kept").fetchall()
    try:
        return {key: json.loads(value) for key, value in found}
    except (ValueError, TypeError) as error:
        raise StorageError(f"{path}: the journal can't be read ({one_line(error)})") from error


def read_entries(
    path: Path, since_row: int = 0, *, names: Collection[str] = (), channel: str | None = None
) -> Iterator[JournalEntry]:
    """Rows above ``since_row``, oldest first; only commands and events of these ``names`` where some are given.

    No reading transaction is held between two rows for long: the file may be written meanwhile. StorageError.
    """
    wanted, values = _condition(names, channel)
    with reading(path) as connection:
        while rows := connection.execute(
            f"SELECT {COLUMNS} FROM entry WHERE row > ? {wanted} ORDER BY row LIMIT {_CHUNK}",  # noqa: S608 - our own words; values are bound
            (since_row, *values),
        ).fetchall():
            if rows[-1][0] <= since_row:  # it would go round for ever
                raise StorageError(f"{path}: the journal can't be read (its rows are out of order)")
            since_row = rows[-1][0]
            yield from filter(None, map(entry_of, rows))


def read_events_before(path: Path, life: int, seq: int, limit: int) -> list[tuple[int, int, Event]]:
    """The newest ``limit`` events before a (life, seq), oldest first, without those about segments. StorageError."""
    with reading(path) as connection:
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM entry WHERE seq IS NOT NULL AND brief = 0 AND (life, seq) < (?, ?)"  # noqa: S608 - our own words
            " ORDER BY row DESC LIMIT ?",
            (life, seq, limit),
        ).fetchall()
    entries = [entry for entry in map(entry_of, reversed(rows)) if entry is not None]
    return [
        (entry.life, entry.seq, entry.said)
        for entry in entries
        if entry.seq is not None and isinstance(entry.said, Event)
    ]


def read_events(
    path: Path, life: int, seq: int, limit: int, names: Collection[str] = ()
) -> list[tuple[int, int, Event]]:
    """Events behind a (life, seq), in order: at most ``limit``, only of these ``names`` if given. StorageError."""
    wanted, values = _condition(names, None)
    with reading(path) as connection:
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM entry WHERE seq IS NOT NULL AND (life, seq) > (?, ?) {wanted}"  # noqa: S608 - our own words; values are bound
            " ORDER BY life, seq LIMIT ?",
            (life, seq, *values, limit),
        ).fetchall()
    entries = filter(None, map(entry_of, rows))
    return [(each.life, each.seq, each.event) for each in entries if each.seq is not None and each.event is not None]


COLUMNS = "row, life, seq, at, kind, body, outcome, overdue"


def entry_of(row: tuple[Any, ...]) -> JournalEntry | None:
    """A row of COLUMNS; None, and a line in the log, for one that says nothing this version knows."""
    number, life, seq, at, kind, body, outcome, overdue = row
    try:
        plain = json.loads(body)
        said: Command | Event = command_from_plain(plain) if kind == "command" else event_from_plain(plain)
        return JournalEntry(number, life, seq, datetime.fromisoformat(at), kind, said, outcome, bool(overdue))
    except (ValueError, TypeError, OverflowError) as error:  # damage that the file's own checks let through
        logger.warning("row %s of the journal can't be read: %s", number, error)
        return None


def _condition(names: Collection[str], channel: str | None) -> tuple[str, tuple[str, ...]]:
    wanted = f"AND name IN ({', '.join('?' * len(names))})" if names else ""
    if channel is not None:
        wanted += " AND channel = ?"
    return wanted, (*names, *(() if channel is None else (channel,)))
