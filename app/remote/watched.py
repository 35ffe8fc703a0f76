"""Whether somebody watches over an engine; and a window's part: to have it watched over again when nobody does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.model.errors import EnvironmentLackError, SplicedeckError
from app.remote.session import unfinished
from app.remote.spawning import detached_watchdog
from app.remote.watchdog_lock import LOCK_NAME, WatchdogLock

logger = logging.getLogger(__name__)

LOOK_S = 2.0
JOIN_S = 2.0


def is_watched(data_dir: Path) -> bool:
    """Whether a watchdog answers for that data directory, or the run that has the engine in it."""
    if not (data_dir / LOCK_NAME).exists():
        return False
    lock = WatchdogLock(data_dir)
    try:
        free = lock.acquire()
    except EnvironmentLackError:  # it can't be told: no reason to say that nobody does
        return True
    lock.release()
    return not free


@contextmanager
def kept_watched(data_dir: Path) -> Iterator[None]:
    """Inside the block a watchdog that was killed has a follower within seconds, as long as a run wants one."""
    over = threading.Event()
    looking = threading.Thread(target=_look, args=(data_dir, over), name="watched over", daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join(JOIN_S)


def _look(data_dir: Path, over: threading.Event) -> None:
    free_before = False  # one that hands on to another is no reason yet
    while not over.wait(LOOK_S / 2):
        try:
            free = unfinished(data_dir) is not None and not is_watched(data_dir)
            if free and free_before:
                logger.warning("nobody watches over the engine: a watchdog is started")
                detached_watchdog(data_dir)
            free_before = free and not free_before  # the new one gets its time to come up
        except (SplicedeckError, OSError) as error:
            logger.warning("%s", error)
