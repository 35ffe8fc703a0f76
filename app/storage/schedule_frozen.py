"""Instances of what airs: written when a booking is armed, never by an edit, an import, or an undo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, select

from app.model.frozen import FrozenBreak
from app.model.merging import BookingState
from app.model.schedule import Booking
from app.storage.booking_text import booking_from, booking_text
from app.storage.schedule_rows import Key, Values
from app.storage.schedule_tables import instances

_OPEN = (BookingState.ARMED.value, BookingState.ON_AIR.value)


class Writing(Protocol):
    """The change that a mark is written by."""

    @property
    def connection(self) -> Connection:
        """In its transaction."""

    @property
    def revision(self) -> int:
        """Its number: a new instance's id."""

    @property
    def by(self) -> str:
        """Who or what airs it."""

    @property
    def at(self) -> datetime:
        """Its moment."""


def freeze(change: Writing, key: Key, state: BookingState, row: Values | None, booking: Booking | None) -> None:
    """Follow a booking's state. ``booking``: what really airs, where it may differ from the ``row`` of now."""
    going: Mapping[Any, Any] | None = _going(change.connection, key)
    if state is BookingState.PLANNED:
        if going is not None:
            _update(change, going, {"state": state.value, "ended_at": change.at})
        return
    if going is None:
        going = _made(change, key, row, booking)
    values: dict[str, Any] = {"state": state.value}
    if state is BookingState.ON_AIR and going["out_at"] is None:
        values["out_at"] = change.at
    if state is BookingState.AIRED:
        values["ended_at"] = change.at
    if going["state"] != state.value:
        _update(change, going, values)


def frozen_in(
    connection: Connection, channel: str | None, break_id: str | None, since: datetime | None, until: datetime | None
) -> list[FrozenBreak]:
    """Instances by when they were armed; ``since`` included, ``until`` not."""
    wanted = select(instances)
    if channel is not None:
        wanted = wanted.where(instances.c.channel == channel)
    if break_id is not None:
        wanted = wanted.where(instances.c.break_id == break_id)
    if since is not None:
        wanted = wanted.where(instances.c.frozen_at >= since)
    if until is not None:
        wanted = wanted.where(instances.c.frozen_at < until)
    return [_frozen(row) for row in connection.execute(wanted.order_by(instances.c.id)).mappings()]


def _going(connection: Connection, key: Key) -> Values | None:
    """That which is armed or on air."""
    wanted = select(instances).where(instances.c.channel == key[0], instances.c.break_id == key[1])
    newest = wanted.where(instances.c.state.in_(_OPEN)).order_by(instances.c.id.desc()).limit(1)
    return connection.execute(newest).mappings().one_or_none()


def _made(change: Writing, key: Key, row: Values | None, booking: Booking | None) -> Mapping[Any, Any]:
    content = booking_text(booking) if booking is not None else row["content"] if row is not None else None
    made = {
        "id": change.revision,
        "channel": key[0],
        "break_id": key[1],
        "version": row["touched"] if row is not None else 0,
        "content": content,
        "state": "",
        "frozen_at": change.at,
        "out_at": None,
        "ended_at": None,
        "by": change.by,
    }
    change.connection.execute(instances.insert(), made)
    return made


def _update(change: Writing, going: Mapping[Any, Any], values: dict[str, Any]) -> None:
    change.connection.execute(instances.update().where(instances.c.id == going["id"]).values(values))


def _frozen(row: Values) -> FrozenBreak:
    return FrozenBreak(
        id=row["id"],
        booking=booking_from(row["content"]),
        version=row["version"],
        state=BookingState(row["state"]),
        frozen_at=row["frozen_at"],
        out_at=row["out_at"],
        ended_at=row["ended_at"],
        by=row["by"],
    )
