"""The countdown: the largest number on the screen, in one place in every state."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.ui.countdown import NO_TIME, Countdown
from app.ui.fonts import BOLD, HEAVY
from app.ui.grammar import Tone
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import (
    MIDDLE,
    RIGHT,
    draw_edge,
    draw_ring,
    fill_round,
    icon_and_words,
    width_of,
    write,
)


class CountdownCard(Painted[Countdown]):
    """Paints a ``Countdown``."""

    def show_value(self, shown: Countdown) -> None:
        """Paint this from now on; digits that run are read out when they are asked for."""
        if shown == self.shown and self.accessibleName():
            return
        super().show_value(shown)
        times = (" ".join(pair) for pair in shown.times)
        self.setAccessibleName(", ".join(filter(None, (shown.headline, shown.digits, shown.below, *times))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Headline, digits, line; or ring and times."""
        painter, box, p = QPainter(self), QRectF(self.rect()), self.skin.palette
        fill_round(painter, box, p.bg0, 5)
        if self.shown.ring is not None:
            self._paint_ring(painter, box)
        else:
            self._paint_digits(painter, box)
        draw_edge(painter, box, p.redf if self.shown.filled else p.line, 1, radius=5)

    def _paint_digits(self, painter: QPainter, box: QRectF) -> None:
        d, p, shown = self.skin.density, self.skin.palette, self.shown
        head = QRectF(box.left(), box.top(), box.width(), 38 if d.roomy else 26)
        colour = p.text if shown.tone is Tone.QUIET else shown.tone.colour(p)
        if shown.filled:
            fill_round(painter, head, p.redf, 5)
            painter.fillRect(head.adjusted(0, 8, 0, 0), p.redf)
            colour = p.sel
        size = d.button
        icon_and_words(painter, head.adjusted(14, 0, 0, 0), shown.icon, shown.headline, colour, size, BOLD)
        write(painter, head.adjusted(0, 0, -14, 0), shown.aside, colour, d.state, BOLD, RIGHT)
        foot = 34.0 if d.roomy else 22.0
        middle = QRectF(box.left(), head.bottom(), box.width(), box.height() - head.height() - foot)
        digits = _fitting(shown.digits, d.countdown, box.width() - 24)
        quiet = shown.digits == NO_TIME
        write(painter, middle, shown.digits, p.dim if quiet else p.hi, digits, HEAVY, MIDDLE)
        below = QRectF(box.left(), box.bottom() - foot, box.width(), foot - 4)
        write(painter, below, shown.below, p.text, d.state if d.roomy else d.small, BOLD, MIDDLE)

    def _paint_ring(self, painter: QPainter, box: QRectF) -> None:
        d, p, shown = self.skin.density, self.skin.palette, self.shown
        if shown.ring is None:
            return
        margin = 8 if d.roomy else 5
        side = box.height() - 2 * margin
        place = QRectF(box.left() + margin + 4, box.top() + margin, side, side)
        draw_ring(painter, place, shown.ring, side * 0.078, (p.bg3, p.amber, p.edge))
        digits = _fitting(shown.digits, d.ring, side * 0.72)
        write(painter, place.adjusted(0, -side * 0.06, 0, -side * 0.06), shown.digits, p.hi, digits, HEAVY, MIDDLE)
        unit = QRectF(place.left(), place.top() + side * 0.70, side, side * 0.16)
        write(painter, unit, shown.below, p.dim, d.state, BOLD, MIDDLE)
        self._paint_times(
            painter, QRectF(place.right() + 12, box.top(), box.right() - place.right() - 16, box.height())
        )

    def _paint_times(self, painter: QPainter, box: QRectF) -> None:
        d, p, shown = self.skin.density, self.skin.palette, self.shown
        lines = [(shown.headline, p.amber, d.button + 4 if d.roomy else d.button + 1, HEAVY)]
        for label, time in shown.times:
            lines += [
                (label, p.dim, d.body if d.roomy else d.small, BOLD),
                (time, p.hi, d.title if d.roomy else 15, HEAVY),
            ]
        step = box.height() / (len(lines) + 1)
        for place, (words, colour, size, weight) in enumerate(lines, 1):
            fitted = _fitting(words, size, box.width()) if weight is HEAVY else size
            line = QRectF(box.left(), box.top() + step * place - 15, box.width(), 30)
            write(painter, line, words, colour, fitted, weight)


def _fitting(words: str, size_px: int, width: float) -> int:
    """The size, or as much less of it as the words need to fit: a time is never cut."""
    while size_px > 12 and width_of(words, size_px, HEAVY) > width:
        size_px -= 1
    return size_px
