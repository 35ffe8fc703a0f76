"""The strip along the top: the show, how many channels are in which state, the house clock, the panel lock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.ui.fonts import BOLD, HEAVY, MEDIUM
from app.ui.grammar import Body, Mark
from app.ui.icons import Icon, draw_icon
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import draw_edge, fill_round, width_of, write
from app.ui.words import _


@dataclass(frozen=True, slots=True)
class Count:
    """How many channels (or alarms) are in a state; 0 is quiet. ``number``: what stands for the count."""

    mark: Mark
    count: int
    word: str
    number: str | None = None


@dataclass(frozen=True, slots=True)
class StripFace:
    """Everything the strip says. ``clock``: time of day and frame. ``late``: the show clock when it is off."""

    show: str = ""
    on_air: str = "0/0"
    on_air_word: str = _("ON AIR")
    counts: tuple[Count, ...] = ()
    fresh: str = ""
    clock: tuple[str, str] = ("", "")
    date: str = ""
    zone: str = ""
    late: str = ""


class Strip(Painted[StripFace]):
    """Paints a ``StripFace``; the lock button lies over its right end."""

    _right = 120.0
    _switch = 0.0
    _clock_place = QRect()

    def reserve_right(self, width: float) -> None:
        """Leave so much room for the lock button."""
        self._right = width

    def reserve_switch(self, width: float) -> None:
        """Leave so much room for the switch of presets, behind the name of the show."""
        self._switch = width

    @property
    def switch_left(self) -> int:
        """Where the switch of presets begins: where the window is narrow, it stands instead of the show's name."""
        return round(14 + self._title_width() + 14)

    def _title_width(self) -> float:
        d = self.skin.density
        wide = width_of("Splicedeck", 20 if d.roomy else 15, HEAVY)
        if d.roomy or not self._switch:
            wide += 14 + width_of(self.shown.show, d.state + 1, MEDIUM)
        return wide

    def show_value(self, shown: StripFace) -> None:
        """Paint this from now on; when only the clock went on, only the clock."""
        if shown != self.shown and replace(self.shown, clock=shown.clock) == shown:
            self.shown = shown
            self.update(self._clock_place)
        elif shown != self.shown:
            super().show_value(shown)
            counts = (f"{count.number or count.count} {count.word}" for count in shown.counts)
            told = (
                shown.show,
                _("{on_air} on air").format(on_air=shown.on_air),
                *counts,
                f"{shown.date}, {shown.zone}",
            )
            self.setAccessibleName(", ".join(filter(None, told)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """From the left: name, show, counts; from the right: date, clock. Mostly it is the clock alone."""
        painter, box, p = QPainter(self), QRectF(self.rect()), self.skin.palette
        painter.fillRect(box, p.bg0)
        painter.fillRect(QRectF(0, box.height() - 1, box.width(), 1), p.line)
        box = box.adjusted(0, 0, 0, -1)
        clock_left = self._paint_clock(painter, box)
        if not self._clock_place.contains(event.rect()):
            self._paint_counts(painter, box, clock_left)

    def _paint_counts(self, painter: QPainter, box: QRectF, end: float) -> None:
        d, p, shown = self.skin.density, self.skin.palette, self.shown
        size = 20 if d.roomy else 15
        left = 14.0
        write(painter, box.adjusted(left, 0, 0, 0), "Splicedeck", p.hi, size, HEAVY)
        if d.roomy or not self._switch:
            beside = box.adjusted(left + width_of("Splicedeck", size, HEAVY) + 14, 0, 0, 0)
            write(painter, beside, shown.show, p.dim, d.state + 1, MEDIUM)
        left = self.switch_left + self._switch + (34 if d.roomy else 14)
        draw_icon(painter, Icon.DOT, QRectF(left, box.center().y() - 8, 16, 16), p.dim)
        left += 24 if d.roomy else 22
        write(painter, box.adjusted(left, 0, 0, 0), shown.on_air, p.hi, d.title, HEAVY)
        left += width_of(shown.on_air, d.title, HEAVY) + 8
        write(painter, box.adjusted(left, 0, 0, 0), shown.on_air_word, p.text, d.state, BOLD)
        left += width_of(shown.on_air_word, d.state, BOLD) + (22 if d.roomy else 12)
        for count in shown.counts:
            left = self._paint_count(painter, left, box, count) + (10 if d.roomy else 6)
        if shown.fresh and left + width_of(shown.fresh, d.state) + 12 < end:
            write(painter, box.adjusted(left + 2, 0, 0, 0), shown.fresh, p.text, d.state)

    def _paint_count(self, painter: QPainter, left: float, box: QRectF, shown: Count) -> float:
        d, p, mark = self.skin.density, self.skin.palette, shown.mark
        pad, number = 12.0, str(shown.count) if shown.number is None else shown.number
        icon = d.state + 1.0
        number_width = width_of(number, d.title, HEAVY) + 8 if number else 0.0
        width = 2 * pad + icon + 10 + number_width + width_of(shown.word, d.state)
        high = 34.0 if d.roomy else 27.0
        pill = QRectF(left, box.center().y() - high / 2, width, high)
        colour, fill = mark.colours(p)
        if not shown.count:
            colour = p.dim
            draw_edge(painter, pill, p.line, 1, radius=4)
        elif mark.body is Body.FILL and fill is not None:
            fill_round(painter, pill, fill, 4)
        else:
            draw_edge(painter, pill, colour, 1.5, radius=4)
        cursor = left + pad
        draw_icon(painter, mark.icon, QRectF(cursor, box.center().y() - icon / 2, icon, icon), colour)
        cursor += icon + 10
        write(painter, QRectF(cursor, pill.top(), width, high), number, colour, d.title, HEAVY)
        cursor += number_width
        write(painter, QRectF(cursor, pill.top(), width, high), shown.word, colour, d.state)
        return pill.right()

    def _paint_clock(self, painter: QPainter, box: QRectF) -> float:
        """Date and offset left of the lock, the clock left of them; where the clock begins."""
        d, p, shown = self.skin.density, self.skin.palette, self.shown
        size = d.state if d.roomy else d.small
        lines = [(shown.date, p.hi), (shown.zone, p.text)] + ([(shown.late, p.amber)] if shown.late else [])
        size = min(size, d.body) if shown.late else size
        wide = max(width_of(words, size) for words, _other in lines)
        left = box.right() - self._right - wide - (22 if d.roomy else 10)
        pitch, middle = size * (1.15 if shown.late else 1.36), box.center().y()
        for number, (words, colour) in enumerate(lines):
            above = middle + (number - (len(lines) - 1) / 2) * pitch - 12
            write(painter, QRectF(left, above, wide, 24), words, colour, size)
        time, frames = shown.clock
        frames_width = width_of(frames, d.title, BOLD) if d.roomy else 0
        left -= (16 if d.roomy else 8) + frames_width
        if d.roomy:
            below = QRectF(left, middle - 8, frames_width, 30)
            write(painter, below, frames, p.dim, d.title, BOLD)
        left -= width_of(time, d.clock, HEAVY) + 1
        write(painter, QRectF(left, box.top(), 10, box.height()), time, p.hi, d.clock, HEAVY)
        wide = width_of(time, d.clock, HEAVY) + frames_width + 8
        self._clock_place = QRect(int(left) - 4, 0, int(wide) + 8, self.height())
        return left
