"""The engine process: idle until a window opens a show, one at a time, ended by a word or a signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.model.errors import SplicedeckError
from app.remote.client import RemoteEngine
from app.remote.errors import EngineRunningError
from app.remote.session import read_session, unfinished, write_session
from app.remote.starting import attach_or_start, claim
from tests.remote.idle_engine import CHECKOUT
from tests.remote.test_session import session_in
from tests.remote.test_watchdog import is_watched, until

pytestmark = pytest.mark.slow


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """An engine without a show."""
    command = [sys.executable, "-P", "-m", "app", "engine", "--data-dir", str(tmp_path)]
    with subprocess.Popen(command, cwd=CHECKOUT, start_new_session=True) as engine:
        try:
            RemoteEngine.attach(tmp_path, wait_s=30).close()
            yield engine
        finally:
            engine.kill()


def test_a_show_is_opened_on_an_idle_engine_and_is_watched_from_then_on(
    idle: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    session = session_in(tmp_path)
    with closing(attach_or_start(tmp_path, session)) as engine:
        assert engine.hello.pid == idle.pid
        assert engine.show_name == "Demo"
        until(lambda: engine.snapshot().channels[0].frame > 0)
        until(lambda: is_watched(tmp_path))
        with pytest.raises(EngineRunningError, match=str(idle.pid)):
            claim(tmp_path)
        with pytest.raises(EngineRunningError, match="Demo"):
            attach_or_start(tmp_path, replace(session, show_toml=session.show_toml.replace("1500000", "1400000")))
        attach_or_start(tmp_path, replace(session, show_toml=session.show_toml + "\n# the same")).close()
        assert engine.stop()
    assert idle.wait(10) == 0
    until(lambda: not is_watched(tmp_path))
    assert unfinished(tmp_path) is None


def test_a_show_that_cannot_be_opened_leaves_the_engine_idle(idle: subprocess.Popen[bytes], tmp_path: Path) -> None:
    session = session_in(tmp_path)
    with closing(RemoteEngine.attach(tmp_path, wait_s=5)) as engine:
        with pytest.raises(SplicedeckError):
            engine.open_session(replace(session, show_toml="[show"))
        assert unfinished(tmp_path) is None
        assert engine.snapshot().channels == ()
        assert engine.open_session(session)
        until(lambda: engine.snapshot().channels)
    idle.send_signal(signal.SIGTERM)
    assert idle.wait(20) == 0
    ended = read_session(tmp_path)
    assert ended is not None
    assert ended.ended


def test_a_run_that_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    write_session(tmp_path, session)  # as a machine that lost its power has left it
    with closing(attach_or_start(tmp_path, None)) as engine:
        assert engine.hello.run_id == session.run_id
        pid = engine.hello.pid
        assert os.getsid(pid) == pid
        assert engine.stop()
    until(lambda: not is_watched(tmp_path))
