"""What the questions about the air have in common: not modal, no default, nothing that Enter or a stray key answers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.fonts import BOLD, MEDIUM, font


class Question(QDialog):
    """The cue keys work on while it is open. Esc, and its own closing, mean that nothing is done."""

    def __init__(self, window_title: str, title: str, body: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(window_title)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._title = QLabel(title)
        self._title.setFont(font(22, BOLD))
        self.body = QLabel(body)
        self.body.setFont(font(14, MEDIUM))

    def lay_out(self, buttons: Sequence[QPushButton]) -> None:
        """The answers in a row, none of them the default."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for button in buttons:
            button.setFont(font(14, BOLD))
            button.setAutoDefault(False)
            button.setDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        for label in (self._title, self.body):
            layout.addWidget(label)
        layout.addLayout(row)
