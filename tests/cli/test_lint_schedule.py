"""``splicedeck lint --database``: the stored schedule, with what would mend it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.__main__ import main
from app.model.merging import BookingState
from app.model.when import When
from app.storage.schedule_store import open_schedule
from tests.settings.evening import SHOW
from tests.storage.test_schedule_store import booked


def test_the_stored_schedule_is_linted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, shown = tmp_path / "store.sqlite3", tmp_path / "show.toml"
    shown.write_text(SHOW.replace("pre_roll = 4.5", "pre_roll = 4.5\nschedule = { spacing = 60 }"))
    store = open_schedule(path)
    soon = datetime.now(UTC) + timedelta(minutes=10)
    for name, seconds, channel in (("a", 0, "news-1"), ("b", 20, "news-1"), ("old", -7200, "news-1"), ("x", 0, "x-1")):
        made = booked(name, channel=channel)
        at = When((soon + timedelta(seconds=seconds)).isoformat(timespec="seconds"))
        store.edit(replace(made, plan=replace(made.plan, at=at)), 0)
    store.edit(replace(booked("w"), plan=replace(booked("w").plan, at=None, splice_event_id=7)), 0)
    store.mark("news-1", "a", BookingState.ARMED)
    store.close()
    asked = ["lint", "--database", str(path), "--show", str(shown)]
    assert main([*asked, "--channel", "news-1"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("error: break b of news-1: overlaps 'a' by ")
    assert "; Move b to " in lines[0]
    assert lines[0].endswith(" | Remove b")  # a is armed: it can't be shortened
    assert lines[-1] == "schedule of 3 breaks: 1 error, 0 warnings, 0 notes"
    assert main([*asked, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["errors"], told["warnings"]) == (1, 1)
    assert told["findings"][0]["breaks"] == [{"channel": "news-1", "id": "b"}, {"channel": "news-1", "id": "a"}]
    assert told["findings"][1]["rule"] == "schedule.unknown-channel"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "needs a TARGET, or --database alone"),
        (["x.csv", "--database", "y"], "takes a TARGET or --database, not both"),
        (["--database", "none.sqlite3"], "none.sqlite3"),
        (["--database", "none.sqlite3", "--profile", "nobody"], "'nobody' is not known"),
    ],
)
def test_what_can_not_be_linted_is_told_in_a_line(
    args: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["lint", *args]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
