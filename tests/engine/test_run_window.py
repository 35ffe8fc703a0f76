"""``splicedeck run`` and ``splicedeck`` with a window: the engine has its own process, and the air is the engine's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.remote.watchdog_lock import WatchdogLock
from tests.engine.show_run import CHECKOUT, QUIET_ENVIRONMENT, ShowRun, channel_toml, running, show_file, splicedeck

pytestmark = pytest.mark.slow


@pytest.fixture
def show(tmp_path: Path) -> Path:
    return show_file(tmp_path, {"folder": (tmp_path / "origin").as_uri() + "/"}, channel_toml("news-1", segment_s=1))


@pytest.fixture
def run(show: Path, tmp_path: Path) -> Iterator[ShowRun]:
    (tmp_path / "breaks.csv").write_text("at,duration,title\n+2,60,Prime\n")
    with running(show, "--breaks", tmp_path / "breaks.csv", data_dir=tmp_path / "run", window=True) as run:
        yield run


def playlist(show: Path) -> str:
    return (show.parent / "origin/news-1/180p/index.m3u8").read_text()


def status_of(run: ShowRun) -> dict[str, dict[str, object]]:
    told: dict[str, dict[str, object]] = json.loads(splicedeck("status", "--json", "--data-dir", run.data_dir).stdout)
    return told


def watchdog_pid(run: ShowRun) -> int:
    (pid,) = [pid for pid, words in run.living().items() if " watchdog " in words]
    return pid


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_window_that_goes_leaves_the_break_on_air_and_the_next_finds_it(
    run: ShowRun, show: Path, number: signal.Signals
) -> None:
    out = run.wait_event("break.out")
    engine = run.engine_pid()
    status, _ = run.terminate(number)
    assert status == (-number if number == signal.SIGKILL else 0), run.told()
    written = playlist(show)
    run.wait_until(lambda: playlist(show) != written)
    assert status_of(run)["engine"]["pid"] == engine
    with running(show, data_dir=run.data_dir, window=True) as again:
        assert again.wait_event("break.out")["out_at"] == out["out_at"]
        assert again.engine_pid() == engine
        told = splicedeck("stop", "--data-dir", run.data_dir)
        assert told.returncode == 0, told.stderr
        again.wait_event("channel.stopped")
        again.terminate()
    run.wait_until(lambda: not run.left_over())
    text = playlist(show)
    assert text.count("#EXT-X-CUE-OUT:") == text.count("#EXT-X-CUE-IN") == 1
    assert "#EXT-X-DISCONTINUITY\n" not in text
    assert text.endswith("#EXT-X-ENDLIST\n")


def test_an_engine_whose_watchdog_was_killed_gets_another_with_the_next_window(run: ShowRun, show: Path) -> None:
    run.wait_event("segment.delivered")
    engine = run.engine_pid()
    first = watchdog_pid(run)
    run.process.kill()
    os.kill(first, signal.SIGKILL)
    run.wait_until(lambda: len(run.left_over()) == 1)
    assert run.engine_pid() == engine
    with running(show, data_dir=run.data_dir, window=True) as again:
        again.wait_event("segment.delivered")
        run.wait_until(lambda: not is_free(run))
        assert watchdog_pid(run) != first
        os.kill(engine, signal.SIGKILL)
        again.wait_for(lambda: len(again.named("channel.on_air")) == 2)
        assert again.engine_pid() != engine
        assert splicedeck("stop", "--data-dir", run.data_dir).returncode == 0
        again.terminate()
    run.wait_until(lambda: not run.left_over())


def is_free(run: ShowRun) -> bool:
    lock = WatchdogLock(run.data_dir)
    free = lock.acquire()
    lock.release()
    return free


def test_another_show_is_not_put_in_the_place_of_the_one_on_air(run: ShowRun, show: Path) -> None:
    run.wait_event("channel.on_air")
    show.write_text(show.read_text().replace('"Evening"', '"Morning"'))
    with running(show, data_dir=run.data_dir, window=True) as other:
        assert other.end() == 2
        (line,) = other.stderr.splitlines()
        assert f"pid {run.engine_pid()}" in line
        assert "Evening" in line
        assert splicedeck("stop", "--data-dir", run.data_dir).returncode == 0
        run.terminate()
        run.wait_until(lambda: not run.left_over())


def test_the_window_closes_by_itself_when_the_time_is_over_and_ends_the_show(show: Path, tmp_path: Path) -> None:
    with running(show, "--for", "1.5", data_dir=tmp_path / "run", window=True) as run:
        assert run.end() == 0, run.told()
        assert run.stderr == ""
        assert run.named("channel.stopped", reason="")
        run.wait_until(lambda: not run.left_over(), 5)
    assert playlist(show).endswith("#EXT-X-ENDLIST\n")


def test_the_control_room_alone_puts_the_demo_on_air_once_and_finds_it_again(tmp_path: Path) -> None:
    for _ in range(2):
        with control_room(tmp_path) as window:
            assert window.stdout is not None
            url = window.stdout.readline().split()[-1]
            deadline = time.monotonic() + 30
            while "#EXT-X-STREAM-INF" not in fetched(url):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            window.terminate()
            told_to_go = window.wait(30)
            assert told_to_go in {0, -signal.SIGTERM}, "before the window is there it goes without a word"
            assert told_to_go or "still on air: 'Demo'" in (tmp_path / "stderr").read_text()
    told = json.loads(splicedeck("status", "--json", "--data-dir", tmp_path).stdout)
    assert told["engine"]["life"] == 1
    assert splicedeck("stop", "--data-dir", tmp_path).returncode == 0
    assert fetched(url) == ""


@contextmanager
def control_room(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "app", "--data-dir", str(data_dir)]
    environment = os.environ | QUIET_ENVIRONMENT | {"QT_QPA_PLATFORM": "offscreen"}
    with (
        (data_dir / "stderr").open("w") as stderr,
        subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True
        ) as window,
    ):
        try:
            yield window
        except BaseException:
            window.kill()
            splicedeck("stop", "--data-dir", data_dir)
            raise


def fetched(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""
