"""The lower half of the traffic page: the table of breaks under its head, with a filter and what was refused."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.ui import text
from app.ui.fonts import MEDIUM, font
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.theme import Skin
from app.ui.traffic.breaks_table import KEYS, BreaksTable
from app.ui.traffic.cell_editor import field_sheet
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import elided, icon_and_words, whole_parts, width_of, write
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_TOLD_MS = 8000


class FindField(QLineEdit):
    """What is typed here is looked for; Esc clears it."""

    def __init__(self, skin: Skin, placeholder: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)
        self.dress(skin)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.setFont(font(skin.density.body, MEDIUM))
        self.setStyleSheet(field_sheet(skin.palette))
        self.setFixedHeight(28 if skin.density.roomy else 24)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc looks for nothing any more."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


class PanelTitle(Painted[tuple[str, str]]):
    """TITLE, and a few words behind it, as many as fit; in amber where something is wrong."""

    def __init__(self, title: str, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, ("", ""), parent)
        self._title = title
        self.setFixedHeight(32 if skin.density.roomy else 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """On the panel's ground."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        words, wrong = self.shown
        size = d.body + 1 if d.roomy else d.small
        write(painter, box.adjusted(2, 0, 0, 0), self._title, p.hi, size)
        left = width_of(self._title, size) + 16
        room = box.adjusted(left, 0, -6, 0)
        if wrong:
            shown = elided(wrong, room.width() - d.body - 6, d.body)
            icon_and_words(painter, room, Icon.TRIANGLE, shown, Tone.AMBER.colour(p), d.body)
        else:
            words = whole_parts(words, room.width(), d.small, MEDIUM)
            write(painter, room, elided(words, room.width(), d.small, MEDIUM), p.dim, d.small, MEDIUM)


class BreaksPanel(QWidget):
    """``wanted``: a new break is to be made."""

    wanted = Signal()

    def __init__(self, schedule: ScheduleDesk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schedule, self._skin = schedule, skin
        self.table = BreaksTable(schedule, skin, self)
        self.title = PanelTitle(_("BREAKS"), skin, self)
        self.search = FindField(skin, _("Find a break"), _("Find a break by any of its words"), self)
        self.here = TextButton(_("This channel"), skin, self)
        self.here.setCheckable(True)
        self.here.setToolTip(_("Only breaks of the selected channel"))
        self.add = TextButton(_("Add break…"), skin, self)
        self.export = TextButton(_("Export as-run…"), skin, self)
        self.figures = TextButton(_("Figures…"), skin, self)
        self._told = ""
        self._forget = QTimer(self, singleShot=True, interval=_TOLD_MS)
        self._forget.timeout.connect(lambda: self.tell(""))
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 8, 0)
        head.setSpacing(6)
        head.addWidget(self.title, 1)
        for widget in (self.search, self.here, self.add, self.export, self.figures):
            head.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.table)
        whole.addStretch(1)
        self.search.textChanged.connect(self._filter)
        self.here.toggled.connect(self._filter)
        self.add.clicked.connect(self.wanted)
        self.table.wanted.connect(self.wanted)
        self.table.said.connect(self.tell)
        schedule.desk.selection_changed.connect(self._filter)
        schedule.refreshed.connect(self._say)
        schedule.told.connect(self.tell)
        self.dress(skin)
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Whole rows only."""
        super().resizeEvent(event)
        head, row = self.table.head.height(), self._skin.density.row
        left = self.height() - self.title.height() - head
        self.table.setFixedHeight(head + max(1, left // row) * row)

    def tell(self, words: str) -> None:
        """Say for some seconds why something was not done."""
        self._told = words
        if words:
            self._forget.start()
        self._say()

    def _filter(self) -> None:
        only = self._schedule.desk.selected if self.here.isChecked() else ""
        self.table.breaks.filter(self.search.text(), only)
        self._say()

    def _say(self) -> None:
        schedule, shown = self._schedule, self.table.breaks.rowCount()
        known = self.table.breaks.known
        count = (
            text.counted(known, "{n} break", "{n} breaks")
            if shown == known
            else _("{shown} of {counted}").format(shown=shown, counted=text.counted(known, "{n} break", "{n} breaks"))
        )
        unsaved = (
            _("{counted} kept, ").format(counted=text.counted(schedule.unsaved, "{n} edit", "{n} edits"))
            if schedule.unsaved and schedule.trouble
            else ""
        )
        wrong = self._told or (unsaved + schedule.trouble)
        self.title.show_value((f"{count} · {KEYS}", wrong))
        self.title.setAccessibleName(_("Breaks: {wrong}").format(wrong=wrong or count))
        self.title.setToolTip(wrong or KEYS)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        for widget in (self.table, self.title, self.search, self.here, self.add, self.export, self.figures):
            widget.dress(skin)
        self.title.setFixedHeight(34 if skin.density.roomy else 28)
        self.setMinimumHeight(self.title.height() + self.table.head.height() + 3 * skin.density.row)
        self.search.setFixedWidth(220 if skin.density.roomy else 130)
        self._say()
