"""What came last from keys and surfaces. The panel lock is the test mode: nothing fires, each press is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.model import events
from app.ui import text
from app.ui.actions import ACTIONS, Verb
from app.ui.desk import Desk
from app.ui.event_lines import trigger_words
from app.ui.widgets.status_line import StatusLine
from app.ui.words import _

SHOWN_FOR_S = 10.0  # a trigger, while the panel is open


class LastReceived(QObject):
    """GUI thread only. Speaks through the right end of the status bar, where else the keys are named."""

    def __init__(self, desk: Desk, line: StatusLine) -> None:
        super().__init__(line)
        self._desk, self._line = desk, line
        self.words, self._until_s = "", 0.0
        desk.pressed.connect(self._on_pressed)
        desk.happened.connect(self._on_event)
        desk.refreshed.connect(self._show)

    def _on_pressed(self, verb: str) -> None:
        if self._desk.locked:
            number = self._desk.number(self._desk.selected)
            self.receive(
                _("{verb} ({cap}) on {number}: panel locked, nothing fired").format(
                    verb=verb, cap=ACTIONS[Verb(verb)].cap, number=number
                )
            )

    def _on_event(self, event: events.Event) -> None:
        if isinstance(event, events.TriggerReceived):
            self.receive(trigger_words(event))

    def receive(self, words: str) -> None:
        """Show this, with the time; of a key, a surface, a trigger."""
        desk = self._desk
        self.words = f"{text.clock(desk.now, desk.zone)} {words}"
        self._until_s = desk.clock() + SHOWN_FOR_S
        self._show()

    def _show(self) -> None:
        """While the panel is locked the last one stands; else it goes after a while."""
        stands = self._desk.locked or self._desk.clock() < self._until_s
        self._line.show_last(self.words if stands else "")
