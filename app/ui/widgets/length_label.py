"""The line above the lengths: what they are for just now."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.ui.fonts import MEDIUM
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import RIGHT, write
from app.ui.words import _


class LengthLabel(Painted[str]):
    """LENGTH, and a few words at the right."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Both on one line."""
        painter, box, p = QPainter(self), QRectF(self.rect()), self.skin.palette
        write(painter, box, _("LENGTH"), p.dim, self.skin.density.small)
        write(painter, box, self.shown, p.dim, self.skin.density.small, MEDIUM, RIGHT)
