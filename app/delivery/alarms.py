"""The alarms of one origin: raised once, kept up to date without a flood, cleared."""

from __future__ import annotations

from collections.abc import Callable

type AlarmCall = Callable[[str, str, str | None], None]  # key, severity, text; None clears

_UPDATE_EVERY_S = 3.0


class StandingAlarm:
    """One key. Called from one thread at a time."""

    def __init__(self, key: str, call: AlarmCall) -> None:
        self._key, self._call = key, call
        self._wanted = self._told = ("", "")
        self._told_s = float("-inf")

    def raise_(self, severity: str, text: str, now_s: float) -> None:
        """Raise it, or bring its text up to date at most every few seconds; a new severity is told at once."""
        self._wanted = (severity, text)
        if severity != self._told[0]:
            self._told_s = float("-inf")
        self.refresh(now_s)

    def refresh(self, now_s: float) -> None:
        """Tell what was held back, if it is time."""
        if self._wanted != self._told and now_s - self._told_s >= _UPDATE_EVERY_S:
            self._told, self._told_s = self._wanted, now_s
            self._call(self._key, *self._told)

    def clear(self) -> None:
        """Clear it if it stands."""
        (severity, text), self._wanted, self._told = self._told, ("", ""), ("", "")
        self._told_s = float("-inf")
        if text:
            self._call(self._key, severity, None)
