"""The shortcuts of the window, made from the keymap and made anew when it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.habits.keymap import Keymap
from app.ui.held_keys import HeldKeys

type Acts = Mapping[str, Callable[[], object]]
"""How each action of the window is done, by its id."""


class Bindings(QObject):
    """Keys work wherever the focus is, once a press however long it is held; while something is dragged, too."""

    def __init__(self, window: QWidget, keymap: Keymap, acts: Acts, held_keys: HeldKeys) -> None:
        super().__init__(window)
        self._window, self._keymap, self._acts, self._held_keys = window, keymap, acts, held_keys
        self.shortcuts: list[QShortcut] = []
        self._dragging = False
        keymap.changed.connect(self._bind)
        self._bind()

    def _bind(self) -> None:
        for shortcut in self.shortcuts:
            shortcut.setEnabled(False)  # at once: it is deleted only when the loop comes round
            shortcut.deleteLater()
        self.shortcuts = [self._shortcut(key, act) for id_, act in self._acts.items() for key in self._keymap.keys(id_)]

    def _shortcut(self, key: str, act: Callable[[], object]) -> QShortcut:
        shortcut = QShortcut(QKeySequence(key, QKeySequence.SequenceFormat.PortableText), self._window)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: None if self._held_keys.repeating else act())
        return shortcut

    def on_drag(self, dragging: bool) -> None:
        """Qt eats every key while it drags: until that is over, keys are looked at before it does."""
        self._dragging = dragging
        application = QApplication.instance()
        if dragging:
            QTimer.singleShot(0, self, self._come_first)
        elif application is not None:
            application.removeEventFilter(self)

    def _come_first(self) -> None:
        """The filter that came last looks first: Qt's own is there once its loop runs."""
        application = QApplication.instance()
        if self._dragging and application is not None:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Looks only, and acts as the shortcut would."""
        if isinstance(event, QKeyEvent) and isinstance(watched, QWindow):
            self._held_keys.eventFilter(watched, event)
            if event.type() == QEvent.Type.KeyPress:
                pressed = QKeySequence(event.keyCombination())
                for shortcut in [each for each in self.shortcuts if each.key() == pressed and each.isEnabled()]:
                    shortcut.activated.emit()
        return False
