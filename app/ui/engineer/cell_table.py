"""A table of cells that are told anew with each snapshot; it repaints only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QRectF, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from app.ui.engineer.cells import Row
from app.ui.grammar import Tone
from app.ui.icons import draw_icon
from app.ui.theme import Skin
from app.ui.traffic.plain_table import NO_PARENT, Index, PlainDelegate, PlainTable, draw_ground
from app.ui.widgets.painting import elided, icon_and_words, write


class CellModel(QAbstractTableModel):
    """Rows of cells under heads."""

    def __init__(self, heads: list[str]) -> None:
        super().__init__()
        self.heads, self.rows = heads, tuple[Row, ...]()

    def show_rows(self, heads: Sequence[str], rows: tuple[Row, ...]) -> None:
        """These from now on."""
        if tuple(heads) != tuple(self.heads) or len(rows) != len(self.rows):
            self.beginResetModel()
            self.heads[:], self.rows = heads, rows
            self.endResetModel()
            return
        before, self.rows = self.rows, rows
        for number, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(self.heads) - 1))

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.heads[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own: words, and the whole sentence as tool tip and for who can't see the icon."""
        cell = self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.words
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return cell.says or cell.words
        return None


class _Delegate(PlainDelegate):
    def __init__(self, model: CellModel, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Icon, words, or both."""
        cell, p = self._model.rows[index.row()][index.column()], self.skin.palette
        size = self.skin.density.body
        painter.save()
        draw_ground(painter, option, index.row(), self.skin)
        box = QRectF(option.rect).adjusted(10, 0, -2, 0)
        colour, first = cell.tone.colour(p), index.column() == 0
        if cell.icon is None:
            words = elided(cell.words, box.width(), size, middle=first)
            write(painter, box, words, p.text if cell.tone is Tone.PLAIN and not first else colour, size)
        elif cell.words:
            room = box.width() - size - 6
            icon_and_words(painter, box, cell.icon, elided(cell.words, room, size), colour, size)
        else:
            square = QRectF(box.left(), box.center().y() - size / 2, size, size)  # under its head
            draw_icon(painter, cell.icon, square, colour)
        painter.restore()


class CellTable(PlainTable):
    """``shares``: of the width, one a column; with fewer the last stands for all that follow."""

    def __init__(self, skin: Skin, name: str, heads: Sequence[str], shares: tuple[int, ...]) -> None:
        lasting = list(heads)
        super().__init__(skin, name, lasting)
        self._shares = shares
        self.cells = CellModel(lasting)
        self.head.setMinimumSectionSize(16)  # Qt's own would push the last of 16 channels out of sight
        self.setModel(self.cells)
        self.setItemDelegate(_Delegate(self.cells, skin, self))

    def show_rows(self, rows: tuple[Row, ...], heads: Sequence[str] | None = None) -> None:
        """These from now on."""
        columns = self.cells.columnCount()
        self.cells.show_rows(self.cells.heads if heads is None else heads, rows)
        if columns != self.cells.columnCount():
            self._share_out()

    def height_for(self, rows: int) -> int:
        """What so many rows take, with their head."""
        return self.head.height() + rows * self.skin.density.row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns share the width."""
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        count = self.cells.columnCount()
        shares = [self._shares[min(column, len(self._shares) - 1)] for column in range(count)]
        width, whole = self.viewport().width(), sum(shares) or 1
        for column, share in enumerate(shares):
            self.setColumnWidth(column, width * share // whole)
