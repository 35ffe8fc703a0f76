"""Edits by hand: each names the version it is of. All of one change are written, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import Connection, select, update

from app.model.errors import LockedError, StaleError
from app.model.merging import BookingState, Stored
from app.model.schedule import Booking
from app.storage.booking_text import booking_text
from app.storage.schedule_rows import Key, Values, is_locked, key_of, stored_from
from app.storage.schedule_tables import bookings


class Writing(Protocol):
    """The change that edits are written by."""

    @property
    def connection(self) -> Connection:
        """In its transaction."""

    @property
    def revision(self) -> int:
        """Its number."""

    def stamped(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A row's values with what every change writes."""


def write_booking(change: Writing, booking: Booking, version: int) -> Stored:
    """Where ``version`` still stands; 0 makes a new one. StaleError, LockedError."""
    key = key_of(booking)
    row = row_at(change.connection, key)
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
    return stored_at(change.connection, key)


def remove_booking(change: Writing, key: Key, version: int) -> Stored:
    """Where ``version`` still stands; its list does not bring it back by itself. StaleError, LockedError."""
    row = row_at(change.connection, key)
    if row is None or row["removed"]:
        raise StaleError(key[1], key[0], None)
    _check(row, version)
    booking = stored_from(row).booking
    base = row["base"] if row["base"] is not None or row["list_id"] is None else row["content"]
    _update(change, row, {"content": row["content"], "plan": booking.plan, "removed": True, "base": base})
    return stored_at(change.connection, key)


def at_key(key: Key) -> tuple[Any, Any]:
    """What tells a row from all others."""
    return bookings.c.channel == key[0], bookings.c.break_id == key[1]


def row_at(connection: Connection, key: Key) -> Values | None:
    """The row of a key, where there is one."""
    return connection.execute(select(bookings).where(*at_key(key))).mappings().one_or_none()


def stored_at(connection: Connection, key: Key) -> Stored:
    """The booking of a key that is there."""
    return stored_from(connection.execute(select(bookings).where(*at_key(key))).mappings().one())


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


def _update(change: Writing, row: Values, values: Mapping[str, Any]) -> None:
    """Held to the version that was read, whatever the lock is worth elsewhere."""
    key = row["channel"], row["break_id"]
    written = update(bookings).where(*at_key(key), bookings.c.version == row["version"])
    if change.connection.execute(written.values(change.stamped(values))).rowcount != 1:
        raise StaleError(row["break_id"], row["channel"], None)
