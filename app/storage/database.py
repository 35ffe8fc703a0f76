"""The store's database: how it is opened, made and brought up to date, and what its errors mean to a user."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError, StatementError

from app.model.errors import RowUnwritableError, StoreUnusableError
from app.storage.database_url import Password, database_url, host, is_postgres, secret_name, shown
from app.storage.sqlite_rules import BUSY_TIMEOUT_MS, check_place, set_rules, write_ahead
from app.storage.tables import SCHEMA_VERSION, counters, migrated, schema_version

__all__ = ["BUSY_TIMEOUT_MS", "MARK", "READING", "database_url", "lock", "opened", "shown", "translated"]

logger = logging.getLogger(__name__)

MARK = "store"  # among the counters: a number that tells this file from any other
_MARK_BITS = 62
_CONNECT_S = 5
_LOCK = 0x5D_1C_ED_EC  # PostgreSQL's advisory lock of ours: one makes or upgrades the tables at a time
READING = {"reading": True}
"""Execution options of a connection that only reads: it doesn't wait for writers."""


def opened(
    url: URL, *, create: bool, busy_timeout_ms: int = BUSY_TIMEOUT_MS, password: Password | None = None
) -> Engine:
    """The database with its tables ready, upgraded if they were an older version's. StoreUnusableError: why not.

    Without ``create`` no store is made where there is none.
    """
    engine = connected(url, create=create, busy_timeout_ms=busy_timeout_ms, password=password)
    where = shown(url)
    try:
        with engine.connect().execution_options(**READING) as connection:
            found = version_of(connection, where, create=create)
        if found != SCHEMA_VERSION:
            _make_ready(engine, where, create=create)
        if create and not is_postgres(url):
            with engine.connect() as connection:
                write_ahead(connection.connection.driver_connection, busy_timeout_ms)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreUnusableError(where, *_meaning(error, where)) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def connected(
    url: URL, *, create: bool, busy_timeout_ms: int = BUSY_TIMEOUT_MS, password: Password | None = None
) -> Engine:
    """The database as it is, with the rules of its kind set on every connection."""
    if is_postgres(url):
        found = password(host(url)) if password is not None else None
        settings = {"connect_timeout": _CONNECT_S, "application_name": "splicedeck"}
        return create_engine(url.set(password=found) if found else url, connect_args=settings, pool_pre_ping=True)
    check_place(Path(url.database or ""), create=create)
    engine = create_engine(url)
    set_rules(engine, busy_timeout_ms)
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
        raise StoreUnusableError(where, *_meaning(error, where)) from error


def lock(connection: Connection) -> None:
    """One program makes, upgrades or restores a store on a server at a time; a file's BEGIN IMMEDIATE does as much."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _make_ready(engine: Engine, where: str, *, create: bool) -> None:
    with engine.begin() as connection:  # all or nothing; another program may have been quicker
        lock(connection)
        found = version_of(connection, where, create=create)
        if found is None:
            from app.storage.asrun_guard import guard  # noqa: PLC0415 - needed here alone
            from app.storage.schedule_tables import Base  # noqa: PLC0415 - the as-run alone needs no models

            Base.metadata.create_all(connection)
            guard(connection)
            connection.execute(schema_version.insert().values(version=SCHEMA_VERSION))
            connection.execute(migrated.insert().values(version_num=str(SCHEMA_VERSION)))
            connection.execute(counters.insert().values(name=MARK, value=secrets.randbits(_MARK_BITS) + 1))
        elif found < SCHEMA_VERSION:
            from app.storage.upgrading import upgrade  # noqa: PLC0415 - Alembic is loaded for an upgrade alone

            logger.warning("%s: upgraded from schema %d; as it was: %s", where, found, upgrade(connection, found))


def version_of(connection: Connection, where: str, *, create: bool) -> int | None:
    """The schema that is there; None if a store may be made. What is not ours or is newer is left as it is."""
    names = set(inspect(connection).get_table_names())
    if schema_version.name not in names:
        if create and not names:
            return None
        if not names and connection.dialect.name == "postgresql":
            raise StoreUnusableError(where, "there is no store in this database", "run a show with it first")
        raise StoreUnusableError(where, "is no store of Splicedeck", "name another with --database")
    version = connection.execute(select(schema_version.c.version)).scalar()
    if version is None or not 1 <= version <= SCHEMA_VERSION:
        what = f"was written by another version (schema {version}; this one has {SCHEMA_VERSION})"
        raise StoreUnusableError(where, what, "open it with that version, or name another with --database")
    return int(version)


_REMEDIES = {
    "no password supplied": "keep its password: splicedeck secret set {secret}",
    "password authentication failed": "keep the right password: splicedeck secret set {secret}",
    "locked": "another program is writing in it: end that one, or name another with --database",
    "readonly": "make the file and its folder writable for this user",
    "unable to open": "make the file and its folder readable and writable for this user",
    "full": "free some disk space",
    "not a database": "it is no SQLite file: name another with --database",
    "malformed": "the file is damaged: restore a copy, or name another with --database",
    "does not exist": "have it made on the server (createdb, createuser), or name another with --database",
    "permission denied": "have the server's administrator grant this user the right to make tables there",
    "connection": "see that the server runs and can be reached; look whether what was not confirmed is there",
}


def _meaning(error: Exception, where: str) -> tuple[str, str]:
    """What a database error says, in one line, and what to do about it."""
    said = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())[:200]
    remedy = next((remedy for sign, remedy in _REMEDIES.items() if sign in said), "name another with --database")
    return f"the store can't be used ({said})", remedy.format(secret=secret_name(database_url(where)))
