"""What counts as failed at the end of a run, and when all is over."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from app.cli.account import LINES_LIMIT, Account
from app.model import events

NOW = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)


def stopped(channel: str, reason: str = "") -> events.ChannelStopped:
    return events.ChannelStopped(at=NOW, channel=channel, reason=reason)


def refused(command: str, reason: str) -> events.CommandRefused:
    return events.CommandRefused(at=NOW, channel="one", command=command, id="c", by="ann", reason=reason)


def test_all_have_stopped_when_each_has_also_one_that_has_not_started_yet(capsys: pytest.CaptureFixture[str]) -> None:
    account = Account(("one", "two"), as_json=True)
    account.take(stopped("one"))
    assert account.on_air.is_set()
    assert not account.all_stopped.is_set()
    account.take(stopped("two"))
    assert account.all_stopped.is_set()
    account.sum_up()
    assert capsys.readouterr().out.count("channel.stopped") == 2


def test_a_refused_command_is_no_failure_a_line_that_is_none_is(capsys: pytest.CaptureFixture[str]) -> None:
    account = Account(("one",), as_json=True)
    account.take(refused("withdraw", "too late"))
    assert account.failed == []
    account.complain("commands.jsonl:3", "not JSON")
    account.sum_up()
    told = capsys.readouterr()
    assert told.err == "commands.jsonl:3: not JSON\n"
    assert [json.loads(line)["reason"] for line in told.out.splitlines()] == ["too late", "commands.jsonl:3: not JSON"]


def test_breaks_and_channels_that_fail_are_told_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    account = Account(("one",), as_json=True)
    account.take(stopped("one", "packager stopped"))
    for number in range(LINES_LIMIT + 1):
        account.take(events.BreakMissed(at=NOW, channel="one", break_id=f"b{number}", reason="missing"))
    account.sum_up()
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["channel one: packager stopped", "break b0: missing"]
    assert lines[-1] == "and 2 more"


def test_an_alarm_is_a_line_for_a_person_too(capsys: pytest.CaptureFixture[str]) -> None:
    account = Account(("one",), as_json=False)
    text = "journal.sqlite3 is damaged: set aside"
    account.take(events.AlarmRaised(at=NOW, channel="", key="recovery", severity="warning", text=text))
    account.sum_up()
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith(text)
