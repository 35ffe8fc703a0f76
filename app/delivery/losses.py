"""What an origin will never have: told once, and a gap in its playlists as long as they list it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """A segment this origin will never have. ``gap``: it is still in the window, so playlists list it as a gap."""

    path: str
    sequence: int
    reason: str
    gap: bool


class Losses:
    """``gaps``: those that are in the window now."""

    def __init__(self) -> None:
        self._paths: set[str] = set()
        self._untold: list[Loss] = []
        self.gaps: set[str] = set()

    @property
    def paths(self) -> frozenset[str]:
        """What playlists must list as gaps."""
        return frozenset(self._paths)

    def resume(self, paths: Iterable[str]) -> None:
        """What an earlier process has told as lost."""
        self._paths.update(paths)

    def note(self, loss: Loss) -> None:
        """One more."""
        self._paths.add(loss.path)
        self._untold.append(loss)
        if loss.gap:
            self.gaps.add(loss.path)

    def expired(self, path: str) -> None:
        """It has left the window."""
        self.gaps.discard(path)

    def forget(self, path: str) -> None:
        """No playlist lists it any more, or it is there after all."""
        self._paths.discard(path)

    def take(self) -> list[Loss]:
        """The losses since the last call, each once."""
        untold, self._untold = self._untold, []
        return untold
