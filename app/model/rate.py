"""How often something may happen: so many times at once, and then by the minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Rate:
    """A bucket of ``per_minute`` that fills again evenly; any thread."""

    def __init__(self, per_minute: int, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock_s = per_minute, clock_s
        self._left, self._at_s = float(per_minute), clock_s()
        self._lock = threading.Lock()

    def wait_s(self) -> float:
        """0: it may, and is counted; else how long until it may."""
        with self._lock:
            now_s = self._clock_s()
            self._left = min(self._most, self._left + (now_s - self._at_s) * self._most / 60)
            self._at_s = now_s
            if self._left >= 1:
                self._left -= 1
                return 0.0
            return (1 - self._left) * 60 / self._most
