"""The head of a panel at the bottom: its title, and a few words at the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.fonts import MEDIUM
from app.ui.theme import Skin
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import RIGHT, width_of, write


class PanelHead(Painted[str]):
    """TITLE … words."""

    def __init__(self, title: str, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(skin, "", parent)
        self._title = title
        self.dress(skin)

    @property
    def title_right(self) -> int:
        """Where its title ends: what else is in the head stands behind it."""
        return round(10 + width_of(self._title, self._title_px))

    @property
    def _title_px(self) -> int:
        return self.skin.density.body + 1 if self.skin.density.roomy else self.skin.density.small

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        super().dress(skin)
        self.setFixedHeight(28 if skin.density.roomy else 24)

    def sizeHint(self) -> QSize:
        """A dock that has it as title bar asks for it."""
        return QSize(0, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """As high as it is."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """On the header's ground."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        painter.fillRect(box, p.bg2)
        inner = box.adjusted(10, 0, -10, 0)
        write(painter, inner, self._title, p.hi, self._title_px)
        write(painter, inner, self.shown, p.dim, d.body if d.roomy else d.small, MEDIUM, RIGHT)
