"""What airs is kept apart from what is planned, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.model.errors import LockedError
from app.model.merging import BookingState
from app.storage.schedule_store import ScheduleStore, open_schedule
from tests.storage.test_schedule_store import booked, listed, titled


@pytest.fixture
def store(named: str) -> Iterator[ScheduleStore]:
    store = open_schedule(named)
    yield store
    store.close()


def test_what_is_armed_is_frozen_and_no_later_edit_changes_it(store: ScheduleStore) -> None:
    made = store.edit(titled(booked("b1"), "as planned"), 0)
    for state in (BookingState.ARMED, BookingState.ARMED, BookingState.ON_AIR, BookingState.AIRED):
        store.mark("news-1", "b1", state)
    (played,) = store.frozen("news-1")
    assert (played.booking, played.version, played.state) == (made.booking, made.version, BookingState.AIRED)
    assert (played.by, played.id) == ("engine", made.version + 1)
    assert played.out_at is not None
    assert played.ended_at is not None
    assert played.frozen_at <= played.out_at <= played.ended_at <= datetime.now(UTC)
    now = store.booking("news-1", "b1")
    assert now is not None
    with pytest.raises(LockedError):
        store.edit(titled(made.booking, "another"), now.version)
    store.mark("news-1", "b1", BookingState.PLANNED)  # somebody lets it be planned anew
    again = store.edit(titled(made.booking, "another"), store.revision())
    store.mark("news-1", "b1", BookingState.ARMED)
    store.mark("news-1", "b1", BookingState.PLANNED)  # and withdraws it
    assert store.frozen()[0] == played
    second = store.frozen(break_id="b1", since=played.frozen_at + timedelta(microseconds=1))[0]
    assert (second.booking, second.state) == (again.booking, BookingState.PLANNED)
    assert store.frozen("news-2") == []
    assert store.frozen(until=played.frozen_at) == []


def test_what_really_airs_counts_where_an_edit_was_quicker_than_the_mark(store: ScheduleStore) -> None:
    result = store.merge(listed(booked("b1"), booked("b2", 5)), by="traffic")
    assert result.import_id is not None
    armed = store.bookings()[0].booking
    store.edit(titled(armed, "too late"), store.revision(), by="anna")
    store.mark("news-1", "b1", BookingState.ARMED, airs=armed)
    assert [each.booking for each in store.frozen()] == [armed]
    gone = replace(armed, plan=replace(armed.plan, id="gone"))
    assert store.mark("news-1", "gone", BookingState.ON_AIR, airs=gone) is None  # removed meanwhile, and on air
    assert store.mark("news-1", "none", BookingState.ON_AIR) is None
    store.undo_import(result.import_id)
    assert [each.booking.plan.id for each in store.frozen()] == ["b1", "gone"]
    assert store.frozen(break_id="gone")[0].out_at is not None
