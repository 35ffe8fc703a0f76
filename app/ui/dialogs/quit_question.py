"""What closing the window means while channels are on air: a question with no default."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui import text
from app.ui.fonts import BOLD, MEDIUM, font


class QuitQuestion(QDialog):
    """Not modal: the cue keys work on while it is open. Esc, and its own closing, mean stay."""

    stop_chosen = Signal()

    def __init__(self, on_air: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Stop the show?")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel(f"{text.counted(on_air, 'channel')} on air")
        title.setFont(font(22, BOLD))
        body = QLabel(
            "The engine runs in this window's process: closing it ends the show.\n"
            "Open breaks are closed with their IN, and the playlists end."
        )
        body.setFont(font(14, MEDIUM))
        self.stop_button, self.stay_button = QPushButton("Stop the show"), QPushButton("Stay on air")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for button in (self.stop_button, self.stay_button):
            button.setFont(font(14, BOLD))
            button.setAutoDefault(False)
            button.setDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        for label in (title, body):
            layout.addWidget(label)
        layout.addLayout(row)
        self.stop_button.clicked.connect(self._on_stop)
        self.stay_button.clicked.connect(self.close)

    def _on_stop(self) -> None:
        self.stop_chosen.emit()
        self.close()
