"""The surfaces' keys as a real table: group, action, keys, what it does."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from app.ui.fonts import MEDIUM
from app.ui.habits.window_actions import WINDOW_ACTIONS, WindowAction
from app.ui.surfaces.surface_map import SurfaceMap
from app.ui.theme import Skin
from app.ui.traffic.plain_table import NO_PARENT, Index, PlainDelegate, PlainTable, draw_ground
from app.ui.widgets.painting import elided, write
from app.ui.words import _

_HEADS = (_("Group"), _("Action"), _("Keys of surfaces"), _("What it does"))
_GROUP, _WORDS, _KEYS, _TELLS = range(4)
_NONE = _("none")


class SurfaceModel(QAbstractTableModel):
    """One row an action, in the order of the registry."""

    def __init__(self, keys: SurfaceMap) -> None:
        super().__init__()
        self._map = keys
        self.actions: tuple[WindowAction, ...] = tuple(WINDOW_ACTIONS.values())
        keys.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.actions) - 1, _TELLS))

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
        keys = ", ".join(key.words for key in self._map.keys(action.id)) or _NONE
        if role == Qt.ItemDataRole.DisplayRole:
            return (action.group.value, action.words, keys, action.tells)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _("{words} ({keys}): {tells}. Enter: bind one more key").format(
                words=action.words, keys=keys, tells=action.tells
            )
        return None


class _Delegate(PlainDelegate):
    def __init__(self, model: SurfaceModel, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Group where it starts, the rest in text; what has no key is quiet."""
        d, p, row = self.skin.density, self.skin.palette, index.row()
        painter.save()
        draw_ground(painter, option, row, self.skin)
        box = QRectF(option.rect).adjusted(10, 0, -4, 0)
        words = str(self._model.data(index))
        actions = self._model.actions
        if index.column() == _GROUP:
            if row == 0 or actions[row].group is not actions[row - 1].group:
                write(painter, box, words, p.dim, d.small)
        elif index.column() == _TELLS:
            write(painter, box, elided(words, box.width(), d.body, MEDIUM), p.text, d.body, MEDIUM)
        else:
            quiet = index.column() == _KEYS and words == _NONE
            write(painter, box, elided(words, box.width(), d.body, middle=True), p.dim if quiet else p.hi, d.body)
        painter.restore()


class SurfaceTable(PlainTable):
    """``chosen``: Enter or a double click on an action, by its id."""

    chosen = Signal(str)

    def __init__(self, keys: SurfaceMap, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, _("Keys of surfaces"), _HEADS, parent)
        self._model = SurfaceModel(keys)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self._model, skin, self))
        self.setToolTip(_("All actions and their keys on surfaces. Enter or a double click binds one more key"))
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
        """Enter binds, Esc is the sheet's."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.chosen.emit(self.action.id)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sentence has what the others leave."""
        super().resizeEvent(event)
        self.dress(self.skin)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        super().dress(skin)
        if self.model() is None:
            return
        wide = (150, 210, 330) if skin.density.roomy else (130, 160, 270)
        for column, width in enumerate(wide):
            self.setColumnWidth(column, width)
        self.setColumnWidth(_TELLS, max(100, self.viewport().width() - sum(wide)))
