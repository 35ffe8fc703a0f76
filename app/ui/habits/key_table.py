"""The keyboard map as a real table: group, action, key, what it does."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from app.ui.fonts import MEDIUM
from app.ui.habits.action_table import GROUP, KEYS, TELLS, WORDS, ActionModel, ActionTable
from app.ui.habits.keymap import Keymap
from app.ui.habits.window_actions import FIXED_KEYS, WINDOW_ACTIONS, WindowAction
from app.ui.theme import Skin
from app.ui.traffic.plain_table import Index, PlainDelegate, draw_ground
from app.ui.widgets.painting import cap_width, draw_cap, elided, write
from app.ui.words import _

_HEADS = (_("Group"), _("Action"), _("Key"), _("What it does"))


class KeyModel(ActionModel):
    """All actions and, below them, the keys that nobody can change."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__(_HEADS, (*WINDOW_ACTIONS.values(), *FIXED_KEYS))
        self.keymap = keymap
        keymap.changed.connect(self.all_changed)

    def keys(self, action: WindowAction) -> tuple[str, ...]:
        """An action's keys: the user's, or those that nobody can change."""
        return action.keys if action in FIXED_KEYS else self.keymap.keys(action.id)

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
        if index.column() == GROUP and self._model.starts_group(row):
            write(painter, box, action.group.value, p.dim, d.small)
        elif index.column() == WORDS:
            write(painter, box, elided(action.words, box.width(), d.body), p.hi, d.body)
        elif index.column() == KEYS:
            left = box.left()
            for key in self._model.keys(action):
                left += cap_width(key, d.small)
                draw_cap(painter, left, box.center().y(), key, d.small, p.hi)
                left += 6
            if keymap.is_own(action.id):
                write(painter, box.adjusted(left - box.left() + 2, 0, 0, 0), _("yours"), p.amber, d.small)
        elif index.column() == TELLS:
            write(painter, box, elided(action.tells, box.width(), d.body, MEDIUM), p.text, d.body, MEDIUM)
        painter.restore()


class KeyTable(ActionTable):
    """Every key of the window."""

    def __init__(self, keymap: Keymap, skin: Skin, parent: QWidget) -> None:
        model = KeyModel(keymap)
        super().__init__(model, _("Keyboard map"), (150, 210, 200), (146, 160, 186), skin, parent)
        self.setItemDelegate(_Delegate(model, skin, self))
        self.setToolTip(_("All actions and their keys. Enter or a double click changes the key of a row"))
        self.selectRow(0)
