"""Alarms about sources: each said once, cleared when it is over, some after a time without another occurrence."""

from __future__ import annotations

from collections.abc import Callable

type PublishAlarm = Callable[[str, str, str | None], None]

LINGERS_S = 10.0


class SourceAlarms:
    """What is published is what changes. One thread only; ``now_s`` is of the caller's clock."""

    def __init__(self, publish: PublishAlarm) -> None:
        self._publish = publish
        self._standing: dict[str, tuple[str, str]] = {}
        self._until_s: dict[str, float] = {}

    def set(self, key: str, severity: str, text: str | None) -> None:
        """Raise (or change) the alarm with this key, or clear it: ``text`` None."""
        if text is None:
            self._until_s.pop(key, None)
            if key in self._standing:
                del self._standing[key]
                self._publish(key, severity, None)
        elif self._standing.get(key) != (severity, text):
            self._standing[key] = (severity, text)
            self._publish(key, severity, text)

    def occurred(self, key: str, severity: str, text: str, now_s: float) -> None:
        """Something happened: the alarm stands until it has not happened for a while."""
        self.set(key, severity, text)
        self._until_s[key] = now_s + LINGERS_S

    def expire(self, now_s: float) -> None:
        """Clear what has not happened again."""
        for key in [key for key, until_s in self._until_s.items() if now_s >= until_s]:
            self.set(key, self._standing[key][0], None)

    def clear_all(self) -> None:
        """Nothing is watched any more."""
        for key, (severity, _) in list(self._standing.items()):
            self.set(key, severity, None)
