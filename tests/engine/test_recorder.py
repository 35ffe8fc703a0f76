"""The as-run over a store that is slow, locked, full, gone or replaced, and over kill -9: every row once."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event as sqlalchemy_event

from app.engine import recorder
from app.model import events
from app.model.errors import StoreUnusableError
from app.storage.asrun import Store
from app.storage.asrun_verify import verify
from app.storage.journal import read_entries
from tests.engine.recording import WITHIN_S, Recording, rows, told, undisturbed
from tests.storage.stories import T0, started, story


@pytest.fixture
def wanted(tmp_path: Path) -> list[object]:
    return [*undisturbed(tmp_path / "undisturbed", range(5))]


type Begin = Callable[..., Recording]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Makes lives; what a failing test leaves is ended."""
    lives: list[Recording] = []

    def one(open_named: Callable[[], Store] | None = None) -> Recording:
        lives.append(Recording(tmp_path, open_named=open_named))
        return lives[-1]

    yield one
    for life in lives:
        life.close()


def recorded(recording: Recording) -> tuple[int, int]:
    kept = recording.journal.kept("recorded")
    assert isinstance(kept, list)
    life, seq = kept[:2]
    assert isinstance(life, int)
    assert isinstance(seq, int)
    return life, seq


def test_what_happens_is_written_once_and_the_journal_knows_up_to_where(
    begin: Begin, tmp_path: Path, wanted: list[object]
) -> None:
    one = begin()
    one.recorder.start()
    happened = list(told(range(5)))
    one.note(happened)
    assert one.close()
    assert rows(tmp_path) == wanted
    assert recorded(one) == (1, len(happened))
    assert not one.alarms


def test_a_store_that_takes_long_to_open_holds_nobody_up(begin: Begin, tmp_path: Path, wanted: list[object]) -> None:
    let = threading.Event()
    one = begin()

    def slowly() -> Store:
        assert threading.current_thread().name == "as-run"
        let.wait(WITHIN_S)
        return one.open_store()

    one.recorder._open_store = slowly
    started_s = time.perf_counter()
    one.recorder.start()
    one.note(told(range(5)))
    first_id = one.ids.next()
    assert time.perf_counter() - started_s < 0.5
    let.set()
    assert one.close()
    assert rows(tmp_path) == wanted
    assert first_id > 0


def test_importing_the_recorder_imports_no_sqlalchemy() -> None:
    program = (
        "import sys, app.engine.recorder, app.engine.gate, app.storage.journal; sys.exit('sqlalchemy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_a_locked_store_is_told_and_written_later(begin: Begin, tmp_path: Path, wanted: list[object]) -> None:
    one = begin()
    one.recorder.start()
    one.note(told(range(1)))
    one.journal.written(WITHIN_S)
    _wait_recorded(one, 8)
    with closing(sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for n in range(1, 5):
            one.note(story(f"b{n}", start_s=20 * n))
        one.wait(raised=True)
        assert "as-run events wait to be written" in (one.alarms[-1] or "")
        assert "locked" in (one.alarms[-1] or "")
        other.execute("ROLLBACK")
    one.wait(raised=False)
    assert one.close()
    assert rows(tmp_path) == wanted


def test_a_store_without_room_is_told_and_written_later(begin: Begin, tmp_path: Path, wanted: list[object]) -> None:
    full = threading.Event()
    one = begin()

    def opened() -> Store:
        store = one.open_store()

        @sqlalchemy_event.listens_for(store._engine, "connect")
        def _limit(connection: sqlite3.Connection, _record: object) -> None:
            if full.is_set():
                connection.execute("PRAGMA max_page_count = 1")  # SQLite: no more than there are

        store._engine.dispose()  # the connection that looked at the file has no limit
        return store

    one.recorder._open_store = opened
    full.set()
    one.recorder.start()
    many = 300
    one.note(told(range(5)))
    one.note(events.BreakRefused(at=T0, channel="fill", break_id=f"x{n}", reason="x" * 500) for n in range(many))
    one.wait(raised=True)
    assert "full" in (one.alarms[-1] or "")
    full.clear()
    one.wait(raised=False)
    assert one.close()
    found = rows(tmp_path)
    assert [row for row in found if row.channel != "fill"] == wanted
    assert len(found) == len(wanted) + many


@pytest.mark.parametrize("instead", ["nothing", "folder", "another"])
def test_a_store_that_is_taken_away_and_brought_back_has_every_row(
    begin: Begin, tmp_path: Path, wanted: list[object], instead: str
) -> None:
    database, away = tmp_path / "store.sqlite3", tmp_path / "away.sqlite3"
    one = begin()
    one.recorder.start()
    one.note(told(range(2)))
    _wait_recorded(one, 15)
    with closing(sqlite3.connect(database)) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.rename(away)
    if instead == "folder":
        database.mkdir()
    elif instead == "another":
        with closing(sqlite3.connect(database)) as other:
            other.execute("CREATE TABLE songs (title TEXT)")
    one.note(story("b2", start_s=40))
    if instead == "nothing":
        _wait_recorded(one, 22)
        assert len(rows(tmp_path)) == 3, "the new one has the run's earlier rows too"
    else:
        one.wait(raised=True)
    if instead == "folder":
        database.rmdir()
    away.rename(database)
    one.note(story("b3", start_s=60))
    one.note(story("b4", start_s=80))
    one.wait(raised=False) if instead != "nothing" else _wait_recorded(one, 36)
    given = [one.ids.next() for _ in range(5000)]
    assert one.close()
    assert rows(tmp_path) == wanted
    assert len(set(given)) == len(given)


@pytest.mark.parametrize("idle", [True, False])
def test_a_store_that_is_removed_is_noticed_and_has_the_whole_run_again(
    begin: Begin, tmp_path: Path, wanted: list[object], *, idle: bool
) -> None:
    one = begin()
    one.recorder.start()
    one.note(told(range(2)))
    _wait_recorded(one, 15)
    for each in tmp_path.glob("store.sqlite3*"):
        each.unlink()
    if idle:
        one.wait(raised=True)
        one.wait(raised=False)
        assert len(rows(tmp_path)) == 2, "without anything new to write"
    for n in range(2, 5):
        one.note(story(f"b{n}", start_s=20 * n))
    assert one.close()
    assert rows(tmp_path) == wanted
    assert [bool(text) for text in one.alarms] == [True, False]


@pytest.mark.parametrize("notes", ["", "somebody's notes\n" * 500])
def test_a_store_that_is_overwritten_where_it_lies_is_told_and_written_anew(
    begin: Begin, tmp_path: Path, wanted: list[object], notes: str
) -> None:
    one = begin()
    one.recorder.start()
    one.note(told(range(2)))
    _wait_recorded(one, 15)
    (tmp_path / "store.sqlite3").write_text(notes)
    one.wait(raised=True)
    for each in tmp_path.glob("store.sqlite3*"):
        each.unlink()
    for n in range(2, 5):
        one.note(story(f"b{n}", start_s=20 * n))
    one.wait(raised=False)
    assert one.close()
    assert rows(tmp_path) == wanted


def test_a_store_that_is_removed_between_two_lives_has_the_whole_run_again(
    begin: Begin, tmp_path: Path, wanted: list[object]
) -> None:
    for breaks in (range(2), range(2, 5)):
        one = begin()
        for each in tmp_path.glob("store.sqlite3*"):
            each.unlink()
        one.recorder.start()
        one.note(event for event in told(breaks) if breaks.start == 0 or isinstance(event, events.BreakEvent))
        assert one.close()
    assert rows(tmp_path) == wanted


def test_a_store_that_is_not_there_at_the_start_is_written_when_it_comes(
    begin: Begin, tmp_path: Path, wanted: list[object]
) -> None:
    there = threading.Event()
    one = begin()

    def opened() -> Store:
        if not there.is_set():
            raise StoreUnusableError("store", "is not there", "bring it back")
        return one.open_store()

    one.recorder._open_store = opened
    one.recorder.start()
    one.note(told(range(5)))
    one.wait(raised=True)
    there.set()
    one.wait(raised=False)
    assert one.close()
    assert rows(tmp_path) == wanted


def test_a_fault_that_nobody_foresaw_is_told_and_costs_no_row(
    begin: Begin, tmp_path: Path, wanted: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    faults = [RuntimeError("a driver's own"), KeyError("another")]

    def open_named() -> Store:
        if faults:
            raise faults.pop()
        return one.open_store()

    one = begin(open_named)
    one.recorder.start()
    one.note(told(range(5)))
    one.wait(raised=True)
    one.wait(raised=False)
    assert one.close()
    assert rows(tmp_path) == wanted
    assert "a driver's own" in caplog.text


def test_more_than_memory_holds_is_taken_from_the_journal(
    begin: Begin, tmp_path: Path, wanted: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "UNWRITTEN_LIMIT", 5)
    monkeypatch.setattr(recorder, "AT_ONCE", 7)
    one = begin()
    one.note(told(range(5)))
    assert len(one.recorder._unwritten) == 5
    one.recorder.start()
    assert one.close()
    assert rows(tmp_path) == wanted


def test_what_one_life_could_not_write_the_next_one_does(begin: Begin, tmp_path: Path, wanted: list[object]) -> None:
    one = begin()
    one.recorder.start()
    happened = list(told(range(5)))
    one.note(happened[:10])
    _wait_recorded(one, 10)
    with closing(sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        one.note(happened[10:25])
        assert not one.close()
        other.execute("ROLLBACK")
    two = begin()
    two.note(happened[25:])  # no ChannelStarted in this life yet: the frame rate is known all the same
    two.recorder.start()
    assert two.close()
    assert rows(tmp_path) == wanted
    assert recorded(two) == (2, len(happened) - 25)


@pytest.mark.parametrize(("lines", "lock"), [(3, False), (53, False), (40, True)])
def test_killed_and_started_again_every_row_is_there_once(
    begin: Begin, tmp_path: Path, *, lines: int, lock: bool
) -> None:
    with closing(begin()) as first:  # makes both files
        first.recorder.start()
    other = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
    if lock:
        other.execute("BEGIN EXCLUSIVE")
    for _ in range(2):
        command = [sys.executable, "-m", "tests.engine.recording", str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as child:
            assert child.stdout is not None
            for _line in range(lines):
                child.stdout.readline()
            child.kill()
    if lock:
        other.execute("ROLLBACK")
    other.close()
    last = begin()
    last.recorder.start()
    assert last.close()
    journaled = [entry.event for entry in read_entries(tmp_path / "journal.sqlite3") if entry.event]
    with closing(last.open_store()) as store:
        once = rows(tmp_path)
        store.record_events(journaled)
        assert rows(tmp_path) == once, "nothing was missing, nothing is changed by a second time"
    assert len({row.break_id for row in once}) == len(once)
    assert len(once) == len({event.break_id for event in journaled if isinstance(event, events.BreakEvent)})
    assert all(row.frame_rate == "25" for row in once)


def test_an_event_that_can_t_be_written_costs_none_of_the_others(
    begin: Begin, tmp_path: Path, wanted: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    one = begin()
    happened = list(told(range(5)))
    broken = events.BreakCued(at=T0.replace(tzinfo=None), channel="news-1", break_id="broken")
    one.recorder.start()
    one.note(happened[:9])
    _wait_recorded(one, 9)  # what is read back from the journal is whole
    one.note([broken, *happened[9:]])
    assert one.close()
    assert rows(tmp_path) == wanted
    assert "lost to the as-run" in caplog.text


def test_what_is_not_written_at_the_end_is_told_and_stays_in_the_journal(
    begin: Begin, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = begin(open_named=_never)
    one.recorder.start()
    one.note((started(), next(story("b0"))))
    started_s = time.monotonic()
    assert not one.close()
    assert time.monotonic() - started_s < 3
    assert "not written to the as-run: 1 events" in caplog.text
    assert [entry.seq for entry in read_entries(one.path, names=("break.planned",))] == [2]
    assert json.dumps(one.journal.kept("recorded")) == "null"


def _never() -> Store:
    raise StoreUnusableError("store", "is not there", "bring it back")


def _wait_recorded(one: Recording, seq: int) -> None:
    deadline_s = time.monotonic() + WITHIN_S
    while one.journal.kept("recorded") is None or recorded(one) < (1, seq):
        assert time.monotonic() < deadline_s, one.journal.kept("recorded")
        time.sleep(0.01)


def test_the_journal_notes_the_end_of_the_chain_and_what_went_is_written_again(begin: Begin, tmp_path: Path) -> None:
    """An older copy is put back while the engine is away: its rows are made whole, and the loss is told for ever."""
    one = begin()
    one.recorder.start()
    one.note(told(range(2)))
    assert one.close()
    older = (tmp_path / "store.sqlite3").read_bytes()
    two = begin()
    two.recorder.start()
    two.note(told(range(2, 4)))
    assert two.close()
    journal = tmp_path / "journal.sqlite3"
    assert verify(tmp_path / "store.sqlite3", journal=journal).faults == ()
    (tmp_path / "store.sqlite3").write_bytes(older)
    (fault,) = verify(tmp_path / "store.sqlite3", journal=journal).faults
    assert "or this is an older copy of the store" in fault.what
    three = begin()
    three.recorder.start()
    three.note(told(range(4, 5)))
    assert three.close()
    assert [row.break_id for row in rows(tmp_path)] == [f"b{n}" for n in range(5)]
    found = verify(tmp_path / "store.sqlite3", journal=journal)
    assert "entries had gone before it was written" in found.faults[-1].what
    assert found.seals == 1
