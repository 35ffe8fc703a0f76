"""A run that was cut off, and then the same command again: the run goes on, and what was booked airs."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.remote.session import cut_off, read_session, unfinished
from tests.engine.show_run import ShowRun, channel_toml, moment, running, show_file, splicedeck

pytestmark = pytest.mark.slow

WAYS = pytest.mark.parametrize("how", [(), ("--supervised",)], ids=["in process", "supervised"])


@pytest.fixture
def show(tmp_path: Path) -> Path:
    (tmp_path / "breaks.json").write_text(
        '{"breaks": [{"id": "first", "at": "+8", "duration": 2}, {"id": "later", "at": "+600", "duration": 2}]}'
    )
    return _show(tmp_path)


def _show(folder: Path) -> Path:
    return show_file(folder, {"folder": (folder / "origin").as_uri() + "/"}, channel_toml("news-1", segment_s=1))


@contextmanager
def run_of(show: Path, *words: str | Path) -> Iterator[ShowRun]:
    with running(show, *words, data_dir=show.parent / "run") as run:
        yield run


def kill(run: ShowRun) -> None:
    """The run and its engine at once, as when the machine loses its power."""
    engine = run.engine_pid()
    run.process.kill()
    if engine != run.process.pid:
        os.kill(engine, signal.SIGKILL)
    run.process.wait()
    run.wait_until(lambda: not run.left_over())


@WAYS
def test_the_same_command_goes_on_with_the_run(show: Path, how: tuple[str, ...]) -> None:
    breaks = ("--breaks", show.parent / "breaks.json")
    with run_of(show, *how, *breaks) as run:
        run.wait_event("break.landed", break_id="first")
        booked = run.wait_event("break.planned", break_id="later")
        kill(run)
    left = cut_off(run.data_dir)
    assert left is not None
    show.write_text(show.read_text().replace("bitrate = 250000", "bitrate = 200000"))  # another ladder
    with run_of(show, *how, *breaks) as again:
        again.wait_event("segment.delivered")
        told = json.loads(splicedeck("status", "--json", "--data-dir", run.data_dir).stdout)
        assert told["engine"]["run_id"] == left.run_id
        later = told["channels"][0]["next"]
        assert (later["id"], abs((moment(later["out_at"]) - moment(booked["planned_at"])).total_seconds()) < 1) == (
            *("later", True),
        )
        assert again.terminate()[0] == 0, again.told()
        assert "goes on with the run of 'Evening' that was cut off" in again.stderr
        assert [one["life"] for one in again.named("engine.started")] == [2], again.told()
        assert "first" not in {one.get("break_id") for one in again.events}, "it has aired"
        assert again.named("break.failed", "break.missed", "break.refused", "command.refused") == []
    over = read_session(run.data_dir)
    assert over is not None
    assert (over.run_id, over.ended, cut_off(run.data_dir)) == (left.run_id, True, None)
    with run_of(show, *how, "--for", "1") as anew:
        assert anew.end() == 0, anew.told()
        assert [one["life"] for one in anew.named("engine.started")] == [1], "a run that has ended is over"


def test_nobody_else_brings_a_run_in_process_back(show: Path) -> None:
    with run_of(show) as run:
        run.wait_event("segment.delivered")
        kill(run)
    assert cut_off(run.data_dir) is not None
    assert unfinished(run.data_dir) is None
    text = show.read_text()
    show.write_text(text.replace("Evening", "Morning"))
    with run_of(show, "--for", "1") as other:
        assert other.end() == 0, other.told()
        assert "goes on" not in other.stderr
        assert [one["life"] for one in other.named("engine.started")] == [1]


def test_a_run_that_was_killed_is_watched_over_again(show: Path) -> None:
    with run_of(show, "--supervised") as run:
        run.wait_event("segment.delivered")
        engine = run.engine_pid()
        run.process.kill()
        run.process.wait()
        assert "not watched over" in splicedeck("status", "--data-dir", run.data_dir).stdout
        with run_of(show, "--supervised", "--breaks", show.parent / "breaks.json") as again:
            again.wait_event("break.planned", break_id="later")
            assert again.named("engine.started") == [], "events from now on"
            os.kill(engine, signal.SIGKILL)
            again.wait_event("channel.on_air")
            assert "not watched over" not in splicedeck("status", "--data-dir", run.data_dir).stdout
            again.terminate()
            assert "watches over the run of 'Evening' again" in again.stderr
            assert again.left_over() == []
