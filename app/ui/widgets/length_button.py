"""One length of the panel: a choice, not a cue."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui import text
from app.ui.theme import Skin
from app.ui.widgets.painting import MIDDLE, draw_edge, fill_round, write
from app.ui.words import _


class LengthButton(QAbstractButton):
    """``checked``: the chosen length; a second press takes the choice back."""

    def __init__(self, duration_s: Fraction, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.duration_s, self.skin = duration_s, skin
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setText(text.preset(duration_s))
        self.setAccessibleName(_("Length {length}").format(length=self.text()))
        self.setToolTip(_("A new break of {self} for CUE NEXT; EXTEND to it").format(self=self.text()))

    def show_choice(self, chosen: bool, usable: bool) -> None:
        """Paint as chosen or not; dashed when a length changes nothing now."""
        if chosen != self.isChecked() or usable != self.isEnabled() or not self.isCheckable():
            self.setCheckable(True)
            self.setChecked(chosen)
            self.setEnabled(usable)
            self.update()

    def nextCheckState(self) -> None:
        """The panel decides what is chosen."""

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self.skin = skin
        self.update()

    def sizeHint(self) -> QSize:
        """Any: the column places it."""
        return QSize(56, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The length in the dress of a small button."""
        painter, box = QPainter(self), QRectF(self.rect())
        p, size = self.skin.palette, self.skin.density.button
        if self.isChecked():
            fill_round(painter, box, p.bg3, 5)
            draw_edge(painter, box, p.sel, 2, radius=5)
        elif self.isEnabled():
            fill_round(painter, box, p.bg3, 5)
            draw_edge(painter, box, p.edge, 1.2, radius=5)
        else:
            draw_edge(painter, box, p.line, 1.2, dashed=True, radius=5)
        write(painter, box, self.text(), p.hi if self.isChecked() or self.isEnabled() else p.dim, size, align=MIDDLE)
        if self.hasFocus():
            draw_edge(painter, box.adjusted(3, 3, -3, -3), p.blue, 2, radius=3)
