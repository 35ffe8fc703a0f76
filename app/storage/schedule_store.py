"""The schedule's store: bookings by channel and id, imported, edited and undone, each change one transaction.

A revision counts the changes of the whole schedule. Every writer takes the counter's row first, so revisions become
visible in their order: who has read up to one misses nothing by asking for what is newer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text, update

from app.model.errors import LockedError, StaleError
from app.model.merging import BookingState, MergeResult, Stored, UndoResult
from app.model.schedule import Booking, Imported
from app.storage.booking_text import booking_text
from app.storage.database import BUSY_TIMEOUT_MS, READING, database_url, opened, shown, translated
from app.storage.database_url import Password
from app.storage.schedule_importing import merge_into
from app.storage.schedule_merge import Choices
from app.storage.schedule_rows import Key, Values, is_locked, key_of, starts_at, stored_from
from app.storage.schedule_tables import bookings
from app.storage.schedule_undo import undo_in
from app.storage.tables import clean, counters

REVISION = "schedule"  # among the counters
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


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is being made: its transaction, its revision, by whom."""

    connection: Connection
    revision: int
    by: str
    timezone: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def stamped(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A row's values with what every change of it writes; ``plan`` becomes the moment it starts at."""
        written = dict(values)
        plan = written.pop("plan")
        written |= {"version": self.revision, "touched": self.revision, "starts_at": starts_at(plan, self.timezone)}
        return written | {"changed_by": self.by, "changed_at": self.at}


class ScheduleStore:
    """Bookings of all channels; any thread may call. StorageError: it can't be read or written, and nothing was."""

    def __init__(self, engine: Engine, where: str, timezone: str) -> None:
        self.engine, self.where, self._timezone = engine, where, timezone

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    # ---- reading

    def bookings(
        self, channel: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> list[Stored]:
        """Bookings by their start, ``since`` included, ``until`` not; those without a moment where neither is given."""
        wanted = select(bookings).where(bookings.c.removed.is_(False))
        if channel is not None:
            wanted = wanted.where(bookings.c.channel == channel)
        if since is not None:
            wanted = wanted.where(bookings.c.starts_at >= since)
        if until is not None:
            wanted = wanted.where(bookings.c.starts_at < until)
        wanted = wanted.order_by(bookings.c.starts_at.nulls_last(), bookings.c.channel, bookings.c.break_id)
        with self._reading() as connection:
            return [stored_from(row) for row in connection.execute(wanted).mappings()]

    def booking(self, channel: str, break_id: str) -> Stored | None:
        """One booking, or the trace of one that was removed."""
        with self._reading() as connection:
            row = _row(connection, (clean(channel), clean(break_id)))
        return None if row is None else stored_from(row)

    def revision(self) -> int:
        """Of the newest change; 0 before the first."""
        with self._reading() as connection:
            wanted = select(counters.c.value).where(counters.c.name == REVISION)
            return int(connection.execute(wanted).scalar_one_or_none() or 0)

    def changes(self, since: int) -> list[Stored]:
        """What was changed behind a revision, removed ones among it, oldest change first."""
        wanted = select(bookings).where(bookings.c.version > since)
        wanted = wanted.order_by(bookings.c.version, bookings.c.channel, bookings.c.break_id)
        with self._reading() as connection:
            return [stored_from(row) for row in connection.execute(wanted).mappings()]

    # ---- changing

    def edit(self, booking: Booking, version: int, *, by: str = "") -> Stored:
        """Write a booking where its ``version`` still stands; 0 makes a new one. StaleError, LockedError."""
        key = key_of(booking)
        with self._change(by) as change:
            row = _row(change.connection, key)
            content = booking_text(booking)
            values = {"content": content, "plan": booking.plan, "removed": False}
            if row is None:
                if version:
                    raise StaleError(booking.plan.id, booking.plan.channel, None)
                values |= {"state": BookingState.PLANNED.value, "base": None, "list_id": None}
                values |= {"channel": key[0], "break_id": key[1], "created": change.revision}
                change.connection.execute(bookings.insert().values(change.stamped(values)))
            else:
                _check(row, version)
                values["base"] = _base_behind(row, content)
                _update(change, row, values)
            return _now(change.connection, key)

    def remove(self, channel: str, break_id: str, version: int, *, by: str = "") -> Stored:
        """Take a booking out where its ``version`` still stands; its list does not bring it back by itself."""
        key = clean(channel), clean(break_id)
        with self._change(by) as change:
            row = _row(change.connection, key)
            if row is None or row["removed"]:
                raise StaleError(break_id, channel, None)
            _check(row, version)
            booking = stored_from(row).booking
            base = row["base"] if row["base"] is not None or row["list_id"] is None else row["content"]
            _update(change, row, {"content": row["content"], "plan": booking.plan, "removed": True, "base": base})
            return _now(change.connection, key)

    def mark(self, channel: str, break_id: str, state: BookingState, *, by: str = "engine") -> Stored | None:
        """Say where a booking stands; None: there is none. What is armed, on air or aired is locked for all."""
        key = clean(channel), clean(break_id)
        with self._change(by) as change:
            values = {"state": state.value, "version": change.revision}
            marked = update(bookings).where(*_at(key)).values(values)
            if not change.connection.execute(marked).rowcount:
                return None
            return _now(change.connection, key)

    def merge(
        self,
        imported: Imported,
        *,
        by: str,
        dry_run: bool = False,
        remove_missing: bool = False,
        choose: Choices | None = None,
    ) -> MergeResult:
        """Take a list in, against what was imported and edited before: all of it or, on an error, nothing.

        ``remove_missing``: what came with this list before and is not in it now is removed. ``choose``: whose word
        counts in a conflict, by (channel, id); without one it stays as it is, and is told.
        """
        if dry_run:
            with self._reading() as connection:
                return merge_into(connection, imported, remove_missing=remove_missing, choose=choose or {})
        with self._change(by) as change:
            return merge_into(
                change.connection, imported, remove_missing=remove_missing, choose=choose or {}, change=change
            )

    def undo_import(self, import_id: int, *, by: str = "") -> UndoResult:
        """Take back what an import did, but for what was changed since or is locked. UsageError: no such import."""
        with self._change(by) as change:
            return undo_in(change.connection, import_id, change)

    # ---- within

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self.where), self.engine.connect().execution_options(**READING) as connection:
            yield connection

    @contextmanager
    def _change(self, by: str) -> Iterator[Change]:
        with translated(self.where), self.engine.begin() as connection:
            change = Change(connection, next_revision(connection), by, self._timezone)
            yield change
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_notify(NOTICE, str(change.revision))))


def next_revision(connection: Connection) -> int:
    """Counted up; every other writer waits from here to the end of the transaction."""
    made = text("INSERT INTO counters (name, value) VALUES (:name, 0) ON CONFLICT DO NOTHING")
    connection.execute(made, {"name": REVISION})
    counted = counters.update().where(counters.c.name == REVISION).values(value=counters.c.value + 1)
    return int(connection.execute(counted.returning(counters.c.value)).scalar_one())


def _at(key: Key) -> tuple[Any, Any]:
    return bookings.c.channel == key[0], bookings.c.break_id == key[1]


def _row(connection: Connection, key: Key) -> Values | None:
    return connection.execute(select(bookings).where(*_at(key))).mappings().one_or_none()


def _now(connection: Connection, key: Key) -> Stored:
    return stored_from(connection.execute(select(bookings).where(*_at(key))).mappings().one())


def _check(row: Values, version: int) -> None:
    if row["version"] != version and not (row["removed"] and not version):
        raise StaleError(row["break_id"], row["channel"], row["version"])
    if is_locked(row):
        raise LockedError(row["break_id"], row["channel"], row["state"])


def _base_behind(row: Values, content: str) -> str | None:
    """What its list said, kept for the next import, as long as the content differs from it."""
    if row["list_id"] is None:
        return None
    base: str = row["content"] if row["base"] is None else row["base"]
    return None if base == content else base


def _update(change: Change, row: Values, values: Mapping[str, Any]) -> None:
    """Held to the version that was read, whatever the lock is worth elsewhere."""
    key = row["channel"], row["break_id"]
    written = update(bookings).where(*_at(key), bookings.c.version == row["version"])
    if change.connection.execute(written.values(change.stamped(values))).rowcount != 1:
        raise StaleError(row["break_id"], row["channel"], None)
