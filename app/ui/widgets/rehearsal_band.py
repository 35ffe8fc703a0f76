"""The hatched band below the strip of a rehearsal: that nothing goes out, and the way to air."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.fonts import HEAVY, MEDIUM
from app.ui.icons import Icon, draw_icon
from app.ui.theme import Skin
from app.ui.widgets.painting import MIDDLE, fill_round, width_of, write
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

HEADLINE, SENTENCE = _("REHEARSAL"), _("private outputs and store: nothing goes to the origins")
_STEP, _SLANT = 14, 10


class RehearsalBand(QWidget):
    """Over the whole width, in every preset. ``asked``: the button was pressed; without ``promotes`` there is none."""

    asked = Signal()

    def __init__(self, skin: Skin, parent: QWidget | None = None, *, promotes: bool) -> None:
        super().__init__(parent)
        self._skin = skin
        self.setAccessibleName(f"{HEADLINE.capitalize()}: {SENTENCE}")
        self.button = TextButton(_("Put on air…"), skin, self)
        self.button.setToolTip(_("End the rehearsal and start the show with its own outputs; it asks first"))
        self.button.setAccessibleName(_("Put the show on air; it asks first"))
        self.button.pressed.connect(self.asked)
        self.button.setVisible(promotes)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.addStretch()
        layout.addWidget(self.button)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.button.dress(skin)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its button and a little."""
        return QSize(400, 34 if self._skin.density.roomy else 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Hatching, and a plate with the words in the middle."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self._skin.density, self._skin.palette
        painter.fillRect(box, p.bg2)
        painter.setPen(QPen(p.edge, 2))
        for left in range(-_SLANT, self.width() + _SLANT, _STEP):
            painter.drawLine(QPointF(left, box.bottom()), QPointF(left + _SLANT, box.top()))
        size = d.button
        words = width_of(HEADLINE, size, HEAVY)
        wide = 12 + size + 8 + words + 14 + width_of(SENTENCE, d.body, MEDIUM) + 14
        plate = QRectF((box.width() - wide) / 2, box.top(), wide, box.height())
        fill_round(painter, plate, p.bg2, 0)
        icon = QRectF(plate.left() + 12, box.center().y() - size / 2, size, size)
        draw_icon(painter, Icon.PLAY_RING, icon, p.hi)
        write(painter, QRectF(icon.right() + 8, box.top(), words, box.height()), HEADLINE, p.hi, size, HEAVY, MIDDLE)
        right = QRectF(icon.right() + 8 + words + 14, box.top(), wide, box.height())
        write(painter, right, SENTENCE, p.text, d.body, MEDIUM)
