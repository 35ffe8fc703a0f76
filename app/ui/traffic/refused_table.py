"""The rows of a list that can't be booked: file, place, value, reason."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QWidget

from app.model.schedule import RefusedRow
from app.ui.fonts import BOLD, MEDIUM
from app.ui.theme import Skin
from app.ui.traffic.plain_table import NO_PARENT, Index, PlainDelegate, PlainTable, draw_ground
from app.ui.widgets.painting import elided, write
from app.ui.words import _

HEADS = (_("FILE"), _("PLACE"), _("VALUE"), _("REASON"))
_REASON = 3


class RefusedModel(QAbstractTableModel):
    """Read only."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[RefusedRow, ...] = ()

    def show_rows(self, rows: tuple[RefusedRow, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (PurePath(row.file).name, row.where, row.value, row.reason)[index.column()]
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole}:
            return _("Refused: {row}").format(row=row) + (f" ({row.value})" if row.value else "")
        return None


class _Delegate(PlainDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The reason is bright."""
        p, size = self.skin.palette, self.skin.density.body
        box = QRectF(option.rect).adjusted(10, 0, -4, 0)
        painter.save()
        draw_ground(painter, option, index.row(), self.skin)
        bright = index.column() == _REASON
        weight = BOLD if bright else MEDIUM
        words = "".join(c if c.isprintable() else "·" for c in str(index.data()))
        write(painter, box, elided(words, box.width(), size, weight), p.hi if bright else p.text, size, weight)
        painter.restore()


class RefusedTable(PlainTable):
    """Its tool tips have what does not fit."""

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(skin, _("Refused rows"), HEADS, parent)
        self.rows = RefusedModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(skin, self))
        self.head.setSectionResizeMode(_REASON, QHeaderView.ResizeMode.Stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The reason gets the room."""
        super().resizeEvent(event)
        for column, share in enumerate((16, 18, 20)):
            self.setColumnWidth(column, self.viewport().width() * share // 100)
