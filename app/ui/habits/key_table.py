"""The keyboard map as a real table: group, action, key, what it does."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from app.ui.fonts import MEDIUM
from app.ui.habits.keymap import Keymap
from app.ui.habits.window_actions import FIXED_KEYS, WINDOW_ACTIONS, WindowAction
from app.ui.theme import Skin
from app.ui.traffic.plain_table import NO_PARENT, Index, PlainDelegate, PlainTable, draw_ground
from app.ui.widgets.painting import cap_width, draw_cap, elided, write
from app.ui.words import _

_HEADS = (_("Group"), _("Action"), _("Key"), _("What it does"))
_GROUP, _WORDS, _KEY, _TELLS = range(4)


class KeyModel(QAbstractTableModel):
    """One row an action, in the order of the registry."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.keymap = keymap
        self.actions: tuple[WindowAction, ...] = (*WINDOW_ACTIONS.values(), *FIXED_KEYS)
        keymap.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.actions) - 1, _TELLS))

    def keys(self, action: WindowAction) -> tuple[str, ...]:
        """An action's keys: the user's, or those that nobody can change."""
        return action.keys if action in FIXED_KEYS else self.keymap.keys(action.id)

    def starts_group(self, row: int) -> bool:
        """Whether a row is the first of its group."""
        return row == 0 or self.actions[row].group is not self.actions[row - 1].group

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(self.actions)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Qt's own."""
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _HEADS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's own: texts, and the whole sentence as the tool tip."""
        action = self.actions[index.row()]
        keys = _(" or ").join(self.keys(action)) or _("no key")
        if role == Qt.ItemDataRole.DisplayRole:
            return (action.group.value, action.words, keys, action.tells)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            own = _(", your own") if self.keymap.is_own(action.id) else ""
            change = "" if action in FIXED_KEYS else _(". Enter: change its key")
            return f"{action.words} ({keys}{own}): {action.tells}{change}"
        return None


class _Delegate(PlainDelegate):
    def __init__(self, model: KeyModel, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Group and words in text, keys as caps; own ones say so."""
        d, p, row = self.skin.density, self.skin.palette, index.row()
        action, keymap = self._model.actions[row], self._model.keymap
        painter.save()
        draw_ground(painter, option, row, self.skin)
        box = QRectF(option.rect).adjusted(10, 0, -4, 0)
        if index.column() == _GROUP and self._model.starts_group(row):
            write(painter, box, action.group.value, p.dim, d.small)
        elif index.column() == _WORDS:
            write(painter, box, elided(action.words, box.width(), d.body), p.hi, d.body)
        elif index.column() == _KEY:
            left = box.left()
            for key in self._model.keys(action):
                left += cap_width(key, d.small)
                draw_cap(painter, left, box.center().y(), key, d.small, p.hi)
                left += 6
            if keymap.is_own(action.id):
                write(painter, box.adjusted(left - box.left() + 2, 0, 0, 0), _("yours"), p.amber, d.small)
        elif index.column() == _TELLS:
            write(painter, box, elided(action.tells, box.width(), d.body, MEDIUM), p.text, d.body, MEDIUM)
        painter.restore()


class KeyTable(PlainTable):
    """``chosen``: Enter or a double click on an action, by its id."""

    chosen = Signal(str)

    def __init__(self, keymap: Keymap, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, _("Keyboard map"), _HEADS, parent)
        self._model = KeyModel(keymap)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self._model, skin, self))
        self.setToolTip(_("All actions and their keys. Enter or a double click changes the key of a row"))
        self.doubleClicked.connect(lambda index: self.chosen.emit(self._model.actions[index.row()].id))
        self.selectRow(0)

    @property
    def action(self) -> WindowAction:
        """That of the selected row."""
        return self._model.actions[max(0, self.currentIndex().row())]

    def show_action(self, id_: str) -> None:
        """Select an action's row."""
        self.selectRow(list(WINDOW_ACTIONS).index(id_))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter changes, Esc is the sheet's."""
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
        wide = (150, 210, 200) if skin.density.roomy else (146, 160, 186)
        for column, width in enumerate(wide):
            self.setColumnWidth(column, width)
        self.setColumnWidth(_TELLS, max(100, self.viewport().width() - sum(wide)))
