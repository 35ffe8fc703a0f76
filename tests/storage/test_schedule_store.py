"""The schedule's store, on SQLite and on PostgreSQL: reading, editing, importing, undoing."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from app.model.errors import LockedError, RowUnwritableError, StaleError, StoreUnusableError, UsageError
from app.model.merging import BookingState, ChangeKind, Choice
from app.model.rundown import BreakPlan
from app.model.schedule import Booking, Imported, RefusedRow, Spot
from app.model.schedule_face import Edit
from app.model.when import When
from app.storage.booking_text import booking_from, booking_text
from app.storage.schedule_rows import key_of
from app.storage.schedule_store import ScheduleStore, open_schedule
from tests.model.anything import values_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def booked(break_id: str, minute: int = 0, *, channel: str = "news-1", **plan: Any) -> Booking:
    at = When((NOON + timedelta(minutes=minute)).isoformat())
    return Booking(plan=BreakPlan(id=break_id, channel=channel, at=at, **({"duration_s": Fraction(30)} | plan)))


def titled(booking: Booking, title: str) -> Booking:
    return replace(booking, plan=replace(booking.plan, title=title))


def listed(*bookings: Booking, file: str = "day.csv", refused: tuple[RefusedRow, ...] = ()) -> Imported:
    return Imported(file=file, bookings=bookings, refused=refused)


@pytest.fixture
def store(named: str) -> Iterator[ScheduleStore]:
    store = open_schedule(named)
    yield store
    store.close()


def ids(store: ScheduleStore, *args: Any, **more: Any) -> list[str]:
    return [row.booking.plan.id for row in store.bookings(*args, **more)]


def counts(result: Any) -> tuple[int, int, int, int, int]:
    return result.added, result.changed, result.unchanged, result.removed, len(result.conflicts)


@given(values_of(Booking))
def test_a_booking_comes_back_as_it_was(booking: Booking) -> None:
    text = booking_text(booking)
    assert booking_from(text) == booking
    assert json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True) == text  # one text for equal ones


def test_bookings_are_read_by_channel_and_time(store: ScheduleStore) -> None:
    pod = Booking(plan=BreakPlan(id="pod", channel="news-1", at=None, duration_s=Fraction(45)))
    spots = (Spot(id="s1", title="Käse 🧀", duration_s=Fraction(1001, 30), media=("https://a/b.mp4",)),)
    first = replace(booked("b1"), spots=spots, source="day.csv")
    store.merge(listed(booked("b3", 20), first, booked("b2", 10), pod, booked("x", channel="news-2")), by="traffic")
    assert ids(store, "news-1") == ["b1", "b2", "b3", "pod"]
    assert ids(store, since=NOON, until=NOON + timedelta(minutes=10)) == ["b1", "x"]
    assert ids(store, "news-1", NOON + timedelta(minutes=10)) == ["b2", "b3"]
    row = store.bookings("news-1")[0]
    assert row.booking == first
    assert (row.state, row.edited, row.removed, row.changed_by) == (BookingState.PLANNED, False, False, "traffic")


def test_house_times_are_found_by_their_moment(named: str) -> None:
    store = open_schedule(named, timezone="Europe/Berlin")
    dated = replace(booked("b1"), plan=replace(booked("b1").plan, at=When("2026-11-22 13:00:00:24")))
    undated = replace(booked("b2"), plan=replace(booked("b2").plan, at=When("13:00:00:00")))
    skipped = replace(booked("b3"), plan=replace(booked("b3").plan, at=When("2026-03-29 02:30:00:00")))
    store.merge(listed(dated, undated, skipped), by="")
    assert ids(store, since=NOON, until=NOON + timedelta(seconds=1)) == ["b1"]
    assert ids(store) == ["b1", "b2", "b3"]  # what has no moment is not lost
    store.close()


def test_an_edit_names_the_version_it_is_of(store: ScheduleStore) -> None:
    made = store.edit(booked("b1"), 0, by="anna")
    changed = store.edit(titled(made.booking, "Kino"), made.version, by="ben")
    assert changed.version > made.version
    assert (changed.booking.plan.title, changed.changed_by, changed.edited) == ("Kino", "ben", False)
    for version in (0, made.version, changed.version + 1):
        with pytest.raises(StaleError, match="was changed meanwhile") as stale:
            store.edit(booked("b1"), version)
        assert stale.value.version == changed.version
    with pytest.raises(StaleError, match="it is gone"):
        store.edit(booked("b2"), 3)
    assert store.bookings() == [changed]


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_written_into_a_file_that_was_taken_away(tmp_path: Path, replaced: bool) -> None:
    path, aside = tmp_path / "store.sqlite3", tmp_path / "aside"
    store = open_schedule(path)
    store.edit(booked("b1"), 0)
    aside.mkdir()
    files = list(tmp_path.glob("store.sqlite3*"))
    for file in files:
        file.rename(aside / file.name)
    if replaced:
        open_schedule(path).close()
    for act in (lambda: store.edit(booked("b2"), 0), lambda: store.merge(listed(booked("b3")), by="x"), store.bookings):
        with pytest.raises(StoreUnusableError, match=r"moved, removed or replaced.*put it back"):
            act()
    for file in tmp_path.glob("store.sqlite3*"):
        file.unlink()
    for file in files:
        (aside / file.name).rename(file)
    store.edit(booked("b4"), 0)
    assert ids(store) == ["b1", "b4"]
    store.close()


def test_what_is_on_air_is_locked(store: ScheduleStore) -> None:
    made = store.edit(booked("b1"), 0)
    for state in (BookingState.ARMED, BookingState.ON_AIR, BookingState.AIRED):
        marked = store.mark("news-1", "b1", state)
        assert marked is not None
        with pytest.raises(LockedError, match=state.value.replace("_", " ")):
            store.edit(titled(made.booking, "late"), marked.version)
        with pytest.raises(LockedError):
            store.remove("news-1", "b1", marked.version)
        result = store.merge(listed(booked("b1", 5)), by="traffic", choose={("news-1", "b1"): Choice.THEIRS})
        assert counts(result) == (0, 0, 0, 0, 1)
        assert "locked" in result.conflicts[0].reason
    assert store.mark("news-1", "none", BookingState.ARMED) is None
    assert store.bookings()[0].booking == made.booking


def test_a_list_is_merged_three_ways(store: ScheduleStore) -> None:
    names = ("same", "moved", "edited", "both", "apart", "gone")
    result = store.merge(listed(*(booked(name, n) for n, name in enumerate(names))), by="traffic")
    assert counts(result) == (6, 0, 0, 0, 0)
    versions = {row.booking.plan.id: row.version for row in store.bookings()}
    for name in ("edited", "both", "apart"):
        store.edit(titled(booked(name, names.index(name)), "ours"), versions[name], by="anna")
    again = listed(
        booked("same"),
        booked("moved", 30),
        booked("edited", 2),
        titled(booked("both", 3), "theirs"),
        booked("apart", 40),
        booked("new", 50),
    )
    dry = store.merge(again, by="traffic", dry_run=True, remove_missing=True)
    before = store.bookings()
    result = store.merge(again, by="traffic", remove_missing=True)
    assert counts(dry) == counts(result) == (1, 2, 2, 1, 1)
    assert dry.changes == result.changes
    assert dry.import_id is None
    assert result.import_id is not None
    assert len(before) == 6  # the dry run wrote nothing
    (conflict,) = result.conflicts
    assert (conflict.break_id, conflict.fields) == ("both", ("title",))
    assert [(c.kind, (c.after or c.before).plan.id) for c in result.changes if c.after or c.before] == [  # type: ignore[union-attr] # one of them is there
        (ChangeKind.CHANGED, "moved"),
        (ChangeKind.CHANGED, "apart"),
        (ChangeKind.ADDED, "new"),
        (ChangeKind.REMOVED, "gone"),
    ]
    now = {row.booking.plan.id: row for row in store.bookings()}
    assert set(now) == {"same", "moved", "edited", "both", "apart", "new"}
    assert now["same"].version == versions["same"]
    assert now["apart"].booking == titled(booked("apart", 40), "ours")
    assert now["apart"].edited
    assert now["both"].booking.plan.title == "ours"
    assert result.bookings == (*(now[name].booking for name in ("same", "moved", "edited", "both", "apart", "new")),)


@pytest.mark.parametrize(("choice", "title", "left"), [(Choice.MINE, "ours", True), (Choice.THEIRS, "theirs", False)])
def test_a_conflict_is_settled_by_choice(store: ScheduleStore, choice: Choice, title: str, left: bool) -> None:
    store.merge(listed(booked("b1")), by="traffic")
    store.edit(titled(booked("b1"), "ours"), store.bookings()[0].version)
    again = listed(titled(booked("b1"), "theirs"))
    assert counts(store.merge(again, by="traffic")) == (0, 0, 0, 0, 1)
    store.merge(again, by="traffic", choose={("news-1", "b1"): choice})
    (row,) = store.bookings()
    assert (row.booking.plan.title, row.edited) == (title, left)
    assert counts(store.merge(again, by="traffic")) == (0, 0, 1, 0, 0)  # settled: it is not asked again


def test_what_was_removed_here_is_not_brought_back_by_the_same_list(store: ScheduleStore) -> None:
    store.merge(listed(booked("b1"), booked("b2", 1)), by="traffic")
    store.remove("news-1", "b1", store.bookings()[0].version, by="anna")
    assert counts(store.merge(listed(booked("b1"), booked("b2", 1)), by="traffic")) == (0, 0, 2, 0, 0)
    result = store.merge(listed(booked("b1", 9), booked("b2", 1)), by="traffic")
    assert "removed here" in result.conflicts[0].reason
    assert ids(store) == ["b2"]
    store.merge(listed(booked("b1", 9)), by="traffic", choose={("news-1", "b1"): Choice.THEIRS})
    assert ids(store) == ["b2", "b1"]


def test_only_what_came_with_the_list_is_removed_with_it(store: ScheduleStore) -> None:
    store.merge(listed(booked("m1"), booked("m2", 1), file="monday"), by="traffic")
    store.merge(listed(booked("t1", 100), booked("t2", 101), file="tuesday"), by="traffic")
    store.edit(booked("hand", 50), 0)
    refused = (RefusedRow("monday", "line 3, duration", "-1", "is negative"),)
    result = store.merge(listed(booked("m1"), refused=refused), by="traffic", remove_missing=True)
    assert counts(result) == (0, 0, 1, 0, 1)  # m2 may be the row that was refused
    result = store.merge(listed(booked("m1")), by="traffic", remove_missing=True)
    assert counts(result) == (0, 0, 1, 1, 0)
    assert ids(store) == ["m1", "hand", "t1", "t2"]
    assert counts(store.merge(listed(booked("m2", 1)), by="traffic")) == (1, 0, 0, 0, 0)  # the list has it again


def test_an_id_that_a_list_has_twice_counts_once(store: ScheduleStore) -> None:
    result = store.merge(listed(booked("b1"), booked("b1", 9)), by="traffic")
    assert counts(result) == (1, 0, 0, 0, 1)
    assert store.bookings()[0].booking == booked("b1")


def test_an_import_is_undone_as_a_whole(store: ScheduleStore) -> None:
    first = store.merge(listed(booked("a"), booked("b", 1), booked("c", 2), booked("d", 3)), by="traffic")
    before = {row.booking.plan.id: row.booking for row in store.bookings()}
    again = listed(booked("a"), booked("b", 11), booked("c", 12), booked("e", 4), booked("f", 5))
    second = store.merge(again, by="traffic", remove_missing=True)
    c = next(row for row in store.bookings() if row.booking.plan.id == "c")
    edited = store.edit(titled(c.booking, "ours"), c.version, by="anna")
    store.mark("news-1", "f", BookingState.ARMED)
    assert second.import_id is not None
    undone = store.undo_import(second.import_id, by="anna")
    assert (undone.restored, undone.removed) == (2, 1)  # b as it was, d is back; e is gone
    assert {(kept.break_id, kept.reason) for kept in undone.kept} == {
        ("c", "it was changed since"),
        ("f", "it is armed: locked"),
    }
    now = {row.booking.plan.id: row.booking for row in store.bookings()}
    assert now == before | {"c": edited.booking, "f": booked("f", 5)}
    for unknown, reason in ((second.import_id, "was undone already"), (999, "there is none")):
        with pytest.raises(UsageError, match=reason):
            store.undo_import(unknown)
    assert first.import_id is not None
    undone = store.undo_import(first.import_id)  # also what an undo brought back to it
    assert (undone.removed, [kept.break_id for kept in undone.kept]) == (3, ["c"])


def test_an_import_that_changes_nothing_leaves_nothing_to_undo(store: ScheduleStore) -> None:
    store.merge(listed(booked("a")), by="traffic")
    result = store.merge(listed(replace(booked("a"), source="another place")), by="traffic")
    assert (counts(result), result.import_id) == ((0, 0, 1, 0, 0), None)


def test_what_no_database_takes_is_refused_whole_or_kept_readable(store: ScheduleStore) -> None:
    odd = titled(booked("nul\0 \ud800"), "nul\0 \ud800 ' ; --")
    store.merge(listed(odd), by="tra\0ffic")
    assert store.bookings()[0].booking == odd
    assert counts(store.merge(listed(odd), by="traffic")) == (0, 0, 1, 0, 0)
    with pytest.raises((StaleError, RowUnwritableError)):
        store.edit(booked("b"), 1 << 70)


def test_changes_are_read_by_revision(store: ScheduleStore) -> None:
    assert store.revision() == 0
    store.merge(listed(booked("a"), booked("b", 1)), by="traffic")
    seen = store.revision()
    made = store.edit(booked("c", 2), 0)
    store.remove("news-1", "a", store.bookings()[0].version)
    assert [(row.booking.plan.id, row.removed) for row in store.changes(seen)] == [("c", False), ("a", True)]
    assert store.revision() == made.version + 1
    assert store.booking("news-1", "c") == made


def test_no_edit_is_lost_between_workstations(named: str) -> None:
    """Four workstations add to one title, each edit of a version; what is stale is read again."""
    first = open_schedule(named)
    first.edit(booked("b1"), 0)
    each, workers = 25, 4

    def work(number: int) -> None:
        store = open_schedule(named)
        for n in range(each):
            while True:
                (row,) = store.bookings()
                try:
                    store.edit(titled(row.booking, f"{row.booking.plan.title}|{number}.{n}"), row.version)
                except StaleError:
                    continue
                break
        store.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = first.bookings()[0].booking.plan.title.split("|")[1:]
    first.close()
    assert sorted(written) == sorted(f"{number}.{n}" for number in range(workers) for n in range(each))


def test_several_edits_are_written_at_once_or_not_at_all(store: ScheduleStore) -> None:
    a, b = (store.edit(booked(name, n), 0) for n, name in enumerate("ab"))
    moved, renamed = booked("a", 30), booked("c", 1)
    told = store.write(
        [Edit(moved, *key_of(moved), a.version), Edit(None, "news-1", "b", b.version), Edit(renamed, "news-1", "c", 0)],
        by="anna",
    )
    assert [(row.booking, row.removed, row.changed_by) for row in told] == [
        (moved, False, "anna"),
        (b.booking, True, "anna"),
        (renamed, False, "anna"),
    ]
    assert len({row.version for row in told}) == 1  # one change
    before, revision = store.bookings(), store.revision()
    store.mark("news-1", "c", BookingState.ARMED)
    wrong = [
        (Edit(titled(renamed, "late"), "news-1", "c", store.revision()), LockedError),
        (Edit(titled(moved, "late"), "news-1", "a", a.version), StaleError),
        (Edit(None, "news-1", "b", told[1].version), StaleError),
    ]
    for edit, error in wrong:
        with pytest.raises(error):
            store.write([Edit(booked("d"), "news-1", "d", 0), edit], by="ben")
    assert [row.booking for row in store.bookings()] == [row.booking for row in before]
    assert store.write([], by="ben") == []
    assert store.revision() == revision + 1  # the mark's alone
