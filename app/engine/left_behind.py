"""Threads of a channel's earlier lives that hang: counted and told for as long as they do. They are daemons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Life(Protocol):
    """What has been abandoned."""

    def left_behind(self) -> tuple[str, ...]:
        """The names of its threads that have not ended; what it held is freed when none is left."""
        ...


class LeftBehind:
    """One channel's. ``alarm(key, severity, text)``: text None clears. One thread only."""

    def __init__(self, alarm: Callable[[str, str, str | None], None]) -> None:
        self._alarm = alarm
        self._lives: list[Life] = []

    def add(self, life: Life) -> None:
        """A life that was abandoned."""
        self._lives.append(life)
        self.look()

    def look(self) -> None:
        """Let go of those whose threads have ended, and say which have not."""
        if not self._lives:
            return
        hanging = [(life, life.left_behind()) for life in self._lives]
        self._lives = [life for life, names in hanging if names]
        names = [name for _, left in hanging for name in left]
        if not names:
            self._alarm("hung", "warning", None)
            return
        many = "1 thread hangs" if len(names) == 1 else f"{len(names)} threads hang"
        self._alarm(
            "hung", "warning", f"{many} from before the restart ({', '.join(names)}): they keep their memory, no more"
        )
