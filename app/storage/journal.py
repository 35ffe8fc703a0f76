"""The journal: every command on disk before it is carried out, and everything that happened since.

One thread writes: what waits goes into one transaction and one fsync. A disk that is slow, full or gone holds up no
caller: entries wait in memory, bounded, and are written when it answers again.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.model.commands import Command
from app.model.errors import StorageError
from app.model.events import Event
from app.model.wire import Plain
from app.storage.journal_file import JournalFile, open_file
from app.storage.journal_items import CommandItem, EventItem, Item, OverdueItem
from app.storage.journal_pruning import Pruning, write_back
from app.storage.journal_reader import COLUMNS, JournalEntry, entry_of, read_entries, read_kept, read_run_id, reading

__all__ = ["Journal", "JournalEntry", "read_entries", "read_kept", "read_run_id"]

logger = logging.getLogger(__name__)

WAITING_LIMIT = 20_000  # entries in memory while the disk does not answer; the brief ones may take half of it
AT_ONCE = 1000  # entries in one transaction
CALLBACKS_LIMIT = 64  # of one key whose value changes while the disk does not answer
AGAIN_S, CLOSING_AGAIN_S = 0.5, 0.05  # after trouble
IDLE_S = 0.5  # without an entry for so long: time for the upkeep


class Journal:
    """``command``, ``event``, ``overdue`` and ``keep`` from any thread, in order; they never block.

    Opened when it is made; where that fails it is tried again on its thread, ``notes`` and the alarm say so.
    ``alarm(key, severity, text or None)`` is called from the journal's thread, and by ``overdue``.
    """

    def __init__(self, path: Path, *, run_id: str, alarm: Callable[[str, str, str | None], None]) -> None:
        self.path, self.run_id, self._alarm = path, run_id, alarm
        self.life = 1  # this opening's number within the run; settled when the file could be opened
        self.notes: tuple[str, ...] = ()
        self.rotated: Path | None = None  # where the journal of the run before lies now
        self.lost = 0
        self._file: JournalFile | None = None
        self._inode = 0
        self._opened_once = False
        self._waiting: deque[Item] = deque()
        self._writing: list[Item] = []
        self._kept: dict[str, str] = {}  # every key's newest value as JSON, written or not
        self._unkept: dict[str, list[Callable[[], None]]] = {}  # keys to be written, and whom to tell
        self._keeping: dict[str, list[Callable[[], None]]] = {}
        self._put = self._done = self._batch_put = 0
        self._changed = threading.Condition()
        self._closing_s: float | None = None
        self._trouble = False
        self._pruning = Pruning()
        self._thread = threading.Thread(
            target=self._run, name="journal", daemon=True
        )  # a hung disk can't be called off
        self._open_first()

    def _open_first(self) -> None:
        try:
            self._open()
        except (sqlite3.Error, OSError) as error:
            self.notes = (f"{self.path}: the journal can't be opened ({error}): what happens waits in memory",)
            self._tell_trouble(error)
            logger.warning("%s", self.notes[0])

    # ---- any thread

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def command(self, command: Command, on_disk: Callable[[], None]) -> None:
        """Write a command down; ``on_disk`` is called on the journal's thread once it is synced."""
        self._take(CommandItem(datetime.now(UTC), command, on_disk))

    def overdue(self, command_id: str) -> None:
        """A command was carried out before it was on disk: its row is marked so, and an alarm stands until it is."""
        with self._changed:
            self._trouble = True
        self._alarm("journal", "warning", "the disk is slow: a command was carried out before it was written down")
        self._take(OverdueItem(command_id))

    def event(self, event: Event, seq: int) -> None:
        """Write an event down. ``seq``: its number in this life, counted up."""
        self._take(EventItem(event, seq))

    def keep(self, key: str, value: Plain | None, written: Callable[[], None] | None = None) -> None:
        """Keep the newest value of a key; None forgets it. ``written``: on the journal's thread, once it is synced.

        A value that is replaced before it was written is never written; its callback comes with the newer one's.
        """
        text = "" if value is None else json.dumps(value)
        with self._changed:
            self._kept[key] = text
            callbacks = self._unkept.setdefault(key, [])
            if written is not None:
                callbacks.append(written)
                del callbacks[:-CALLBACKS_LIMIT]
            self._put += 1
            self._changed.notify_all()

    def kept(self, key: str) -> Plain | None:
        """The newest value of a key, written or not; None: there is none."""
        with self._changed:
            text = self._kept.get(key, "")
        value: Plain = json.loads(text) if text else None
        return value

    def written(self, timeout_s: float) -> bool:
        """Wait until everything that has come in so far is on disk."""
        with self._changed:
            wanted = self._put
            return self._changed.wait_for(lambda: self._done >= wanted, timeout_s)

    def close(self, timeout_s: float) -> bool:
        """Write what waits, for so long, and end; False when something could not be written."""
        with self._changed:
            self._closing_s = time.monotonic() + timeout_s
            self._changed.notify_all()
        if self._thread.ident is None:
            self._run()
        else:
            self._thread.join(timeout_s + 2 * AGAIN_S)
        with self._changed:
            left = len(self._waiting) + len(self._writing) + len(self._unkept) + len(self._keeping) + self.lost
        if left:
            logger.error("%s: %d entries could not be written", self.path, left)
        return not left and not self._thread.is_alive()

    def events_after(
        self, life: int, seq: int, limit: int = 5000, *, whole: bool = False
    ) -> list[tuple[int, int, Event]]:
        """Events behind a (life, seq), written or still waiting, in order: at most ``limit``.

        Where the file can't be read: those that wait; StorageError if ``whole``.
        """
        with self._changed:  # before the file is read: what is written meanwhile is then in both
            waiting = [item for item in (*self._writing, *self._waiting) if isinstance(item, EventItem)]
        found = {(self.life, item.seq): item.event for item in waiting}
        try:
            with reading(self.path) as connection:
                rows = connection.execute(
                    f"SELECT {COLUMNS} FROM entry WHERE seq IS NOT NULL AND (life, seq) > (?, ?)"  # noqa: S608 - our own words
                    " ORDER BY life, seq LIMIT ?",
                    (life, seq, limit),
                ).fetchall()
        except StorageError as error:
            if whole:
                raise
            logger.warning("%s", error)
            rows = []
        for entry in filter(None, map(entry_of, rows)):
            if isinstance(entry.said, Event) and entry.seq is not None:
                found[entry.life, entry.seq] = entry.said
        behind = sorted(place for place in found if place > (life, seq))
        return [(*place, found[place]) for place in behind[:limit]]

    def _take(self, item: Item) -> None:
        with self._changed:
            if len(self._waiting) >= (WAITING_LIMIT // 2 if item.brief else WAITING_LIMIT):
                self.lost += 1
                return
            self._waiting.append(item)
            self._put += 1
            self._changed.notify_all()

    # ---- the journal's thread

    def _run(self) -> None:
        while self._next_batch():
            try:
                self._write()
                if not self._waiting:
                    self._keep_up(idle=False)
            except (sqlite3.Error, OSError) as error:
                self._note_trouble(error)
                if self._too_late():
                    break
        self._let_go()

    def _next_batch(self) -> bool:
        """Wait for something to write; False at the end. What could not be written before comes first."""
        while True:
            with self._changed:
                if self._writing or self._keeping:
                    return True
                self._changed.wait_for(lambda: self._waiting or self._unkept or self._closing_s is not None, IDLE_S)
                if self._waiting or self._unkept:
                    self._writing = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
                    self._keeping, self._unkept = self._unkept, {}
                    self._batch_put = self._done if self._waiting else self._put
                    return True
                if self._closing_s is not None:
                    return False
            self._keep_up_idle()

    def _write(self) -> None:
        """One transaction, one fsync; then whoever waits for it is told."""
        connection = self._connection()
        with self._changed:
            kept = {key: self._kept[key] for key in self._keeping}
        connection.execute("BEGIN IMMEDIATE")
        try:
            for item in self._writing:
                self._write_item(connection, item)
            for key, text in kept.items():
                if text:
                    connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, text))
                else:
                    connection.execute("DELETE FROM kept WHERE key = ?", (key,))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._tell_written()

    def _write_item(self, connection: sqlite3.Connection, item: Item) -> None:
        try:
            added = item.write(connection, self.life)
        except (ValueError, TypeError, OverflowError):
            logger.exception("lost to the journal: %s", item)  # one entry must not cost all that follow
            self.lost += 1
        else:
            self._pruning.added(added, brief=item.brief)

    def _tell_written(self) -> None:
        with self._changed:
            callbacks = [item.on_disk for item in self._writing if isinstance(item, CommandItem)]
            callbacks += [written for each in self._keeping.values() for written in each]
            self._writing, self._keeping = [], {}
            left = len(self._waiting) + len(self._unkept)
            self._done = self._batch_put
            over = self._trouble and not left
            self._trouble = self._trouble and not over
            self._changed.notify_all()
        for callback in callbacks:
            try:
                callback()
            except Exception:
                logger.exception("whoever waited for the journal failed")
        if over:
            self._alarm("journal", "warning", None)

    def _note_trouble(self, error: Exception) -> None:
        locked = isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY
        if not locked:
            self._drop()  # a full disk, a file that broke or went: it is looked at anew
        self._tell_trouble(error)

    def _too_late(self) -> bool:
        """Wait before the next try; True when the end has come meanwhile."""
        with self._changed:
            if self._closing_s is None:
                self._changed.wait_for(lambda: self._closing_s is not None, AGAIN_S)
                return False
            self._changed.wait(CLOSING_AGAIN_S)
            return time.monotonic() > self._closing_s

    def _tell_trouble(self, error: Exception) -> None:
        with self._changed:
            self._trouble = True
            waiting = len(self._waiting) + len(self._writing)
        lost = f", {self.lost} are lost" if self.lost else ""
        self._alarm("journal", "warning", f"{waiting} journal entries wait to be written{lost}: {error}")

    # ---- the file

    def _open(self) -> None:
        opened = open_file(self.path, self.run_id, life=self.life if self._opened_once else None)
        self.life, self._file = opened.life, opened
        self._inode = self.path.stat().st_ino
        self.notes += opened.notes
        self.rotated = self.rotated or opened.rotated
        for note in opened.notes:
            logger.warning("%s", note)
        on_disk = dict(opened.connection.execute("SELECT key, value FROM kept").fetchall())
        with self._changed:
            if opened.fresh and self._opened_once:  # the file has gone: its values must not go with it
                for key in self._kept:
                    self._unkept.setdefault(key, [])
            self._kept = on_disk | self._kept
        self._opened_once = True
        self._pruning.count(opened.connection)

    def _connection(self) -> sqlite3.Connection:
        """The open file; opened again after trouble, or when another lies in its place."""
        if self._file is not None:
            try:
                if self.path.stat().st_ino == self._inode:
                    return self._file.connection
            except FileNotFoundError:
                pass
            self._drop()
        self._open()
        if self._file is None:
            raise sqlite3.OperationalError("the journal is not open")
        return self._file.connection

    def _drop(self) -> None:
        if self._file is not None:
            self._file.connection.close()
            self._file = None

    def _keep_up(self, *, idle: bool) -> None:
        """When nothing waits: old rows go, the write-ahead log goes into the file."""
        if self._file is None:
            return
        if self._pruning.due:
            self._pruning.prune(self._file.connection)
        write_back(self._file.connection, self.path, idle=idle)

    def _keep_up_idle(self) -> None:
        try:
            self._keep_up(idle=True)
        except (sqlite3.Error, OSError) as error:  # nobody waits for it: the next entry tells of lasting trouble
            logger.warning("%s: %s", self.path, error)

    def _let_go(self) -> None:
        try:
            if self._file is not None:
                self._file.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            logger.warning("%s: %s", self.path, error)  # the write-ahead log stays beside it, with all that it has
        self._drop()
