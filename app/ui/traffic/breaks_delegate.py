"""Cells of the table of breaks: how they look, and the field that is typed into."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.fonts import BOLD, MEDIUM
from app.ui.grammar import Tone
from app.ui.theme import Skin
from app.ui.traffic.break_row import BreakRow
from app.ui.traffic.breaks_model import BreaksModel
from app.ui.traffic.cell_editor import CellEditor
from app.ui.traffic.columns import SPOKEN, Column
from app.ui.traffic.plain_table import Index, PlainDelegate, draw_ground
from app.ui.widgets.painting import elided, icon_and_words, write
from app.ui.words import _

_HEAVY = frozenset({Column.OUT, Column.LENGTH, Column.TITLE})
_HINTS = {
    Qt.Key.Key_Return: QAbstractItemDelegate.EndEditHint.NoHint,
    Qt.Key.Key_Enter: QAbstractItemDelegate.EndEditHint.NoHint,
    Qt.Key.Key_Tab: QAbstractItemDelegate.EndEditHint.EditNextItem,
    Qt.Key.Key_Backtab: QAbstractItemDelegate.EndEditHint.EditPreviousItem,
}


class BreaksDelegate(PlainDelegate):
    """While a field is open the model holds still."""

    def __init__(self, model: BreaksModel, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, parent)
        self._model = model
        self._index: QPersistentModelIndex | None = None

    # ---- looks

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        row, column = self._model.row(index.row()), Column(index.column())
        p, size = self.skin.palette, self.skin.density.body
        box = QRectF(option.rect).adjusted(10, 0, -4, 0)
        painter.save()
        chosen = draw_ground(painter, option, index.row(), self.skin)
        if column in {Column.STATE, Column.PROOF}:
            says = self._model.state(row) if column is Column.STATE else self._model.proof(row)
            weight = BOLD if column is Column.STATE or says.tone is not Tone.QUIET else MEDIUM
            words = elided(says.words, box.width() - size - 6, size, weight)
            icon_and_words(painter, box, says.icon, words, says.tone.colour(p), size, weight)
        else:
            weight = BOLD if column in _HEAVY else MEDIUM
            quiet = self._is_past(row)
            colour = p.dim if quiet else p.hi if column in _HEAVY or chosen else p.text
            words = elided(row.cells[column], box.width(), size, weight, middle=column is Column.CHANNEL)
            write(painter, box, words, colour, size, weight)
        painter.restore()

    def _is_past(self, row: BreakRow) -> bool:
        return bool(self._model.locked(row)) and self._model.state(row).tone is Tone.QUIET

    # ---- typing

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Qt's own."""
        self._model.hold(held=True)
        self._index = QPersistentModelIndex(index)
        name = SPOKEN[index.column()].partition(",")[0]
        return CellEditor(
            self.skin, parent, _("{name} of {key}").format(name=name, key=self._model.row(index.row()).key[1])
        )

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Qt's own."""
        field = cast("CellEditor", editor)
        field.setText(str(index.data(Qt.ItemDataRole.EditRole)))
        field.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Qt's own."""
        model.setData(index, cast("CellEditor", editor).text())

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        """The rows may move again."""
        super().destroyEditor(editor, index)
        self._index = None
        self._model.hold(held=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Tab take what can be taken, and nothing else; leaving the field tells what was not."""
        if not isinstance(watched, CellEditor) or self._index is None or not self._index.isValid():
            return super().eventFilter(watched, event)
        if event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(cast("QKeyEvent", event).key())
            if key in _HINTS:
                self._take(watched, _HINTS[key])
                return True
        if event.type() is QEvent.Type.FocusOut and (reason := self._model.trouble(self._index, watched.text())):
            self._model.refused.emit(
                _("{accessibleName} stays as it was: {reason}").format(
                    accessibleName=watched.accessibleName(), reason=reason
                )
            )
            self.closeEditor.emit(watched, QAbstractItemDelegate.EndEditHint.RevertModelCache)
            return True
        return super().eventFilter(watched, event)

    def _take(self, field: CellEditor, hint: QAbstractItemDelegate.EndEditHint) -> None:
        if self._index is None:
            return
        if reason := self._model.trouble(self._index, field.text()):
            field.refuse(reason)
            return
        self.commitData.emit(field)
        self.closeEditor.emit(field, hint)
