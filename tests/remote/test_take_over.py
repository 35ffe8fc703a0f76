"""Upgrade in place: the next engine process goes on with the show at a segment's end, and no third one is started."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import pytest

from app.model import commands, events
from app.model.errors import SplicedeckError, UsageError
from app.monitoring.proof import verify
from app.remote.lock import read_engine_file
from app.remote.session import new_session, unfinished, write_session
from app.remote.take_over import TakeOver, taking_over
from app.remote.watchdog import Watchdog
from app.settings.show import show_from_toml
from tests.remote.idle_engine import start_idle
from tests.remote.standing import StandIn, Watching, housing, soon, watching

SHOW = """
[show]
name = "Evening"

[[origins]]
name = "local"
url = "{origin}/"

[[channels]]
name = "one"
title = "One"
frame_rate = "25"
sources = ["test:bars"]

[[channels.renditions]]
name = "90p"
size = "160x90"
bitrate = 150000
preset = "ultrafast"

[[channels.outputs]]
kind = "hls"
origins = ["local"]
path = "one/"
segment = 2.0
window = 60
dialects = ["daterange", "cue-out-in"]
"""


@contextmanager
def engine_process(data_dir: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    with (data_dir / "output").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "app", "engine", "--data-dir", str(data_dir), *more],
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


@contextmanager
def watched(data_dir: Path) -> Iterator[Watchdog]:
    watchdog = Watchdog(data_dir)
    watchdog.start()
    try:
        yield watchdog
    finally:
        watchdog.stop()


def runs(data_dir: Path, process: subprocess.Popen[bytes]) -> bool:
    said = read_engine_file(data_dir)
    return said is not None and bool(said.address) and said.pid == process.pid


def of[E: events.Event](window: Watching, kind: type[E]) -> list[E]:
    return [event for event in list(window.events) if isinstance(event, kind)]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    toml = SHOW.format(origin=(tmp_path / "origin").as_uri())
    show = show_from_toml(toml, "evening.toml")
    write_session(tmp_path, new_session(show, toml, tmp_path, database=""))
    return tmp_path


@pytest.mark.slow
def test_the_next_engine_goes_on_with_an_open_break(data_dir: Path) -> None:
    with engine_process(data_dir) as first:
        soon(lambda: runs(data_dir, first), 30)
        with watched(data_dir) as watchdog, watching(data_dir, after=(0, 0)) as window:
            window.wait_for(lambda: len(of(window, events.SegmentDelivered)) > 1, 30)
            take = commands.InsertBreak(channel="one", by="ann", duration_s=Fraction(14), immediate=True)
            window.remote.submit(take)
            window.wait_for(lambda: bool(of(window, events.BreakOut)))
            with engine_process(data_dir, "--take-over") as second:
                assert first.wait(30) == 0, "it has handed over"
                soon(lambda: runs(data_dir, second), 10)
                window.wait_for(lambda: len(of(window, events.ChannelStarted)) == 2, 20)
                window.wait_for(lambda: bool(of(window, events.BreakLanded)), 40)
                assert runs(data_dir, second)
                assert watchdog.lives == 2, "it has adopted the next one"
                assert unfinished(data_dir) is not None
                assert not window.remote.ended, "windows wait for the next one"
                assert window.remote.stop(3)
                assert second.wait(30) == 0
    assert unfinished(data_dir) is None
    _is_whole(data_dir, window)


def _is_whole(data_dir: Path, window: Watching) -> None:
    (out,), (end,) = of(window, events.BreakOut), of(window, events.BreakIn)
    assert (end.break_id, end.how) == (out.break_id, "auto")
    assert abs((end.in_at - out.out_at).total_seconds() - 14) <= 0.05, "by the wall clock"
    assert [one.life for one in of(window, events.EngineStarted)] == [1, 2]
    assert of(window, events.BreakFailed) == []
    gap_ms = of(window, events.ChannelStarted)[1].gap_ms
    assert gap_ms is not None
    assert 0 < gap_ms < 5000, "nothing but the change of engines is missing"
    playlist = (data_dir / "origin/one/90p/index.m3u8").read_text()
    assert playlist.count("#EXT-X-DISCONTINUITY\n") == 1
    assert "#EXT-X-GAP" not in playlist
    assert playlist.count("#EXT-X-CUE-OUT:") == playlist.count("#EXT-X-CUE-IN") == 1
    numbers = [int(number) for number in re.findall(r"-(\d+)\.ts$", playlist, flags=re.MULTILINE)]
    assert numbers == list(range(len(numbers)))
    report = verify(str(data_dir / "origin/one"), expect=2)
    assert report.passed, report.to_json()


def test_a_watchdog_tells_a_take_over_from_a_death(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(data_dir: Path) -> subprocess.Popen[bytes]:
        started.append(start_idle(data_dir))
        return started[-1]

    monkeypatch.setattr("app.remote.watchdog.cold_engine", start)
    caplog.set_level(logging.INFO, "app.remote.watchdog")
    with watched(data_dir) as watchdog:
        soon(lambda: bool(started) and runs(data_dir, started[0]), 20)
        soon(lambda: watchdog.heartbeat.beat[0] == started[0].pid)
        with TakeOver(data_dir):
            started[0].kill()
            soon(lambda: "the next engine took over" in caplog.text)
            started.append(start_idle(data_dir))
            soon(lambda: runs(data_dir, started[1]), 20)
        soon(lambda: watchdog.heartbeat.beat[0] == started[1].pid)
        assert [one for one in caplog.records if one.levelno > logging.INFO] == []
        assert watchdog.short_lives == 0
    for one in started:
        one.kill()
        one.wait()


@pytest.mark.slow
def test_where_none_runs_it_just_starts(data_dir: Path) -> None:
    with engine_process(data_dir, "--take-over") as only:
        soon(lambda: runs(data_dir, only), 30)
        assert not taking_over(data_dir)


def test_one_at_a_time(tmp_path: Path) -> None:
    with TakeOver(tmp_path):
        assert taking_over(tmp_path)
        with pytest.raises(UsageError, match="another engine is taking over"), TakeOver(tmp_path):
            pass
    assert not taking_over(tmp_path)


def test_an_engine_that_is_ending_does_not_hand_over(tmp_path: Path) -> None:
    with housing(tmp_path, StandIn()) as house, TakeOver(tmp_path) as taking:
        assert house.host is not None
        house.host.wanted_end.set()
        with pytest.raises(SplicedeckError, match="does not hand over: it is ending"):
            taking.ask()


def test_an_engine_within_another_program_does_not_hand_over(tmp_path: Path) -> None:
    refused = pytest.raises(SplicedeckError, match="does not hand over: it runs within another program")
    with housing(tmp_path, StandIn()), TakeOver(tmp_path) as taking, refused:
        taking.ask()


def test_a_watchdog_starts_nothing_while_another_takes_over(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[float] = []

    def start(_data_dir: Path) -> subprocess.Popen[bytes]:
        started.append(time.monotonic())
        raise OSError("none in this test")

    monkeypatch.setattr("app.remote.watchdog.cold_engine", start)
    with watched(data_dir) as watchdog:
        soon(lambda: bool(started))
        with TakeOver(data_dir):
            begun = len(started)
            time.sleep(0.3)
            assert len(started) <= begun + 1
        assert not watchdog.over.is_set()
