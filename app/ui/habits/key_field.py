"""Hears the one key that an action is to have. While it listens, and only then, that key does nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.ui.habits.key_rules import written

LISTENS_MS = 6000


class KeyField(QObject):
    """Listens at a widget that has the focus. ``heard``: a key as it is kept; ``ended``: it listens no more."""

    heard = Signal(str)
    ended = Signal()

    def __init__(self, at: QWidget) -> None:
        super().__init__(at)
        self.listening = False
        self._timer = QTimer(self, singleShot=True, interval=LISTENS_MS)
        self._timer.timeout.connect(self.stop)
        self._at = at
        at.installEventFilter(self)

    def listen(self) -> None:
        """Wait for a key: until one comes, 6 s are over or the focus goes."""
        self._at.setFocus()
        self.listening = True
        self._timer.start()

    def stop(self) -> None:
        """Wait no more."""
        if self.listening:
            self.listening = False
            self._timer.stop()
            self.ended.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Takes the key from all shortcuts; a held key is one key."""
        if not self.listening:
            return False
        if event.type() in {QEvent.Type.FocusOut, QEvent.Type.Hide}:
            self.stop()
            return False
        if not isinstance(event, QKeyEvent) or event.type() == QEvent.Type.KeyRelease:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            key = written(event.keyCombination())
            if key:
                self.stop()
                if key != "Esc":
                    self.heard.emit(key)
        return True
