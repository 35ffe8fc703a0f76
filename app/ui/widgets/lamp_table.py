"""Landed proof: a row of lamps for every origin."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.ui.grammar import Tone
from app.ui.trail import Lamp, LampRow
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import GAP, elided, icon_and_words, write
from app.ui.words import _

COLUMNS = (0.0, 0.272, 0.485, 0.745)  # as the longest words need them in both densities
_APART = 2.0  # from words to the next lamp


def words_room(column: int, width: float, size_px: int) -> float:
    """How wide the words of a lamp may be in one of the columns 1 to 3 of a table of this width."""
    end = (*COLUMNS, 1.0)[column + 1] * width
    return end - COLUMNS[column] * width - size_px - GAP - (_APART if end < width else 0)


class LampTable(Painted[tuple[LampRow, ...]]):
    """Origin, SENT, ACCEPTED, LANDED; with more origins than room, the last line says how many are left out."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Header, divider, rows."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        head, row = 22.0, 38.0 if d.roomy else 27.0
        if self.shown and (box.height() - head) / len(self.shown) < row:  # closer before one is left out
            row = max((box.height() - head) / len(self.shown), 28.0 if d.roomy else 22.0)
        room = int((box.height() - head) // row)
        rows = self.shown if len(self.shown) <= room else self.shown[: max(0, room - 1)]
        titles = (_("LANDED PROOF") if d.roomy else _("PROOF"), _("SENT"), _("ACCEPTED"), _("LANDED"))
        for place, words in zip(COLUMNS, titles, strict=True):
            write(painter, QRectF(box.left() + place * box.width(), box.top(), 100, head), words, p.dim, d.small)
        for number, shown in enumerate(rows):
            top = box.top() + head + number * row
            painter.fillRect(QRectF(box.left(), top, box.width(), 1), p.line)
            self._paint_row(painter, QRectF(box.left(), top + 1, box.width(), row - 1), shown)
        if len(rows) < len(self.shown):
            left_out = QRectF(box.left(), box.top() + head + len(rows) * row, box.width(), row)
            write(
                painter,
                left_out,
                _("and {shown} more origins").format(shown=len(self.shown) - len(rows)),
                p.dim,
                d.small,
            )
        self.setAccessibleName(_("Landed proof. ") + ". ".join(_spoken(row) for row in self.shown))

    def _paint_row(self, painter: QPainter, box: QRectF, shown: LampRow) -> None:
        d, p = self.skin.density, self.skin.palette
        name = elided(shown.origin, box.width() * COLUMNS[1] - 6, d.body, middle=True)
        write(painter, box, name, p.hi, d.body)
        lamps = (shown.sent, shown.accepted, shown.landed)
        for column, lamp in enumerate(lamps, 1):
            left = COLUMNS[column] * box.width()
            cell = QRectF(box.left() + left, box.top(), box.width() - left, box.height())
            words = elided(lamp.words, words_room(column, box.width(), d.body), d.body)
            icon_and_words(painter, cell, lamp.icon, words, lamp.tone.colour(p), d.body)


def _spoken(row: LampRow) -> str:
    return _("{origin}: sent {said}, accepted {said_2}, landed {said_3}").format(
        origin=row.origin, said=_said(row.sent), said_2=_said(row.accepted), said_3=_said(row.landed)
    )


def _said(lamp: Lamp) -> str:
    return lamp.words if lamp.tone is not Tone.GREEN else _("yes, {words}").format(words=lamp.words)
