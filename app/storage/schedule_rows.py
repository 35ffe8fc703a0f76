"""Rows of the schedule as bookings, and what a booking writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from app.model.merging import BookingState, Stored
from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.timebase import FrameRate
from app.storage.booking_text import booking_from
from app.storage.schedule_tables import bookings
from app.storage.tables import clean

type Key = tuple[str, str]  # channel and id of a break, as the store writes them
type Values = RowMapping  # of a row, by column

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FINE, _DROPS = FrameRate(120), FrameRate(30000, 1001)  # at one of them every label of any rate is a time


def key_of(booking: Booking) -> Key:
    """What a booking is stored under."""
    return clean(booking.plan.channel), clean(booking.plan.id)


def starts_at(plan: BreakPlan, timezone: str) -> datetime | None:
    """The moment of a plan as far as a schedule can know it; None where it counts from a channel's start, or has none.

    House time is good to the second here: its frames have a length only on the channel. Without ``timezone`` or a date
    it is no moment.
    """
    if plan.at is None or plan.at.text.startswith("+"):
        return None
    text = plan.at.text
    house = "-" not in text or not (text[-1] in "Zz" or text[-6] in "+-")
    if house and ("-" not in text or not timezone):
        return None
    try:
        if not house:
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        rate = _DROPS if ";" in text else _FINE
        found = plan.at.seconds(first_frame_at=_EPOCH, rate=rate, timezone=timezone)
        return _EPOCH + timedelta(microseconds=int(found * 1_000_000))
    except (ValueError, OverflowError):
        return None


def stored_from(row: Values) -> Stored:
    """A row as the booking it is. StorageError: it can't be read."""
    return Stored(
        booking=booking_from(row["content"]),
        version=row["version"],
        state=BookingState(row["state"]),
        edited=row["list_id"] is not None and row["base"] is not None,
        removed=row["removed"],
        changed_by=row["changed_by"],
        changed_at=row["changed_at"],
    )


_READ = tuple(
    bookings.c[name] for name in ("content", "version", "state", "list_id", "removed", "changed_by", "changed_at")
)
_EDITED = bookings.c.base.is_not(None)
_STATES = {state.value: state for state in BookingState}


def reading() -> Select[Any]:
    """What ``stored_rows`` needs of a row, and no more: a day of a channel is read in 10 ms."""
    return select(*_READ, _EDITED)


def stored_rows(connection: Connection, wanted: Select[Any]) -> list[Stored]:
    """The bookings that a ``reading`` finds. StorageError: one can't be read."""
    return [
        Stored(
            booking=booking_from(content),
            version=version,
            state=_STATES[state],
            edited=list_id is not None and differs,
            removed=removed,
            changed_by=by,
            changed_at=at,
        )
        for content, version, state, list_id, removed, by, at, differs in connection.execute(wanted)
    ]


def base_of(row: Values) -> Booking | None:
    """A row as its list had it; None: it came from none."""
    if row["list_id"] is None:
        return None
    return booking_from(row["content"] if row["base"] is None else row["base"])


def is_locked(row: Values) -> bool:
    """Whether it is armed, on air or has aired."""
    return BookingState(row["state"]).locked
