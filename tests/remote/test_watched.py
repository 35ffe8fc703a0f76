"""Whether somebody watches over an engine, and a window that sees to it."""

from __future__ import annotations

from pathlib import Path

from app.remote.session import mark_ended, write_session
from app.remote.watchdog_lock import WatchdogLock
from app.remote.watched import is_watched, kept_watched
from tests.remote.idle_engine import start_idle
from tests.remote.standing import soon
from tests.remote.test_session import session_in


def test_it_is_told_without_a_trace(tmp_path: Path) -> None:
    assert not is_watched(tmp_path)
    assert list(tmp_path.iterdir()) == []
    lock = WatchdogLock(tmp_path)
    assert lock.acquire()
    assert is_watched(tmp_path)
    lock.release()
    assert not is_watched(tmp_path)


def test_a_window_has_an_engine_watched_over_that_nobody_watches(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    write_session(tmp_path, session)
    engine = start_idle(tmp_path)
    try:
        with kept_watched(tmp_path):
            soon(lambda: is_watched(tmp_path), 20)
    finally:
        mark_ended(tmp_path, session.run_id)
        engine.kill()
        engine.wait()
    soon(lambda: not is_watched(tmp_path), 20)
