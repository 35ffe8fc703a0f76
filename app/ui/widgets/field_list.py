"""A marker's fields in two columns, each with its meaning; read with the arrows, copied with Ctrl+C."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui.fonts import BOLD, MEDIUM
from app.ui.theme import Skin
from app.ui.widgets.painting import draw_focus, elided, width_of, write
from app.ui.words import _

type Index = QModelIndex | QPersistentModelIndex
type Field = tuple[str, str]
_NO_PARENT = QModelIndex()
_WIDEST = "event_id_compliance_flag"


class FieldModel(QAbstractTableModel):
    """Name, indented by its level, and words."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[Field] = []

    def show_fields(self, fields: list[Field]) -> None:
        """Show these; where only words changed, the reader's place stays."""
        if [name for name, _other in fields] == [name for name, _other in self.fields]:
            if fields != self.fields:
                self.fields = fields
                self.dataChanged.emit(self.index(0, 0), self.index(len(fields) - 1, 1))
            return
        self.beginResetModel()
        self.fields = fields
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self.fields)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own."""
        name, words = self.fields[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (name.strip(), words)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{name.strip()}: {words}" if words else name.strip()
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, model: FieldModel, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self.skin = model, skin

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The name dim, what it says bright."""
        (name, words), p, size = self._model.fields[index.row()], self.skin.palette, self.skin.density.small
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, p.bg3)
        elif index.row() % 2:
            painter.fillRect(option.rect, p.bg0)
        box = QRectF(option.rect).adjusted(10, 0, -4, 0)
        if index.column():
            write(painter, box, elided(words, box.width(), size, MEDIUM), p.hi, size, MEDIUM)
        else:
            inner = box.adjusted(7.0 * (len(name) - len(name.lstrip())), 0, 0, 0)
            colour = p.dim if words else p.text  # one without words is the head of those below it
            write(painter, inner, elided(name.strip(), inner.width(), size), colour, size)
        painter.restore()


class FieldList(QTableView):
    """Read only."""

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_of_fields = FieldModel()
        self._delegate = _Delegate(self.model_of_fields, skin, self)
        self.setModel(self.model_of_fields)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(_("Fields of the marker"))
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.dress(skin)

    def show_fields(self, fields: list[Field]) -> None:
        """Show these."""
        self.model_of_fields.show_fields(fields)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows, and the focus around them."""
        super().paintEvent(event)
        draw_focus(self, self._delegate.skin.palette)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the words of the line."""
        rows = self.selectionModel().selectedRows()
        if event.matches(QKeySequence.StandardKey.Copy) and rows:
            QGuiApplication.clipboard().setText(self.model_of_fields.fields[rows[0].row()][1])
            return
        super().keyPressEvent(event)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._delegate.skin = skin
        row = skin.density.small + 7
        self.verticalHeader().setMinimumSectionSize(row)
        self.verticalHeader().setDefaultSectionSize(row)
        self.setColumnWidth(0, round(width_of(_WIDEST, skin.density.small, BOLD)) + 20)
