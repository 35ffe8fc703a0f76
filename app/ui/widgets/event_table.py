"""The event list: what happened, newest first, in a real table."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.ui.event_lines import EventLine
from app.ui.fonts import BOLD, MEDIUM
from app.ui.theme import Skin
from app.ui.widgets.copying import copied, show_copy_menu
from app.ui.widgets.painting import elided, icon_and_words, width_of, write
from app.ui.words import _

KEPT = 500
_HEADS = (_("Time"), _("Channel"), _("What"), _("Says"))
type Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class EventModel(QAbstractTableModel):
    """The newest 500 lines; the older ones are in the log and the as-run."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[EventLine] = deque(maxlen=KEPT)

    def add(self, line: EventLine) -> None:
        """Put a line on top."""
        if len(self._lines) == KEPT:
            self.beginRemoveRows(QModelIndex(), KEPT - 1, KEPT - 1)
            self._lines.pop()
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._lines.appendleft(line)
        self.endInsertRows()

    def line(self, row: int) -> EventLine:
        """The line in a row."""
        return self._lines[row]

    def words(self, rows: Iterable[int]) -> str:
        """Lines as they are copied: newest first, a line each."""
        lines = (self._lines[row] for row in sorted(rows))
        return "\n".join(f"{line.time} {line.channel} {line.word}: {line.says}" for line in lines)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own; the heads are read out, not shown."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _HEADS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own: texts, and the whole sentence as the tool tip."""
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (line.time, line.channel, line.word, line.says)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{line.time} {line.channel} {line.word}: {line.says}"
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, model: EventModel, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self.skin = model, skin

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell: icon and word in the state's colour, the rest in text colours."""
        line, p, size = self._model.line(index.row()), self.skin.palette, self.skin.density.body
        rect = option.rect
        box = QRectF(rect).adjusted(10, 0, -4, 0)
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or index.row() % 2:
            painter.fillRect(rect, p.bg3 if chosen else p.bg0)
        if index.column() == 0:
            write(painter, box, line.time, p.hi, size)
        elif index.column() == 1:
            write(painter, box, elided(line.channel, box.width(), size, middle=True), p.text, size)
        elif index.column() == 2:
            icon_and_words(painter, box, line.icon, line.word, line.tone.colour(p), size)
        else:
            write(painter, box, elided(line.says, box.width(), size, MEDIUM), p.text, size, MEDIUM)
        painter.restore()


class _Table(QTableView):
    """Rows are chosen whole and copied with Ctrl+C; Tab leaves the table."""

    def __init__(self, model: EventModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._events = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)

    @property
    def words(self) -> str:
        """What is chosen."""
        return self._events.words(index.row() for index in self.selectionModel().selectedRows())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy what is chosen; the rest is Qt's."""
        if not copied(event, self.words):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy the chosen lines, or all."""
        show_copy_menu(event.globalPos(), self, self.words, every=self._events.words(range(self._events.rowCount())))


class EventPanel(QWidget):
    """The table. ``told``: a few words about it, for the head of the panel.

    ``break_asked``: a line of a break was clicked; channel and break.
    """

    told = Signal(str)
    break_asked = Signal(str, str)

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = EventModel()
        self.table = _Table(self.model, self)
        self._delegate = _Delegate(self.model, skin, self.table)
        self.table.setItemDelegate(self._delegate)
        self.table.setAccessibleName(_("Events"))
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.table)
        layout.addStretch()
        self.table.clicked.connect(self._on_clicked)
        self.dress(skin)

    def _on_clicked(self, index: QModelIndex) -> None:
        about = self.model.line(index.row()).about
        if about is not None:
            self.break_asked.emit(*about)

    @property
    def words(self) -> str:
        """A few for the head of the panel."""
        return (
            _("newest first · {rows} of the last {kept}").format(rows=self.model.rowCount(), kept=KEPT)
            if self.model.rowCount()
            else _("none yet")
        )

    def add(self, line: EventLine) -> None:
        """Put a line on top; ``tell`` once all that came together are there."""
        self.model.add(line)

    def tell(self) -> None:
        """The words for the head."""
        self.told.emit(self.words)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Whole rows only."""
        row = self._delegate.skin.density.row
        self.table.setFixedHeight(self.height() // row * row)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._delegate.skin = skin
        size, row = skin.density.body, skin.density.row
        self.table.verticalHeader().setMinimumSectionSize(row)
        self.table.verticalHeader().setDefaultSectionSize(row)
        self.table.setColumnWidth(0, round(width_of("00:00:00", size, BOLD)) + 22)
        self.table.setColumnWidth(1, 190 if skin.density.roomy else 128)
        self.table.setColumnWidth(2, round(width_of(_("WITHDRAWN"), size, BOLD)) + size + 26)
