"""The spot library and the templates, on both databases: versions, notices, backups."""

import queue
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given

from app.model.errors import StaleError, StorageError
from app.model.library import LibraryItem, LibraryKind, ScheduleTemplate, on_day
from app.model.rundown import Upid
from app.model.schedule import Spot
from app.storage.schedule_library import kept_from, kept_text
from app.storage.schedule_store import ScheduleStore, open_schedule
from app.storage.schedule_watch import ScheduleWatch
from app.storage.upkeep import backup, restore
from tests.model.anything import values_of
from tests.storage.test_schedule_store import booked

KINO = LibraryItem(
    id="kino",
    title="Kino 🎬",
    kind=LibraryKind.POD,
    spots=(Spot(id="s1", title="", duration_s=Fraction(1001, 30), media=("https://a/b.mp4",), upid=Upid(3, "ABCD")),),
    duration_s=Fraction(1001, 30),
)
WEEKDAY = ScheduleTemplate(id="weekday", title="Weekdays", breaks=(booked("b1"),))


@pytest.fixture
def store(named: str) -> Iterator[ScheduleStore]:
    store = open_schedule(named)
    yield store
    store.close()


def test_an_item_is_kept_edited_and_removed_by_its_version(store: ScheduleStore) -> None:
    made = store.write_spot(KINO, 0, by="anna")
    assert store.spots() == [made] == [replace(KINO, version=store.revision())]
    named = store.write_spot(replace(made, title="A"), made.version)
    other = store.write_spot(replace(KINO, id="b", title="B"), 0)
    assert store.spots() == [named, other]
    for version in (0, made.version):
        with pytest.raises(StaleError, match="'kino' of the library was changed meanwhile") as stale:
            store.write_spot(KINO, version)
        assert stale.value.version == named.version
    with pytest.raises(StaleError, match="it is gone"):
        store.remove_spot("none", 1)
    with pytest.raises(StaleError):
        store.remove_spot("kino", made.version)
    store.remove_spot("kino", named.version)
    with pytest.raises(StaleError, match="it is gone"):
        store.remove_spot("kino", named.version)
    assert store.spots() == [other]
    assert store.write_spot(KINO, 0) in store.spots()  # and made anew


def test_a_template_is_kept_and_put_on_a_day(store: ScheduleStore) -> None:
    made = store.write_template(WEEKDAY, 0)
    assert store.templates() == [made]
    assert store.spots() == []
    timed = replace(made, breaks=(replace(booked("b1"), plan=replace(booked("b1").plan, at=None)),))
    assert store.merge(on_day(timed, "news-1", date(2026, 11, 22), "UTC"), by="traffic").added == 1
    assert store.merge(on_day(timed, "news-1", date(2026, 11, 22), "UTC"), by="traffic").added == 0
    store.remove_template("weekday", made.version)
    assert store.templates() == []


@given(values_of(LibraryItem), values_of(ScheduleTemplate))
def test_an_item_comes_back_as_it_was(item: LibraryItem, template: ScheduleTemplate) -> None:
    assert kept_from(LibraryItem, kept_text(item), item.version) == item
    assert kept_from(ScheduleTemplate, kept_text(template), template.version) == template


def test_what_somebody_else_wrote_is_told() -> None:
    with pytest.raises(StorageError, match="can't be read"):
        kept_from(LibraryItem, '{"id": 3}', 1)


def test_others_are_told_that_the_library_changed(store: ScheduleStore, named: str) -> None:
    told: queue.Queue[str] = queue.Queue()
    watch = ScheduleWatch(store, 0, lambda _rows: told.put("bookings"), shelved=lambda: told.put("library"))
    watch.start()
    other = open_schedule(named)
    made = other.write_spot(KINO, 0)
    assert told.get(timeout=5) == "library"
    other.edit(booked("b1"), 0)
    assert told.get(timeout=5) == "bookings"
    other.remove_spot("kino", made.version)
    assert told.get(timeout=5) == "library"
    other.close()
    watch.close()


def test_a_backup_has_the_library_and_puts_it_back(store: ScheduleStore, named: str, tmp_path: Path) -> None:
    made = store.write_spot(KINO, 0)
    copy = tmp_path / "copy.sqlite3"
    backup(named, copy)
    store.write_spot(replace(KINO, title="later"), made.version)
    added = store.write_spot(replace(KINO, id="added"), 0)
    seen = store.library_version()
    restore(copy, named)
    assert store.spots() == [replace(KINO, version=seen + 1)]
    with pytest.raises(StaleError):
        store.write_spot(added, added.version)
