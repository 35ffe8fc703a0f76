"""The shortcuts of the window, made from the keymap and made anew when it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.ui.habits.keymap import Keymap
from app.ui.held_keys import HeldKeys

type Acts = Mapping[str, Callable[[], object]]
"""How each action of the window is done, by its id."""


class Bindings(QObject):
    """Keys work wherever the focus is, once a press however long it is held."""

    def __init__(self, window: QWidget, keymap: Keymap, acts: Acts, held_keys: HeldKeys) -> None:
        super().__init__(window)
        self._window, self._keymap, self._acts, self._held_keys = window, keymap, acts, held_keys
        self.shortcuts: list[QShortcut] = []
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
