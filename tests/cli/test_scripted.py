"""Commands from lines: each at its own time, bad lines told, nothing left running."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.scripted import ScriptedCommands
from app.model.commands import Command
from app.model.errors import UsageError

DEADLINE_S = 10.0


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

    script = ScriptedCommands(str(file), ("news-1",), submit, lambda _where, reason: complaints.append(reason))
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
    script = ScriptedCommands(str(file), ("news-1",), took.append, lambda _where, _reason: None)
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
            ScriptedCommands(str(file), ("news-1",), lambda _command: None, lambda _where, _reason: None)
