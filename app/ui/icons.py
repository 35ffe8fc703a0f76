"""The icons of the state language as painter paths on a grid of 16, each one shape to fill."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker


class Icon(StrEnum):
    """What each picture says is in look.md's tables of states, lamps and buttons."""

    DOT = "dot"
    DIAMOND = "diamond"
    PAUSE = "pause"
    OPEN_RING = "open ring"
    BARRED_BOX = "barred box"
    STRUCK_FRAME = "struck frame"
    OCTAGON_CROSS = "octagon with cross"
    TRIANGLE = "triangle"
    BOX = "box"
    STAR = "star"
    MUTED_HORN = "muted horn"
    PLAY_RING = "play in ring"
    BARRED_RING = "barred ring"
    RING = "ring"
    CHECK_DISC = "disc with check"
    HALF_DISC = "half disc"
    CLOCK = "clock"
    ARROW_OFF = "arrow off a line"
    STRUCK_RING = "struck ring"
    NEXT = "next"
    PLAY = "play"
    UNDO = "undo"
    PLUS = "plus"
    LOCK = "lock"
    UNLOCK = "unlock"
    CHECK = "check"
    NOTE = "note"
    OVER = "arrow through a line"
    CAPTIONS = "frame with lines"
    CAPTIONS_LOST = "struck frame with a line"
    PENNANT = "pennant"
    PENNANT_LOST = "struck pennant"


def draw_icon(painter: QPainter, icon: Icon, box: QRectF, colour: QColor) -> None:
    """Fill the icon into the largest square in the middle of ``box``."""
    side = min(box.width(), box.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center().x() - side / 2, box.center().y() - side / 2)
    painter.scale(side / 16, side / 16)
    painter.fillPath(icon_path(icon), colour)
    painter.restore()


@cache
def icon_path(icon: Icon) -> QPainterPath:  # noqa: C901, PLR0911, PLR0912, PLR0915 - a table of shapes, a shape a line
    """The shape on a grid of 16 by 16."""
    match icon:
        case Icon.DOT:
            return _disc(3)
        case Icon.DIAMOND:
            return _stroke(_lines((8, 1.8), (14.2, 8), (8, 14.2), (1.8, 8), closed=True), 1.7)
        case Icon.PAUSE:
            return _rect(3.2, 2, 3.2, 12) + _rect(9.6, 2, 3.2, 12)
        case Icon.OPEN_RING:
            return _arc(6, 75, -275, 2) + _disc(2.2)
        case Icon.BARRED_BOX:
            bars = _rect(4, 5, 1.7, 6) + _rect(7.15, 5, 1.7, 6) + _rect(10.3, 5, 1.7, 6)
            return _rect(1, 2.5, 14, 11, 1) - bars
        case Icon.STRUCK_FRAME:
            return _stroke(_rect(1.4, 2.9, 13.2, 10.2), 1.6) + _stroke(_lines((2.5, 12.4), (13.5, 3.6)), 1.6)
        case Icon.OCTAGON_CROSS:
            corners = _lines((5, 1), (11, 1), (15, 5), (15, 11), (11, 15), (5, 15), (1, 11), (1, 5), closed=True)
            return corners - _cross(3, 2)
        case Icon.TRIANGLE:
            shape = _lines((8, 1.2), (15.4, 14.4), (0.6, 14.4), closed=True)
            return shape - (_rect(7.1, 5.4, 1.8, 4.8) + _rect(7.1, 11.2, 1.8, 1.8))
        case Icon.BOX:
            return _stroke(_rect(1.5, 2.5, 13, 11), 1.5) + _rect(4.2, 5.2, 7.6, 5.6)
        case Icon.STAR:
            spokes = QPainterPath()
            for x, y in ((0, 6.6), (5.7, 3.3), (5.7, -3.3)):
                spokes += _stroke(_lines((8 - x, 8 - y), (8 + x, 8 + y)), 1.7)
            return spokes
        case Icon.MUTED_HORN:
            horn = _lines((1, 5.6), (4, 5.6), (8.2, 1.8), (8.2, 14.2), (4, 10.4), (1, 10.4), closed=True)
            return (
                horn + _stroke(_lines((10.6, 5.6), (15.2, 10.4)), 1.7) + _stroke(_lines((15.2, 5.6), (10.6, 10.4)), 1.7)
            )
        case Icon.PLAY_RING:
            return _ring(6.2, 1.6) + _lines((6.2, 4.8), (11.4, 8), (6.2, 11.2), closed=True)
        case Icon.BARRED_RING:
            return _ring(6.2, 1.6) + _rect(4.8, 7.2, 6.4, 1.6)
        case Icon.RING:
            return _ring(6.2, 1.6)
        case Icon.CHECK_DISC:
            return _disc(7) - _stroke(_lines((4.6, 8.3), (7.1, 10.7), (11.5, 5.7)), 1.9)
        case Icon.HALF_DISC:
            half = QPainterPath(QPointF(8, 8))
            half.arcTo(QRectF(1.8, 1.8, 12.4, 12.4), 90, 180)
            half.closeSubpath()
            return _ring(6.2, 1.6) + half
        case Icon.CLOCK:
            return _ring(6.2, 1.6) + _stroke(_lines((8, 4.4), (8, 8.4), (10.8, 8.4)), 1.6)
        case Icon.ARROW_OFF:
            arrow = _stroke(_lines((5, 8), (14, 8)), 1.7) + _stroke(_lines((10.6, 4.6), (14, 8), (10.6, 11.4)), 1.7)
            return arrow + _rect(1.4, 2, 1.8, 12)
        case Icon.STRUCK_RING:
            return _ring(6.2, 1.6) + _stroke(_lines((4, 12), (12, 4)), 1.6)
        case Icon.NEXT:
            return _stroke(_lines((3, 2.8), (9.8, 8), (3, 13.2), closed=True), 1.7) + _rect(12, 2, 1.8, 12)
        case Icon.PLAY:
            return _lines((2.6, 1.2), (14.6, 8), (2.6, 14.8), closed=True)
        case Icon.UNDO:
            hook = QPainterPath(QPointF(4.2, 5.2))
            hook.lineTo(9.4, 5.2)
            hook.arcTo(QRectF(5.6, 5.2, 7.6, 7.6), 90, -180)
            hook.lineTo(6, 12.8)
            return _stroke(hook, 1.9) + _lines((1.2, 5.2), (6.2, 1.4), (6.2, 9), closed=True)
        case Icon.PLUS:
            return _rect(7, 2.4, 2, 11.2) + _rect(2.4, 7, 11.2, 2)
        case Icon.LOCK:
            return _rect(2.6, 7, 10.8, 8, 1.2) + _shackle(7.4)
        case Icon.UNLOCK:
            return _rect(2.6, 7, 10.8, 8, 1.2) + _shackle(4.6)
        case Icon.CHECK:
            return _stroke(_lines((2.2, 8.6), (6.2, 12.4), (13.8, 3.8)), 2)
        case Icon.NOTE:
            return _ring(6.2, 1.6) + _rect(7.1, 7, 1.8, 4.6) + _rect(7.1, 4.2, 1.8, 1.8)
        case Icon.OVER:
            head = _lines((8, 0.6), (13, 6.4), (3, 6.4), closed=True)
            return head + _rect(7, 6, 2, 9.2) + (_rect(1.4, 9.4, 4.4, 1.7) + _rect(10.2, 9.4, 4.4, 1.7))
        case Icon.CAPTIONS:
            return _stroke(_rect(1.4, 2.9, 13.2, 10.2), 1.5) + _rect(4, 7.2, 8, 1.5) + _rect(4, 9.9, 5, 1.5)
        case Icon.CAPTIONS_LOST:
            frame = _stroke(_rect(1.4, 2.9, 13.2, 10.2), 1.5) + _rect(8.4, 9.9, 3.8, 1.5)
            return frame + _stroke(_lines((1.4, 15), (14.6, 1)), 1.7)
        case Icon.PENNANT:
            return _rect(2.6, 1.2, 1.7, 13.6) + _lines((4.3, 1.8), (13.8, 5.4), (4.3, 9), closed=True)
        case Icon.PENNANT_LOST:
            cloth = _stroke(_lines((4.6, 2.6), (12.4, 5.4), (4.6, 8.2), closed=True), 1.3)
            return _rect(2.6, 1.2, 1.7, 13.6) + cloth + _stroke(_lines((1.4, 14.6), (14.6, 1.4)), 1.7)


def _stroke(path: QPainterPath, width: float) -> QPainterPath:
    pen = QPainterPathStroker()
    pen.setWidth(width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen.createStroke(path).simplified()


def _lines(*points: tuple[float, float], closed: bool = False) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.closeSubpath()
    return path


def _rect(x: float, y: float, width: float, height: float, radius: float = 0) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(x, y, width, height), radius, radius)
    return path


def _disc(radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(8, 8), radius, radius)
    return path


def _ring(radius: float, width: float) -> QPainterPath:
    return _disc(radius + width / 2) - _disc(radius - width / 2)


def _arc(radius: float, start_degrees: float, sweep_degrees: float, width: float) -> QPainterPath:
    path = QPainterPath()
    box = QRectF(8 - radius, 8 - radius, 2 * radius, 2 * radius)
    path.arcMoveTo(box, start_degrees)
    path.arcTo(box, start_degrees, sweep_degrees)
    return _stroke(path, width)


def _cross(reach: float, width: float) -> QPainterPath:
    low, high = 8 - reach, 8 + reach
    return _stroke(_lines((low, low), (high, high)), width) + _stroke(_lines((low, high), (high, low)), width)


def _shackle(right_foot: float) -> QPainterPath:
    """The bow of a lock; open when its right foot stands above the body."""
    path = QPainterPath(QPointF(4.8, 7.4))
    path.lineTo(4.8, 4.6)
    path.arcTo(QRectF(4.8, 1.4, 6.4, 6.4), 180, -180)
    path.lineTo(11.2, right_foot)
    return _stroke(path, 1.8)
