"""A note at the foot of the window that waits for nobody: what went wrong before, to copy, look up or put away."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.fonts import BOLD
from app.ui.habits.crash_watch import CrashReport
from app.ui.icons import Icon, draw_icon
from app.ui.theme import Skin
from app.ui.widgets.painting import draw_edge, elided, write
from app.ui.widgets.text_button import TextButton
from app.ui.words import _


class NoteBar(QWidget):
    """Hidden while there is nothing to say; it covers a strip above the status bar, and no cue."""

    def __init__(self, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self.skin, self.words = skin, ""
        self._report: CrashReport | None = None
        self._waiting: list[tuple[str, CrashReport | None]] = []
        self.copy = self._button(_("Copy report"), _("Put the whole report on the clipboard"), self._copy)
        self.folder = self._button(_("Open folder"), _("Show the folder that the report is in"), self._open_folder)
        self.away = self._button(_("Put away"), _("Hide this note; the report stays in its folder"), self._next)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 8, 4)
        layout.setSpacing(6)
        layout.addStretch(1)
        for button in (self.copy, self.folder, self.away):
            layout.addWidget(button)
        self.hide()

    def _button(self, words: str, tells: str, act: object) -> TextButton:
        made = TextButton(words, self.skin, self)
        made.setAccessibleName(words)
        made.setToolTip(tells)
        made.clicked.connect(act)
        return made

    def tell(self, words: str) -> None:
        """Say something; after what is being said."""
        self._say(words, None)

    def tell_crash(self, report: CrashReport) -> None:
        """Say that a window died, or failed."""
        self._say(_("{headline}. Nothing on air depended on it.").format(headline=report.headline), report)

    def _say(self, words: str, report: CrashReport | None) -> None:
        self._waiting.append((words, report))
        if not self.words:
            self._next()

    def _next(self) -> None:
        self.words, self._report = self._waiting.pop(0) if self._waiting else ("", None)
        self.copy.setText(_("Copy report") if self._report is not None else _("Copy"))
        self.folder.setVisible(self._report is not None)
        self.setAccessibleName(self.words)
        self.setToolTip(self.words)
        self.setVisible(bool(self.words))
        self.raise_()
        self.update()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report.text if self._report is not None else self.words)

    def _open_folder(self) -> None:
        if self._report is not None:
            opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report.file.parent)))
            if not opened:
                self.words = _("No program here opens folders: {file}").format(file=self._report.file)
                self.setToolTip(self.words)
                self.update()

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.skin = skin
        for button in (self.copy, self.folder, self.away):
            button.dress(skin)
        self.update()

    def place(self, area: QRect) -> None:
        """Along the foot of the room that may be covered."""
        height = 40 if self.skin.density.roomy else 34
        self.setGeometry(area.left(), area.bottom() + 1 - height, area.width(), height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Amber edge, icon, one line that elides before the buttons."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        painter.fillRect(box, p.bg2)
        draw_edge(painter, box, p.amber, 2)
        draw_icon(painter, Icon.TRIANGLE, QRectF(12, box.center().y() - 7, 14, 14), p.amber)
        room = self.copy.x() - 44
        write(painter, box.adjusted(34, 0, 0, 0), elided(self.words, room, d.body, BOLD), p.hi, d.body, BOLD)
