"""What putting a rehearsal on air means: a question with no default."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui import text
from app.ui.fonts import BOLD, MEDIUM, font

_BODY = (
    "The rehearsal ends: its channels stop, its output and as-run stay in its folder.\n"
    "Then the show starts from its beginning with its own outputs, and this window opens on it."
)
IN_BREAK = "{names}: a break is open or armed. RETURN or WITHDRAW it first."


class PromoteQuestion(QDialog):
    """Not modal: the cue keys work on while it is open. Esc, and its own closing, mean stay in rehearsal."""

    answered = Signal()

    def __init__(self, channels: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Put on air?")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel(f"Put {text.counted(channels, 'channel')} on air")
        title.setFont(font(22, BOLD))
        self.body = QLabel(_BODY)
        self.body.setFont(font(14, MEDIUM))
        self.air_button, self.stay_button = QPushButton("Put on air"), QPushButton("Stay in rehearsal (Esc)")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for button in (self.air_button, self.stay_button):
            button.setFont(font(14, BOLD))
            button.setAutoDefault(False)
            button.setDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        for label in (title, self.body):
            layout.addWidget(label)
        layout.addLayout(row)
        self.air_button.clicked.connect(self._answer)
        self.stay_button.clicked.connect(self.close)

    def show_breaks(self, names: list[str]) -> None:
        """Channels with a break that would be cut: it can't be put on air before they are through."""
        self.air_button.setEnabled(not names)
        self.body.setText(IN_BREAK.format(names=", ".join(names)) if names else _BODY)

    def _answer(self) -> None:
        self.answered.emit()
        self.close()
