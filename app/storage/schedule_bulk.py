"""Many new bookings at once: what SQLAlchemy does for each value would cost more than the database's own work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.storage.schedule_rows import Key
from app.storage.schedule_tables import bookings
from app.storage.tables import clean

_VARYING = ("channel", "break_id", "starts_at", "content")
_CACHE_KIB = 65_536  # while a list is written; SQLite's own 2 MB would have it write pages over and over
_AT_ONCE = 2000
_MOMENT = 26  # characters, without the zone
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"})

type NewRow = tuple[Key, datetime | None, str]
"""Of a booking: its key as the store writes it, the moment it starts at, its content."""


def insert_new(connection: Connection, rows: Iterable[NewRow], common: Mapping[str, Any]) -> None:
    """Rows that are not there yet; ``common``: the columns that all of them have alike."""
    columns = ", ".join((*_VARYING, *common))
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {bookings.name} ({columns}) FROM STDIN", rows, common)
        return
    marks = ", ".join("?" * (len(_VARYING) + len(common)))
    alike = [_sqlite(value) for value in common.values()]
    with _room(connection):
        for some in batched(rows, _AT_ONCE):
            connection.exec_driver_sql(
                f"INSERT INTO {bookings.name} ({columns}) VALUES ({marks})",  # noqa: S608 - our own names; values are bound
                [(*key, None if at is None else _sqlite_time(at), content, *alike) for key, at, content in some],
            )


def _sqlite(value: Any) -> Any:
    """As the types of the tables write it."""
    if isinstance(value, datetime):
        return _sqlite_time(value)
    return clean(value) if isinstance(value, str) else value


def _sqlite_time(at: datetime) -> str:
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(" ", "microseconds")[:_MOMENT]


@contextmanager
def _room(connection: Connection) -> Iterator[None]:
    """A cache as large as a list, for as long as it is written."""
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={int(before)}")


def _copy(connection: Connection, statement: str, rows: Iterable[NewRow], common: Mapping[str, Any]) -> None:
    """By PostgreSQL's COPY, within the transaction that there is."""
    import psycopg  # noqa: PLC0415 - a store in a file needs no driver of a server

    alike = "".join(f"\t{_copied(value)}" for value in common.values())
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for some in batched(rows, _AT_ONCE):
                copy.write("".join(_line(row, alike) for row in some).encode())
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error


def _line(row: NewRow, alike: str) -> str:
    (channel, break_id), at, content = row
    moment = "\\N" if at is None else at.isoformat()
    key = f"{channel.translate(_ESCAPES)}\t{break_id.translate(_ESCAPES)}"
    return f"{key}\t{moment}\t{content.translate(_ESCAPES)}{alike}\n"


def _copied(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, datetime):
        return value.isoformat()
    return clean(str(value)).translate(_ESCAPES)
