"""What is to be deleted at an origin: last in line, tried a little, never in a hurry. Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

_PAUSES_S = (4.0, 20.0)  # before the second and the third try; then it is left where it is
_LIMIT = 20_000


class Deletions:
    """Paths to delete in order; ``left`` counts those that will stay at the origin."""

    def __init__(self) -> None:
        self._tries: dict[str, int] = {}
        self._not_before_s = float("-inf")
        self._kept = False
        self._ended = False
        self.left = 0

    def add(self, paths: tuple[str, ...]) -> None:
        """More to delete; beyond 20,000 the oldest are left."""
        if self._ended:
            return
        self._kept = False
        self._tries.update(dict.fromkeys(paths, 0))
        while len(self._tries) > _LIMIT:
            del self._tries[next(iter(self._tries))]
            self.left += 1

    @property
    def due_s(self) -> float:
        """When one may be tried; infinity: none waits, or what waits is still listed by a playlist."""
        return self._not_before_s if self._tries and not self._kept else float("inf")

    def next(self, now_s: float, listed: AbstractSet[str]) -> str | None:
        """The oldest that no playlist lists any more."""
        if now_s < self._not_before_s:
            return None
        path = next((path for path in self._tries if path not in listed), None)
        self._kept = path is None
        return path

    def done(self, path: str) -> None:
        """It is gone."""
        self._tries.pop(path, None)

    def failed(self, path: str, now_s: float) -> bool:
        """It is still there; whether it is now left there for good."""
        tries = self._tries.pop(path, 0)
        self._not_before_s = now_s + _PAUSES_S[min(tries, len(_PAUSES_S) - 1)]
        if tries < len(_PAUSES_S):
            self._tries[path] = tries + 1
            return False
        self.left += 1
        return True

    def playlist_changed(self) -> None:
        """A playlist was delivered: what it kept from being deleted may be free now."""
        self._kept = False

    def end(self) -> None:
        """Nothing will be deleted any more."""
        self._ended = True
        self._tries.clear()
