"""What the window remembers of alarms beyond those that stand: shelved ones, cleared ones, whether they sound."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app.model import events
from app.model.status import Alarm
from app.ui.desk import AlarmKey, Desk

KEPT = 1000  # cleared alarms; older ones are in the log
SHELVE_MINUTES = (5, 15, 60)
RINGS_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Past:
    """An alarm that has cleared. ``raised_at`` None: it stood before this window came."""

    channel: str
    severity: str
    says: str
    raised_at: datetime | None
    cleared_at: datetime


class AlarmBook(QObject):
    """GUI thread only. ``changed``: something was shelved, muted, or has cleared."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.past: deque[Past] = deque(maxlen=KEPT)  # newest first
        self.muted = False
        self._shelved: dict[tuple[str, str], datetime] = {}
        self._raised: dict[tuple[str, str], events.AlarmRaised] = {}
        self._rang_s, self._cleared = float("-inf"), False
        desk.happened.connect(self._on_event)
        desk.caught_up.connect(self._on_caught_up)
        desk.refreshed.connect(self._on_refreshed)

    def shelve(self, key: AlarmKey, minutes: int) -> None:
        """Take an alarm off the list for so long, also if it clears and comes again meanwhile."""
        self._shelved[key[:2]] = self._desk.now + timedelta(minutes=minutes)
        self.changed.emit()

    def unshelve_all(self) -> None:
        """Bring all of them back now."""
        self._shelved.clear()
        self.changed.emit()

    def shelved_until(self, key: AlarmKey) -> datetime | None:
        """When a shelved alarm comes back; None: it is not shelved."""
        until = self._shelved.get(key[:2])
        return until if until is not None and until > self._desk.now else None

    def listed(self) -> dict[AlarmKey, Alarm]:
        """Those that stand and are not shelved."""
        return {key: alarm for key, alarm in self._desk.alarms().items() if self.shelved_until(key) is None}

    @property
    def shelved(self) -> int:
        """How many of those that stand are shelved."""
        return sum(self.shelved_until(key) is not None for key in self._desk.alarms())

    def mute(self, *, muted: bool) -> None:
        """No sound from now on, or again."""
        self.muted = muted
        self.changed.emit()

    def _on_event(self, event: events.Event) -> None:
        if isinstance(event, events.AlarmRaised):
            self._raised[event.channel, event.key] = event
        elif isinstance(event, events.AlarmCleared):
            raised = self._raised.pop((event.channel, event.key), None)
            says = raised.text if raised is not None else event.text or event.key
            severity = raised.severity if raised is not None else ""
            at = raised.at if raised is not None else None
            self.past.appendleft(Past(event.channel, severity, says, at, event.at))
            self._cleared = True

    def _on_caught_up(self) -> None:
        """Once for all that came together: of thousands, lists are not drawn thousands of times."""
        if self._cleared:
            self._cleared = False
            self.changed.emit()

    def _on_refreshed(self) -> None:
        self._shelved = {key: until for key, until in self._shelved.items() if until > self._desk.now}
        now_s = self._desk.clock()
        if not self.muted and self.sounding and now_s - self._rang_s >= RINGS_EVERY_S:
            self._rang_s = now_s
            self.ring()

    @property
    def sounding(self) -> bool:
        """Whether a critical alarm stands that nobody has acknowledged or shelved."""
        seen = self._desk.acknowledged
        return any(alarm.severity == "critical" and key not in seen for key, alarm in self.listed().items())

    def ring(self) -> None:
        """The desktop's bell: there is no other sound without an audio library."""
        QApplication.beep()
