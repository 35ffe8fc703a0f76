"""Commands from lines: each at its own time, bad lines told, nothing left running."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from app.cli.scripted import ScriptedCommands
from app.model import commands
from app.model.commands import Command
from app.model.errors import UsageError
from app.model.signalling import Template

DEADLINE_S = 10.0
TEMPLATES = (Template(name="Local ad 60", duration_s=Fraction(60)), Template(name="Chapter"))


def lines_of(*fields: object) -> str:
    return "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in fields)


def carried_out(file: Path, expected: int) -> tuple[list[Command], list[str]]:
    """Run the lines until so many commands came."""
    took: list[Command] = []
    complaints: list[str] = []
    enough, on_air = threading.Event(), threading.Event()

    def submit(command: Command) -> None:
        took.append(command)
        if len(took) == expected:
            enough.set()

    script = ScriptedCommands(
        str(file), {"news-1": TEMPLATES}, submit, lambda _where, reason: complaints.append(reason)
    )
    on_air.set()
    script.start(on_air)
    assert enough.wait(DEADLINE_S)
    script.stop()
    return took, complaints


def test_lines_are_carried_out_at_their_time_whatever_their_order(tmp_path: Path) -> None:
    file = tmp_path / "commands.jsonl"
    file.write_text(
        lines_of(
            {"command": "return", "after": 0.4},
            {"command": "skip"},
            {"command": "hold", "after": 0.1},
            {"command": "take"},
            {"command": "withdraw", "after": 0},
        )
    )
    took, complaints = carried_out(file, 5)
    assert [command.name for command in took] == ["withdraw", "hold", "take", "return", "skip"]
    assert complaints == []


def test_a_bad_line_is_told_at_once_and_the_rest_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "commands.jsonl"
    file.write_text(lines_of("nonsense", {"command": "take", "after": -1}, [], {"command": "take"}))
    took, complaints = carried_out(file, 1)
    assert [command.name for command in took] == ["take"]
    assert [reason.partition(":")[0] for reason in complaints] == [
        "not JSON",
        '"after" is a number of seconds, not -1',
        "not a JSON object",
    ]


@pytest.mark.parametrize("begin", [threading.Event.is_set, threading.Event.set], ids=["before the show", "in the show"])
def test_a_stop_leaves_nothing_waiting(tmp_path: Path, begin: Callable[[threading.Event], object]) -> None:
    file = tmp_path / "commands.jsonl"
    file.write_text(lines_of({"command": "take", "after": 3600}))
    on_air = threading.Event()
    took: list[Command] = []
    script = ScriptedCommands(str(file), {"news-1": TEMPLATES}, took.append, lambda _where, _reason: None)
    script.start(on_air)
    begin(on_air)
    started_s = time.monotonic()
    script.stop()
    assert time.monotonic() - started_s < 1
    assert took == []
    while left := [thread.name for thread in threading.enumerate() if thread.name.startswith("scripted")]:
        assert time.monotonic() - started_s < 10, left
        time.sleep(0.01)


def test_a_file_that_is_not_there_is_refused_before_the_show(tmp_path: Path) -> None:
    for file in (tmp_path / "nowhere.jsonl", tmp_path):
        with pytest.raises(UsageError, match="give JSON lines, or - for stdin"):
            ScriptedCommands(str(file), {"news-1": TEMPLATES}, lambda _command: None, lambda _where, _reason: None)


def test_a_template_gives_its_duration_and_an_unknown_one_is_refused_with_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_text(
        lines_of(
            {"command": "insert_break", "template": "Local ad 6"},
            {"command": "insert_break", "template": "Chapter"},
            {"command": "insert_break", "template": "Local ad 60"},
            {"command": "insert_break", "template": "Local ad 60", "at": "+90", "id": "b1"},
            {"command": "cue_next", "template": "Chapter", "duration": 5},
        )
    )
    (taken, planned, cued), complaints = carried_out(file, 3)
    assert isinstance(taken, commands.InsertBreak)
    assert (taken.template, taken.duration_s) == ("Local ad 60", None)
    assert isinstance(planned, commands.PlanBreak)
    assert planned.plan.template == planned.plan.title == "Local ad 60"
    assert planned.plan.duration_s == Fraction(60)
    assert isinstance(cued, commands.CueNext)
    assert (cued.template, cued.duration_s) == ("Chapter", Fraction(5))
    assert "did you mean 'Local ad 60'?" in complaints[0]
    assert '"template" that has one' in complaints[1]
