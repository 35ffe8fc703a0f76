"""The rules that SQLite is opened by."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from app.model.errors import StoreUnusableError

BUSY_TIMEOUT_MS = 5000
_AGAIN_S = 0.01


def check_place(path: Path, *, create: bool) -> None:
    """StoreUnusableError where no file can be; its folder is made if ``create``."""
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


class HeldFile:
    """The file that a store was opened in. SQLite goes on writing into one that was moved away or removed."""

    def __init__(self, path: Path) -> None:
        self._path, self._found = path, _identity(path)

    def check(self) -> None:
        """StoreUnusableError: it is not there any more, or another is."""
        if _identity(self._path) != self._found:
            what = "the file was moved, removed or replaced while it was open"
            raise StoreUnusableError(str(self._path), what, "put it back, or end what has it open and start that again")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def set_rules(engine: Engine, busy_timeout_ms: int) -> None:
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


def write_ahead(connection: Any, timeout_ms: int) -> None:
    """Readers beside a writer. The file keeps it; the change itself waits for nobody, so the waiting is done here."""
    deadline_s = time.monotonic() + timeout_ms / 1000
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if time.monotonic() > deadline_s:
                raise OperationalError("PRAGMA journal_mode=WAL", None, error) from error
            time.sleep(_AGAIN_S)
