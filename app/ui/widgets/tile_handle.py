"""The real button behind a painted tile: what the focus, a click and assistive technology hold on to."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

_STEPS = {
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Up: (0, -1),
}
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class TileHandle(QAbstractButton):
    """Paints nothing; the grid below it does.

    ``held``: a mouse button went down on it, or up; ``dragged``: with the tile on it, at this point of the screen;
    ``dropped``: let go there; ``given_up``: the drag was; ``stepped``: it is to go to the place beside it;
    ``doubled``: pressed twice; ``menu_asked``: at this point of the screen. None of these is ever a cue.
    """

    held = Signal(bool)
    dragged = Signal(QPoint)
    dropped = Signal(QPoint)
    given_up = Signal()
    stepped = Signal(object)
    doubled = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = name
        self.ganging = False  # the press under way is with Ctrl
        self._from: QPoint | None = None  # where the mouse button went down
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setUpdatesEnabled(False)  # there is nothing to paint, and Qt would ask it to with every picture below

    def describe(self, words: str) -> None:
        """What is read out, and the tool tip."""
        if words != self.accessibleName():
            self.setAccessibleName(words)
            self.setToolTip(words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """With Ctrl the channel joins those that the keys act on, or leaves them."""
        self.ganging = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = None if self.ganging else event.globalPosition().toPoint()
            self.held.emit(True)
        super().mousePressEvent(event)
        self.ganging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of two; the first has selected the channel already."""
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers():
            self.doubled.emit()
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag begins a few pixels from where the button went down: a hand that trembles moves nothing."""
        if self._from is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        at = event.globalPosition().toPoint()
        far = (at - self._from).manhattanLength() >= QApplication.startDragDistance()
        if self._dragging or far:
            self._dragging = True
            self.dragged.emit(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the tile."""
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        dragging, self._dragging, self._from = self._dragging, False, None
        if dragging:
            self.dropped.emit(event.globalPosition().toPoint())
        self.held.emit(False)

    def give_up(self) -> bool:
        """End a drag without effect; False where there is none."""
        dragging, self._dragging, self._from = self._dragging, False, None
        if dragging:
            self.given_up.emit()
        return dragging

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Shift and an arrow move the tile; the arrow alone moves the focus."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == _CTRL_SHIFT:
            if not event.isAutoRepeat():
                self.stepped.emit(step)
            event.accept()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of this tile, by the right button or the menu key."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        self.menu_asked.emit(event.globalPos() if by_mouse else self.mapToGlobal(self.rect().center()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The grid draws the focus inside the tile."""
        super().focusInEvent(event)
        self._repaint_below()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """As ``focusInEvent``."""
        super().focusOutEvent(event)
        self._repaint_below()

    def _repaint_below(self) -> None:
        if (below := self.parentWidget()) is not None:
            below.update(self.geometry())

    def sizeHint(self) -> QSize:
        """Any: the grid places it."""
        return QSize(100, 60)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Nothing."""
