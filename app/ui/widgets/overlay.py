"""What is laid over a tile's picture, drawn when it changes and kept: the picture under it changes far more often."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap

from app.ui.grid import Cell
from app.ui.theme import Palette
from app.ui.tile_face import TileFace
from app.ui.widgets.tile_painter import paint_overlay


class Overlay:
    """One tile's. ``paint`` lays it over the picture that has just been painted."""

    def __init__(self) -> None:
        self._made_for: tuple[QRect, TileFace, str, float] | None = None
        self._pixmap = QPixmap()
        self._places: list[tuple[QRect, QRect]] = []  # on the tile, in the pixmap

    def paint(self, painter: QPainter, cell: Cell, face: TileFace, p: Palette, ratio: float) -> None:
        """As ``paint_overlay`` draws it. ``ratio``: device pixels a pixel."""
        made_for = (cell.picture, face, p.name, ratio)
        if made_for != self._made_for:
            self._made_for = made_for
            self._draw(cell, face, p, ratio)
        for place, source in self._places:
            painter.drawPixmap(place, self._pixmap, source)

    def _draw(self, cell: Cell, face: TileFace, p: Palette, ratio: float) -> None:
        size = cell.picture.size()
        if self._pixmap.size() != size * ratio or self._pixmap.devicePixelRatio() != ratio:
            self._pixmap = QPixmap(size * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
        self._pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._pixmap)
        painter.translate(-cell.picture.topLeft())
        drawn = paint_overlay(painter, cell, face, p)
        painter.end()
        self._places = []
        for place in drawn:
            on_tile = place.toAlignedRect().intersected(cell.picture)
            inside = on_tile.translated(-cell.picture.topLeft())
            self._places.append((on_tile, QRect(inside.topLeft() * ratio, inside.size() * ratio)))
