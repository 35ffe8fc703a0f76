"""From rehearsal to air: the band over the window, its question, and what the answer does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.model.setup_face import SetupFace
from app.model.states import BreakState
from app.ui.desk import Desk
from app.ui.dialogs.promote_question import PromoteQuestion
from app.ui.traffic.errand import Errand
from app.ui.widgets.rehearsal_band import RehearsalBand

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

_UNDER_WAY = {BreakState.ARMED, BreakState.ON_AIR}


class Promoting(QObject):
    """``band`` is hidden unless the engine rehearses. ``promote``: the answer was to put the show on air.

    ``setup``: tells what would air otherwise than it was rehearsed.
    """

    def __init__(
        self,
        desk: Desk,
        window: MainWindow,
        promote: Callable[[], None] | None,
        setup: SetupFace | None,
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._promote = desk, window, promote
        self.band = RehearsalBand(window.skin, promotes=promote is not None)
        self.question: PromoteQuestion | None = None
        self._changed = setup.rehearsed_otherwise if setup is not None else lambda: ""
        self._errand = Errand(self)
        self._errand.done.connect(lambda words: self._tell(str(words), airs=True))
        self._errand.failed.connect(lambda words: self._tell(words, airs=False))
        self.band.asked.connect(self._ask)
        desk.refreshed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.band.setVisible(self._desk.status.rehearsal)
        if self.question is not None:
            self.question.show_breaks(self._breaks())

    def _breaks(self) -> list[str]:
        desk = self._desk
        return [
            desk.shown_name(channel.name)
            for channel in desk.status.channels
            if channel.on_air is not None or (channel.current is not None and channel.current.state in _UNDER_WAY)
        ]

    def _ask(self) -> None:
        if self.question is None:
            self.question = PromoteQuestion(len(self._desk.status.channels), self._window)
            self.question.show_breaks(self._breaks())
            self._errand.run(self._changed, "what was rehearsed")
            self.question.answered.connect(self._on_answer)
            self.question.destroyed.connect(self._on_gone)
            self.question.adjustSize()
            below = self.band.mapToGlobal(self.band.rect().bottomLeft())
            self.question.move(below.x() + 40, below.y() + 40)  # the cue column stays in sight
        self.question.show()
        self.question.raise_()

    def _tell(self, words: str, *, airs: bool) -> None:
        if self.question is not None:
            self.question.show_changes(words, airs=airs)

    def _on_answer(self) -> None:
        if self._promote is not None and not self._breaks():
            self._promote()

    def _on_gone(self) -> None:
        self._errand.abandon()
        self.question = None
