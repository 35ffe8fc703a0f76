"""The inspector: the selected channel's markers in a table, the chosen one in full beside it or below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.ui.desk import Desk
from app.ui.marker_book import KEPT
from app.ui.marker_row import Source
from app.ui.theme import Skin
from app.ui.widgets.marker_detail import MarkerDetail
from app.ui.widgets.marker_table import MarkerTable
from app.ui.words import _

_WIDE_FROM = 1000  # side by side; a narrower page has the detail below
_TABLE_SHARE, _TABLE_ROWS = 0.58, 5  # of the width; and rows of a table that stands above


class MarkerPage(QWidget):
    """``told`` carries the few words for the head of the panel. While it is hidden it costs nothing."""

    told = Signal(str)

    def __init__(self, desk: Desk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._skin, self.words = desk, skin, ""
        self.table = MarkerTable(desk, skin, self)
        self.detail = MarkerDetail(desk, skin, self)
        self.detail.saving.said.connect(self._say)
        self.table.selectionModel().selectionChanged.connect(self._on_chosen)
        desk.caught_up.connect(self.refresh, Qt.ConnectionType.DirectConnection)
        desk.selection_changed.connect(self.refresh)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.table.dress(skin)
        self.detail.dress(skin)
        self._place()

    def refresh(self, _cause: object = None) -> None:
        """Show what the book has now."""
        if not self.isVisible():
            return
        self.table.markers.follow()
        self._on_chosen()
        rows = self._desk.markers.rows(self._desk.selected)
        ours = sum(row.whence is Source.US for row in rows)
        counts = (
            _("{rows} of its source, {ours} ours").format(rows=len(rows) - ours, ours=ours)
            if rows
            else _("no marker yet")
        )
        kept = _(" · the last {kept}").format(kept=KEPT) if len(rows) == KEPT else ""
        name = self._desk.shown_name(self._desk.selected)
        self.words = f"{name} · {counts}{kept}"
        self.told.emit(self.words)

    def _say(self, words: str) -> None:
        self.words = words
        self.told.emit(words)

    def show_break(self, channel: str, break_id: str) -> bool:
        """Choose a break's own marker, its OUT before others; False: none of it is kept here."""
        self._desk.select(channel)
        self.refresh()
        found = [n for n, row in enumerate(self._desk.markers.rows(channel)) if row.break_id == break_id]
        if not found:
            return False
        rows = self.table.markers
        best = min(found, key=lambda n: (rows.row(n).direction != "out", rows.row(n).whence is not Source.US))
        self.table.selectRow(best)
        self.table.scrollTo(rows.index(best, 0))
        return True

    def _on_chosen(self) -> None:
        self.detail.show_marker(self.table.chosen)

    def look(self) -> None:
        """On every beat: a picture that came due meanwhile is shown."""
        taken = self._desk.splice_pictures.taken
        self._desk.splice_pictures.look()
        if self._desk.splice_pictures.taken != taken:
            self.refresh()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Beside each other where there is room."""
        self._place()

    def _place(self) -> None:
        width, height = self.width(), self.height()
        wide, row = width >= _WIDE_FROM, self._skin.density.row
        if wide:
            left = round(width * _TABLE_SHARE)
            self.table.setGeometry(0, 0, left, height // row * row)  # its head is as high as a row: whole rows only
            self.detail.setGeometry(left + 1, 0, width - left - 1, height)
        else:
            above = min(height // 2 // row, _TABLE_ROWS + 1) * row
            self.table.setGeometry(0, 0, width, above)
            self.detail.setGeometry(0, above + 1, width, height - above - 1)
        self.detail.show_wide(wide)
        chosen = self.table.selectionModel().selectedRows()
        if chosen:
            self.table.scrollTo(chosen[0])

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line between table and detail."""
        painter, table, p = QPainter(self), self.table.geometry(), self._skin.palette
        painter.fillRect(self.rect(), p.bg1)
        if self.width() >= _WIDE_FROM:
            painter.fillRect(table.right() + 1, 0, 1, self.height(), p.line)
        else:
            painter.fillRect(0, table.bottom() + 1, self.width(), 1, p.line)
