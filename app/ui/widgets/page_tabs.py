"""The tabs of the bottom panel: real ones, for keys and assistive technology, in the panel's dress."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QWidget

from app.ui.fonts import MEDIUM
from app.ui.theme import Skin
from app.ui.widgets.painting import MIDDLE, RIGHT, draw_edge, elided, width_of, write

_PAD = 12.0


class PageTabs(QTabBar):
    """A white line over the page that is open; a few words about it at the right."""

    def __init__(self, titles: tuple[str, ...], skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._skin, self.words, self._beside = skin, "", False
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for title in titles:
            self.addTab(title)
        self.dress(skin)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.setFixedHeight(28 if skin.density.roomy else 24)
        for index in range(self.count()):
            self.setTabText(index, self.tabText(index))  # its width is asked for again
        self.update()

    def say(self, words: str) -> None:
        """About the page that is open."""
        if words != self.words:
            self.words = words
            self.update()

    @property
    def _size_px(self) -> int:
        return self._skin.density.body + 1 if self._skin.density.roomy else self._skin.density.small

    def tabSizeHint(self, index: int) -> QSize:
        """As wide as its title."""
        return QSize(round(width_of(self.tabText(index), self._size_px) + 2 * _PAD), self.height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        """A title is never cut."""
        return self.tabSizeHint(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Beside the titles the panel is taken hold of, not a tab."""
        self._leave_beside(event) or super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """As the press."""
        self._leave_beside(event) or super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """As the press."""
        self._leave_beside(event) or super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """As the press."""
        self._leave_beside(event) or super().mouseDoubleClickEvent(event)

    def _leave_beside(self, event: QMouseEvent) -> bool:
        if event.type() in {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick}:
            self._beside = self.tabAt(event.position().toPoint()) < 0
        if self._beside:
            event.ignore()
        return self._beside

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Titles on the header's ground."""
        painter, p, d = QPainter(self), self._skin.palette, self._skin.density
        painter.fillRect(self.rect(), p.bg2)
        right = 0.0
        for index in range(self.count()):
            box, current = QRectF(self.tabRect(index)), index == self.currentIndex()
            if current:
                painter.fillRect(box, p.bg1)
                painter.fillRect(QRectF(box.left(), 0, box.width(), 2), p.sel)
            write(painter, box, self.tabText(index), p.hi if current else p.dim, self._size_px, align=MIDDLE)
            painter.fillRect(QRectF(box.right() - 1, box.top() + 5, 1, box.height() - 10), p.line)
            if current and self.hasFocus():
                draw_edge(painter, box.adjusted(2, 3, -3, -2), p.blue, 2, radius=3)
            right = box.right()
        room = QRectF(right + 12, 0, self.width() - right - 22, self.height())
        size = d.body if d.roomy else d.small
        write(painter, room, elided(self.words, room.width(), size, MEDIUM), p.dim, size, MEDIUM, RIGHT)
