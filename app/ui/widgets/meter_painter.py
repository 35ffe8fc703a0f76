"""Paints a tile's meter: a bar an audio channel, steel, amber from -6 dBFS, white for the peak, red where it clipped.

The scale is drawn twice, dark and lit, and kept: 25 times a second a bar is then the part of the lit one that it shows.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap

from app.ui.meter import AMBER_FROM_DBFS, Needle, height
from app.ui.theme import Palette

_LINES_DBFS = (-6.0, -18.0, -30.0, -42.0)


class MeterPainter:
    """One tile's. Plain numbers all the way: this runs for every picture of every tile."""

    def __init__(self) -> None:
        self._made_for: tuple[QRect, int, str, float] | None = None
        self._dark = self._lit = QPixmap()
        self._bars: list[tuple[int, int]] = []  # left edge and width

    def paint(self, painter: QPainter, box: QRect, needles: Sequence[Needle], now_s: float, p: Palette) -> None:
        """The meter as it stands; without needles the empty scale."""
        ratio = painter.device().devicePixelRatio()
        made_for = (box, max(1, len(needles)), p.name, ratio)
        if made_for != self._made_for:
            self._made_for = made_for
            self._bars = _bars(box, made_for[1])
            self._dark, self._lit = (_drawn(box, self._bars, p, ratio, lit=lit) for lit in (False, True))
        left, top, high = box.x(), box.y(), box.height()
        painter.drawPixmap(left, top, self._dark)
        for needle, (x, width) in zip(needles, self._bars, strict=False):
            part = round(high * height(needle.level))
            y = top + high - part
            if part:
                source = (x - left) * ratio, (y - top) * ratio, width * ratio, part * ratio
                painter.drawPixmap(x, y, width, part, self._lit, *map(round, source))
            peak = height(needle.peak)
            if peak > 0:
                painter.fillRect(x, max(top, top + high - round(high * peak) - 1), width, 2, p.sel)
            if needle.clipped(now_s):
                painter.fillRect(x, top, width, 5, p.red)


def _bars(box: QRect, count: int) -> list[tuple[int, int]]:
    gap = 2 if box.width() >= 8 * count else 1
    width = (box.width() - gap * (count - 1)) // count
    return [(box.x() + place * (width + gap), width) for place in range(count)]


def _drawn(box: QRect, bars: list[tuple[int, int]], p: Palette, ratio: float, *, lit: bool) -> QPixmap:
    pixmap = QPixmap(box.size() * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(p.bg1)
    painter = QPainter(pixmap)
    painter.translate(-box.topLeft())
    for x, width in bars:
        painter.fillRect(x, box.y(), width, box.height(), p.meter if lit else p.bg2)
        if lit:
            painter.fillRect(x, box.y(), width, round(box.height() * (1 - height(AMBER_FROM_DBFS))), p.amber)
    for line in _LINES_DBFS:
        y = box.y() + box.height() - round(box.height() * height(line))
        painter.fillRect(box.x(), y, box.width(), 1, p.bg0)
    painter.end()
    return pixmap
