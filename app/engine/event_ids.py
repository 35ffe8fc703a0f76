"""splice_event_ids for new breaks: unique over restarts, given without waiting for a disk."""

from __future__ import annotations

import threading
from collections.abc import Callable

BLOCK = 4096
LAST_ID = (1 << 32) - 1


class EventIds:
    """Hands out ids from blocks that were reserved in the store beforehand (SCTE 35 §9.9.1: 32 bits).

    ``reserve(count)`` persists that ``count`` ids from its result on are used up; called when half a block is left,
    on the thread that calls ``refill``.
    """

    def __init__(self, reserve: Callable[[int], int]) -> None:
        self._reserve = reserve
        self._lock = threading.Lock()
        self._next = reserve(BLOCK)
        self._left = BLOCK

    def next(self) -> int:
        """The next id; any thread, never blocks on the store."""
        with self._lock:
            event_id = self._next
            self._next = self._next % LAST_ID + 1
            self._left -= 1
            return event_id

    def refill(self) -> None:
        """Reserve more where few are left. Engine thread."""
        with self._lock:
            if self._left > BLOCK // 2:
                return
        start = self._reserve(BLOCK)
        with self._lock:
            self._next, self._left = start, BLOCK
