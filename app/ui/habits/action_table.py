"""The window's actions as a real table: group, action, its keys, what it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.ui.habits.window_actions import WINDOW_ACTIONS, WindowAction
from app.ui.theme import Skin
from app.ui.traffic.plain_table import NO_PARENT, Index, PlainTable

GROUP, WORDS, KEYS, TELLS = range(4)
type Widths = tuple[int, int, int]  # of all columns but the last, in pixels


class ActionModel(QAbstractTableModel):
    """One row an action, in their order."""

    def __init__(self, heads: Sequence[str], actions: Sequence[WindowAction]) -> None:
        super().__init__()
        self.heads, self.actions = tuple(heads), tuple(actions)

    def all_changed(self) -> None:
        """Any row may have other keys."""
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.actions) - 1, TELLS))

    def starts_group(self, row: int) -> bool:
        """Whether a row is the first of its group."""
        return row == 0 or self.actions[row].group is not self.actions[row - 1].group

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self.actions)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.heads[section]
        return None


class ActionTable(PlainTable):
    """``chosen``: Enter or a double click on an action, by its id. ``roomy``, ``narrow``: widths by density."""

    chosen = Signal(str)

    def __init__(
        self, model: ActionModel, name: str, roomy: Widths, narrow: Widths, skin: Skin, parent: QWidget
    ) -> None:
        self._roomy, self._narrow = roomy, narrow
        super().__init__(skin, name, model.heads, parent)
        self._model = model
        self.setModel(model)
        self.doubleClicked.connect(lambda index: self.chosen.emit(model.actions[index.row()].id))

    @property
    def action(self) -> WindowAction:
        """That of the selected row."""
        return self._model.actions[max(0, self.currentIndex().row())]

    def show_action(self, id_: str) -> None:
        """Select an action's row."""
        self.selectRow(list(WINDOW_ACTIONS).index(id_))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses, Esc is the sheet's."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.chosen.emit(self.action.id)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters find an action by its words, not by its group."""
        start = self.currentIndex().row() + 1
        rows = [*range(start, len(self._model.actions)), *range(start)]
        found = (row for row in rows if self._model.actions[row].words.lower().startswith(search.lower()))
        self.selectRow(next(found, self.currentIndex().row()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sentence has what the others leave."""
        super().resizeEvent(event)
        self.dress(self.skin)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        super().dress(skin)
        if self.model() is None:
            return
        wide = self._roomy if skin.density.roomy else self._narrow
        for column, width in enumerate(wide):
            self.setColumnWidth(column, width)
        self.setColumnWidth(TELLS, max(100, self.viewport().width() - sum(wide)))
