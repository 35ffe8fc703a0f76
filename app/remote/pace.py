"""How fast something may come: so many at once, then so many a second."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """``wait_s`` for each. One thread's."""

    def __init__(self, at_once: int, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once, self._per_s, self._clock = at_once, per_s, clock
        self._left = float(at_once)
        self._seen_s = clock()

    def wait_s(self) -> float:
        """Take one: how long to wait before it; 0 for those at once."""
        now_s = self._clock()
        self._left = min(float(self._at_once), self._left + (now_s - self._seen_s) * self._per_s) - 1
        self._seen_s = now_s
        return max(0.0, -self._left / self._per_s)
