"""A long list into the store: what is odd in it comes back as it was, and one that is given up leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from app.model.errors import CancelledError, RowUnwritableError, StoreUnusableError
from app.model.progress import EVERY
from app.model.rundown import BreakPlan
from app.model.schedule import Booking, Imported
from app.model.when import When
from app.storage.schedule_store import ScheduleStore, open_schedule
from app.storage.tables import clean


@pytest.fixture
def store(named: str) -> Iterator[ScheduleStore]:
    store = open_schedule(named, timezone="Europe/Berlin")
    yield store
    store.close()


def booked(break_id: str, at: str | None = None, channel: str = "news-1", title: str = "") -> Booking:
    when = None if at is None else When(at)
    return Booking(plan=BreakPlan(id=break_id, channel=channel, at=when, duration_s=Fraction(30), title=title))


def listed(*bookings: Booking) -> Imported:
    return Imported(file="day.csv", bookings=bookings)


ODD = [
    "tab\there",
    "line\nhere",
    "back\\slash",
    "\\N",
    "\\.",
    "'; DROP TABLE bookings; --",
    "Käse 🧀",
    "\x00\ud800",
    "\x7f\x0b",
]


def test_whatever_an_id_or_a_title_holds_comes_back(store: ScheduleStore) -> None:
    bookings = [booked(odd, channel=odd, title=odd) for odd in ODD]
    result = store.merge(listed(*bookings), by=ODD[0])
    assert result.added == len(ODD)
    found = {row.booking.plan.title: row for row in store.bookings()}
    for booking in bookings:
        row = found[booking.plan.title]
        assert row.booking == booking
        assert store.booking(clean(booking.plan.channel), clean(booking.plan.id)) == row
        assert row.changed_by == ODD[0]
    assert store.merge(listed(*bookings), by="").unchanged == len(ODD)


def test_times_are_found_as_if_each_had_been_written_alone(store: ScheduleStore) -> None:
    times = [None, "+30", "2030-01-01T12:00:00Z", "2030-07-01T12:00:00.123456789+02:00", "2030-01-01 12:00:00:24"]
    by_list = [booked(f"l{n}", at) for n, at in enumerate(times)]
    store.merge(listed(*by_list), by="")
    for n, booking in enumerate(by_list):
        store.edit(replace(booking, plan=replace(booking.plan, id=f"e{n}")), 0)
    with store.engine.connect() as connection:
        read = connection.exec_driver_sql("SELECT break_id, starts_at FROM bookings").all()
    at = {break_id: str(starts_at) for break_id, starts_at in read}
    assert [at[f"l{n}"] for n in range(len(times))] == [at[f"e{n}"] for n in range(len(times))]


@pytest.mark.parametrize("after", [0, 2 * EVERY, 4 * EVERY, 6 * EVERY])
def test_an_import_that_is_given_up_leaves_nothing(store: ScheduleStore, after: int) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        told.append((done, total))
        return done < after

    with pytest.raises(CancelledError, match="nothing of it was imported"):
        store.merge(listed(*(booked(str(n)) for n in range(3 * EVERY))), by="", progress=progress)
    assert told[-1] == (after, 6 * EVERY)
    assert store.bookings() == []
    assert store.revision() == 0


def test_progress_goes_from_nothing_to_all(store: ScheduleStore) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        told.append((done, total))
        return True

    bookings = [booked(str(n)) for n in range(2 * EVERY)]
    store.merge(listed(*bookings), by="", progress=progress)
    assert told == [(n * EVERY, 4 * EVERY) for n in range(5)]
    changed = [replace(one, plan=replace(one.plan, title="New")) for one in bookings]
    told.clear()
    assert store.merge(listed(*changed), by="", progress=progress).changed == 2 * EVERY
    assert told == [(n * EVERY, 4 * EVERY) for n in range(5)]


def test_a_table_that_is_gone_is_the_store_s_error(store: ScheduleStore) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE bookings")
    with pytest.raises(StoreUnusableError):
        store.merge(listed(booked("b1")), by="")


def test_a_value_that_no_row_takes_is_told_as_one(store: ScheduleStore) -> None:
    if store.engine.dialect.name == "postgresql":
        with store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE bookings ALTER COLUMN content TYPE varchar(3)")
        with pytest.raises(RowUnwritableError):
            store.merge(listed(booked("b1")), by="")
    assert store.bookings() == []
