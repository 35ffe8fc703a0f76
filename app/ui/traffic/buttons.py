"""Buttons of the traffic page beside the plain ones."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.ui.widgets.painting import MIDDLE, draw_edge, fill_round, write
from app.ui.widgets.text_button import TextButton


class PrimaryButton(TextButton):
    """The one that carries out what the others prepare: a light face. Where it can't be pressed, the tip says why."""

    def allow(self, reason: str) -> None:
        """It can be pressed, unless there is a reason."""
        self.setEnabled(not reason)
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As TAKE's own face."""
        if not self.isEnabled() or self.isDown():
            super().paintEvent(event)
            return
        painter, box, p = QPainter(self), QRectF(self.rect()), self.skin.palette
        fill_round(painter, box, p.face, 5)
        write(painter, box, self.text(), p.ink, self.size_px, align=MIDDLE)
        if self.hasFocus():
            draw_edge(painter, box.adjusted(2, 2, -2, -2), p.blueb, 2, radius=3)
