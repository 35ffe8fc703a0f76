"""The library's cards in a real list: dragged, or inserted by Enter."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

from app.ui.fonts import BOLD, MEDIUM
from app.ui.theme import Skin
from app.ui.traffic.plain_table import Index, PlainDelegate
from app.ui.traffic.shelf import ShelfModel, ShelfRow
from app.ui.widgets.painting import RIGHT, draw_edge, draw_focus, elided, fill_round, width_of, write
from app.ui.words import _

_HANDLE = 22


class _Delegate(PlainDelegate):
    def __init__(self, model: ShelfModel, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, parent)
        self._model = model

    @property
    def height(self) -> int:
        """Of a card with the gap below it."""
        return 50 if self.skin.density.roomy else 44

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """As wide as the list."""
        return QSize(option.rect.width(), self.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Six dots to take it by, title and length, what it is."""
        row, p, d = self._model.rows[index.row()], self.skin.palette, self.skin.density
        box = QRectF(option.rect).adjusted(0, 0, 0, -4)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        fill_round(painter, box, p.bg3 if chosen else p.bg2, 4)
        draw_edge(painter, box, p.sel if chosen else p.line, 2 if chosen else 1, radius=4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(p.dim)
        for n in range(6):
            x, y = box.left() + 9 + n % 2 * 5, box.center().y() - 6 + n // 2 * 5
            painter.drawEllipse(QRectF(x, y, 2.6, 2.6))
        inner = box.adjusted(_HANDLE + 6, 4, -9, -4)
        upper = QRectF(inner.left(), inner.top(), inner.width(), inner.height() / 2)
        taken = width_of(row.length, d.body + 1) + 8 if row.length else 0
        title = elided(row.title, upper.width() - taken, d.body, BOLD)
        write(painter, upper, title, p.hi, d.body)
        write(painter, upper, row.length, p.hi, d.body + 1, BOLD, RIGHT)
        lower = upper.translated(0, upper.height())
        write(painter, lower, elided(row.detail, lower.width(), d.small, MEDIUM), p.dim, d.small, MEDIUM)
        painter.restore()


class ShelfList(QListView):
    """``inserted``: Enter or a double click. ``edited``, ``removed``, ``added``: by F2, Del, Ins."""

    inserted = Signal()
    edited = Signal()
    removed = Signal()
    added = Signal()
    dragging = Signal(bool)

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shelf = ShelfModel(self)
        self._delegate = _Delegate(self.shelf, skin, self)
        self.setModel(self.shelf)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(_("Spots, pods and templates"))
        self.setAccessibleDescription(_("Drag onto the timeline; Enter inserts, Ins adds, F2 edits, Del removes"))
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.doubleClicked.connect(self.inserted)

    @property
    def chosen(self) -> ShelfRow | None:
        """The card that is chosen."""
        indexes = self.selectionModel().selectedIndexes()
        return self.shelf.rows[indexes[0].row()] if indexes else None

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Nothing hangs at the pointer: a card there would hide the ghost on the timeline, which says more."""
        chosen = self.selectionModel().selectedIndexes()
        if not chosen:
            return
        drag, nothing = QDrag(self), QPixmap(1, 1)
        nothing.fill(Qt.GlobalColor.transparent)
        drag.setMimeData(self.shelf.mimeData(chosen))
        drag.setPixmap(nothing)
        self.dragging.emit(True)
        try:
            drag.exec(Qt.DropAction.CopyAction)
        finally:
            self.dragging.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the mouse does, by keys."""
        acts = {
            Qt.Key.Key_Return: self.inserted,
            Qt.Key.Key_Enter: self.inserted,
            Qt.Key.Key_F2: self.edited,
            Qt.Key.Key_Delete: self.removed,
            Qt.Key.Key_Insert: self.added,
        }
        act = acts.get(Qt.Key(event.key()))
        if act is not None:
            act.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cards, and the focus around them."""
        super().paintEvent(event)
        draw_focus(self, self._delegate.skin.palette)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._delegate.skin = skin
        self.scheduleDelayedItemsLayout()
