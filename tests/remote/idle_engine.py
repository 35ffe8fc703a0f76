"""A process that is an engine to all who look, without a show: the lock, the link, SIGTERM as its clean end.

Run as ``python -m tests.remote.idle_engine DIR [VOCABULARY]``: the second makes it an engine of another build.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from app.remote.host import Host
from app.remote.lock import EngineLock
from app.remote.session import read_session, write_session

CHECKOUT = Path(__file__).resolve().parents[2]


def start_idle(data_dir: Path, *words: str) -> subprocess.Popen[bytes]:
    """One of its own."""
    command = [sys.executable, "-m", "tests.remote.idle_engine", str(data_dir), *words]
    return subprocess.Popen(command, cwd=CHECKOUT, start_new_session=True)


def be_idle(data_dir: Path) -> None:
    """Until SIGTERM."""
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: over.set())
    lock = EngineLock(data_dir)
    lock.acquire()
    host = Host(data_dir, lock)
    host.start()
    over.wait()
    session = read_session(data_dir)
    if session is not None:
        write_session(data_dir, replace(session, ended=True))
    host.stop()
    lock.release()


if __name__ == "__main__":
    with patch("app.remote.host.vocabulary", lambda: sys.argv[2]) if len(sys.argv) > 2 else nullcontext():
        be_idle(Path(sys.argv[1]))
