"""The head of the cue column: which channel the keys act on, and its state."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.ui import grammar
from app.ui.fonts import HEAVY, MEDIUM
from app.ui.grammar import Mark
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import MIDDLE, draw_mark, elided, mark_width, write
from app.ui.words import _


@dataclass(frozen=True, slots=True)
class Title:
    """Number, name, who operates, state; who has the con, and of how many channels the keys are."""

    number: int = 0
    name: str = _("no channel")
    operator: str = ""
    mark: Mark = grammar.OFF_AIR
    con: str = ""
    gang: str = ""

    def below(self, *, roomy: bool) -> str:
        """The line under the name; in a narrow window only what is out of the ordinary."""
        if not roomy or self.con or self.gang:
            return " · ".join(filter(None, (self.gang, self.con)))
        return _("Operator: {operator}").format(operator=self.operator)


class ColumnTitle(Painted[Title]):
    """Paints a ``Title``."""

    def show_value(self, shown: Title) -> None:
        """Paint this from now on."""
        if shown == self.shown and self.accessibleName():
            return
        super().show_value(shown)
        self.setAccessibleName(
            _("Channel {number}: {name}, {word}").format(
                number=shown.number or _("none"), name=shown.name, word=shown.mark.word
            )
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """White number, name, state word."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        side = min(box.height(), 48.0)
        plate = QRectF(0, (box.height() - side) / 2, side, side)
        painter.fillRect(plate, p.sel)
        write(painter, plate, str(self.shown.number or "–"), p.ink, d.title + 4 if d.roomy else d.title, HEAVY, MIDDLE)
        left = side + (14 if d.roomy else 8)
        room = box.width() - left - mark_width(self.shown.mark, d.state) - 10
        name = elided(self.shown.name, room, d.title, HEAVY, middle=True)
        self.setToolTip(self.shown.name if name != self.shown.name else "")
        below_words = elided(self.shown.below(roomy=d.roomy), room, d.body if d.roomy else d.small, MEDIUM)
        if d.roomy:
            write(painter, QRectF(left, box.height() * 0.27 - 15, room, 30), name, p.hi, d.title, HEAVY)
            below = QRectF(left, box.height() * 0.76 - 12, room, 24)
            write(painter, below, below_words, p.hi if self.shown.con or self.shown.gang else p.dim, d.body, MEDIUM)
        elif below_words:
            write(painter, QRectF(left, box.height() * 0.3 - 12, room, 24), name, p.hi, d.title, HEAVY)
            write(painter, QRectF(left, box.height() * 0.8 - 9, room, 18), below_words, p.hi, d.small, MEDIUM)
        else:
            write(painter, QRectF(left, 0, room, box.height()), name, p.hi, d.title, HEAVY)
        draw_mark(painter, box.right(), box.center().y(), self.shown.mark, d.state, p)
