"""Alarms that stand, by cause: one cause, one alarm, raised once and cleared once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from app.model.events import AlarmCleared, AlarmRaised, Event
from app.model.status import Alarm


class Alarms:
    """The alarms of one channel. Any thread; ``publish`` is called in the order of the changes, and never blocks."""

    def __init__(self, channel: str, publish: Callable[[Event], None]) -> None:
        self._channel, self._publish = channel, publish
        self._standing: dict[str, Alarm] = {}
        self._raised: dict[str, str] = {}  # the text that each was raised with
        self._lock = threading.Lock()

    def set(self, key: str, severity: str, text: str | None) -> None:
        """Raise or reword the alarm of a cause, or clear it with text None; an event only when it appears or goes.

        The event of its end has the text of its beginning, by which who reads events knows it.
        """
        now = datetime.now(UTC)
        with self._lock:
            standing = self._standing.get(key)
            if text is None:
                if self._standing.pop(key, None) is None:
                    return
            elif standing is not None and standing.severity == severity:
                self._standing[key] = replace(standing, text=text)
                return
            else:
                self._standing[key] = Alarm(key, severity, text, now)
            self._publish(self._changed(key, severity, text, now))

    def _changed(self, key: str, severity: str, text: str | None, now: datetime) -> Event:
        if text is None:
            return AlarmCleared(at=now, channel=self._channel, key=key, text=self._raised.pop(key, ""))
        self._raised[key] = text
        return AlarmRaised(at=now, channel=self._channel, key=key, severity=severity, text=text)

    def standing(self) -> tuple[Alarm, ...]:
        """Critical first, newest first."""
        rank = {"critical": 0, "warning": 1}
        with self._lock:
            alarms = list(self._standing.values())
        alarms.sort(key=lambda alarm: alarm.raised_at, reverse=True)
        return tuple(sorted(alarms, key=lambda alarm: rank.get(alarm.severity, 2)))
