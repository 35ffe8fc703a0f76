"""The engine that stands by: nothing until it is wanted, then the engine, and gone with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.remote.client import RemoteEngine
from app.remote.errors import EngineUnreachableError
from app.remote.lock import read_engine_file
from app.remote.session import unfinished, write_session
from app.remote.standby import Pace, Standby
from tests.remote.idle_engine import CHECKOUT
from tests.remote.test_session import session_in
from tests.remote.test_watchdog import until

pytestmark = pytest.mark.slow

PARENT = """
import sys, time
from pathlib import Path
from app.remote.standby import Pace, Standby
standby = Standby(Path(sys.argv[1]))
print(standby._process.pid, flush=True)
time.sleep(60)
"""


def words_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()


def is_living(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("is_ready", [True, False], ids=["ready", "half imported"])
def test_it_becomes_the_engine_by_name_and_runs_the_session(tmp_path: Path, is_ready: bool) -> None:
    write_session(tmp_path, session_in(tmp_path))
    standby = Standby(tmp_path)
    try:
        until(lambda: standby.ready or not is_ready, 60)
        assert str(tmp_path) not in words_of(standby._process.pid)
        assert read_engine_file(tmp_path) is None
        process = standby.become()
        assert process is not None
        until(lambda: words_of(process.pid) == f"splicedeck engine --data-dir {tmp_path}", 60)
        assert os.getsid(process.pid) == process.pid, "no signal of our terminal reaches it"
        assert Path(f"/proc/{process.pid}/fd/0").readlink() == Path(os.devnull)
        until(lambda: is_on_air(tmp_path))
        process.terminate()
        assert process.wait(20) == 0
        assert unfinished(tmp_path) is None
        assert (tmp_path / "origin/demo").is_dir()
    finally:
        standby.close()


def is_on_air(data_dir: Path) -> bool:
    try:
        engine = RemoteEngine.attach(data_dir, wait_s=10)
    except EngineUnreachableError:
        return False
    channels = engine.snapshot().channels
    engine.close()
    return bool(channels) and channels[0].frame > 0


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_living(pid)
        parent.kill()
    until(lambda: not is_living(pid))


def test_one_that_has_died_becomes_nothing(tmp_path: Path) -> None:
    standby = Standby(tmp_path)
    os.kill(standby._process.pid, signal.SIGKILL)
    until(lambda: not standby.alive)
    assert not standby.ready
    assert standby.become() is None
    standby.close()


def test_closing_it_takes_no_time(tmp_path: Path) -> None:
    standby = Standby(tmp_path)
    began_s = time.monotonic()
    standby.close()
    assert time.monotonic() - began_s < 1
    assert not standby.alive


def test_it_rests_as_long_as_it_imports_until_it_is_wanted() -> None:
    pace, began_s = Pace(), time.monotonic()
    for _ in range(3):
        until_s = time.thread_time() + 0.05
        while time.thread_time() < until_s:
            pass
        pace.find_spec("whatever")
    assert time.monotonic() - began_s >= 0.3
    pace = Pace(rest=1e6)
    threading.Timer(0.1, pace.hurry).start()
    began_s = time.monotonic()
    pace.find_spec("whatever")
    pace.find_spec("another")
    assert time.monotonic() - began_s < 5
