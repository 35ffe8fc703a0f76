"""The schedule's store: bookings by channel and id, imported, edited and undone, each change one transaction.

A revision counts the changes of the whole schedule. Every writer takes the counter's row first, so revisions become
visible in their order: who has read up to one misses nothing by asking for what is newer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select, update

from app.model.errors import StaleError
from app.model.frozen import FrozenBreak
from app.model.garbage import collected_later
from app.model.library import LibraryItem, ScheduleTemplate
from app.model.merging import BookingState, MergeResult, Stored, UndoResult
from app.model.progress import Progress
from app.model.schedule import Booking, Imported
from app.model.schedule_face import Edit
from app.storage.database import BUSY_TIMEOUT_MS, READING, database_url, opened, shown, translated
from app.storage.database_url import Password, is_postgres
from app.storage.schedule_change import REVISION, Change, next_revision
from app.storage.schedule_editing import at_key, remove_booking, row_at, stored_at, write_booking
from app.storage.schedule_frozen import freeze, frozen_in
from app.storage.schedule_importing import merge_into
from app.storage.schedule_library import kept_in, newest_in, remove_item, write_item
from app.storage.schedule_merge import Choices
from app.storage.schedule_rows import reading, stored_from, stored_rows
from app.storage.schedule_tables import bookings
from app.storage.schedule_undo import undo_in
from app.storage.sqlite_rules import HeldFile
from app.storage.tables import clean, counters

NOTICE = "splicedeck_schedule"  # the channel of PostgreSQL's NOTIFY; its payload is the revision


def open_schedule(
    named: str | Path,
    *,
    timezone: str = "",
    create: bool = True,
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    password: Password | None = None,
) -> ScheduleStore:
    """The schedule in a file or URL, made if ``create``. UsageError, StoreUnusableError: it can't be opened.

    ``timezone``: of house times; "": they are kept as written, and no query by time finds them.
    """
    url = database_url(named)
    engine = opened(url, create=create, busy_timeout_ms=busy_timeout_ms, password=password)
    return ScheduleStore(engine, shown(url), timezone)


class ScheduleStore:
    """Bookings of all channels; any thread may call. StorageError: it can't be read or written, and nothing was."""

    def __init__(self, engine: Engine, where: str, timezone: str) -> None:
        self.engine, self.where, self._timezone = engine, where, timezone
        self._file = None if is_postgres(engine.url) else HeldFile(Path(engine.url.database or ""))

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    # ---- reading

    def bookings(
        self, channel: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> list[Stored]:
        """Bookings by their start, ``since`` included, ``until`` not; those without a moment where neither is given."""
        wanted = reading().where(bookings.c.removed.is_(False))
        if channel is not None:
            wanted = wanted.where(bookings.c.channel == channel)
        if since is not None:
            wanted = wanted.where(bookings.c.starts_at >= since)
        if until is not None:
            wanted = wanted.where(bookings.c.starts_at < until)
        # Between two times none is without one, and the index has them in this order.
        start = bookings.c.starts_at if since is not None else bookings.c.starts_at.nulls_last()
        wanted = wanted.order_by(start, bookings.c.channel, bookings.c.break_id)
        with self._reading() as connection:
            return stored_rows(connection, wanted)

    def unplaced(self, channel: str | None = None) -> list[Stored]:
        """Bookings without a moment: they wait, follow others, or count from a channel's start."""
        wanted = reading().where(bookings.c.removed.is_(False), bookings.c.starts_at.is_(None))
        if channel is not None:
            wanted = wanted.where(bookings.c.channel == channel)
        with self._reading() as connection:
            return stored_rows(connection, wanted.order_by(bookings.c.channel, bookings.c.break_id))

    def booking(self, channel: str, break_id: str) -> Stored | None:
        """One booking, or the trace of one that was removed."""
        with self._reading() as connection:
            row = row_at(connection, (clean(channel), clean(break_id)))
        return None if row is None else stored_from(row)

    def revision(self) -> int:
        """Of the newest change; 0 before the first."""
        with self._reading() as connection:
            wanted = select(counters.c.value).where(counters.c.name == REVISION)
            return int(connection.execute(wanted).scalar_one_or_none() or 0)

    def changes(self, since: int) -> list[Stored]:
        """What was changed behind a revision, removed ones among it, oldest change first."""
        wanted = reading().where(bookings.c.version > since)
        wanted = wanted.order_by(bookings.c.version, bookings.c.channel, bookings.c.break_id)
        with self._reading() as connection:
            return stored_rows(connection, wanted)

    def due(self, since: datetime, until: datetime) -> list[Stored]:
        """What is still to air: starts in that time (``until`` not included), or has no moment that a store knows."""
        timed = (bookings.c.starts_at >= since) & (bookings.c.starts_at < until)
        to_air = bookings.c.removed.is_(False) & (bookings.c.state != BookingState.AIRED.value)
        wanted = reading().where(to_air, timed | bookings.c.starts_at.is_(None))
        with self._reading() as connection:
            return stored_rows(connection, wanted)

    # ---- changing

    def edit(self, booking: Booking, version: int, *, by: str = "") -> Stored:
        """Write a booking where its ``version`` still stands; 0 makes a new one. StaleError, LockedError."""
        with self._change(by) as change:
            return write_booking(change, booking, version)

    def remove(self, channel: str, break_id: str, version: int, *, by: str = "") -> Stored:
        """Take a booking out where its ``version`` still stands; its list does not bring it back by itself."""
        with self._change(by) as change:
            return remove_booking(change, (clean(channel), clean(break_id)), version)

    def write(self, edits: Sequence[Edit], *, by: str) -> list[Stored]:
        """Several edits at once, all or none, each held to its version; how they stand then, in their order.

        A break that gets another id or channel is two: it is removed, and made. StaleError, LockedError.
        """
        if not edits:
            return []
        with self._change(by) as change:
            return [_written(change, edit) for edit in edits]

    def mark(
        self,
        channel: str,
        break_id: str,
        state: BookingState,
        *,
        by: str = "engine",
        airs: Booking | None = None,
        version: int | None = None,
    ) -> Stored | None:
        """Say where a booking stands; None: there is none. What is armed, on air or aired is locked for all.

        Armed, it is frozen: as it is here, or ``airs``, where an edit was quicker than the mark. PLANNED withdraws it.
        ``version``: StaleError where another stands, and nothing is marked.
        """
        key = clean(channel), clean(break_id)
        with self._change(by) as change:
            row = row_at(change.connection, key)
            if version is not None and (row is None or row["removed"] or row["version"] != version):
                raise StaleError(break_id, channel, None if row is None else row["version"])
            if row is not None or airs is not None:
                freeze(change, key, state, row, airs)
            if row is None:
                return None
            values = {"state": state.value, "version": change.revision}
            change.connection.execute(update(bookings).where(*at_key(key)).values(values))
            return stored_at(change.connection, key)

    def frozen(
        self,
        channel: str | None = None,
        break_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[FrozenBreak]:
        """What was armed in a time (``until`` not included), in that order, as it was then: what was played of it."""
        with self._reading() as connection:
            return frozen_in(connection, channel, break_id, since, until)

    # ---- library

    def spots(self) -> list[LibraryItem]:
        """The spot library, by title."""
        with self._reading() as connection:
            return kept_in(connection, LibraryItem)

    def templates(self) -> list[ScheduleTemplate]:
        """Patterns of days, by title."""
        with self._reading() as connection:
            return kept_in(connection, ScheduleTemplate)

    def write_spot(self, item: LibraryItem, version: int, *, by: str = "") -> LibraryItem:
        """Write an item where its ``version`` still stands; 0 makes a new one. StaleError."""
        with self._change(by) as change:
            return write_item(change, item, version)

    def write_template(self, template: ScheduleTemplate, version: int, *, by: str = "") -> ScheduleTemplate:
        """As ``write_spot``."""
        with self._change(by) as change:
            return write_item(change, template, version)

    def remove_spot(self, item_id: str, version: int, *, by: str = "") -> None:
        """Take an item out where its ``version`` still stands; breaks keep what they have of it. StaleError."""
        with self._change(by) as change:
            remove_item(change, LibraryItem, item_id, version)

    def remove_template(self, template_id: str, version: int, *, by: str = "") -> None:
        """As ``remove_spot``."""
        with self._change(by) as change:
            remove_item(change, ScheduleTemplate, template_id, version)

    def library_version(self) -> int:
        """Of the newest change of a spot or template, removals among them."""
        with self._reading() as connection:
            return newest_in(connection)

    def merge(
        self,
        imported: Imported,
        *,
        by: str,
        dry_run: bool = False,
        remove_missing: bool = False,
        choose: Choices | None = None,
        progress: Progress | None = None,
    ) -> MergeResult:
        """Take a list in, against what was imported and edited before: all of it or, on an error, nothing.

        ``remove_missing``: what came with this list before and is not in it now is removed. ``choose``: whose word
        counts in a conflict, by (channel, id); without one it stays as it is, and is told. ``progress``: is told of its
        breaks, and may give it up: CancelledError.
        """
        if dry_run:
            with collected_later(), self._reading() as connection:
                return merge_into(
                    connection, imported, remove_missing=remove_missing, choose=choose or {}, progress=progress
                )
        with collected_later(), self._change(by) as change:
            return merge_into(
                change.connection,
                imported,
                remove_missing=remove_missing,
                choose=choose or {},
                change=change,
                progress=progress,
            )

    def undo_import(self, import_id: int, *, by: str = "") -> UndoResult:
        """Take back what an import did, but for what was changed since or is locked. UsageError: no such import."""
        with self._change(by) as change:
            return undo_in(change.connection, import_id, change)

    # ---- within

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self.where), self.engine.connect().execution_options(**READING) as connection:
            self._check_file()
            yield connection

    @contextmanager
    def _change(self, by: str) -> Iterator[Change]:
        with translated(self.where), self.engine.begin() as connection:
            change = Change(connection, next_revision(connection), by, self._timezone)
            yield change
            self._check_file()  # before the commit: nothing is written where nobody finds it
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_notify(NOTICE, str(change.revision))))

    def _check_file(self) -> None:
        if self._file is not None:
            self._file.check()


def _written(change: Change, edit: Edit) -> Stored:
    if edit.booking is None:
        return remove_booking(change, (clean(edit.channel), clean(edit.break_id)), edit.version)
    return write_booking(change, edit.booking, edit.version)
