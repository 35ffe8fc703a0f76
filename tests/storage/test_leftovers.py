"""What one run could not write into the as-run, the next run on the same data folder does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.model import events
from app.model.asrun import AsRunState
from app.storage.asrun import Store, open_store
from app.storage.journal import FRAME_RATES, RECORDED, STORE, read_kept
from app.storage.leftovers import unwritten, write_leftovers
from tests.storage.journaling import WITHIN_S, journal, segment
from tests.storage.stories import started, story

DATABASE = "store.sqlite3"


def leave(path: Path, run_id: str, *, database: str = DATABASE, recorded: int = 0, other: bool = False) -> None:
    """A run whose store took so many events; ``other``: another file than the one that is there now."""
    with closing(open_store(path.with_name(DATABASE))) as store:
        file = store.file or ()
    with journal(path, run_id=run_id) as one:
        one.keep(STORE, database)
        one.keep(FRAME_RATES, {"news-1": "25"})
        if recorded:
            one.keep(RECORDED, [1, recorded, *file[:-1], file[-1] + other])
        for seq, event in enumerate([started(), *story("b1"), segment(1), next(story("b2"))], 1):
            one.event(event, seq)
        assert one.written(WITHIN_S)


@contextmanager
def next_run(path: Path) -> Iterator[Store]:
    with journal(path, run_id="next"), closing(open_store(path.with_name(DATABASE))) as store:
        yield store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


def test_rows_of_runs_that_ended_without_their_store_are_written_once(path: Path) -> None:
    leave(path, "r1")
    leave(path, "r2")
    with next_run(path) as store:
        write_leftovers(store, path, DATABASE)
        rows = {(row.run_id, row.break_id): row for row in store.rows()}
        assert set(rows) == {(run, key) for run in ("r1", "r2") for key in ("b1", "b2")}
        assert rows["r1", "b1"].state is AsRunState.RETURNED
        assert rows["r1", "b2"].frame_rate == "25"
    assert read_kept(path.with_name("journal-r1.sqlite3"))[RECORDED] == [1, 10, *(store.file or ())]
    with closing(sqlite3.connect(path.with_name(DATABASE))) as raw, raw:
        raw.execute("DROP TRIGGER asrun_delete")
        raw.execute("DELETE FROM asrun")
    with next_run(path) as store:
        write_leftovers(store, path, DATABASE)
        assert store.rows() == [], "who deletes rows does not find them again"


def test_only_what_is_missing_is_read_and_only_for_its_own_database(path: Path) -> None:
    leave(path, "whole", recorded=10)
    leave(path, "half", recorded=8)
    leave(path, "elsewhere", database="other.sqlite3")
    with next_run(path) as store:
        write_leftovers(store, path, DATABASE)
        assert [(row.run_id, row.break_id) for row in store.rows()] == [("half", "b2")]


def test_a_run_whose_store_was_another_file_is_written_whole(path: Path) -> None:
    leave(path, "r1", recorded=10, other=True)
    assert unwritten(path) == 0
    leave(path, "r2", recorded=8)
    assert unwritten(path) == 1
    for _ in range(2):
        with next_run(path) as store:
            write_leftovers(store, path, DATABASE)
            rows = {(row.run_id, row.break_id): row for row in store.rows()}
        assert set(rows) == {("r1", "b1"), ("r1", "b2"), ("r2", "b2")}
        assert rows["r1", "b1"].state is AsRunState.RETURNED


def test_a_journal_that_can_t_be_read_costs_no_other(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    leave(path, "r1")
    leave(path, "r2")
    with journal(path, run_id="next"):
        path.with_name("journal-r1.sqlite3").write_bytes(b"scribble" * 1000)
        with closing(open_store(path.with_name(DATABASE))) as store:
            write_leftovers(store, path, DATABASE)
            assert {row.run_id for row in store.rows()} == {"r2"}
    assert "journal-r1.sqlite3: the journal can't be read" in caplog.text


def test_an_event_that_fits_no_row_costs_no_other(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with journal(path, run_id="r1") as one:
        one.keep(STORE, DATABASE)
        happened = list(story("b1"))
        broken = events.BreakExtended(
            at=happened[0].at,
            channel="news-1",
            break_id="x",
            in_frame=1,
            in_pts=1,
            duration_ticks=1,
            splice_event_id=1 << 70,
        )
        for seq, event in enumerate([happened[0], broken, *happened[1:]], 1):
            one.event(event, seq)
    with next_run(path) as store:
        write_leftovers(store, path, DATABASE)
        (row,) = store.rows()
    assert row.state is AsRunState.RETURNED
    assert "lost to the as-run" in caplog.text
