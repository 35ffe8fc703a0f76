"""What closing the window means while channels are on air: a question with no default."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.ui import text
from app.ui.dialogs.question import Question
from app.ui.ending import Ending
from app.ui.words import _


@dataclass(frozen=True, slots=True)
class _Wording:
    body: str
    stop: str
    stay: str


_REMOTE = _Wording(
    _(
        "Leave on air: this window closes, the engine goes on. Open Splicedeck again and everything is here.\n"
        "Stop the channels: open breaks are closed with their IN, the playlists and the engine end."
    ),
    _("Stop the channels"),
    _("Cancel (Esc)"),
)
_OWN = _Wording(
    _(
        "The engine runs in this window's process: closing it ends the show.\n"
        "Open breaks are closed with their IN, and the playlists end."
    ),
    _("Stop the show"),
    _("Stay on air"),
)
CAN_T_STOP = _("The engine is lost and can't be told to stop. It comes back by itself; leaving changes nothing on air.")


class QuitQuestion(Question):
    """``remote``: the engine outlives the window, so it can be left on air. ``answered`` carries an ``Ending``."""

    answered = Signal(object)

    def __init__(self, on_air: int, parent: QWidget, *, remote: bool) -> None:
        wording = _REMOTE if remote else _OWN
        asks = _("Leave on air?") if remote else _("Stop the show?")
        super().__init__(
            asks,
            _("{counted} on air").format(counted=text.counted(on_air, "{n} channel", "{n} channels")),
            wording.body,
            parent,
        )
        self._said = wording.body
        self.leave_button = QPushButton(_("Leave on air"))
        self.stop_button, self.stay_button = QPushButton(wording.stop), QPushButton(wording.stay)
        self.lay_out([*([self.leave_button] if remote else []), self.stop_button, self.stay_button])
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
