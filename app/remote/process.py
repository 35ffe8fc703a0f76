"""The engine process, from its first moment to its last. Whoever started it may die meanwhile."""

from __future__ import annotations

import faulthandler
import signal
import threading
from contextlib import ExitStack
from pathlib import Path

from app import logs
from app.remote.host import Host
from app.remote.lock import EngineLock
from app.remote.session import unfinished
from app.remote.stage import Stage

POLL_S = 0.05


def run_engine(data_dir: Path) -> int:
    """Be the engine of a data directory until SIGTERM, SIGINT or a window's word; the exit status. Main thread.

    0: ended cleanly; 1: something hung at the end. A SplicedeckError has its own: an engine runs there already, the
    folder can't be used, the session's show can't be run.
    """
    told_to_end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: told_to_end.set())
    faulthandler.enable()  # a library's fault leaves its stacks where stderr goes
    data_dir = data_dir.absolute()
    lock = EngineLock(data_dir)
    lock.acquire()
    with ExitStack() as resources:
        resources.callback(lock.release)
        logs.configure(data_dir)
        resources.callback(logs.close)
        host = Host(data_dir, lock)
        stage = Stage(data_dir, host)
        resources.callback(stage.close)
        session = unfinished(data_dir)
        if session is not None:
            stage.open(session)
        host.open_session = stage.open
        host.start()
        resources.callback(lambda: host.stop(clean=ended))
        ended = False
        while not (told_to_end.wait(POLL_S) or host.wanted_end.is_set() or stage.is_ending):
            stage.tend()
        ended = stage.end(host.deliver_s)
    return 0 if ended else 1
