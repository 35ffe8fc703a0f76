"""A plain message over the whole window: what it shows below is not the engine's state, and will not become it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.fonts import HEAVY, MEDIUM, font
from app.ui.icons import Icon, draw_icon
from app.ui.theme import Skin
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import write
from app.ui.words import _

_HEADLINE = _("This window has no engine")


class Notice(Painted[str]):
    """Hidden while there is nothing to say. The window can be closed below it: nothing on air depends on it."""

    def __init__(self, skin: Skin, parent: QWidget) -> None:
        super().__init__(skin, "", parent)
        self.hide()

    def tell(self, what: str) -> None:
        """One sentence that says what to do; empty: nothing is wrong."""
        if what == self.shown:
            return
        self.show_value(what)
        self.setAccessibleName(f"{_HEADLINE}: {what}" if what else "")
        self.setVisible(bool(what))
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icon and headline, the sentence below."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        painter.fillRect(box, p.bg1)
        left, middle = box.width() * 0.2, box.height() * 0.4
        draw_icon(painter, Icon.OCTAGON_CROSS, QRectF(left, middle - 18, 36, 36), p.red)
        headline = QRectF(left + 52, middle - 24, box.width() * 0.6, 48)
        write(painter, headline, _HEADLINE, p.hi, d.take, HEAVY)
        painter.setFont(font(d.title, MEDIUM))
        painter.setPen(p.text)
        room = QRectF(left + 52, headline.bottom() + 16, box.width() * 0.6, box.height() * 0.4)
        painter.drawText(room, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, self.shown)
