"""Finding the engine of a data directory, or having one started that outlives whoever asked."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from app.model.errors import SplicedeckError
from app.remote.client import WINDOW_EVENTS, RemoteEngine
from app.remote.errors import EngineAbsentError, EngineRunningError, EngineUnreachableError
from app.remote.lock import EngineFile, read_engine_file, stale_engine
from app.remote.recent import Position
from app.remote.running_show import goes_on_as
from app.remote.session import Session, read_session, unfinished, write_session
from app.remote.spawning import detached_watchdog, last_line, output_file
from app.remote.watchdog_lock import WatchdogLock

logger = logging.getLogger(__name__)

START_S = 30.0  # a cold start on a machine that is very busy
LOOK_S = 0.25
LOOKED_S = 0.1  # who only looks whether there is a watchdog has its lock for less
GUARD_S = 2.0  # another window may be doing the same just now


class EngineStartError(SplicedeckError):
    """The engine process does not come up."""


def claim(data_dir: Path) -> WatchdogLock:
    """The right to answer for the data directory's engine. EngineRunningError: one runs, or another answers for it."""
    lock, _ = claim_or_adopt(data_dir, None)
    return lock


def claim_or_adopt(data_dir: Path, session: Session | None) -> tuple[WatchdogLock, Session | None]:
    """As ``claim``; and what runs there already, if ``session`` may go on with it and nobody watches over it."""
    lock = WatchdogLock(data_dir)
    mine = lock.acquire(GUARD_S)
    said = read_engine_file(data_dir)
    if mine and said is None:
        return lock, None
    if mine and said is not None and session is not None:
        left = unfinished(data_dir)
        is_its = left is not None and not left.ending and said.run_id in {"", left.run_id}
        if left is not None and is_its and session.may_go_on(left):
            return lock, left
    lock.release()
    raise _running(data_dir, said)


def wait_for_engine(
    data_dir: Path,
    run_id: str,
    failed: Callable[[], bool] = lambda: False,
    *,
    newest: int = 0,
    after: Position | None = (0, 0),
) -> RemoteEngine:
    """The engine once it runs that session, with all its events. EngineStartError: it does not, and why.

    ``run_id`` "": whatever it runs. ``failed``: whether nothing is to be waited for any more. ``newest``: with so many
    of its events, not all. ``after``: with those behind it; None: with those from now on.
    """
    until_s = time.monotonic() + START_S
    while True:
        try:
            engine = RemoteEngine.attach(data_dir, wait_s=LOOK_S, after=None if newest else after, newest=newest)
            if run_id in {"", engine.hello.run_id}:
                return engine
            engine.close()
        except (EngineAbsentError, EngineUnreachableError) as error:
            logger.debug("%s", error)
        if failed() or time.monotonic() >= until_s:
            said = last_line(data_dir).removeprefix("splicedeck: ") or "it says nothing"
            raise EngineStartError(f"the engine does not start: {said}; see {output_file(data_dir)}")


def attach_or_start(
    data_dir: Path, session: Session | None, *, at_first: Callable[[], Session] | None = None
) -> RemoteEngine:
    """The engine that runs ``session``'s show on this data directory, started where none runs; it goes on without us.

    A run of the same show that was cut off is gone on with. ``session`` None: whatever runs or was cut off there, else
    what ``at_first`` names. EngineRunningError: another show is on air there. EngineAbsentError: there is nothing.
    """
    data_dir = data_dir.absolute()
    said = read_engine_file(data_dir)
    if said is None:
        _begin(data_dir, session, at_first)
        engine = wait_for_engine(data_dir, "")
    else:
        _watch(data_dir)  # before it is attached to: it may be frozen, and nobody there to see it
        engine = wait_for_engine(data_dir, "", newest=WINDOW_EVENTS)
        if not engine.hello.run_id:
            wanted = at_first() if session is None and at_first is not None else session
            engine = engine if wanted is None else _opened(engine, wanted)
    if session is not None and not _is_of(data_dir, engine.hello.run_id, session):
        engine.close()
        raise _running(data_dir, read_engine_file(data_dir))
    return engine


def _begin(data_dir: Path, session: Session | None, at_first: Callable[[], Session] | None) -> None:
    """Put down what is to run, unless another window has just done so, and have it started."""
    lock = WatchdogLock(data_dir)
    if not lock.acquire(LOOKED_S):
        return  # somebody is about to bring an engine up
    try:
        left = unfinished(data_dir)
        if left is None or (session is not None and not goes_on_as(data_dir, session, left)):
            if session is None and at_first is not None:
                session = at_first()
            if session is None:
                raise EngineAbsentError(data_dir, stale_engine(data_dir))
            if left is not None:
                logger.warning("show %r was cut off on %s; it is not gone on with", left.show_name, data_dir)
            write_session(data_dir, session)
    finally:
        lock.release()
    detached_watchdog(data_dir)


def _watch(data_dir: Path) -> None:
    """Have a watchdog where none is; an engine without a session that wants one ends it at once."""
    lock = WatchdogLock(data_dir)
    if lock.acquire():
        lock.release()
        if unfinished(data_dir) is not None:
            detached_watchdog(data_dir)


def _opened(engine: RemoteEngine, session: Session) -> RemoteEngine:
    """An idle engine, with the session's show."""
    with_show = engine.open_session(session)
    data_dir = engine.data_dir
    engine.close()
    if not with_show:
        raise EngineStartError(f"{data_dir}: the engine does not open the show; see {output_file(data_dir)}")
    _watch(data_dir)
    return wait_for_engine(data_dir, session.run_id)


def _is_of(data_dir: Path, run_id: str, session: Session) -> bool:
    running = read_session(data_dir)
    return running is not None and running.run_id == run_id and goes_on_as(data_dir, session, running)


def _running(data_dir: Path, said: EngineFile | None) -> EngineRunningError:
    if said is None:  # it is being brought up, or back
        return EngineRunningError(data_dir, None, None, "")
    return EngineRunningError(data_dir, said.pid, said.since, said.show)
