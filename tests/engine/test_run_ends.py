"""How a run ends when it is told to, in a break or out of one."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.__main__ import main
from tests.engine.show_run import ShowRun, channel_toml, running, show_file, splicedeck

pytestmark = pytest.mark.slow


@pytest.fixture
def show(tmp_path: Path) -> Path:
    return show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, channel_toml("news-1"))


@pytest.fixture(params=[(), ("--supervised",)], ids=["in process", "supervised"])
def how(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The same with the engine in a process of its own."""
    words: tuple[str, ...] = request.param
    return words


@pytest.fixture
def run(show: Path, tmp_path: Path, how: tuple[str, ...]) -> Iterator[ShowRun]:
    with running(show, "--commands", "-", *how, data_dir=tmp_path / "run", stdin=subprocess.PIPE) as run:
        yield run


def playlist(show: Path) -> str:
    return (show.parent / "origin/news-1/180p/index.m3u8").read_text()


def test_sigterm_ends_it_cleanly_within_three_seconds(run: ShowRun, show: Path) -> None:
    run.wait_event("segment.delivered")
    status, took_s = run.terminate()
    assert status == 0, run.told()
    assert took_s < 3, run.told()
    assert run.left_over() == []
    assert run.stderr == ""
    assert playlist(show).rstrip().endswith("#EXT-X-ENDLIST")
    assert run.events[-1]["event"] == "channel.stopped"
    assert run.events[-1]["reason"] == ""
    ends = {event["pts"] + event["duration_ticks"] for event in run.named("segment.written")}
    last = max(event["frame"] for event in run.named("source.changed"))
    assert max(ends) > last
    assert len(run.named("segment.delivered")) == len(run.named("segment.written")), "nothing was left undelivered"


def test_ctrl_c_in_a_break_closes_it_with_its_in_and_waits_for_the_proof(
    run: ShowRun, show: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run.wait_event("segment.delivered")
    run.say(json.dumps({"command": "insert_break", "duration": 60, "immediate": True, "by": "ann"}))
    out = run.wait_event("break.out")
    assert out["immediate"]
    run.wait_for(lambda: len(run.named("segment.written")) >= 4)
    status, _ = run.terminate(signal.SIGINT)
    assert status == 0, run.told()
    (end,) = run.named("break.in")
    assert (end["how"], end["duration_ticks"]) == ("stop", end["pts"] - out["pts"])
    assert {(one["direction"], one["verdict"]) for one in run.named("splice.proved")} == {
        ("out", "landed"),
        ("in", "landed"),
    }
    assert run.wait_event("break.landed")["origins"] == ["folder"]
    assert len(re.findall("#EXT-X-CUE-IN", playlist(show))) == 1
    assert playlist(show).rstrip().endswith("#EXT-X-ENDLIST")
    assert main(["verify", str(show.parent / "origin/news-1"), "--expect", "2"]) == 0, capsys.readouterr().out


def test_a_second_run_goes_on_with_new_event_ids_in_the_same_place(
    show: Path, tmp_path: Path, how: tuple[str, ...]
) -> None:
    ids = []
    for _ in range(2):
        with running(show, "--commands", "-", *how, data_dir=tmp_path / "run", stdin=subprocess.PIPE) as run:
            run.wait_event("channel.on_air")
            run.say(json.dumps({"command": "insert_break", "duration": 1, "immediate": True}))
            ids.append(run.wait_event("break.out")["splice_event_id"])
            run.wait_event("break.in")
            assert run.terminate()[0] == 0, run.told()
    assert ids[1] > ids[0]
    told = splicedeck("asrun", "--data-dir", tmp_path / "run", "--format", "json")
    assert [(row["splice_event_id"], row["verdict"]) for row in json.loads(told.stdout)] == [
        (one, "landed") for one in ids
    ]
    assert main(["verify", str(show.parent / "origin/news-1")]) == 0


def test_it_ends_when_whoever_read_its_events_has_gone(run: ShowRun) -> None:
    run.wait_event("channel.on_air")
    run.leave()
    assert run.end() == 0, run.told()
    assert run.stderr == ""
    assert run.left_over() == []


def test_an_origin_that_nobody_answers_does_not_hold_up_the_end(tmp_path: Path, how: tuple[str, ...]) -> None:
    show = show_file(tmp_path, {"dead": "http://127.0.0.1:9/live/"}, channel_toml("news-1", origins=["dead"]))
    with running(show, "--commands", "-", *how, data_dir=tmp_path / "run", stdin=subprocess.PIPE) as run:
        run.wait_event("channel.on_air")
        run.say(json.dumps({"command": "insert_break", "duration": 1, "immediate": True}))
        run.wait_event("break.in")
        run.wait_event("alarm.raised", key="origin:dead")
        status, took_s = run.terminate()
        assert (status, run.left_over()) == (1, [])
        assert took_s < 4, run.told()
        assert len(run.named("segment.lost")) == len(run.named("segment.written"))
        lines = run.stderr.splitlines()
        assert sum("did not reach origin dead" in line for line in lines) == 1
        assert sum("missing" in line and "Connection refused" in line for line in lines) == 1
        assert len(lines) == 2
