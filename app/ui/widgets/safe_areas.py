"""The safe areas of EBU R 95 on a tile: of action (93 %, solid) and of graphics and titles (90 %, dashed)."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPen

from app.ui.theme import Palette

ACTION_PERCENT, TITLE_PERCENT = 93, 90


def safe_area(picture: QRect, percent: int) -> QRect:
    """The middle of a picture, so much of its width and height."""
    across = round(picture.width() * (100 - percent) / 200)
    down = round(picture.height() * (100 - percent) / 200)
    return picture.adjusted(across, down, -across, -down)


def paint_safe_areas(painter: QPainter, picture: QRect, p: Palette) -> None:
    """Lines of one pixel, seen on dark and on light: told apart by their dashes too."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for percent, style in ((ACTION_PERCENT, Qt.PenStyle.SolidLine), (TITLE_PERCENT, Qt.PenStyle.DashLine)):
        area = safe_area(picture, percent).adjusted(0, 0, -1, -1)
        painter.setPen(QPen(p.bg0, 1))
        painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.setPen(QPen(p.hi, 1, style))
        painter.drawRect(area)
