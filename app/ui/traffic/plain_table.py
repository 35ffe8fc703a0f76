"""What the tables of the traffic page have in common: their dress, and a focus that is seen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui.theme import Skin
from app.ui.widgets.painting import draw_focus, write

type Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
_UP, _DOWN = " ▴", " ▾"


def draw_ground(painter: QPainter, option: QStyleOptionViewItem, row: int, skin: Skin) -> bool:
    """A row's ground: every other one darker, a chosen one lighter between white lines; whether it is chosen."""
    p, rect = skin.palette, option.rect
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if chosen:
        painter.fillRect(rect, p.bg3)
        painter.fillRect(rect.left(), rect.top(), rect.width(), 1, p.sel)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, p.sel)
    elif row % 2:
        painter.fillRect(rect, p.bg0)
    return chosen


class PlainHeader(QHeaderView):
    """The heads over their cells; the column that is sorted by says so."""

    def __init__(self, skin: Skin, parent: QWidget, heads: Sequence[str]) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.skin, self._heads = skin, heads
        self.setSectionsClickable(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def sizeHint(self) -> QSize:
        """As high as a row."""
        return QSize(super().sizeHint().width(), self.skin.density.row + 2)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's own name
        """One head."""
        p = self.skin.palette
        painter.fillRect(rect, p.bg1)
        sorted_by = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        arrow = _UP if self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder else _DOWN
        words = self._heads[logicalIndex] + (arrow if sorted_by else "")
        write(painter, QRectF(rect).adjusted(10, 0, 0, 0), words, p.hi if sorted_by else p.dim, self.skin.density.small)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, p.line)


class PlainTable(QTableView):
    """Rows are chosen whole; Tab leaves the table."""

    def __init__(self, skin: Skin, name: str, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.skin = skin
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.head = PlainHeader(skin, self, heads)
        self.setHorizontalHeader(self.head)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.dress(skin)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows, and the focus around them."""
        super().paintEvent(event)
        draw_focus(self, self.skin.palette)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.skin = self.head.skin = skin
        self.verticalHeader().setMinimumSectionSize(skin.density.row)
        self.verticalHeader().setDefaultSectionSize(skin.density.row)
        self.head.setFixedHeight(skin.density.row + 2)
        delegate = self.itemDelegate()
        if isinstance(delegate, PlainDelegate):
            delegate.skin = skin
        self.viewport().update()


class PlainDelegate(QStyledItemDelegate):
    """Paints the cells of a plain table."""

    def __init__(self, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self.skin = skin
