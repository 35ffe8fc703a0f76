"""The rows of an import's diff in a table: per row whose word counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QWidget

from app.model.merging import Choice
from app.ui.fonts import BOLD, MEDIUM
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.model_words import capitals
from app.ui.theme import Skin
from app.ui.traffic.cell_edits import Key
from app.ui.traffic.diff_rows import DiffKind, DiffRow, taken
from app.ui.traffic.plain_table import NO_PARENT, Index, PlainDelegate, PlainTable, draw_ground
from app.ui.widgets.painting import elided, icon_and_words, width_of, write
from app.ui.words import _

HEADS = (_("WHAT"), _("CHANNEL"), _("BREAK"), _("HERE"), _("THE LIST"), _("TAKE"))
_WHAT, _CHANNEL, _BREAK, _HERE, _LIST, _TAKE = range(len(HEADS))
_LOOKS = {
    DiffKind.CONFLICT: (Icon.TRIANGLE, Tone.AMBER),
    DiffKind.REMOVED: (Icon.STRUCK_RING, Tone.PLAIN),
    DiffKind.CHANGED: (Icon.ARROW_OFF, Tone.PLAIN),
    DiffKind.ADDED: (Icon.PLUS, Tone.PLAIN),
}
_WORDS = {Choice.MINE: _("mine"), Choice.THEIRS: _("theirs"), None: _("choose…")}


class DiffModel(QAbstractTableModel):
    """``chosen``: somebody chose. ``fixed``: nothing can be chosen, it is done; but conflicts can."""

    chosen = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[DiffRow] = []
        self.choices: dict[Key, Choice] = {}
        self.done = False
        self._all: list[DiffRow] = []
        self._only: DiffKind | None = None

    def show_rows(self, rows: Sequence[DiffRow], *, done: bool = False) -> None:
        """Show these; choices of rows that are still there stand."""
        keys = {row.key for row in rows}
        self.choices = {key: choice for key, choice in self.choices.items() if key in keys}
        self._all, self.done = list(rows), done
        self.filter(self._only)

    def filter(self, only: DiffKind | None) -> None:
        """Only rows of a kind; None: all."""
        self._only = only
        self.beginResetModel()
        self.rows = [row for row in self._all if only is None or row.kind is only]
        self.endResetModel()

    def taken(self, row: DiffRow) -> Choice | None:
        """Whose word counts."""
        return taken(self.choices, row)

    def may_choose(self, row: DiffRow) -> bool:
        """What is done is done; what is locked stays as it is."""
        return not row.locked and (not self.done or row.kind is DiffKind.CONFLICT)

    def turn(self, number: int) -> None:
        """The other side's word."""
        row = self.rows[number]
        if self.may_choose(row):
            self.choices[row.key] = Choice.MINE if self.taken(row) is Choice.THEIRS else Choice.THEIRS
            self._told()

    def turn_all(self, choice: Choice) -> None:
        """Whose word counts in all rows that are shown."""
        self.choices |= {row.key: choice for row in self.rows if self.may_choose(row)}
        self._told()

    def _told(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0, _TAKE), self.index(len(self.rows) - 1, _TAKE))
        self.chosen.emit()

    def open_conflicts(self) -> int:
        """Conflicts that nobody has chosen in."""
        return sum(row.kind is DiffKind.CONFLICT and self.taken(row) is None for row in self._all)

    def counts(self) -> Mapping[DiffKind, int]:
        """How many rows of each kind."""
        return {kind: sum(row.kind is kind for row in self._all) for kind in DiffKind}

    def mine(self) -> set[Key]:
        """The rows, conflicts apart, in which the list's word does not count."""
        return {row.key for row in self._all if row.kind is not DiffKind.CONFLICT and self.taken(row) is Choice.MINE}

    def words(self, row: DiffRow, column: int) -> str:
        """One cell's."""
        here = f"{row.mine} ({row.reason})" if row.reason else row.mine
        titled = f"{row.break_id}  {row.title}".strip()
        return (capitals(row.kind), row.channel, titled, here, row.theirs, self.take_words(row))[column]

    def take_words(self, row: DiffRow) -> str:
        """Of the last column."""
        if row.locked:
            return _("locked")
        if self.done and row.kind is not DiffKind.CONFLICT:
            return _("done")
        return _WORDS[self.taken(row)]

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
        """Qt's own: texts, and all of a row as the tool tip and for assistive technology."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(row, index.column())
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole}:
            return _("{spoken}. Taken: {take_words}").format(spoken=row.spoken(), take_words=self.take_words(row))
        return None


class _Delegate(PlainDelegate):
    def __init__(self, model: DiffModel, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell: the side that counts is bright."""
        row, column = self._model.rows[index.row()], index.column()
        p, size = self.skin.palette, self.skin.density.body
        box = QRectF(option.rect).adjusted(10, 0, -4, 0)
        painter.save()
        draw_ground(painter, option, index.row(), self.skin)
        words = self._model.words(row, column)
        choice = self._model.taken(row)
        if column == _WHAT:
            icon, tone = _LOOKS[row.kind]
            icon_and_words(painter, box, icon, words, tone.colour(p), size)
        elif column == _TAKE:
            may = self._model.may_choose(row)
            colour = p.dim if not may else p.amber if choice is None else p.hi
            write(painter, box, words, colour, size, BOLD if may else MEDIUM)
        else:
            counts = {_HERE: Choice.MINE, _LIST: Choice.THEIRS}.get(column)
            bright = column == _BREAK or (counts is not None and counts is choice)
            weight = BOLD if bright else MEDIUM
            write(painter, box, elided(words, box.width(), size, weight), p.hi if bright else p.text, size, weight)
        painter.restore()


class DiffTable(PlainTable):
    """Space, Enter or a click on TAKE turns a row to the other side."""

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(skin, _("What the import changes"), HEADS, parent)
        self.setAccessibleDescription(_("Space takes mine or theirs"))
        self.rows = DiffModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(self.rows, skin, self))
        self.head.setSectionResizeMode(_LIST, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn the row; the rest is Qt's."""
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.rows.turn(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """On TAKE."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == _TAKE:
            self.rows.turn(index.row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What differs gets the room."""
        super().resizeEvent(event)
        size, left = self.skin.density.body, self.viewport().width()
        for column, words in {_WHAT: _("● CONFLICT"), _TAKE: _("choose…"), _CHANNEL: "regional-n"}.items():
            width = round(width_of(words, size, BOLD)) + 22
            self.setColumnWidth(column, width)
            left -= width
        self.setColumnWidth(_BREAK, left * 24 // 100)
        self.setColumnWidth(_HERE, left * 42 // 100)
