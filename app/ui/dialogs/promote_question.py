"""What putting a rehearsal on air means: a question with no default."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.ui import text
from app.ui.dialogs.question import Question
from app.ui.words import _

_BODY = _(
    "The rehearsal ends: its channels stop, its output and as-run stay in its folder.\n"
    "Then the show starts from its beginning with its own outputs, and this window opens on it."
)
READING = _("Looking whether the show file and its break lists are still as rehearsed…")
CHANGED = _("Not as it was rehearsed: {changes}")
IN_BREAK = _("{names}: a break is open or armed. RETURN or WITHDRAW it first.")


class PromoteQuestion(Question):
    """``answered``: put it on air."""

    answered = Signal()

    def __init__(self, channels: int, parent: QWidget) -> None:
        super().__init__(
            _("Put on air?"),
            _("Put {counted} on air").format(counted=text.counted(channels, "{n} channel", "{n} channels")),
            _BODY,
            parent,
        )
        self.air_button, self.stay_button = QPushButton(_("Put on air")), QPushButton(_("Stay in rehearsal (Esc)"))
        self._names: list[str] = []
        self._changes, self._airs = READING, False
        self.lay_out((self.air_button, self.stay_button))
        self.air_button.clicked.connect(self._answer)
        self.stay_button.clicked.connect(self.close)

    def show_breaks(self, names: list[str]) -> None:
        """Channels with a break that would be cut: it can't be put on air before they are through."""
        self._names = names
        self._show()

    def show_changes(self, words: str, *, airs: bool) -> None:
        """What would air otherwise than it was rehearsed, "" for nothing; or why nothing would, where not ``airs``."""
        self._changes, self._airs = words, airs
        self._show()

    def _show(self) -> None:
        self.air_button.setEnabled(self._airs and not self._names)
        told = IN_BREAK.format(names=", ".join(self._names)) if self._names else _BODY
        if self._changes and self._airs:
            told += "\n" + CHANGED.format(changes=self._changes)
        elif self._changes:
            told += "\n" + self._changes
        self.body.setText(told)
        self.adjustSize()

    def _answer(self) -> None:
        self.answered.emit()
        self.close()
