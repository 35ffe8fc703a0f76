"""Breaks air on time whatever becomes of the journal's disk and of the store; every row is there in the end, once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from app.model import commands, events
from app.model.asrun import AsRunRow, AsRunState
from app.model.states import ProofState
from app.settings import default_database, journal_path
from app.storage.asrun import open_store
from app.storage.journal import read_entries
from tests.engine.lives import Lives, lives

SOON_S = 0.5  # a frame's wait for the disk, and what a busy machine takes on top
NO_DISK_S = 3.0  # far less than the disk is away


def insert() -> commands.InsertBreak:
    return commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(60), immediate=True)


def out_after(air: Lives, command: commands.Command) -> float:
    """Seconds from the hand-in to the OUT's own moment."""
    given_at = datetime.now(UTC)
    air.submit(command)
    return (air.wait(events.BreakOut).out_at - given_at).total_seconds()


def in_after(air: Lives) -> float:
    given_at = datetime.now(UTC)
    air.submit(commands.Return(channel="one", by="bob"))
    return (air.wait(events.BreakIn).in_at - given_at).total_seconds()


def rows(folder: Path) -> list[AsRunRow]:
    with closing(open_store(default_database(folder), create=False)) as store:
        return store.rows()


def test_on_a_disk_that_does_not_answer_breaks_air_and_their_rows_say_so(tmp_path: Path) -> None:
    with lives(tmp_path) as air:
        air.start()
        air.wait_more_segments(1)
        with closing(sqlite3.connect(journal_path(tmp_path), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waited_s = out_after(air, insert()), in_after(air)
            assert air.wait(events.AlarmRaised, key="journal").severity == "warning"
            other.execute("ROLLBACK")
        air.wait(events.AlarmCleared, key="journal")
        air.wait(events.BreakLanded)
        assert air.stop() == 0
    assert max(waited_s) < SOON_S + NO_DISK_S, waited_s
    ordered = [entry for entry in read_entries(journal_path(tmp_path)) if entry.command]
    assert [(entry.outcome, entry.overdue) for entry in ordered] == [("accepted", True), ("accepted", True)]
    told = [entry.seq for entry in read_entries(journal_path(tmp_path)) if entry.event]
    assert told == list(range(1, len(told) + 1)), "nothing is missing, nothing is there twice"
    (row,) = rows(tmp_path)
    assert (row.state, row.verdict, row.how) == (AsRunState.RETURNED, ProofState.LANDED, "return")


@pytest.mark.parametrize("fault", ["locked", "folder"])
def test_a_store_that_is_away_over_a_kill_has_every_row_in_the_end(tmp_path: Path, fault: str) -> None:
    database = default_database(tmp_path)
    with closing(open_store(database)):
        pass
    with lives(tmp_path) as air, closing(sqlite3.connect(database, isolation_level=None)) as other:
        if fault == "locked":
            other.execute("BEGIN EXCLUSIVE")
        else:
            for each in tmp_path.glob(f"{database.name}*"):
                each.unlink()
            database.mkdir()
        air.start()
        air.wait_more_segments(1)
        first_s = out_after(air, insert())
        air.wait(events.AlarmRaised, key="store")
        air.wait_more_segments(1)
        air.kill()
        air.start()
        air.wait(events.BreakResumed)
        air.wait_more_segments(1)
        air.submit(commands.Return(channel="one", by="bob"))
        ended = air.wait(events.BreakIn)
        if fault == "locked":
            other.execute("ROLLBACK")
        else:
            database.rmdir()
        air.wait(events.BreakLanded)
        assert air.stop() == 0
    assert first_s < SOON_S + NO_DISK_S
    (row,) = rows(tmp_path)
    assert (row.state, row.verdict, row.run_id, row.by) == (
        AsRunState.RETURNED,
        ProofState.LANDED,
        "evening",
        "ann",
    )
    assert (row.in_at, row.frame_rate, row.splice_event_id) == (ended.in_at, "25", ended.splice_event_id)
