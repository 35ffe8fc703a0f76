"""The journal: every command on disk before it is carried out, and everything that happened since.

One thread writes: what waits goes into one transaction and one fsync. A disk that is slow, full or gone holds up no
caller: entries wait in memory, bounded, and are written when it answers again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.model.commands import Command
from app.model.errors import StorageError
from app.model.events import Event
from app.model.wire import Plain
from app.storage.journal_backlog import Backlog, Batch
from app.storage.journal_file import TROUBLE, JournalFile, all_rows, is_damage, open_file, put_rows
from app.storage.journal_items import CommandItem, EventItem, Item, OverdueItem
from app.storage.journal_pruning import Pruning, write_back
from app.storage.journal_reader import (
    JournalEntry,
    read_entries,
    read_events,
    read_kept,
    read_next_life,
    read_run_id,
)

__all__ = [
    "FRAME_RATES",
    "RECORDED",
    "SEAL",
    "STORE",
    "Journal",
    "JournalEntry",
    "read_entries",
    "read_kept",
    "read_run_id",
]

logger = logging.getLogger(__name__)

AGAIN_S, CLOSING_AGAIN_S = 0.5, 0.05  # after trouble
IDLE_S = 0.5  # without an entry for so long: time for the upkeep
STORE, RECORDED, FRAME_RATES, SEAL = "store", "recorded", "frame_rates", "asrun_seal"
"""Keys that are kept: the database of the as-run, up to where it has the events, channels' rates, its chain's end."""
_ALARM = ("journal", "warning")


class Journal:
    """``command``, ``event``, ``overdue`` and ``keep`` from any thread, in order; they never block.

    Opened when it is made; where that fails it is tried again on its thread, ``notes`` and the alarm say so.
    ``alarm(key, severity, text or None)`` is called from the journal's thread, and by ``overdue``.
    """

    def __init__(
        self,
        path: Path,
        *,
        run_id: str,
        alarm: Callable[[str, str, str | None], None],
        pruning: Pruning | None = None,
    ) -> None:
        self.path, self.run_id, self._alarm = path, run_id, alarm
        self.life = 1  # this opening's number within the run; settled when the file can be opened, or read
        self.notes: tuple[str, ...] = ()
        self.rotated: Path | None = None  # where the journal of the run before lies now
        self._backlog = Backlog()
        self._file: JournalFile | None = None
        self._inode = 0
        self._opened_once = False
        self._damage = ""  # what a write ran into
        self._gone_rows: list[tuple[Any, ...]] = []  # of a file that was taken away: they go into the next one
        self._went = False  # the file was taken away and is not made again yet
        self._notice: str | None = None  # stands on when all is written again
        self._trouble = threading.Event()
        self._pruning = pruning or Pruning()
        # A daemon: a write to a disk that hangs can't be called off.
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        try:
            self._open()
        except TROUBLE as error:
            self.notes = (f"{path}: the journal can't be opened ({error}): what happens waits in memory",)
            logger.warning("%s", self.notes[0])
            self.life = read_next_life(path, run_id)
            self._tell_trouble(error)

    # ---- any thread

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def command(self, command: Command, on_disk: Callable[[], None]) -> None:
        """Write a command down; ``on_disk`` is called on the journal's thread once it is synced."""
        self._backlog.put(CommandItem(datetime.now(UTC), command, on_disk))

    def overdue(self, command_id: str) -> None:
        """A command was carried out before it was on disk: its row is marked so, and an alarm stands until it is."""
        self._trouble.set()
        self._alarm(*_ALARM, "the disk is slow: a command was carried out before it was written down")
        self._backlog.put(OverdueItem(command_id))

    def event(self, event: Event, seq: int) -> None:
        """Write an event down. ``seq``: its number in this life, counted up."""
        self._backlog.put(EventItem(event, seq))

    def keep(self, key: str, value: Plain | None, written: Callable[[], None] | None = None) -> None:
        """Keep the newest value of a key; None forgets it. ``written``: on the journal's thread, once it is synced.

        A value that is replaced before it was written is never written; its callback comes with the newer one's.
        """
        self._backlog.keep(key, value, written)

    def kept(self, key: str) -> Plain | None:
        """The newest value of a key, written or not; None: there is none."""
        return self._backlog.value(key)

    def written(self, timeout_s: float) -> bool:
        """Wait until everything that has come in so far is on disk."""
        return self._backlog.wait_done(timeout_s)

    @property
    def lost(self) -> int:
        """Entries that could not wait any longer for the disk."""
        return self._backlog.lost

    def close(self, timeout_s: float) -> bool:
        """Write what waits, for so long, and end; False when something could not be written."""
        self._backlog.close(timeout_s)
        if self._thread.ident is None:
            self._run()
        else:
            self._thread.join(timeout_s + 2 * AGAIN_S)
        left = self._backlog.left() + self.lost
        if left:
            logger.error("%s: %d entries could not be written", self.path, left)
        return not left and not self._thread.is_alive()

    def events_after(
        self, life: int, seq: int, limit: int = 5000, *, names: Collection[str] = (), whole: bool = False
    ) -> list[tuple[int, int, Event]]:
        """Events behind a (life, seq), written or still waiting, in order: at most ``limit``.

        Only of these ``names``, if given. Where the file can't be read: those that wait; StorageError if ``whole``.
        """
        waiting = self._backlog.events()  # before the file is read: what is written meanwhile is then in both
        found = {(self.life, item.seq): item.event for item in waiting if not names or item.event.name in names}
        try:
            found |= {(life, seq): event for life, seq, event in read_events(self.path, life, seq, limit, names)}
        except StorageError as error:
            if whole:
                raise
            logger.warning("%s", error)
        behind = sorted(place for place in found if place > (life, seq))
        return [(*place, found[place]) for place in behind[:limit]]

    # ---- the journal's thread

    def _run(self) -> None:
        while True:
            batch = self._backlog.next(IDLE_S)
            if batch is None and self._backlog.closing:
                break
            if batch is not None:
                try:
                    self._write(batch)
                except TROUBLE as error:
                    self._damage = str(error) if is_damage(error) else ""
                    self._drop_unless_locked(error)
                    self._tell_trouble(error)
                    if not self._backlog.pause(AGAIN_S, CLOSING_AGAIN_S):
                        break
            self._keep_up(idle=batch is None)
        self._let_go()

    def _write(self, batch: Batch) -> None:
        """One transaction, one fsync; then whoever waits for it is told."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            for item in batch.items:
                self._write_item(connection, item)
            for key, text in self._backlog.texts(batch).items():
                if text:
                    connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, text))
                else:
                    connection.execute("DELETE FROM kept WHERE key = ?", (key,))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._tell_written(batch)

    def _write_item(self, connection: sqlite3.Connection, item: Item) -> None:
        try:
            added = item.write(connection, self.life)
        except (ValueError, TypeError, OverflowError):
            logger.exception("lost to the journal: %s", item)  # one entry must not cost all that follow
        else:
            self._pruning.added(added, brief=item.brief)

    def _tell_written(self, batch: Batch) -> None:
        all_done = self._backlog.done(batch)
        for callback in batch.callbacks:
            try:
                callback()
            except Exception:
                logger.exception("whoever waited for the journal failed")
        if all_done and self._trouble.is_set():
            self._trouble.clear()
            self._alarm(*_ALARM, self._notice)

    def _tell_trouble(self, error: Exception) -> None:
        self._trouble.set()
        lost = f", {self.lost} are lost" if self.lost else ""
        self._alarm(*_ALARM, f"{self._backlog.left()} journal entries wait to be written{lost}: {error}")

    # ---- the file

    def _open(self) -> None:
        life = self.life if self._opened_once else None
        opened = open_file(self.path, self.run_id, life=life, damage=self._damage)
        self._damage = ""
        self.life, self._file = opened.life, opened
        self._inode = self.path.stat().st_ino
        self.notes += opened.notes
        self.rotated = self.rotated or opened.rotated
        for note in opened.notes:
            logger.warning("%s", note)
        values = dict(opened.connection.execute("SELECT key, value FROM kept").fetchall())
        self._backlog.found(values, anew=opened.fresh)
        if self._gone_rows:
            put_rows(opened.connection, self._gone_rows)
        self._gone_rows = []
        self._went = False
        self._opened_once = True
        self._pruning.count(opened.connection)

    def _connection(self) -> sqlite3.Connection:
        """The open file; opened again after trouble, or when another lies in its place."""
        if self._file is not None and not self._in_place():
            self._save_what_went(self._file.connection)
            self._drop()
        if self._file is None:
            self._open()
        if self._file is None:
            raise sqlite3.OperationalError("the journal is not open")
        return self._file.connection

    def _save_what_went(self, connection: sqlite3.Connection) -> None:
        """A file that was taken away can still be read, as long as it is open."""
        self._went = True
        saved = "; what a restart needs is written down again"
        try:
            self._gone_rows = all_rows(connection)
        except TROUBLE as error:
            saved = f"; bookings made before are lost should this engine die ({error})"
        self._notice = f"{self.path}: the journal has gone or was replaced{saved}: see what removes files there"
        logger.warning("%s", self._notice)
        self._alarm(*_ALARM, self._notice)

    def _in_place(self) -> bool:
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False

    def _drop(self) -> None:
        if self._file is not None:
            self._file.connection.close()
            self._file = None

    def _drop_unless_locked(self, error: Exception) -> None:
        """A full disk, a file that broke or went: it is looked at anew."""
        if self._file is not None and not self._in_place():
            self._save_what_went(self._file.connection)
            self._drop()
        elif getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
            self._drop()

    def _keep_up(self, *, idle: bool) -> None:
        """Between two batches: old rows go, and the write-ahead log into the file."""
        if self._file is None and not (idle and self._went):
            return
        try:
            connection = self._connection()
            if self._pruning.due:
                self._pruning.prune(connection)
            write_back(connection, self.path, idle=idle)
        except TROUBLE as error:  # nobody waits for it: the next entry tells of lasting trouble
            logger.info("%s: %s", self.path, error)
            self._drop_unless_locked(error)

    def _let_go(self) -> None:
        try:
            if self._file is not None:
                self._file.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except TROUBLE as error:
            logger.warning("%s: %s", self.path, error)  # the write-ahead log stays beside it, with all that it has
        self._drop()
