"""Tells the repeats of a held key from presses, where Qt can't.

X servers send a held key as pairs of release and press; Qt marks them as repeats only if it finds the press already
waiting behind the release. The two carry the same time, though, and no finger is up for less than 25 ms.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

_LEAST_UP_MS = 25


class HeldKeys(QObject):
    """Watches every window that gets the keys. ``repeating``: whether the key event under way is a repeat."""

    def __init__(self) -> None:
        super().__init__()
        self.repeating = False
        self._released_ms: dict[int, int] = {}
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._watch)
            self._watch(application.focusWindow())

    def _watch(self, window: QWindow | None) -> None:
        """Dialogs, choosers and menus too: one that was forgotten would fire a held key over and over."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Looks only; stops nothing."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyRelease:
                self._released_ms[event.key()] = event.timestamp()
            elif event.type() in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}:
                released_ms = self._released_ms.get(event.key())
                at_once = released_ms is not None and event.timestamp() - released_ms < _LEAST_UP_MS
                self.repeating = event.isAutoRepeat() or (at_once and event.timestamp() > 0)
        return False
