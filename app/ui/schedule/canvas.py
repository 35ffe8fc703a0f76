"""The timeline itself: its view, painted in layers, with a hand and a keyboard on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip

from app.ui.desk import Desk
from app.ui.schedule.acts import Acts
from app.ui.schedule.block_words import spoken
from app.ui.schedule.canvas_paint import CanvasPainter
from app.ui.schedule.hand import Hand
from app.ui.schedule.keys import press_key
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.schedule.view import TimelineView
from app.ui.theme import Skin


class TimelineCanvas(TimelineView):
    """Hands Qt's events on. ``break_asked``: what became of a block is wanted; its channel and break."""

    break_asked = Signal(str, str)

    def __init__(self, desk: Desk, schedule: ScheduleDesk, skin: Skin, *, minutage: bool) -> None:
        super().__init__(desk, schedule, skin, minutage=minutage)
        self._painter = CanvasPainter(self)
        self.is_behind = self._painter.behind
        self.hand, self.acts = Hand(self), Acts(self)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.skin = skin
        self._painter.forget()
        self.update()

    def event(self, event: QEvent) -> bool:
        """What a block is, in words, when the mouse rests on it."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            block = self.hand.block_at(event.pos())
            if block is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), spoken(block, self), self, self.box_of(block) or self.rect())
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Layers: rows from memory where nothing changed, heads, ghost."""
        self._painter.paint()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Whole rows only."""
        self.resettle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a block, its end, the ground or the ruler."""
        self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or show what a press would take hold of."""
        self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the ground: a new break."""
        self.hand.double(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Rows; with Shift time, with Ctrl zoom."""
        self.hand.wheel(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """All that can be done here, with its keys."""
        self.hand.menu(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """All the mouse does."""
        if not press_key(self, event):
            super().keyPressEvent(event)

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Show the focus."""
        self.update()

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Show that it is gone."""
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Something comes from the library, or files."""
        self.hand.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """It is over us."""
        self.hand.drag(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """It has gone."""
        self.hand.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """It is let go here."""
        self.hand.drop(event)
