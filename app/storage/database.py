"""The store's database: where it is, how it is opened, and what its errors mean to a user."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, OperationalError, SQLAlchemyError, StatementError

from app.logs import scrubbed
from app.model.errors import RowUnwritableError, StoreUnusableError, UnsupportedError, UsageError
from app.storage.tables import SCHEMA_VERSION, counters, metadata, schema_version

BUSY_TIMEOUT_MS = 5000
MARK = "store"  # among the counters: a number that tells this file from any other
_MARK_BITS = 62
_AGAIN_S = 0.01
READING = {"reading": True}
"""Execution options of a connection that only reads: it doesn't wait for writers."""
_FORM = "name a file, or sqlite:///folder/name.sqlite3"
_LATER = {"postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle"}


def database_url(named: str | Path) -> URL:
    """The URL of a store named by path or URL. UsageError: it names none; UnsupportedError: not in this version."""
    text = str(named)
    if isinstance(named, Path) or "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise UsageError("--database", f"{scrubbed(text)!r} is no database", _FORM) from error
    kind = url.drivername.partition("+")[0]
    if kind in _LATER:
        raise UnsupportedError("--database", f"a store in {kind} is not in this version", _FORM)
    if url.drivername != "sqlite" or url.database in {None, "", ":memory:"} or url.query or url.host:
        raise UsageError("--database", f"{scrubbed(text)!r} is no database", _FORM)
    return url


def opened(url: URL, *, create: bool, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """The database with its tables ready. StoreUnusableError: why it can't be, and what to do."""
    path = Path(url.database or "")
    _check_place(path, create=create)
    engine = create_engine(url)
    _set_rules(engine, busy_timeout_ms)
    try:
        with engine.connect().execution_options(**READING) as connection:
            ready = _is_ready(connection, path, create=create)
        if not ready:
            with engine.begin() as connection:  # all tables or none; another program may have been quicker
                if not _is_ready(connection, path, create=create):
                    metadata.create_all(connection)
                    connection.execute(schema_version.insert().values(version=SCHEMA_VERSION))
                    connection.execute(counters.insert().values(name=MARK, value=secrets.randbits(_MARK_BITS) + 1))
        if create:
            with engine.connect() as connection:
                _write_ahead(connection.connection.driver_connection, busy_timeout_ms)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreUnusableError(str(path), *_meaning(error)) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def translated(where: str) -> Iterator[None]:
    """SQLAlchemy's errors as StoreUnusableError, or RowUnwritableError where a value is at fault."""
    try:
        yield
    except (DataError, OverflowError) as error:  # SQLite's driver lets an int of more than 63 bits through as it is
        raise RowUnwritableError(f"{where}: a value can't be stored ({error})") from error
    except SQLAlchemyError as error:
        if isinstance(error, StatementError) and not isinstance(error, DBAPIError):  # it never came to the database
            raise RowUnwritableError(f"{where}: a value can't be stored ({error.orig})") from error
        raise StoreUnusableError(where, *_meaning(error)) from error


def _check_place(path: Path, *, create: bool) -> None:
    try:
        if path.is_dir():
            raise StoreUnusableError(str(path), "is a folder", "name a file in it")
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.is_file():
            remedy = "name the store of a show that ran with --database or --data-dir"
            raise StoreUnusableError(str(path), "there is no database", remedy)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StoreUnusableError(str(path), f"can't be opened: {reason}", "name another with --database") from error


def _set_rules(engine: Engine, busy_timeout_ms: int) -> None:
    """SQLite: our own BEGIN (a deferred one that turns writer fails at once, busy_timeout or not); every row synced."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for rule in (f"busy_timeout={busy_timeout_ms}", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {rule}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _write_ahead(connection: Any, timeout_ms: int) -> None:
    """Readers beside a writer. The file keeps it; the change itself waits for nobody, so the waiting is done here."""
    deadline_s = time.monotonic() + timeout_ms / 1000
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if time.monotonic() > deadline_s:
                raise OperationalError("PRAGMA journal_mode=WAL", None, error) from error
            time.sleep(_AGAIN_S)


def _is_ready(connection: Connection, path: Path, *, create: bool) -> bool:
    """Whether the tables are there; False if they may be made. What is not ours or is newer is left as it is."""
    names = set(inspect(connection).get_table_names())
    if not names and create:
        return False
    if schema_version.name not in names:
        raise StoreUnusableError(str(path), "is no store of Splicedeck", "name another with --database")
    version = connection.execute(select(schema_version.c.version)).scalar()
    if version != SCHEMA_VERSION:
        what = f"was written by another version (schema {version}; this one has {SCHEMA_VERSION})"
        raise StoreUnusableError(str(path), what, "open it with that version, or name another with --database")
    return True


def _meaning(error: Exception) -> tuple[str, str]:
    """What a database error says, in one line, and what to do about it."""
    text = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())[:200]
    remedies = {
        "locked": "another program is writing in it: end that one, or name another with --database",
        "readonly": "make the file and its folder writable for this user",
        "unable to open": "make the file and its folder readable and writable for this user",
        "full": "free some disk space",
        "not a database": "it is no SQLite file: name another with --database",
        "malformed": "the file is damaged: restore a copy, or name another with --database",
    }
    remedy = next((remedy for sign, remedy in remedies.items() if sign in text), "name another with --database")
    return f"the store can't be used ({text})", remedy
