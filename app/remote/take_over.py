"""Upgrade in place: the next engine asks the one on air to hand over, and goes on where that one left off.

Whoever takes over holds ``take-over.lock`` from before it asks until it is the engine, so that a watchdog which sees
the old engine end starts no third one. The lock is the system's: a taker that dies lets the watchdog have its way.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout

from app.model.errors import SplicedeckError, UsageError
from app.remote.address import connect
from app.remote.link import GarbageError, Link, LinkLostError, LinkRefusedError, encoded
from app.remote.lock import TRIED_S, check_data_dir, read_engine_file
from app.remote.secret import read_secret

logger = logging.getLogger(__name__)

LOCK_NAME = "take-over.lock"
HANDED_OVER_S = 30.0  # a splice that is near airs first, then every encoder is flushed
LOST_S = 5.0  # for the lock of one that hung up on us
_LOOK_S = 0.02
_CALL = 1


class TakeOver:
    """In a ``with`` block: inside it no watchdog starts an engine here. UsageError: another is taking over just now."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._lock = _lock(data_dir)

    def __enter__(self) -> Self:
        check_data_dir(self._data_dir)
        try:
            self._data_dir.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=TRIED_S, poll_interval=_LOOK_S)
        except Timeout:
            raise UsageError(str(self._data_dir), "another engine is taking over just now", "wait for it") from None
        except OSError as error:
            raise UsageError(str(self._data_dir), f"it can't be written in ({error.strerror})") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._lock.release()

    def ask(self) -> bool:
        """Have the running engine end at a segment boundary and wait until it has; False when none runs.

        SplicedeckError: it can't be asked, it refused, or it did not end. Then it is on air as before.
        """
        said = read_engine_file(self._data_dir)
        if said is None:
            return False
        link = _knocked(self._data_dir, said.pid, said.address)
        asking = threading.Timer(HANDED_OVER_S, link.hang_up)
        asking.daemon = True
        asking.start()
        try:
            answered = _asked(link, said.pid)
        finally:
            asking.cancel()
            link.close()
        until_s = time.monotonic() + (HANDED_OVER_S if answered else LOST_S)
        while (now := read_engine_file(self._data_dir)) is not None and now.pid == said.pid:
            if time.monotonic() > until_s:
                raise SplicedeckError(f"the engine on air, process {said.pid}, does not end: it is left on air")
            time.sleep(_LOOK_S)
        return True


def taking_over(data_dir: Path) -> bool:
    """Whether an engine is about to take over there: nobody else starts one meanwhile. For a watchdog."""
    if not (data_dir / LOCK_NAME).exists():
        return False
    lock = _lock(data_dir)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def _lock(data_dir: Path) -> FileLock:
    return FileLock(data_dir / LOCK_NAME, thread_local=False, fallback_to_soft=False)


def _knocked(data_dir: Path, pid: int, address: str) -> Link:
    """Whatever its version is: the request and its answer are the same in all of them."""
    link: Link | None = None
    try:
        link = connect(address)
        link.knock(read_secret(data_dir))
    except (LinkLostError, LinkRefusedError, OSError, ValueError) as error:
        if link is not None:
            link.close()
        raise SplicedeckError(f"the engine on air, process {pid}, can't be reached: {error}") from error
    return link


def _asked(link: Link, pid: int) -> bool:
    """Whether it answered that it will; False: it hung up."""
    try:
        link.send(encoded({"do": "call", "call": _CALL, "name": "hand_over", "seconds": 0}))
        while (answer := _answer(link)) is None:
            pass
    except LinkLostError:
        return False
    if "error" in answer or not answer.get("ok"):
        why = answer.get("error", "it did not say why")
        raise SplicedeckError(f"the engine on air, process {pid}, does not hand over: {why}")
    return True


def _answer(link: Link) -> dict[str, Any] | None:
    """The answer, when it is the next message."""
    try:
        message = link.receive()
    except GarbageError:
        return None
    return message if message.get("answer") == _CALL else None
