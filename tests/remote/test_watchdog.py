"""The watchdog: what dies comes back, what is frozen is killed, and nobody is blamed for the watchdog's own sleep."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from app.remote import watchdog as watching
from app.remote.client import RemoteEngine
from app.remote.errors import EngineMismatchError
from app.remote.lock import read_engine_file
from app.remote.session import unfinished, write_session
from app.remote.spawning import engine_output
from app.remote.watchdog import Watchdog
from app.remote.watchdog_lock import WatchdogLock
from tests.remote.idle_engine import CHECKOUT, start_idle
from tests.remote.test_session import session_in

STARTED: list[subprocess.Popen[bytes]] = []


@pytest.fixture(autouse=True)
def idle_engines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The watchdog's engines have no show, so they are there at once; no standby takes their place."""

    def started(data_dir: Path) -> subprocess.Popen[bytes]:
        STARTED.append(start_idle(data_dir))
        return STARTED[-1]

    monkeypatch.setattr(watching, "cold_engine", started)
    monkeypatch.setattr(watching, "STANDBY_AFTER_S", 1e9)
    STARTED.clear()
    yield
    for one in STARTED:
        one.kill()
        one.wait()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    write_session(tmp_path, session_in(tmp_path))
    return tmp_path


@contextmanager
def watched(data_dir: Path) -> Iterator[Watchdog]:
    watchdog = Watchdog(data_dir)
    watchdog.start()
    try:
        yield watchdog
    finally:
        watchdog.stop()


def until(condition: Callable[[], object], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def engine_pid(data_dir: Path, but: int = 0) -> int:
    """Of the engine there, once it listens."""
    found = []

    def there() -> bool:
        said = read_engine_file(data_dir)
        if said is not None and said.address and said.pid != but:
            found.append(said.pid)
        return bool(found)

    until(there)
    return found[0]


def heard(watchdog: Watchdog, pid: int) -> bool:
    return watchdog.heartbeat.beat[0] == pid


def test_an_engine_that_is_killed_is_back_and_a_clean_end_is_the_end(data_dir: Path) -> None:
    with watched(data_dir) as watchdog:
        first = engine_pid(data_dir)
        os.kill(first, signal.SIGKILL)
        second = engine_pid(data_dir, but=first)
        until(lambda: heard(watchdog, second))
        assert not watchdog.over.is_set()
        os.kill(second, signal.SIGTERM)
        assert watchdog.over.wait(10)
        assert (watchdog.lives, unfinished(data_dir), read_engine_file(data_dir)) == (2, None, None)


def test_a_frozen_engine_is_killed_and_started_again(data_dir: Path) -> None:
    with watched(data_dir) as watchdog:
        first = engine_pid(data_dir)
        until(lambda: heard(watchdog, first))
        began_s = time.monotonic()
        os.kill(first, signal.SIGSTOP)
        second = engine_pid(data_dir, but=first)
        assert 1.5 < time.monotonic() - began_s < 8
        assert STARTED[0].wait(1) == -signal.SIGKILL
        assert second == STARTED[1].pid


def test_an_engine_that_is_there_is_adopted_and_brought_back_like_its_own(data_dir: Path) -> None:
    other = start_idle(data_dir)
    STARTED.append(other)
    first = engine_pid(data_dir)
    with watched(data_dir) as watchdog:
        until(lambda: heard(watchdog, first))
        other.kill()
        second = engine_pid(data_dir, but=first)
        assert [first, second] == [one.pid for one in STARTED]


def test_an_engine_of_another_build_is_heard_all_the_same(data_dir: Path) -> None:
    other = start_idle(data_dir, "another")
    STARTED.append(other)
    first = engine_pid(data_dir)
    with pytest.raises(EngineMismatchError):
        RemoteEngine.attach(data_dir)
    with watched(data_dir) as watchdog:
        until(lambda: heard(watchdog, first))
        counted = watchdog.heartbeat.beat[1]
        until(lambda: watchdog.heartbeat.beat[1] > counted + 3)


def test_a_frozen_engine_that_was_adopted_is_killed_too(data_dir: Path) -> None:
    other = start_idle(data_dir)
    STARTED.append(other)
    first = engine_pid(data_dir)
    with watched(data_dir) as watchdog:
        until(lambda: heard(watchdog, first))
        other.send_signal(signal.SIGSTOP)
        engine_pid(data_dir, but=first)
        assert other.wait(1) == -signal.SIGKILL


def test_the_engine_goes_on_when_its_watchdog_is_told_to_leave_it(data_dir: Path) -> None:
    with watched(data_dir) as watchdog:
        first = engine_pid(data_dir)
        until(lambda: heard(watchdog, first))
    assert watchdog.over.is_set()
    assert engine_pid(data_dir) == first
    assert unfinished(data_dir) is not None


def test_without_a_session_that_wants_an_engine_it_ends_at_once(tmp_path: Path) -> None:
    with watched(tmp_path) as watchdog:
        assert watchdog.over.wait(5)
    assert STARTED == []


def test_engines_that_die_young_are_started_ever_more_slowly_and_for_ever(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_s = []

    def dies(_data_dir: Path) -> subprocess.Popen[bytes]:
        at_s.append(time.monotonic())
        STARTED.append(subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]))
        return STARTED[-1]

    monkeypatch.setattr(watching, "cold_engine", dies)
    monkeypatch.setattr(watching, "PAUSES_S", (0.0, 0.0, 0.5, 1.0))
    with watched(data_dir) as watchdog:
        until(lambda: len(at_s) == 6)
        assert watchdog.short_lives == 5
    between_s = [later - one for one, later in pairwise(at_s)]
    assert between_s[0] < 0.5 <= between_s[1] < 1 <= min(between_s[2:])


def test_its_own_sleep_is_not_held_against_the_engine(data_dir: Path) -> None:
    engine = start_idle(data_dir)
    STARTED.append(engine)
    pid = engine_pid(data_dir)
    command = [sys.executable, "-P", "-m", "app", "watchdog", "--data-dir", str(data_dir)]
    with subprocess.Popen(command, cwd=CHECKOUT) as dog:
        until(lambda: is_watched(data_dir))
        time.sleep(0.5)  # it listens
        dog.send_signal(signal.SIGSTOP)
        time.sleep(3.5)
        dog.send_signal(signal.SIGCONT)
        time.sleep(1)
        assert (engine.poll(), engine_pid(data_dir)) == (None, pid)
        dog.terminate()
        assert dog.wait(5) == 0
    assert engine.poll() is None, "the engine goes on"


def is_watched(data_dir: Path) -> bool:
    lock = WatchdogLock(data_dir)
    free = lock.acquire()
    lock.release()
    return not free


def test_there_is_one_watchdog_a_data_directory(data_dir: Path) -> None:
    mine, others = WatchdogLock(data_dir), WatchdogLock(data_dir)
    assert mine.acquire()
    assert not others.acquire()
    mine.release()
    assert others.acquire()
    others.release()


def test_engines_that_are_refused_for_good_are_not_started_for_ever(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(data_dir: Path) -> subprocess.Popen[bytes]:
        words = "import sys; sys.stderr.write('splicedeck: it is not yours\\n'); sys.exit(2)"
        with engine_output(data_dir) as output:
            STARTED.append(subprocess.Popen([sys.executable, "-c", words], stderr=output))
        return STARTED[-1]

    monkeypatch.setattr(watching, "cold_engine", refused)
    monkeypatch.setattr(watching, "PAUSES_S", (0.0,))
    with watched(data_dir) as watchdog:
        assert watchdog.over.wait(20)
    assert (len(STARTED), watchdog.refused) == (3, "it is not yours")
    assert "3 engines in a row were refused, and no other is started: it is not yours" in caplog.text
    assert unfinished(data_dir) is not None, "it is another's to end"
