"""What a journal leaves: rows of what is not over, ids of all that was, and what could not be read said."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from app.model import commands, events
from app.model.answers import accepted
from app.model.rundown import BreakPlan
from app.storage.journal import Journal
from app.storage.journal_left import read_deliveries, read_left

NOW = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)


class Writing:
    """A journal that is written to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = Journal(path, run_id="run", alarm=lambda _key, _severity, _text: None)
        self.journal.start()
        self._seq = 0

    def tell(self, *told: events.Event) -> None:
        for event in told:
            self._seq += 1
            self.journal.event(event, self._seq)

    def close(self) -> None:
        assert self.journal.close(10)

    def planned(self, number: int) -> str:
        """A break in the rundown; its id."""
        key = f"b{number}"
        plan = commands.PlanBreak(channel="c", id=f"c{number}", plan=BreakPlan(key, "c", None, Fraction(30)))
        self.journal.command(plan, lambda: None)
        self.tell(
            accepted(plan, NOW, key),
            events.BreakPlanned(at=NOW, channel="c", break_id=key, splice_event_id=number),
        )
        return key

    def aired(self, key: str, *, proved: bool) -> None:
        self.tell(
            events.BreakOut(at=NOW, channel="c", break_id=key, frame=1, pts=1, out_at=NOW, duration_ticks=1),
            events.CueSent(at=NOW, channel="c", break_id=key, kind="out", pts=1, section=b"x", latency_ms=1),
            events.BreakIn(at=NOW, channel="c", break_id=key, frame=2, pts=2, in_at=NOW, duration_ticks=1, how="auto"),
        )
        if proved:
            self.tell(events.BreakLanded(at=NOW, channel="c", break_id=key))


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Writing]:
    one = Writing(tmp_path / "journal.sqlite3")
    yield one
    one.close()


def test_nothing_is_left_where_nothing_was(tmp_path: Path) -> None:
    assert read_left(tmp_path / "none") is None
    (tmp_path / "empty").touch()
    assert read_left(tmp_path / "empty") is None


def test_what_was_proved_is_read_by_its_id_alone(writing: Writing) -> None:
    writing.aired(writing.planned(5), proved=True)
    writing.aired(writing.planned(4), proved=False)
    gone = writing.planned(3)
    writing.tell(events.BreakWithdrawn(at=NOW, channel="c", break_id=gone))
    writing.planned(2)
    writing.journal.keep("playlists/c/0", {"x": 1})
    assert writing.journal.written(10)
    left = read_left(writing.path)
    assert left is not None
    assert (left.run_id, left.damaged, left.used_event_id, left.last_at) == ("run", "", 5, NOW)
    assert left.known == {("c", key) for key in ("b2", "b3", "b4", "b5")}
    assert left.kept == {"playlists/c/0": {"x": 1}}
    told = [
        (entry.said.name, entry.command.id if entry.command else getattr(entry.said, "break_id", ""))
        for entry in left.entries
    ]
    assert told == [
        *(
            ("plan_break", "c4"),
            ("command.accepted", "b4"),
            ("break.planned", "b4"),
            ("break.out", "b4"),
            ("break.in", "b4"),
        ),
        *(("plan_break", "c2"), ("command.accepted", "b2"), ("break.planned", "b2")),
    ]


def test_deliveries_are_read_from_a_moment_on(writing: Writing) -> None:
    for second in range(6):
        at = NOW + timedelta(seconds=second)
        path = f"{second}.ts"
        writing.tell(
            events.SegmentWritten(
                at=at, channel="c", path=path, rendition="r", sequence=second, pts=1, duration_ticks=1, size=1
            ),
            events.SegmentDelivered(at=at, channel="c", origin="o", path=path, sequence=second, push_ms=1, attempts=1),
        )
    assert writing.journal.written(10)
    found = read_deliveries(writing.path, NOW + timedelta(seconds=4))
    assert [getattr(event, "path", "") for event in found] == ["4.ts", "5.ts"]
    assert read_deliveries(writing.path.with_name("none"), NOW) == []


def test_a_value_that_is_cut_off_is_there_as_its_text(writing: Writing) -> None:
    writing.journal.keep("whole", [1])
    assert writing.journal.written(10)
    with closing(sqlite3.connect(writing.path)) as other, other:
        other.execute("INSERT INTO kept VALUES ('half', '{\"entries\": [')")
    left = read_left(writing.path)
    assert left is not None
    assert left.kept == {"whole": [1], "half": '{"entries": ['}
    assert left.damaged == ""


def test_a_file_that_is_no_journal_is_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"something else altogether" * 200)
    before = path.read_bytes()
    left = read_left(path)
    assert left is not None
    assert "can't be read" in left.damaged
    assert (left.run_id, left.entries, left.kept) == (None, (), {})
    assert path.read_bytes() == before


def test_a_journal_whose_rows_are_torn_leaves_the_rest(writing: Writing) -> None:
    for number in range(300):
        writing.planned(number)
    writing.journal.keep("playlists/c/0", {"x": 1})
    assert writing.journal.written(10)
    writing.close()
    whole = read_left(writing.path)
    assert whole is not None
    torn = bytearray(writing.path.read_bytes())
    half = len(torn) // 2
    torn[half : half + 20_000] = bytes(20_000)
    writing.path.write_bytes(torn)
    left = read_left(writing.path)
    assert left is not None
    assert left.damaged or len(left.entries) < len(whole.entries) or left == whole


def test_a_full_journal_is_read_while_nobody_has_to_wait(writing: Writing) -> None:
    for number in range(2000):
        writing.aired(writing.planned(number), proved=True)
    assert writing.journal.written(60)
    started_s = time.process_time()
    left = read_left(writing.path)
    assert time.process_time() - started_s < 0.5
    assert left is not None
    assert len(left.known) == 2000
