"""The journal: synced before it is told, in order, read back whole, bounded."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import threading
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model import commands, events
from app.model.rundown import BreakPlan
from app.storage.journal import RECORDED, Journal, read_entries, read_kept, read_run_id
from app.storage.journal_pruning import BATCH, Pruning
from tests.model.anything import values_of
from tests.storage.journaling import T0, WITHIN_S, Told, accepted, insert, journal, segment
from tests.storage.stories import story


def test_a_command_its_outcome_and_what_happened_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with journal(path) as one:
        assert one.life == 1
        one.command(insert(1), lambda: None)
        one.command(insert(2), lambda: None)
        one.command(insert(3), lambda: None)
        one.event(accepted(1), 1)
        refused = events.CommandRefused(
            at=T0, channel="news-1", command="insert_break", id="c2", by="ann", reason="overlaps b1"
        )
        one.event(refused, 2)
        one.overdue("c3")
        one.keep("open/news-1", {"mark": 1})
        one.keep("gone", [1])
        one.keep("gone", None)
        assert one.written(WITHIN_S)
    entries = list(read_entries(path))
    assert [entry.command for entry in entries[:3]] == [insert(1), insert(2), insert(3)]
    assert [entry.outcome for entry in entries[:3]] == ["accepted", "refused: overlaps b1", None]
    assert [entry.overdue for entry in entries[:3]] == [False, False, True]
    assert [(entry.kind, entry.life, entry.seq, entry.event) for entry in entries[3:]] == [
        ("event", 1, 1, accepted(1)),
        ("event", 1, 2, refused),
    ]
    assert [entry.row for entry in read_entries(path, entries[2].row)] == [entry.row for entry in entries[3:]]
    assert [entry.row for entry in read_entries(path, names=("command.refused",))] == [entries[4].row]
    assert list(read_entries(path, channel="news-2")) == []
    assert read_kept(path) == {"open/news-1": {"mark": 1}}
    assert read_run_id(path) == "r1"


def test_lives_are_counted_and_a_later_outcome_finds_its_command(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with journal(path) as one:
        one.command(insert(1), lambda: None)
        one.event(segment(1), 1)
        one.keep("event_ids", [7, 8])
    with journal(path) as two:
        assert (two.life, two.kept("event_ids"), two.kept("none")) == (2, [7, 8], None)
        two.event(accepted(1), 1)
        two.event(segment(2), 2)
        assert two.written(WITHIN_S)
        assert two.events_after(1, 0) == [(1, 1, segment(1)), (2, 1, accepted(1)), (2, 2, segment(2))]
        assert two.events_after(1, 1, 1) == [(2, 1, accepted(1))]
        assert two.events_after(2, 2) == []
    assert [entry.outcome for entry in read_entries(path) if entry.command] == ["accepted"]


def test_events_that_wait_for_the_disk_are_replayed_too(tmp_path: Path) -> None:
    one = Journal(tmp_path / "journal.sqlite3", run_id="r1", alarm=Told())
    for seq in (1, 2, 3):
        one.event(segment(seq), seq)
    assert [seq for _, seq, _ in one.events_after(1, 1)] == [2, 3]
    assert one.close(WITHIN_S)
    assert [seq for _, seq, _ in one.events_after(1, 1)] == [2, 3]


@settings(max_examples=30)
@given(
    st.lists(st.one_of(*(values_of(kind) for kind in commands.COMMANDS.values())), max_size=5),
    st.lists(st.one_of(*(values_of(kind) for kind in events.EVENTS.values())), max_size=5),
)
def test_any_command_and_any_event_come_back_as_they_were(
    given_commands: list[commands.Command], happened: list[events.Event]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite3"
        with journal(path) as one:
            for command in given_commands:
                one.command(command, lambda: None)
            for seq, event in enumerate(happened):
                one.event(event, seq)
        assert [entry.said for entry in read_entries(path)] == [*given_commands, *happened]


# ---- synced before it is told

_CHILD = """
import os, sys, threading
from pathlib import Path
from app.storage.journal import Journal
from tests.storage.journaling import insert
journal = Journal(Path(sys.argv[1]), run_id="r1", alarm=print)
journal.start()
for number in range(100_000):
    on_disk = threading.Event()
    journal.command(insert(number), lambda number=number: (os.write(1, f"{number}\\n".encode()), on_disk.set()))
    on_disk.wait()
"""


@pytest.mark.parametrize("lines", [1, 17, 120])
def test_what_was_told_to_be_on_disk_is_there_after_kill_9(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "journal.sqlite3"
    command = [sys.executable, "-c", _CHILD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(lines)]
        child.kill()
    there = [entry.command.id for entry in read_entries(path) if entry.command]
    assert there[: len(told)] == [f"c{number}" for number in told]
    with journal(path) as again:
        assert (again.life, again.notes) == (2, ())
        again.command(insert(-1), lambda: None)
    assert [entry.command.id for entry in read_entries(path) if entry.command] == [*there, "c-1"]


def test_every_commit_is_synced_and_what_waits_goes_into_one(tmp_path: Path) -> None:
    one = Journal(tmp_path / "journal.sqlite3", run_id="r1", alarm=Told())
    assert one._file is not None
    connection = one._file.connection
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    committed: list[bool] = []
    for number in range(100):
        one.command(insert(number), lambda: committed.append("COMMIT" in statements))
        one.keep("key", number, lambda: committed.append("COMMIT" in statements))
    one.start()
    assert one.written(WITHIN_S)
    assert statements.count("COMMIT") == 1
    assert one.close(WITHIN_S)
    assert len(committed) > 100
    assert all(committed)


def test_entries_of_many_threads_keep_each_thread_s_order(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"

    def give(channel: str) -> None:
        for number in range(100):
            one.command(insert(number, channel), lambda: None)

    with journal(path) as one:
        threads = [threading.Thread(target=give, args=(f"ch{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for n in range(4):
        ids = [entry.command.id for entry in read_entries(path, channel=f"ch{n}") if entry.command]
        assert ids == [f"c{number}" for number in range(100)]


# ---- the bound


def test_old_rows_go_but_not_those_of_breaks_to_come(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    on_air = events.ChannelStarted(at=T0, channel="news-1", first_pts=0, first_frame_at=T0, frame_rate="25")
    plan = commands.PlanBreak(channel="news-1", plan=BreakPlan("later", "news-1", None, Fraction(30)))
    with journal(path, pruning=Pruning(rows=300, brief_rows=100)) as one:
        one.event(on_air, 1)
        one.keep(RECORDED, [1, 3000])
        one.command(plan, lambda: None)
        (planned, *over) = story("over")
        one.event(planned, 2)
        one.event(over[2], 3)
        for number in range(4, 3000):
            one.event(segment(number) if number % 2 else accepted(number), number)
            if not number % 50:
                assert one.written(WITHIN_S)
        for number in range(20):  # an entry at a time: each lets a batch of the oldest go
            one.keep("tick", number)
            assert one.written(WITHIN_S)
        entries = list(read_entries(path))
    assert [entry.said for entry in entries[:2]] == [on_air, plan]
    assert not [entry for entry in entries if getattr(entry.said, "break_id", "") == "over"]
    brief = [entry.seq for entry in entries if isinstance(entry.said, events.SegmentDelivered)]
    lasting = [entry.seq for entry in entries[2:] if entry.seq not in brief]
    assert 100 <= len(brief) < 100 + 2 * BATCH
    assert 298 <= len(lasting) < 300 + 2 * BATCH
    assert brief == list(range(brief[0] or 0, 3000, 2)), "the newest stay"
    assert lasting == list(range(lasting[0] or 0, 3000, 2)), "the newest stay"


@pytest.mark.parametrize(("recorded", "left"), [(None, 7), ([1, 3], 4), ([1, 7], 0)])
def test_what_the_as_run_has_not_got_yet_stays(tmp_path: Path, recorded: list[int] | None, left: int) -> None:
    path = tmp_path / "journal.sqlite3"
    with journal(path, pruning=Pruning(rows=300)) as one:
        one.keep(RECORDED, [*recorded] if recorded else None)
        for seq, event in enumerate(story("over"), 1):
            one.event(event, seq)
        assert seq == 7
        for number in range(8, 560):
            one.event(accepted(number), number)
        for number in range(10):
            one.keep("tick", number)
            assert one.written(WITHIN_S)
        assert len([entry for entry in read_entries(path) if getattr(entry.said, "break_id", "") == "over"]) == left


def test_even_breaks_to_come_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with journal(path, pruning=Pruning(rows=200)) as one:
        for number in range(1000):
            plan = BreakPlan(f"b{number}", "news-1", None, Fraction(30))
            one.command(commands.PlanBreak(channel="news-1", plan=plan), lambda: None)
            assert number % 50 or one.written(WITHIN_S)
        for number in range(20):
            one.keep("tick", number)
            assert one.written(WITHIN_S)
        ids = [entry.command.plan.id for entry in read_entries(path) if isinstance(entry.command, commands.PlanBreak)]
    assert ids == [f"b{number}" for number in range(1000 - len(ids), 1000)]
    assert 200 <= len(ids) <= 400 + BATCH


def test_the_write_ahead_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.storage.journal_pruning.CHECKPOINT_BYTES", 200_000)
    path = tmp_path / "journal.sqlite3"
    with journal(path) as one:
        for number in range(200):
            one.event(accepted(number), number)
            assert one.written(WITHIN_S)
        assert path.with_name(path.name + "-wal").stat().st_size < 400_000
    assert not path.with_name(path.name + "-wal").exists(), "closed cleanly: all is in the file"


def test_a_reader_sees_whole_entries_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with journal(path) as one:
        for number in range(600):
            one.command(insert(number), lambda: None)
            one.event(accepted(number), number)
            if number % 100 == 99:
                assert one.written(WITHIN_S)
                assert len(list(read_entries(path))) == 2 * (number + 1)
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()


def test_a_row_that_this_version_can_t_read_is_left_out_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "journal.sqlite3"
    with journal(path) as one:
        one.event(accepted(1), 1)
        one.event(segment(2), 2)
    with sqlite3.connect(path) as raw:
        raw.execute("""UPDATE entry SET body = '{"event": "from.the.future"}' WHERE seq = 1""")
    raw.close()
    assert [entry.seq for entry in read_entries(path)] == [2]
    assert "row 1 of the journal can't be read: unknown event 'from.the.future'" in caplog.text


def test_time_is_kept_to_the_microsecond(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with journal(path) as one:
        one.event(accepted(0), 1)
    (entry,) = read_entries(path)
    assert entry.at == T0
    assert entry.at.utcoffset() == timedelta(0)
