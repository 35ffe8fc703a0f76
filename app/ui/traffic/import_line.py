"""One line on the newest import: what it changed, what it left to be settled, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.model.merging import UndoResult
from app.ui import text
from app.ui.fonts import BOLD
from app.ui.icons import Icon
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.theme import Skin
from app.ui.traffic.diff_rows import summary
from app.ui.traffic.import_work import Done, ImportWork
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import elided, icon_and_words
from app.ui.widgets.text_button import TextButton
from app.ui.words import _


class _Words(Painted[tuple[Icon, str]]):
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icon and sentence."""
        painter, box, d = QPainter(self), QRectF(self.rect()), self.skin.density
        icon, words = self.shown
        room = box.adjusted(12, 0, -8, 0)
        shown = elided(words, room.width() - d.body - 6, d.body, BOLD)
        icon_and_words(painter, room, icon, shown, self.skin.palette.hi, d.body, BOLD)


class ImportLine(QWidget):
    """Hidden until something was imported. ``reviewed`` carries the Done."""

    reviewed = Signal(object)

    def __init__(self, schedule: ScheduleDesk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schedule, self._skin = schedule, skin
        self._done: Done | None = None
        self.work = ImportWork(schedule, self)
        self._words = _Words(skin, (Icon.NOTE, ""), self)
        self.review = TextButton(_("Review"), skin, self)
        self.undo = TextButton(_("Undo import"), skin, self)
        self.hide_button = TextButton(_("Hide"), skin, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 10, 0)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        for button in (self.review, self.undo, self.hide_button):
            row.addWidget(button)
        self.review.clicked.connect(lambda: self.reviewed.emit(self._done))
        self.undo.clicked.connect(self._undo)
        self.hide_button.clicked.connect(self.hide)
        self.work.changed.connect(self._on_work)
        self.work.undone.connect(self.tell_undone)
        self.dress(skin)
        self.hide()

    @property
    def words(self) -> str:
        """The sentence that is shown."""
        return self._words.shown[1]

    def tell(self, done: Done) -> None:
        """A list was taken in."""
        self._done = done
        result = done.result
        at = text.clock(done.at, self._schedule.desk.zone)
        again = (
            _("re-imported")
            if result.changed or result.removed or result.unchanged or result.conflicts
            else _("imported")
        )
        self._say(
            Icon.TRIANGLE if result.conflicts else Icon.NOTE,
            _("Log {again} {at}: {summary}").format(again=again, at=at, summary=summary(result)),
        )
        changes = len(result.changes) + len(result.conflicts)
        self.review.setText(_("Review {counted}").format(counted=text.counted(changes, "{n} change", "{n} changes")))
        self.review.updateGeometry()
        self.review.setVisible(bool(changes))
        self.undo.setVisible(bool(done.import_ids))

    def tell_undone(self, result: UndoResult) -> None:
        """A list was taken back."""
        self._done = None
        kept = (
            _(" {counted} kept: changed since, or locked.").format(
                counted=text.counted(len(result.kept), "{n} break", "{n} breaks")
            )
            if result.kept
            else ""
        )
        self._say(
            Icon.UNDO,
            _("Import undone: {restored} restored, {removed} removed.{kept}").format(
                restored=result.restored, removed=result.removed, kept=kept
            ),
        )
        self.review.hide()
        self.undo.hide()

    def _undo(self) -> None:
        if self._done is not None:
            self.work.undo(self._done.import_ids)

    def _on_work(self) -> None:
        self.undo.setEnabled(not self.work.stage)
        if self.work.trouble:
            self._say(
                Icon.OCTAGON_CROSS, _("The import was not taken back: {trouble}").format(trouble=self.work.trouble)
            )

    def _say(self, icon: Icon, words: str) -> None:
        self._words.show_value((icon, words))
        self._words.setToolTip(words)
        self._words.setAccessibleName(words)
        self.show()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.setFixedHeight(44 if skin.density.roomy else 34)
        for widget in (self._words, self.review, self.undo, self.hide_button):
            widget.dress(skin)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """On the header's ground."""
        QPainter(self).fillRect(self.rect(), self._skin.palette.bg2)
