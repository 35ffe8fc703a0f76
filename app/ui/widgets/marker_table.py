"""The markers of the selected channel in a real table, newest first: its source's and our own."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
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

from app.ui.desk import Desk
from app.ui.fonts import BOLD, MEDIUM
from app.ui.grammar import Tone
from app.ui.marker_row import MarkerRow, time_of
from app.ui.theme import Skin
from app.ui.widgets.painting import draw_focus, elided, icon_and_words, width_of, write
from app.ui.words import _

HEADS = (_("TIME"), _("FROM"), _("LEAD"), _("COMMAND"), _("BECAME"))
_TIME, _FROM, _LEAD, _COMMAND, _BECAME = range(len(HEADS))
_SPOKEN = (_("Time"), _("From"), _("Lead before its splice"), _("Command"), _("What became of it"))
type Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class MarkerModel(QAbstractTableModel):
    """A view of the desk's book. ``follow`` takes what came since, however much, as one insertion."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._channel, self._seen, self._changed = "", 0, 0
        self._rows: list[MarkerRow] = []

    def follow(self) -> None:
        """Show the selected channel as the book has it now."""
        book, channel = self._desk.markers, self._desk.selected
        fresh = book.fresh(channel) - self._seen
        rows = book.rows(channel)
        if channel != self._channel or fresh > len(rows):
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
        else:
            self._come(list(rows), fresh)
        if book.changed != self._changed and self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(HEADS) - 1))
        self._channel, self._seen, self._changed = channel, book.fresh(channel), book.changed

    def _come(self, rows: list[MarkerRow], fresh: int) -> None:
        """New rows on top; as many go at the bottom as the book has let go."""
        if not fresh:
            return
        stay = len(rows) - fresh
        if len(self._rows) > stay:
            self.beginRemoveRows(QModelIndex(), stay, len(self._rows) - 1)
            del self._rows[stay:]
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), 0, fresh - 1)
        self._rows = rows
        self.endInsertRows()

    def row(self, row: int) -> MarkerRow:
        """The marker in a row."""
        return self._rows[row]

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        heads = {Qt.ItemDataRole.DisplayRole: HEADS, Qt.ItemDataRole.ToolTipRole: _SPOKEN}.get(Qt.ItemDataRole(role))
        return heads[section] if heads else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own: texts, and all of a row as the tool tip and for assistive technology."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(self._rows[index.row()], index.column())
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self.spoken(self._rows[index.row()])
        return None

    def words(self, row: MarkerRow, column: int) -> str:
        """One cell's."""
        match column:
            case 0:
                return time_of(row, self._desk.zone)
            case 1:
                return row.whence_words
            case 2:
                return row.lead_words
            case 3:
                return f"{row.times}× {row.command_words}" if row.times > 1 else row.command_words
            case _:
                return self._desk.markers.fate(row).word

    def spoken(self, row: MarkerRow) -> str:
        """A whole row in one sentence."""
        told = self._desk.markers.fate(row)
        why = f": {told.says}" if told.says else ""
        cells = [self.words(row, column) for column in (_TIME, _FROM, _COMMAND)]
        return _("{join}; lead {lead_words}; {word}{why}").format(
            join=", ".join(cells), lead_words=row.lead_words, word=told.word, why=why
        )


class _Delegate(QStyledItemDelegate):
    def __init__(self, desk: Desk, model: MarkerModel, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._model, self.skin = desk, model, skin

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell; a chosen row is lighter, between white lines."""
        row, p, size = self._model.row(index.row()), self.skin.palette, self.skin.density.body
        rect, column = option.rect, index.column()
        box = QRectF(rect).adjusted(10, 0, -4, 0)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(rect, p.bg3)
            painter.fillRect(rect.left(), rect.top(), rect.width(), 1, p.sel)
            painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, p.sel)
        elif index.row() % 2:
            painter.fillRect(rect, p.bg0)
        words = self._model.words(row, column)
        if column == _BECAME:
            told = self._desk.markers.fate(row)
            icon_and_words(painter, box, told.icon, told.word, told.tone.colour(p), size)
        elif column == _COMMAND:
            colour = p.amber if row.problem else p.hi if chosen else p.text
            write(painter, box, elided(words, box.width(), size, MEDIUM), colour, size, MEDIUM)
        else:
            tone = Tone.AMBER if column == _LEAD and row.is_late else Tone.PLAIN
            write(painter, box, words, p.text if column == _FROM else tone.colour(p), size)
        painter.restore()


class _Header(QHeaderView):
    """The heads over their cells."""

    def __init__(self, skin: Skin, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.skin = skin
        self.setSectionsClickable(False)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's own name
        """One head, in capitals as all titles are."""
        p = self.skin.palette
        painter.fillRect(rect, p.bg2)
        write(painter, QRectF(rect).adjusted(10, 0, 0, 0), HEADS[logicalIndex], p.dim, self.skin.density.small)


class MarkerTable(QTableView):
    """Arrows move, Ctrl+C copies a marker's base64. The choice stays with its marker as newer ones come."""

    def __init__(self, desk: Desk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.markers = MarkerModel(desk)
        self._delegate = _Delegate(desk, self.markers, skin, self)
        self.setModel(self.markers)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(_("Markers"))
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self._header = _Header(skin, self)
        self.setHorizontalHeader(self._header)
        self._header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._header.setSectionResizeMode(_COMMAND, QHeaderView.ResizeMode.Stretch)
        self.dress(skin)

    @property
    def chosen(self) -> MarkerRow | None:
        """The marker that is chosen."""
        rows = self.selectionModel().selectedRows()
        return self.markers.row(rows[0].row()) if rows else None

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        """A chosen marker that leaves the list hands its choice on to no other."""
        chosen = self.selectionModel().selectedRows()
        if chosen and start <= chosen[0].row() <= end:
            self.selectionModel().clear()
        super().rowsAboutToBeRemoved(parent, start, end)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows, and the focus around them."""
        super().paintEvent(event)
        draw_focus(self, self._delegate.skin.palette)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy what is chosen as it is passed on; the rest is Qt's."""
        row = self.chosen
        if event.matches(QKeySequence.StandardKey.Copy) and row is not None:
            QGuiApplication.clipboard().setText(row.base64)
            return
        super().keyPressEvent(event)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._delegate.skin = self._header.skin = skin
        density, size = skin.density, skin.density.body
        self.verticalHeader().setMinimumSectionSize(density.row)
        self.verticalHeader().setDefaultSectionSize(density.row)
        self._header.setFixedHeight(density.row)
        self.setColumnWidth(_TIME, round(width_of("00:00:00.0", size, BOLD)) + 18)
        self.setColumnWidth(_FROM, round(width_of(_("PID 8190"), size, BOLD)) + 16)
        self.setColumnWidth(_LEAD, round(width_of("−00.0 s", size, BOLD)) + 16)
        self.setColumnWidth(_BECAME, round(width_of(_("WITHDRAWN"), size, BOLD)) + size + 22)
