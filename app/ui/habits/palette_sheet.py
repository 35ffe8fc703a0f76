"""The command palette: type to find any action, channel or break. It fires no cue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.fonts import MEDIUM, font
from app.ui.grammar import Tone
from app.ui.habits.finding import Offer, found
from app.ui.habits.said_line import SaidLine
from app.ui.habits.sheet import Sheet
from app.ui.theme import Skin
from app.ui.traffic.plain_table import draw_ground
from app.ui.widgets.painting import RIGHT, draw_cap, elided, width_of, write
from app.ui.words import _

type Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_HINT = _("Enter does it. Cues are listed with their keys and never fired from here.")


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.offers: list[Offer] = []

    def show_offers(self, offers: list[Offer]) -> None:
        self.beginResetModel()
        self.offers = offers
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.offers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        offer = self.offers[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{offer.kind}: {offer.words}" + (f", {offer.key}" if offer.key else "")
        return offer.why or offer.tells if role == Qt.ItemDataRole.ToolTipRole else None


class _Delegate(QStyledItemDelegate):
    def __init__(self, model: _Model, skin: Skin, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self.skin = model, skin

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, self.skin.density.row + 5)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        d, p, offer = self.skin.density, self.skin.palette, self._model.offers[index.row()]
        painter.save()
        draw_ground(painter, option, index.row(), self.skin)
        box = QRectF(option.rect).adjusted(10, 0, -10, 0)
        write(painter, box, offer.kind, p.dim, d.small)
        box.setLeft(box.left() + width_of(_("Channel"), d.small) + 18)
        right = box.right()
        if offer.key:
            right = draw_cap(painter, right, box.center().y(), offer.key, d.small, p.hi) - 10
        words = elided(offer.words, right - box.left(), d.body)
        write(painter, box, words, p.dim if offer.act is None else p.hi, d.body)
        room = right - box.left() - width_of(words, d.body) - 24
        tells = elided(offer.tells, room, d.small, MEDIUM)
        write(painter, QRectF(right - room, box.top(), room, box.height()), tells, p.dim, d.small, MEDIUM, RIGHT)
        painter.restore()


class PaletteSheet(Sheet):
    """``offers`` is asked when it opens. A digit, a letter or Enter in it is text, never a cue and no selection."""

    def __init__(self, offers: Callable[[], Iterable[Offer]], skin: Skin, parent: QWidget) -> None:
        super().__init__(_("COMMANDS"), skin, parent)
        self._offers, self._all = offers, list[Offer]()
        self.typed = QLineEdit(self)
        self.typed.setPlaceholderText(_("Type an action, a channel or a break"))
        self.typed.setAccessibleName(_("Find a command"))
        self.typed.setToolTip(_("Words in any order; arrows choose, Enter does it, Esc closes"))
        self.typed.setMaxLength(100)
        self.list = QListView(self)
        self._model = _Model()
        self._delegate = _Delegate(self._model, skin, self.list)
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._delegate)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(_("Commands found"))
        self.list.setToolTip(_("A click does it; cues are never fired from here"))
        self.line = SaidLine(skin, self)
        self.row.addStretch(1)
        self.row.addWidget(self.close_button)
        for part in (self.typed, self.list, self.line):
            self.body.addWidget(part)
        self.typed.textChanged.connect(self._find)
        self.list.clicked.connect(lambda index: self._do(index.row()))

    def first(self) -> QWidget:
        """Where to type."""
        return self.typed

    def open(self) -> None:
        """Empty, with everything that can be done now."""
        self._all = list(self._offers())
        self.typed.clear()
        self._find("")
        super().open()

    def place(self, area: QRect) -> None:
        """In the middle of the room, so that most of the pictures stay in sight."""
        width, height = min(760, area.width() - 40), min(460, area.height() - 40)
        self.setGeometry(area.center().x() - width // 2, area.top() + 20, width, height)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        super().dress(skin)
        self._delegate.skin = skin
        self.line.dress(skin)
        self.typed.setFont(font(skin.density.state, MEDIUM))
        p = skin.palette
        self.typed.setStyleSheet(
            f"background: {p.bg0.name()}; color: {p.hi.name()}; border: 2px solid {p.blue.name()};"
            " border-radius: 4px; padding: 5px 8px"
        )
        self._model.layoutChanged.emit()

    @property
    def offers(self) -> list[Offer]:
        """What is listed."""
        return self._model.offers

    def _find(self, typed: str) -> None:
        self._model.show_offers(found(self._all, typed))
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.line.say(_HINT if self._model.offers else _("Nothing is called that."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, Enter does it."""
        if event.key() in _MOVES:
            last = len(self._model.offers) - 1
            by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
            row = min(max(0, self.list.currentIndex().row() + by[Qt.Key(event.key())]), last)
            self.list.setCurrentIndex(self._model.index(row, 0))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self._do(self.list.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def _do(self, row: int) -> None:
        if not 0 <= row < len(self._model.offers):
            return
        offer = self._model.offers[row]
        if offer.act is None:
            self.line.say(
                _("{words} is not done from here: {why}.").format(words=offer.words, why=offer.why), Tone.AMBER
            )
            return
        self.shut()
        offer.act()
