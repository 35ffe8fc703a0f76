"""The versions of one playlist that wait for an origin, and which of them goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.model.segment import Playlist

PATIENCE_S = 2.0  # an origin that stays behind for longer is given versions that are not the newest
AT_ONCE = float("-inf")


class Versions:
    """``is_ready``: whether the origin has all that a version lists. Not thread-safe; the backlog's owner holds a lock.

    ``attempts``: failed tries; ``refusals``: those that the origin answered for good; ``due_s``: when the next may be.
    """

    def __init__(self, is_ready: Callable[[Playlist], bool]) -> None:
        self.attempts = self.refusals = 0
        self.due_s = AT_ONCE
        self._is_ready = is_ready
        self._waiting: list[Playlist] = []  # oldest first
        self._behind_s: float | None = None  # since when one could go out that is not the newest

    @property
    def newest(self) -> Playlist:
        """The latest that was added."""
        return self._waiting[-1]

    @property
    def needs(self) -> Iterator[str]:
        """All that any of them lists."""
        return (need for version in self._waiting for need in version.needs)

    @property
    def is_ready(self) -> bool:
        """Whether the newest can go out."""
        return self._is_ready(self.newest)

    def add(self, playlist: Playlist) -> None:
        """One more; of those before it the newest that could go out is kept, and what came after that."""
        ready = [index for index, version in enumerate(self._waiting) if self._is_ready(version)]
        self._waiting = [*self._waiting[max(ready, default=0) :], playlist]

    def next(self, now_s: float, *, in_trouble: bool) -> Playlist | None:
        """The newest when it is ready. Where a slow origin is never done with it, after a while the newest that is."""
        if self.is_ready:
            return self.newest
        ready = next((version for version in reversed(self._waiting) if self._is_ready(version)), None)
        if in_trouble:
            self._behind_s = None
        elif self._behind_s is None and ready is not None:
            self._behind_s = now_s
        elif self._behind_s is not None and now_s - self._behind_s >= PATIENCE_S:
            return ready
        return None

    def done(self, playlist: Playlist) -> bool:
        """The origin took this one; True when none waits any more."""
        self.attempts = self.refusals = 0
        self.due_s = AT_ONCE
        if playlist in self._waiting:
            del self._waiting[: self._waiting.index(playlist) + 1]
        return not self._waiting
