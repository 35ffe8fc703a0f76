"""The store's upkeep: a check, a backup while it is in use, and a backup put back.

A backup of any store is a SQLite file with the same tables, so that no other program is needed, a server's store can be
put back into a file, and a file's onto a server.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, Table, func, inspect, literal, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.model.errors import StorageError, StoreUnusableError, UsageError
from app.storage.asrun_guard import guard, unguarded
from app.storage.database import MARK, READING, connected, lock, opened, translated, version_of
from app.storage.database_url import Password, database_url, is_postgres, shown
from app.storage.schedule_change import REVISION
from app.storage.schedule_store import NOTICE
from app.storage.schedule_tables import Base, bookings, library
from app.storage.tables import SCHEMA_VERSION, counters, migrated, schema_version

AT_ONCE = 5000  # rows in memory
_VERSIONED: dict[str, dict[str, None]] = {
    bookings.name: {"base": None, "list_id": None},
    library.name: {},
}  # and what a trace of it has not
_OF_THE_FILE = {schema_version.name, migrated.name, counters.name}  # each store has its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found. ``faults`` empty: it is whole. ``schema``: its version; ``rows`` by table."""

    where: str
    schema: int
    rows: dict[str, int]
    faults: tuple[str, ...]


def check(named: str | Path, *, password: Password | None = None) -> Checked:
    """Read a store through and change nothing in it. StoreUnusableError: there is none, or it is not ours."""
    url = database_url(named)
    engine = connected(url, create=False, password=password)
    where, faults, rows = shown(url), [], {}
    try:
        with translated(where), _reading(engine) as connection:
            schema = version_of(connection, where, create=False) or 0
            faults += _damage(connection)
            there = set(inspect(connection).get_table_names())
            for table in Base.metadata.sorted_tables:
                if table.name in there:
                    try:
                        rows[table.name] = _count(connection, table)
                    except SQLAlchemyError as error:
                        faults.append(f"{table.name} can't be read ({error})")
                elif schema == SCHEMA_VERSION:
                    faults.append(f"the table {table.name} is missing")
    finally:
        engine.dispose()
    return Checked(where=where, schema=schema, rows=rows, faults=tuple(faults))


def backup(named: str | Path, target: Path, *, password: Password | None = None) -> int:
    """Write the store's state of this moment into a new file, checked; its rows. The store may be in use.

    UsageError: there is such a file. StorageError: it could not be written whole, and there is none.
    """
    if target.exists():
        raise UsageError(str(target), "there is such a file already", "name another, or remove it first")
    url = database_url(named)
    source = opened(url, create=False, password=password)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(handle)
        part = Path(name)
        try:
            rows = _backed_up(source, shown(url), part)
            part.replace(target)
        finally:
            for left in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm", "-journal"))):
                left.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{target}: no backup can be written there ({error.strerror})") from error
    finally:
        source.dispose()
    return rows


def restore(copy: Path, named: str | Path, *, password: Password | None = None) -> Path | None:
    """Put a backup's rows in the place of a store's, all or nothing; where the state before lies, None: there was none.

    The store keeps its identity; its numbers go on, so that no splice_event_id comes twice and no edit of the state
    before is taken for one of the restored. StoreUnusableError: either can't be used.
    """
    found = check(copy)
    if found.faults:
        raise StoreUnusableError(str(copy), f"is damaged ({'; '.join(found.faults)})", "restore another backup")
    url = database_url(named)
    fresh = _is_fresh(url, password)
    folder_of_kept = copy.parent if is_postgres(url) else Path(url.database or "").parent
    with tempfile.TemporaryDirectory() as folder:  # a backup of an older version is upgraded as a copy
        brought_up = Path(folder) / "backup.sqlite3"
        _vacuum_into(database_url(copy), brought_up)
        source = opened(database_url(brought_up), create=False)
        target = opened(url, create=True, password=password)
        try:
            kept = None if fresh else folder_of_kept / f"before-restore-{stamped_name()}"
            if kept is not None:
                backup(named, kept, password=password)
            with translated(shown(url)), _reading(source) as reading, target.begin() as writing:
                lock(writing)
                with unguarded(writing):
                    _put_back(reading, writing)
        finally:
            source.dispose()
            target.dispose()
    return kept


def _vacuum_into(url: URL, part: Path) -> None:
    """A copy of a file with what lies in its write-ahead log, too: a live store may be named as a backup."""
    source = connected(url, create=False)
    try:
        with translated(shown(url)), closing(source.raw_connection()) as raw:
            raw.cursor().execute("VACUUM INTO ?", (str(part),))
    except sqlite3.Error as error:
        raise StoreUnusableError(shown(url), f"can't be read ({error})", "restore another backup") from error
    finally:
        source.dispose()


def stamped_name() -> str:
    """The name of a backup of now; they sort by age."""
    return f"splicedeck-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.backup.sqlite3"


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest ``keep`` of the backups that were named by ``stamped_name``."""
    found = sorted(folder.glob("splicedeck-*Z.backup.sqlite3"))
    gone = found[: max(0, len(found) - keep)]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _is_fresh(url: URL, password: Password | None) -> bool:
    """Whether there is no store yet where one is restored to."""
    if not is_postgres(url):
        return not Path(url.database or "").exists()
    engine = connected(url, create=True, password=password)
    try:
        with translated(shown(url)), _reading(engine) as connection:
            return version_of(connection, shown(url), create=True) is None
    finally:
        engine.dispose()


def _backed_up(source: Engine, where: str, part: Path) -> int:
    with translated(where):
        if source.dialect.name == "sqlite":
            with closing(source.raw_connection()) as raw:
                raw.cursor().execute("VACUUM INTO ?", (str(part),))
        else:
            _copy_tables(source, part)
    found = check(part)
    if found.faults:
        raise StorageError(f"{part}: the backup is damaged ({'; '.join(found.faults)})")
    return sum(found.rows.values())


def _copy_tables(source: Engine, part: Path) -> None:
    target = connected(database_url(part), create=True)
    try:
        with _reading(source) as reading, target.begin() as writing:
            Base.metadata.create_all(writing)
            for table in Base.metadata.sorted_tables:
                _copy(reading, writing, table)
            guard(writing)
    finally:
        target.dispose()


def _copy(reading: Connection, writing: Connection, table: Table) -> None:
    with reading.execution_options(yield_per=AT_ONCE).execute(select(table)) as result:
        for rows in result.mappings().partitions():
            writing.execute(table.insert(), [dict(row) for row in rows])


def _put_back(reading: Connection, writing: Connection) -> None:
    """The rows of a backup; what has versions and it has not got stays as a trace, so that others see it go."""
    revision = _numbers_go_on(reading, writing)
    for table in Base.metadata.sorted_tables:
        if table.name not in {*_OF_THE_FILE, *_VERSIONED}:
            writing.execute(table.delete())
            _copy(reading, writing, table)
    for name, gone in _VERSIONED.items():
        table = Base.metadata.tables[name]
        stamp = {"removed": True, "version": revision} | ({"touched": revision} if "touched" in table.c else {})
        writing.execute(table.update().values(gone | stamp))
        _put_versioned(reading, writing, table, revision)
    if writing.dialect.name == "postgresql":
        writing.execute(select(func.pg_notify(NOTICE, str(revision))))


def _put_versioned(reading: Connection, writing: Connection, table: Table, revision: int) -> None:
    first, second = table.primary_key.columns
    old = {tuple(key) for key in writing.execute(select(first, second))}
    result = reading.execution_options(yield_per=AT_ONCE).execute(select(table))
    for rows in result.mappings().partitions():
        for row in rows:
            key = row[first.name], row[second.name]
            if key in old:
                writing.execute(table.delete().where(first == key[0], second == key[1]))
        writing.execute(table.insert(), [dict(row) | {"version": revision} for row in rows])


def _numbers_go_on(reading: Connection, writing: Connection) -> int:
    """Counters at the higher of both; the schedule's new revision."""
    theirs = {row["name"]: row["value"] for row in reading.execute(select(counters)).mappings()}
    mine = {row["name"]: row["value"] for row in writing.execute(select(counters)).mappings()}
    revision: int = max(theirs.get(REVISION, 0), mine.get(REVISION, 0)) + 1
    values = {name: max(theirs.get(name, 0), mine.get(name, 0)) for name in {*theirs, *mine} - {MARK}}
    values[REVISION] = revision
    for name, value in values.items():
        writing.execute(counters.delete().where(counters.c.name == name))
        writing.execute(counters.insert().values(name=name, value=value))
    return revision


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    """One state of the store, whatever is written meanwhile."""
    with engine.connect() as connection:
        level = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        connection.execution_options(**READING, **level)
        yield connection


def _damage(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    try:
        found = connection.execute(text("PRAGMA quick_check")).scalars().all()
    except SQLAlchemyError as error:  # of some damages it dies itself
        return [f"the file is damaged ({getattr(error, 'orig', error)})"]
    return [] if found == ["ok"] else [f"the file is damaged ({line})" for line in found[:5]]


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count(literal(1))).select_from(table)).scalar_one())
