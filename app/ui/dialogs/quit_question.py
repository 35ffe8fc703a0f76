"""What closing the window means while channels are on air: a question with no default."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui import text
from app.ui.ending import Ending
from app.ui.fonts import BOLD, MEDIUM, font


@dataclass(frozen=True, slots=True)
class _Wording:
    body: str
    stop: str
    stay: str


_REMOTE = _Wording(
    "Leave on air: this window closes, the engine goes on. Open Splicedeck again and everything is here.\n"
    "Stop the channels: open breaks are closed with their IN, the playlists and the engine end.",
    "Stop the channels",
    "Cancel (Esc)",
)
_OWN = _Wording(
    "The engine runs in this window's process: closing it ends the show.\n"
    "Open breaks are closed with their IN, and the playlists end.",
    "Stop the show",
    "Stay on air",
)
CAN_T_STOP = "The engine is lost and can't be told to stop. It comes back by itself; leaving changes nothing on air."


class QuitQuestion(QDialog):
    """Not modal: the cue keys work on while it is open. Esc, and its own closing, mean stay.

    ``remote``: the engine outlives the window, so it can be left on air. ``answered`` carries an ``Ending``.
    """

    answered = Signal(object)

    def __init__(self, on_air: int, parent: QWidget, *, remote: bool) -> None:
        super().__init__(parent)
        wording = _REMOTE if remote else _OWN
        self.setWindowTitle("Leave on air?" if remote else "Stop the show?")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel(f"{text.counted(on_air, 'channel')} on air")
        title.setFont(font(22, BOLD))
        self.body = QLabel(wording.body)
        self.body.setFont(font(14, MEDIUM))
        self._said = wording.body
        self.leave_button = QPushButton("Leave on air")
        self.stop_button, self.stay_button = QPushButton(wording.stop), QPushButton(wording.stay)
        buttons = [self.leave_button] if remote else []
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for button in (*buttons, self.stop_button, self.stay_button):
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
        self.leave_button.clicked.connect(lambda: self._answer(Ending.LEAVE))
        self.stop_button.clicked.connect(lambda: self._answer(Ending.STOP))
        self.stay_button.clicked.connect(self.close)

    def show_link(self, *, lost: bool) -> None:
        """A lost engine can be left, and not be stopped."""
        self.stop_button.setEnabled(not lost)
        self.body.setText(CAN_T_STOP if lost else self._said)

    def _answer(self, ending: Ending) -> None:
        self.answered.emit(ending)
        self.close()
