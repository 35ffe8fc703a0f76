"""The journal's file: its tables, how it is opened, and what becomes of one that is not this run's."""

from __future__ import annotations

import os
import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

APPLICATION_ID = 0x53504A4C  # "SPJL" in the file's header: it is one of ours
SCHEMA_VERSION = 1
BUSY_S = 0.25  # another program's lock: longer is told as trouble and tried again
TROUBLE = (sqlite3.Error, OSError, UnicodeError)
"""What using the file may raise; the last: sqlite3 decodes its own messages, and damage may be quoted in them."""
NEWER = "was written by a newer Splicedeck"
OLD_RUNS = 5
CARRIED = ("event_ids",)  # kept values that outlive a run
# Many, and soon of no interest: nothing of them is gone on from but the deliveries of the last minutes.
BRIEF = ("segment.written", "segment.delivered", "segment.lost", "feed.cue", "feed.cue_handled", "splice.evidence")
_SIDE_FILES = ("-wal", "-shm", "-journal")
_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PASSING = {  # of the machine, not of the file
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT),
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CANTOPEN),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH),
}
_ROW = "row, life, seq, at, kind, name, channel, break_id, id, brief, body, outcome, overdue"
_NAMES = {"run", "life", "entry", "kept"}
_TABLES = f"""
CREATE TABLE run (run_id TEXT NOT NULL, opened_at TEXT NOT NULL);
CREATE TABLE life (life INTEGER PRIMARY KEY, pid INTEGER NOT NULL, opened_at TEXT NOT NULL);
CREATE TABLE entry (
  row INTEGER PRIMARY KEY, life INTEGER NOT NULL, seq INTEGER, at TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  channel TEXT NOT NULL, break_id TEXT NOT NULL, id TEXT NOT NULL, brief INTEGER NOT NULL, body TEXT NOT NULL,
  outcome TEXT, overdue INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX entry_event ON entry (life, seq) WHERE seq IS NOT NULL;
CREATE INDEX entry_command ON entry (id) WHERE kind = 'command';
CREATE INDEX entry_break ON entry (channel, break_id, name) WHERE break_id <> '';
CREATE INDEX entry_first ON entry (channel) WHERE name = 'channel.on_air';
CREATE INDEX entry_brief ON entry (brief);
CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""


@dataclass(frozen=True, slots=True)
class JournalFile:
    """An opened journal. ``fresh``: made just now; ``rotated``: where the run before it lies; ``notes``: for people."""

    connection: sqlite3.Connection
    life: int
    fresh: bool
    rotated: Path | None
    notes: tuple[str, ...]


def open_file(path: Path, run_id: str, *, life: int | None = None, damage: str = "") -> JournalFile:
    """This run's journal, made where there is none. TROUBLE: not now, nothing was changed.

    What can't be this run's is moved out of the way first. ``life``: the one that goes on; None: the next. ``damage``:
    what showed itself in use, which a quick look does not find.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    notes: list[str] = []
    rotated: Path | None = None
    carried: list[tuple[str, str]] = []
    if os.path.lexists(path):
        if wrong := what_is_wrong(path) or (damage and f"is damaged ({one_line(damage)})"):
            notes.append(f"{path} {wrong}: set aside as {(aside := set_aside(path)).name}")
            if wrong.startswith(NEWER):
                notes[-1] += f"; to go back to it, rename {aside.name} to {path.name} and run the newer Splicedeck"
        elif (other := _run_id(path)) not in {None, run_id}:
            carried = _carried(path)
            rotated = _rotate(path, str(other))
    connection = connect(path)
    try:
        fresh = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if fresh:
            _make(connection, run_id, carried)
        connection.execute("PRAGMA journal_mode=WAL")
        number = _live(connection, life)
    except BaseException:
        connection.close()
        raise
    return JournalFile(connection, number, fresh, rotated, tuple(notes))


def connect(path: Path) -> sqlite3.Connection:
    """A connection that writes: our own BEGIN, every commit synced, checkpoints when the journal has time."""
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        for rule in ("synchronous=FULL", "wal_autocheckpoint=0", "journal_size_limit=4194304"):
            connection.execute(f"PRAGMA {rule}")
    except BaseException:
        connection.close()
        raise
    return connection


def all_rows(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Every row of an open journal, for ``put_rows``. TROUBLE."""
    return connection.execute(f"SELECT {_ROW} FROM entry").fetchall()  # noqa: S608 - our own words


def put_rows(connection: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    """Into another journal of the same run, as far as it has not got them; one transaction. TROUBLE."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        marks = ", ".join("?" * len(_ROW.split(", ")))
        connection.executemany(f"INSERT OR IGNORE INTO entry ({_ROW}) VALUES ({marks})", rows)  # noqa: S608 - our own words
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _looking(path: Path) -> sqlite3.Connection:
    """A connection that leaves what it looks at as it is, the write-ahead log of a damaged file too."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S, isolation_level=None)


def is_damage(error: Exception) -> bool:
    """Whether an error says that the file itself is broken."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, UnicodeError) or (code is not None and code & 0xFF not in _PASSING)


def what_is_wrong(path: Path) -> str:
    """Why a file is no journal that this version can go on with; "" for one that is, or an empty file."""
    if not path.is_file():
        return "is no file"
    connection = _looking(path)
    try:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        if not names and not mark:
            return ""
        if mark != APPLICATION_ID:
            return "is no journal of Splicedeck"
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA_VERSION:
            what = NEWER if version > SCHEMA_VERSION else "is a journal of another version"
            return f"{what} (schema {version}; this one has {SCHEMA_VERSION})"
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        complete = names >= _NAMES and connection.execute("SELECT count(*) FROM run").fetchone()[0] == 1
    except (sqlite3.DatabaseError, UnicodeError) as error:
        if not is_damage(error):
            raise
        return f"is damaged ({one_line(error)})"
    finally:
        connection.close()
    return "" if found == "ok" and complete else f"is damaged ({one_line(found) if found != 'ok' else 'incomplete'})"


def one_line(said: object) -> str:
    """What SQLite says of a damaged file, which it may quote."""
    text = "".join(c if c.isprintable() else " " for c in str(said))
    return " ".join(text.split()).removeprefix("*** in database main *** ")[:200]


def set_aside(path: Path) -> Path:
    """Move a file, with what belongs to it, to a dated name that nothing has; the name."""
    stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%SZ}"
    target = _unused(path.with_name(f"{path.name}.set-aside-{stamp}"))
    _move(path, target)
    return target


def _rotate(path: Path, run_id: str) -> Path:
    """Move a journal of another run to its own name; only the newest of those stay."""
    known = run_id if _RUN_ID.fullmatch(run_id) else "unnamed"
    target = _unused(path.with_name(f"{path.stem}-{known}{path.suffix}"))
    connection = connect(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()  # as the last one it takes the -wal away
    _move(path, target)
    os.utime(target)
    for old in old_runs(path)[OLD_RUNS:]:
        for name in (old, *(old.with_name(old.name + side) for side in _SIDE_FILES)):
            name.unlink(missing_ok=True)
    return target


def old_runs(path: Path) -> list[Path]:
    """Journals of earlier runs beside ``path``, newest first."""
    found = [each for each in path.parent.glob(f"{path.stem}-*{path.suffix}") if each.is_file()]
    return sorted(found, key=lambda each: each.stat().st_mtime_ns, reverse=True)


def _move(path: Path, target: Path) -> None:
    """The main file last: a move that breaks off is made again, and no stray -wal is met by a new file."""
    for side in _SIDE_FILES:
        beside = path.with_name(path.name + side)
        if side == "-shm" or (beside.exists() and not beside.stat().st_size):
            beside.unlink(missing_ok=True)  # an index that is made again, or nothing
        elif beside.exists():
            beside.rename(target.with_name(target.name + side))
    path.rename(target)


def _unused(path: Path) -> Path:
    candidates = (path, *(path.with_name(f"{path.stem}.{n}{path.suffix}") for n in range(2, 1000)))
    return next(each for each in candidates if not os.path.lexists(each))


def _run_id(path: Path) -> str | None:
    connection = _looking(path)
    try:
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return None
        return str(connection.execute("SELECT run_id FROM run").fetchone()[0])
    finally:
        connection.close()


def _carried(path: Path) -> list[tuple[str, str]]:
    connection = _looking(path)
    try:
        return [row for row in connection.execute("SELECT key, value FROM kept") if row[0] in CARRIED]
    finally:
        connection.close()


def _make(connection: sqlite3.Connection, run_id: str, carried: list[tuple[str, str]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in filter(str.strip, _TABLES.split(";")):
            connection.execute(statement)
        connection.execute("INSERT INTO run VALUES (?, ?)", (run_id, _now()))
        connection.executemany("INSERT INTO kept VALUES (?, ?)", carried)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _live(connection: sqlite3.Connection, life: int | None) -> int:
    if life is None:
        life = connection.execute("SELECT coalesce(max(life), 0) + 1 FROM life").fetchone()[0]
    connection.execute("INSERT OR IGNORE INTO life VALUES (?, ?, ?)", (life, os.getpid(), _now()))
    return int(life)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
