"""The journal as a person reads it, and as a program does."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from app.cli import journal as command
from app.model import commands, events
from app.model.errors import StoreUnusableError, UsageError
from app.model.rundown import BreakPlan
from app.model.when import When
from tests.storage.journaling import T0, WITHIN_S, accepted, insert, journal, segment
from tests.storage.stories import story


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder with the journals of two runs."""
    with journal(tmp_path / "journal.sqlite3", run_id="r1") as one:
        one.command(insert(7, "old"), lambda: None)
    plan = BreakPlan("b1", "news-1", When.parse("+30"), Fraction(30), "Käse\nund Brot")
    with journal(tmp_path / "journal.sqlite3", run_id="r2") as one:
        one.command(commands.PlanBreak(channel="news-1", by="list", plan=plan, id="p1"), lambda: None)
        one.command(insert(1, "news-2"), lambda: None)
        one.overdue("c1")
        one.event(next(story("b1")), 1)
        one.event(
            events.CommandRefused(
                at=T0, channel="news-2", command="insert_break", id="c1", by="ann", reason="overlaps b1"
            ),
            2,
        )
        one.event(segment(3), 3)
    return tmp_path


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["journal", *map(str, words)])
    status: int = args.run(args)
    return status


def test_a_table_tells_who_ordered_what_and_what_came_of_it(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--data-dir", data_dir) == 0
    head, planned, inserted, told, refused = capsys.readouterr().out.splitlines()
    assert head.split() == ["time", "(UTC)", "channel", "command", "or", "event", "by", "outcome", "about"]
    assert planned[26:].split() == (
        [
            r"news-1",
            r">",
            r"plan_break",
            r"list",
            r"-",
            r"break_id=b1",
            r"planned_at=+30",
            r"duration_s=30",
            r"title=Käse\nund",
            r"Brot",
            r"auto_return",
        ]
    )
    assert inserted[26:].split() == [
        "news-2",
        ">",
        "insert_break",
        "ann",
        "refused",
        "OVERDUE",
        "overlaps",
        "b1;",
        "duration_s=30",
    ]
    assert told.startswith("2026-11-22T19:15:26.440Z  news-1          break.planned")
    assert "frame=0 pts=0" in told
    assert "duration=10.000s" in told
    assert refused.endswith("overlaps b1")


def test_json_has_every_field(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--data-dir", data_dir, "--json", "--all") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["kind"] for row in rows] == ["command", "command", "event", "event", "event"]
    assert (rows[1]["outcome"], rows[1]["overdue"], rows[1]["life"], rows[1]["seq"]) == (
        "refused: overlaps b1",
        True,
        1,
        None,
    )
    assert commands.command_from_plain(rows[1]["command"]) == insert(1, "news-2")
    assert events.event_from_plain(rows[4]["event"]) == segment(3)


@pytest.mark.parametrize(
    ("words", "channels"),
    [
        ((), ["news-1", "news-2", "news-1", "news-2"]),
        (("--all",), ["news-1", "news-2", "news-1", "news-2", "news-1"]),
        (("--channel", "news-2"), ["news-2", "news-2"]),
        (("--channel", "none"), []),
        (("--since", "2026-11-22T20:15:30+01:00", "--channel", "news-2", "--run", "r2"), None),
        (("--since", "2040-01-01"), []),
        (("--run", "r1"), ["old"]),
        (("--run", "r2"), ["news-1", "news-2", "news-1", "news-2"]),
    ],
)
def test_which_rows(
    data_dir: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], channels: list[str] | None
) -> None:
    assert run("--data-dir", data_dir, "--json", *words) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = [row[row["kind"]]["channel"] for row in rows]
    if channels is None:
        assert all(row["at"] >= "2026-11-22T19:15:30" for row in rows)
    else:
        assert found == channels


def test_what_is_not_there_is_one_line(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(UsageError, match=r"there is no journal of a run 'r9' in .*; there are r2, r1"):
        run("--data-dir", data_dir, "--run", "r9")
    with pytest.raises(UsageError, match="there is no journal of a run"):
        run("--data-dir", data_dir, "--run", "x/../../journal-r1")
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(StoreUnusableError, match="there is no journal; name the data folder"):
        run("--data-dir", empty)
    with pytest.raises(UsageError, match="there are none"):
        run("--data-dir", empty, "--run", "r1")
    assert not list(empty.iterdir())
    (empty / "journal.sqlite3").write_text("something else" * 100)
    with pytest.raises(StoreUnusableError, match="is damaged"):
        run("--data-dir", empty)


@pytest.mark.parametrize("content", ["", "x", "somebody's notes\n", "something else" * 1000])
def test_what_is_no_journal_is_one_line_without_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / "journal.sqlite3").write_text(content)
    with pytest.raises(StoreUnusableError, match=r"is no journal of Splicedeck|is damaged") as caught:
        run("--data-dir", tmp_path)
    assert caught.value.exit_status == 2
    assert capsys.readouterr().out == ""
    assert [each.name for each in tmp_path.iterdir()] == ["journal.sqlite3"]


def test_it_follows_what_is_being_written(data_dir: Path) -> None:
    with journal(data_dir / "journal.sqlite3", run_id="r2") as one:
        words = [sys.executable, "-m", "app", "journal", "--data-dir", str(data_dir), "--follow", "--json"]
        root = Path(__file__).parents[2]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root) as reader:
            assert reader.stdout is not None
            before = [reader.stdout.readline() for _ in range(4)]
            one.event(accepted(5), 1)
            assert one.written(WITHIN_S)
            row = json.loads(reader.stdout.readline())
            os.kill(reader.pid, signal.SIGINT)
            _, errors = reader.communicate(timeout=WITHIN_S)
    assert len(before) == 4
    assert (row["life"], row["seq"], row["event"]["id"]) == (2, 1, "c5")
    assert (reader.returncode, errors) == (130, "")
