"""The real button behind a painted tile: what the focus, a click and assistive technology hold on to."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget


class TileHandle(QAbstractButton):
    """Paints nothing; the grid below it does."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = name
        self.ganging = False  # the press under way is with Ctrl
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def describe(self, words: str) -> None:
        """What is read out, and the tool tip."""
        if words != self.accessibleName():
            self.setAccessibleName(words)
            self.setToolTip(words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """With Ctrl the channel joins those that the keys act on, or leaves them."""
        self.ganging = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        super().mousePressEvent(event)
        self.ganging = False

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
