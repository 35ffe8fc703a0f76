"""What is on air, told and ended from a shell: in a process of its own, against a real engine process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.cli.status import as_text
from app.model.states import BreakState
from app.model.status import EngineStatus
from app.remote.lock import read_engine_file
from tests.engine.show_run import CHECKOUT, channel_toml, running, show_file, splicedeck
from tests.remote.standing import StandIn, housing, soon
from tests.ui.scripted_engine import NOW, a_break, an_alarm, channel, origin


@contextmanager
def engine_process(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """``splicedeck engine``; it is gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "engine", "--data-dir", str(data_dir)],
        cwd=CHECKOUT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        soon(lambda: bool((said := read_engine_file(data_dir)) and said.address), 20)
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_a_show_is_told_and_ended_from_a_shell(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    origins = {"folder": (tmp_path / "origin").as_uri() + "/"}
    show = show_file(tmp_path, origins, channel_toml("news-1"), channel_toml("news-2"))
    with running(show, data_dir=data_dir) as run:
        run.wait_event("segment.delivered", channel="news-1")
        run.wait_event("segment.delivered", channel="news-2")
        told = json.loads(splicedeck("status", "--json", "--data-dir", data_dir).stdout)
        assert told["engine"].keys() >= {"pid", "version", "since"}
        assert told["engine"]["pid"] == run.process.pid
        assert told["engine"]["watched_over"], "by the run that it is in"
        assert [one["name"] for one in told["channels"]] == ["news-1", "news-2"]
        first = told["channels"][0]
        assert (first["order"], first["state"], first["source"], first["break"]) == (
            "on_air",
            "on_air",
            "test:bars",
            None,
        )
        assert first["origins"]["folder"]["backlog"] == 0
        assert datetime.fromisoformat(first["origins"]["folder"]["last_delivered_at"]).tzinfo is not None

        unknown = splicedeck("stop", "news-1", "nowhere", "--data-dir", data_dir)
        assert unknown.returncode == 2
        assert unknown.stderr == "splicedeck: splicedeck stop: no channel 'nowhere'; there are news-1, news-2\n"

        ended = splicedeck("stop", "news-1", "--data-dir", data_dir)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "news-1 has ended\n", "")
        assert "#EXT-X-ENDLIST" in (tmp_path / "origin/news-1/90p/index.m3u8").read_text()
        assert run.wait_event("command.accepted", command="stop")["by"].endswith("(shell)")
        lines = splicedeck("status", "--data-dir", data_dir).stdout.splitlines()
        assert lines[0].endswith("show 'Evening'")
        assert lines[2].split()[:3] == ["news-1", "off", "air"]
        assert lines[3].split()[:3] == ["news-2", "on", "air"]

        everything = splicedeck("stop", "--data-dir", data_dir)
        assert (everything.returncode, everything.stderr) == (0, "")
        assert everything.stdout == f"the engine (pid {run.process.pid}) has ended\n"
        assert run.end() == 0
        assert "#EXT-X-ENDLIST" in (tmp_path / "origin/news-2/90p/index.m3u8").read_text()


def test_an_idle_engine_process_is_single_and_ends_when_told(tmp_path: Path) -> None:
    with engine_process(tmp_path) as engine:
        listed = Path(f"/proc/{engine.pid}/cmdline").read_bytes().decode().split("\0")
        assert {"engine", str(tmp_path)} <= set(listed)
        told = splicedeck("status", "--data-dir", tmp_path)
        assert told.returncode == 0
        assert f"pid {engine.pid}" in told.stdout
        assert told.stdout.endswith("no show\n")
        second = splicedeck("engine", "--data-dir", tmp_path)
        assert second.returncode == 2
        assert f"an engine runs on this data directory already (pid {engine.pid}, since " in second.stderr
        assert second.stderr.count("\n") == 1
        none = splicedeck("stop", "news-1", "--data-dir", tmp_path)
        assert (none.returncode, none.stderr.count("\n")) == (2, 1)
        assert "it has no show open" in none.stderr
        assert splicedeck("stop", "--data-dir", tmp_path).returncode == 0
        assert engine.wait(5) == 0


@pytest.mark.parametrize("command", ["status", "stop"])
def test_without_an_engine_it_is_one_line(tmp_path: Path, command: str) -> None:
    told = splicedeck(command, "--data-dir", tmp_path / "none")
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert "no engine runs here; start one with splicedeck run SHOW.toml" in told.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", ["status", "stop", "engine"])
def test_a_file_is_no_data_directory(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("mine")
    told = splicedeck(command, "--data-dir", tmp_path / "file")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == f"splicedeck: {tmp_path / 'file'}: it is a file; name a folder with --data-dir\n"
    assert (tmp_path / "file").read_text() == "mine"


def test_a_killed_engine_is_told_as_such(tmp_path: Path) -> None:
    with engine_process(tmp_path) as engine:
        engine.send_signal(signal.SIGKILL)
        engine.wait()
        told = splicedeck("status", "--data-dir", tmp_path)
        assert told.returncode == 1
        assert f"(its last engine, pid {engine.pid}, ended without a word)" in told.stderr


def test_json_survives_a_name_that_the_terminal_cannot_show(tmp_path: Path) -> None:
    with housing(tmp_path, StandIn(status=_status(channel("one", title="Nachrichten für ☃")))):
        told = splicedeck("status", "--json", "--data-dir", tmp_path)
    assert json.loads(told.stdout)["channels"][0]["title"] == "Nachrichten für ☃"


def _status(*channels: object, **fields: object) -> EngineStatus:
    return replace(StandIn().snapshot(), since=NOW, channels=channels, **fields)  # type: ignore[arg-type]  # named by the test


def test_what_a_person_reads() -> None:
    open_break = a_break(BreakState.ON_AIR, out_in_s=-95, lasts_s=120)
    armed = a_break(BreakState.ARMED, out_in_s=4, title="", key="b2")
    later = a_break(BreakState.PLANNED, out_in_s=3700, title="Half-time 2", key="b3")
    status = _status(
        channel("news-1", current=open_break),
        replace(channel("news-2", current=armed), on_air=open_break),
        channel("news-3", following=later, slate_by_hand=True, source="slate"),
        channel("news-4", alarms=(an_alarm("critical", "no source"),), origins={"a": origin(backlog=3, lost=1)}),
        life=3,
        alarms=(an_alarm("warning", "the store is locked"),),
    )
    told = as_text(status, NOW).splitlines()
    assert told[0] == "engine 0.1.0, pid 1, since 2026-11-22T19:15:28.250Z, start 3 of this run: show 'Evening'"
    cells = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in told[1:]]
    assert cells[:5] == [
        ["channel", "state", "source", "break", "origins"],
        ["news-1", "on air", "test:bars", "Half-time 1: back in 0:25", "Origin A up to date, Origin B up to date"],
        [
            *("news-2", "on air", "test:bars", "Half-time 1: back in 0:25; b2: armed, out in 0:04"),
            "Origin A up to date, Origin B up to date",
        ],
        [
            *("news-3", "on air", "slate (by hand)", "Half-time 2: planned, out in 1:01:40"),
            "Origin A up to date, Origin B up to date",
        ],
        ["news-4", "on air", "test:bars", "-", "a 3 waiting, 1 lost"],
    ]
    assert told[6:] == [
        "warning: engine: the store is locked (since 2026-11-22T19:15:16.250Z)",
        "critical: news-4: no source (since 2026-11-22T19:15:16.250Z)",
    ]
    assert as_text(status, NOW, watched_over=False).splitlines()[0].endswith("run, not watched over: show 'Evening'")
    assert "back in 0:00" in as_text(status, NOW + timedelta(hours=1))
    assert as_text(replace(status, channels=(), alarms=(), show="", life=0), datetime.now(UTC)).endswith("no show")
