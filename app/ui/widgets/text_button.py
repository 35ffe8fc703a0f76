"""A small painted button with a word or a few: copies, switches, chooses; never a cue."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.theme import Skin
from app.ui.widgets.painting import MIDDLE, draw_edge, elided, fill_round, width_of, write

_PAD = 10.0


class TextButton(QAbstractButton):
    """``checked``: what it stands for is chosen. Its words elide in the middle; the tool tip has them whole."""

    def __init__(self, words: str, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.skin = skin
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setText(words)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.skin = skin
        self.updateGeometry()
        self.update()

    @property
    def size_px(self) -> int:
        """Of its type."""
        return self.skin.density.body if self.skin.density.roomy else self.skin.density.small

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        return QSize(round(width_of(self.text(), self.size_px) + 2 * _PAD), 28 if self.skin.density.roomy else 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As the other small buttons: white edge when chosen, dashed when it can't be pressed."""
        painter, box, p = QPainter(self), QRectF(self.rect()), self.skin.palette
        if self.isChecked() or self.isDown():
            fill_round(painter, box, p.bg0 if self.isDown() else p.bg3, 5)
            draw_edge(painter, box, p.sel, 2, radius=5)
        elif self.isEnabled():
            fill_round(painter, box, p.bg3, 5)
            draw_edge(painter, box, p.edge, 1.2, radius=5)
        else:
            draw_edge(painter, box, p.line, 1.2, dashed=True, radius=5)
        words = elided(self.text(), box.width() - 12, self.size_px, middle=True)
        write(painter, box, words, p.hi if self.isEnabled() else p.dim, self.size_px, align=MIDDLE)
        if self.hasFocus():
            draw_edge(painter, box.adjusted(2, 2, -2, -2), p.blue, 2, radius=3)
