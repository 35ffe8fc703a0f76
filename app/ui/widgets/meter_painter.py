"""Paints a tile's meters: a bar an audio channel, and beside them, narrower, the loudness with its target.

Peaks: steel, amber from -6 dBFS, white for the peak, red where it clipped. Loudness (EBU R 128): the bar is the short
term's, the white line the momentary's, the line across it the target; above what is right it is amber.

The scale is drawn twice, dark and lit, and kept: 25 times a second a bar is then the part of the lit one that it shows.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap

from app.ui.loudness import Loudness
from app.ui.meter import AMBER_FROM_DBFS, Needle, height
from app.ui.theme import Palette

_LINES_DBFS = (-6.0, -18.0, -30.0, -42.0)
_NARROW = 16  # pixels for all bars

type Bar = tuple[int, int]
"""Left edge and width."""


class MeterPainter:
    """One tile's. Plain numbers all the way: this runs for every picture of every tile."""

    def __init__(self) -> None:
        self._made_for: tuple[QRect, int, str, float, float, float] | None = None
        self._dark = self._lit = QPixmap()
        self._bars: list[Bar] = []
        self._loud: Bar = (0, 0)

    def paint(
        self,
        painter: QPainter,
        box: QRect,
        needles: Sequence[Needle],
        now_s: float,
        p: Palette,
        loudness: Loudness,
        ratio: float,
    ) -> None:
        """The meters as they stand; without needles the empty scale. ``ratio``: device pixels a pixel."""
        made_for = (box, max(1, len(needles)), p.name, ratio, loudness.target, loudness.most)
        if made_for != self._made_for:
            self._made_for = made_for
            self._loud = loud_bar(box)
            self._bars = _bars(box, self._loud, made_for[1])
            self._dark, self._lit = (
                _drawn(box, self._bars, self._loud, loudness, p, ratio, lit=lit) for lit in (False, True)
            )
        left, top, high = box.x(), box.y(), box.height()
        painter.drawPixmap(left, top, self._dark)
        shown = [(bar, needle.level) for bar, needle in zip(self._bars, needles, strict=False)]
        parts = [(bar, height(level)) for bar, level in shown]
        for (x, width), share in (*parts, (self._loud, loudness.short)):
            part = round(high * share)
            if part:
                y = top + high - part
                source = (x - left) * ratio, (y - top) * ratio, width * ratio, part * ratio
                painter.drawPixmap(x, y, width, part, self._lit, *map(round, source))
        if loudness.momentary > 0:
            x, width = self._loud
            painter.fillRect(x, max(top, top + high - round(high * loudness.momentary) - 1), width, 2, p.sel)
        for needle, (x, width) in zip(needles, self._bars, strict=False):
            peak = height(needle.peak)
            if peak > 0:
                painter.fillRect(x, max(top, top + high - round(high * peak) - 1), width, 2, p.sel)
            if needle.clipped(now_s):
                painter.fillRect(x, top, width, 5, p.red)


def loud_bar(box: QRect) -> Bar:
    """The loudness's place, at the right."""
    width = 3 if box.width() < _NARROW else max(5, box.width() // 4)
    return box.x() + box.width() - width, width


def _bars(box: QRect, loud: Bar, count: int) -> list[Bar]:
    whole = loud[0] - box.x() - (2 if box.width() < _NARROW else 3)
    gap = 2 if whole >= 8 * count else 1
    width = (whole - gap * (count - 1)) // count
    return [(box.x() + place * (width + gap), width) for place in range(count)]


def _drawn(
    box: QRect, bars: list[Bar], loud: Bar, loudness: Loudness, p: Palette, ratio: float, *, lit: bool
) -> QPixmap:
    pixmap = QPixmap(box.size() * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(p.bg1)
    painter = QPainter(pixmap)
    painter.translate(-box.topLeft())
    most = {bar: height(AMBER_FROM_DBFS) for bar in bars} | {loud: loudness.most}
    for (x, width), share in most.items():
        painter.fillRect(x, box.y(), width, box.height(), p.meter if lit else p.bg2)
        if lit:
            painter.fillRect(x, box.y(), width, round(box.height() * (1 - share)), p.amber)
    beside = loud[0] - box.x()
    for line in _LINES_DBFS:
        y = box.y() + box.height() - round(box.height() * height(line))
        painter.fillRect(box.x(), y, beside, 1, p.bg0)
    x, width = loud
    y = box.y() + box.height() - round(box.height() * loudness.target)
    painter.fillRect(x - 2, y - 1, width + 2, 2, p.hi)  # it reaches out of the bar: seen over a lit one too
    painter.end()
    return pixmap
