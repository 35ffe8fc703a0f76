"""What others change in the schedule, told within a second: NOTIFY on PostgreSQL, data_version on SQLite.

A notice is only a nudge: what changed is read by revision, so nothing is missed while the connection was lost.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from app.model.errors import StorageError
from app.model.merging import Stored
from app.storage.schedule_store import NOTICE, ScheduleStore

logger = logging.getLogger(__name__)

LOOK_S = 0.2  # SQLite is asked so often; a stop is noticed as soon
AGAIN_S = 1.0  # after a lost connection
LOOK_ANYWAY_S = 5.0  # on PostgreSQL: a connection that died without a word is noticed


class ScheduleWatch:
    """Calls ``changed`` with what is newer than ``since``, from a thread of its own, until ``close``.

    ``trouble``: what stands in the way of reading, or None when all that was missed has been read. ``shelved``: spots
    or templates were changed; read them again.
    """

    def __init__(
        self,
        store: ScheduleStore,
        since: int,
        changed: Callable[[list[Stored]], None],
        trouble: Callable[[str | None], None] = lambda _text: None,
        shelved: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._revision = store, since
        self._changed, self._trouble, self._shelved = changed, trouble, shelved
        self._library = since
        self._lost = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule-watch", daemon=True)

    def start(self) -> None:
        """Begin; what changed before is told first."""
        self._thread.start()

    def close(self) -> None:
        """End; nothing is told behind it."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(AGAIN_S + LOOK_ANYWAY_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except (StorageError, SQLAlchemyError, psycopg.Error, sqlite3.Error) as error:
                said = " ".join(str(error).split())[:200]
                logger.warning("%s: the schedule's changes can't be read: %s", self._store.where, said)
                if not self._lost:
                    self._lost = True
                    self._trouble(f"changes of the schedule are not seen: {said}")
                self._stop.wait(AGAIN_S)

    def _follow(self) -> None:
        with self._connection() as connection:
            on_server = isinstance(connection, psycopg.Connection)
            for _ in self._notices(connection) if on_server else self._data_versions(connection):
                self._read()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """The driver's own, outside transactions: an open one hears no notice and sees no newer data_version."""
        pooled = self._store.engine.raw_connection()
        try:
            connection = pooled.driver_connection
            if isinstance(connection, psycopg.Connection):
                connection.autocommit = True
            yield connection
        finally:
            pooled.invalidate()  # it has listened: nobody else shall have it

    def _notices(self, listening: psycopg.Connection) -> Iterator[None]:
        listening.execute(f"LISTEN {NOTICE}".encode())
        yield  # what was missed until now
        quiet_s = 0.0
        while not self._stop.is_set():
            if any(True for _ in listening.notifies(timeout=LOOK_S, stop_after=1)):
                quiet_s = 0.0
                yield
            elif (quiet_s := quiet_s + LOOK_S) > LOOK_ANYWAY_S:
                quiet_s = 0.0
                listening.execute(b"SELECT 1")

    def _data_versions(self, connection: sqlite3.Connection) -> Iterator[None]:
        known = None
        while not self._stop.is_set():
            version = connection.execute("PRAGMA data_version").fetchone()
            if version != known:
                known = version
                yield
            self._stop.wait(LOOK_S)

    def _read(self) -> None:
        found, library = self._store.changes(self._revision), self._store.library_version()
        if self._lost:
            self._lost = False
            self._trouble(None)
        if found and not self._stop.is_set():
            self._revision = max(row.version for row in found)
            self._changed(found)
        if library > self._library and not self._stop.is_set():
            self._library = library
            self._shelved()
