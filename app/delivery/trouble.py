"""What failures say about an origin: is it one object, or the origin itself, and when is the next try. Pure.

One object alone that fails waits by itself, and everything else goes on. Two that fail with nothing taken in between,
or no connection at all, are the origin's trouble: then it is asked in rounds, further and further apart, with the
oldest object and, where that one is refused, with one other: so no single object can hold the rest back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_FIRST_S, _CAP_S, _HURRIED_S = 0.5, 4.0, 0.5


@dataclass(frozen=True, slots=True)
class Failure:
    """How a try failed. ``sent``: the origin had (some of) the object; ``quick``: it failed within a moment.

    ``others``: there are more objects to ask with.
    """

    sent: bool
    quick: bool
    others: bool


class Trouble:
    """What has failed since the origin last took something. Times are monotonic seconds."""

    def __init__(self, jitter: Callable[[], float]) -> None:
        self._jitter = jitter
        self._cap_s = _CAP_S
        self.failing: set[str] = set()
        self.asked: set[str] = set()
        self.again: str | None = None
        self.failures = 0
        self.rounds = 0
        self.closed_until_s = float("-inf")

    @property
    def is_the_origins(self) -> bool:
        """The origin as a whole takes nothing."""
        return self.rounds > 0

    def pause_s(self, times: int) -> float:
        """Seconds before the next try after the ``times``-th failure: doubling from 0.5 s to 4 s, scattered."""
        return min(self._cap_s, _FIRST_S * 2.0 ** min(times - 1, 8)) * (0.75 + 0.25 * self._jitter())

    def failed(self, path: str, attempts: int, now_s: float, failure: Failure) -> float:
        """Note a failed try of ``path``, its ``attempts``-th; when that object itself is due again."""
        first = self.failures == 0
        self.failures += 1
        self.failing.add(path)
        self.again = None
        if first and attempts == 1 and failure.quick:  # a kept connection that had died says nothing yet
            self.again = path
            return now_s
        if failure.sent and len(self.failing) == 1 and not self.is_the_origins:
            return now_s + self.pause_s(max(1, attempts - 1))
        if failure.sent and failure.others and not self.asked:
            self.asked.add(path)
            return now_s
        self.rounds += 1
        self.asked.clear()
        self.closed_until_s = now_s + self.pause_s(self.rounds)
        return now_s

    def over(self) -> bool:
        """The origin took something; whether it had been in trouble as a whole."""
        was = self.is_the_origins
        self.failing.clear()
        self.asked.clear()
        self.again = None
        self.failures = self.rounds = 0
        self.closed_until_s = float("-inf")
        return was

    def hurry(self) -> None:
        """The end is near: try at once, and then every half a second."""
        self._cap_s = _HURRIED_S
        self.closed_until_s = float("-inf")
