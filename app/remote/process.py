"""The engine process, from its first moment to its last. Whoever started it may die meanwhile."""

from __future__ import annotations

import faulthandler
import logging
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from app import logs
from app.model.errors import EnvironmentLackError
from app.remote.engine_process import STACKS_SIGNAL
from app.remote.host import Host
from app.remote.lock import EngineLock, check_data_dir
from app.remote.session import set_aside_damaged, unfinished
from app.remote.stage import Stage
from app.remote.take_over import TakeOver

logger = logging.getLogger(__name__)

POLL_S = 0.05
LET_GO_S = 5.0  # for the lock of a process that is ending


def run_engine(data_dir: Path, *, take_over: bool = False) -> int:
    """Be the engine of a data directory until SIGTERM, SIGINT or a window's word; the exit status. Main thread.

    ``take_over``: from an engine that runs there, which ends each channel where a segment may; it goes on in this one.
    0: ended cleanly, or handed over; 1: something hung at the end. A SplicedeckError has its own: an engine runs there
    already, the folder can't be used, the session's show can't be run.
    """
    data_dir = data_dir.absolute()
    check_data_dir(data_dir)
    told_to_end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: told_to_end.set())
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that is closed takes no show off air
    faulthandler.enable()  # a library's fault leaves its stacks where stderr goes
    if sys.platform != "win32":
        faulthandler.register(STACKS_SIGNAL)
    lock = EngineLock(data_dir)
    if take_over:
        _take_over(data_dir, lock)
    else:
        lock.acquire()
    with ExitStack() as resources:
        resources.callback(lock.release)
        _log_to(data_dir)
        resources.callback(logs.close)
        host = Host(data_dir, lock)
        stage = Stage(data_dir, host)
        resources.callback(stage.close)
        set_aside_damaged(data_dir)
        session = unfinished(data_dir)
        if session is not None:
            stage.open(session)
            stage.wait_until_endable()  # before anybody can ask for the end
        host.open_session = stage.open_for_window
        host.start()
        resources.callback(lambda: host.stop(clean=ended))
        ended = False
        while not (told_to_end.wait(POLL_S) or host.wanted_end.is_set() or stage.is_ending):
            if host.wanted_hand_over.is_set():
                return 0 if stage.hand_over() else 1
            stage.tend()
        ended = stage.end(host.deliver_s)
    return 0 if ended else 1


def _log_to(data_dir: Path) -> None:
    try:
        logs.configure(data_dir)
    except EnvironmentLackError as error:  # a full disk keeps nobody off the air
        logs.configure(None)
        logger.warning("%s", error)


def _take_over(data_dir: Path, lock: EngineLock) -> None:
    """Have the lock, from an engine that is asked for the air where one runs."""
    with TakeOver(data_dir) as taking:
        session = unfinished(data_dir)
        if session is not None:
            session.show()  # if this can't be run, the other engine had better stay on air
        taking.ask()
        lock.acquire(LET_GO_S)
