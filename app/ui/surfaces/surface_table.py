"""The surfaces' keys as a real table: group, action, keys, what it does."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from app.ui.fonts import MEDIUM
from app.ui.habits.action_table import GROUP, KEYS, TELLS, ActionModel, ActionTable
from app.ui.habits.window_actions import WINDOW_ACTIONS
from app.ui.surfaces.surface_map import SurfaceMap
from app.ui.theme import Skin
from app.ui.traffic.plain_table import Index, PlainDelegate, draw_ground
from app.ui.widgets.painting import elided, write
from app.ui.words import _

_HEADS = (_("Group"), _("Action"), _("Keys of surfaces"), _("What it does"))
_NONE = _("none")


class SurfaceModel(ActionModel):
    """All actions that can be bound."""

    def __init__(self, keys: SurfaceMap) -> None:
        super().__init__(_HEADS, tuple(WINDOW_ACTIONS.values()))
        self._map = keys
        keys.changed.connect(self.all_changed)

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
        if index.column() == GROUP:
            if self._model.starts_group(row):
                write(painter, box, words, p.dim, d.small)
        elif index.column() == TELLS:
            write(painter, box, elided(words, box.width(), d.body, MEDIUM), p.text, d.body, MEDIUM)
        else:
            quiet = index.column() == KEYS and words == _NONE
            write(painter, box, elided(words, box.width(), d.body, middle=True), p.dim if quiet else p.hi, d.body)
        painter.restore()


class SurfaceTable(ActionTable):
    """Every key of a surface."""

    def __init__(self, keys: SurfaceMap, skin: Skin, parent: QWidget) -> None:
        model = SurfaceModel(keys)
        super().__init__(model, _("Keys of surfaces"), (150, 210, 330), (130, 160, 270), skin, parent)
        self.setItemDelegate(_Delegate(model, skin, self))
        self.setToolTip(_("All actions and their keys on surfaces. Enter or a double click binds one more key"))
        self.selectRow(0)
