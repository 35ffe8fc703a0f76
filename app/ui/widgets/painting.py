"""What several widgets draw alike: words, edges, key caps, state words, the pre-roll ring."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea

from app.ui.faces import RingFace
from app.ui.fonts import BOLD, font
from app.ui.grammar import Body, Mark
from app.ui.icons import Icon, draw_icon
from app.ui.theme import Palette

_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip | Qt.TextFlag.TextSingleLine
LEFT, RIGHT = _LINE | Qt.AlignmentFlag.AlignLeft, _LINE | Qt.AlignmentFlag.AlignRight
MIDDLE = _LINE | Qt.AlignmentFlag.AlignHCenter
GAP = 6.0  # from an icon to its words


@cache
def metrics(size_px: int, weight: QFont.Weight = BOLD) -> QFontMetricsF:
    """Measures of a size."""
    return QFontMetricsF(font(size_px, weight))


def set_words(words: str) -> str:
    """The words as they are set: tabular figures would give the plain hyphen the width of a figure."""
    return words.replace("-", "\u2011")


@lru_cache(4096)
def width_of(words: str, size_px: int, weight: QFont.Weight = BOLD) -> float:
    """How wide the words are."""
    return metrics(size_px, weight).horizontalAdvance(set_words(words))


@lru_cache(2048)
def elided(words: str, width: float, size_px: int, weight: QFont.Weight = BOLD, *, middle: bool = False) -> str:
    """The words as far as they fit: names lose their middle, sentences their end."""
    mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
    return metrics(size_px, weight).elidedText(set_words(words), mode, max(0.0, width))


def whole_parts(words: str, width: float, size_px: int, weight: QFont.Weight = BOLD) -> str:
    """Of a list as many parts as fit, at least the first: half a hint helps nobody."""
    while width_of(words, size_px, weight) > width and (cut := max(words.rfind(", "), words.rfind(" · "))) > 0:
        words = words[:cut]
    return words


def write(
    painter: QPainter,
    box: QRectF,
    words: str,
    colour: QColor,
    size_px: int,
    weight: QFont.Weight = BOLD,
    align: int = LEFT,
) -> None:
    """One line of text, never wrapped, never cut by its box."""
    painter.setFont(font(size_px, weight))
    painter.setPen(colour)
    painter.drawText(box, align, set_words(words))


def draw_edge(
    painter: QPainter, box: QRectF, colour: QColor, width: float, *, dashed: bool = False, radius: float = 0.0
) -> None:
    """A frame drawn wholly inside ``box``."""
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if dashed:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([9 / width, 5 / width] if width < 4 else [12 / width, 7 / width])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, radius > 0)
    half = width / 2
    inside = box.adjusted(half, half, -half, -half)
    if radius:
        painter.drawRoundedRect(inside, radius - half, radius - half)
    else:
        painter.drawRect(inside)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def draw_focus(view: QAbstractScrollArea, palette: Palette) -> None:
    """The focus around a list or table, where it has it; Qt paints those anew when it comes and goes."""
    if view.hasFocus():
        painter = QPainter(view.viewport())
        draw_edge(painter, QRectF(view.viewport().rect()), palette.blue, 2)


def fill_round(painter: QPainter, box: QRectF, colour: QColor, radius: float) -> None:
    """A filled box with round corners."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(box, radius, radius)


@cache
def cap_width(cap: str, size_px: int) -> float:
    """How wide a key cap is."""
    return QFontMetricsF(font(size_px, BOLD, tabular=False)).horizontalAdvance(cap) + 9 if cap else 0.0


def draw_cap(painter: QPainter, right: float, middle: float, cap: str, size_px: int, colour: QColor) -> float:
    """A key cap that ends at ``right``; its left edge."""
    width, height = cap_width(cap, size_px), size_px + 8.0
    box = QRectF(right - width, middle - height / 2, width, height)
    draw_edge(painter, box, colour, 1.2, radius=3.5)
    painter.setFont(font(size_px, BOLD, tabular=False))
    painter.setPen(colour)
    painter.drawText(box, MIDDLE, cap)
    return box.left()


def mark_width(mark: Mark, size_px: int, *, icon: bool = True) -> float:
    """How wide a state's word is with its icon and padding."""
    pad = 0.0 if mark.body is Body.BARE else 2 * _pad(size_px)
    return width_of(mark.word, size_px) + (size_px + GAP if icon else 0.0) + pad


def _pad(size_px: int) -> float:
    return 9.0 if size_px >= 15 else 7.0


def mark_height(size_px: int) -> float:
    """How high a state's word stands."""
    return size_px * 1.0 + (14.0 if size_px >= 15 else 8.0)


def draw_mark(
    painter: QPainter,
    right: float,
    middle: float,
    mark: Mark,
    size_px: int,
    palette: Palette,
    ink: QColor | None = None,
) -> float:
    """A state's word that ends at ``right``; its left edge. ``ink``: instead of the quiet colour on a light ground."""
    width, height = mark_width(mark, size_px), mark_height(size_px)
    box = QRectF(right - width, middle - height / 2, width, height)
    colour, fill = mark.colours(palette)
    if mark.body is Body.FILL and fill is not None:
        fill_round(painter, box, fill, 4)
    elif mark.body is Body.OUTLINE:
        fill_round(painter, box, palette.bg0, 4)
        draw_edge(painter, box, colour, 1.5, radius=4)
    elif ink is not None:
        colour = ink
    left = box.left() + (0.0 if mark.body is Body.BARE else _pad(size_px))
    draw_icon(painter, mark.icon, QRectF(left, middle - size_px / 2, size_px, size_px), colour)
    write(painter, QRectF(left + size_px + GAP, box.top(), width, height), mark.word, colour, size_px)
    return box.left()


def icon_and_words(
    painter: QPainter, box: QRectF, icon: Icon, words: str, colour: QColor, size_px: int, weight: QFont.Weight = BOLD
) -> None:
    """An icon and words after it, from the left of ``box``."""
    square = QRectF(box.left(), box.center().y() - size_px / 2, size_px, size_px)
    draw_icon(painter, icon, square, colour)
    write(painter, box.adjusted(size_px + GAP, 0, 0, 0), words, colour, size_px, weight)


def draw_ring(
    painter: QPainter, box: QRectF, ring: RingFace, width: float, colours: tuple[QColor, QColor, QColor]
) -> None:
    """The pre-roll: what is over, what is left, and the grey end. ``colours``: track, left, too late."""
    half = width / 2
    inside = box.adjusted(half, half, -half, -half)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    track, left, late = colours
    for colour, begin, end in ((track, 0.0, 1.0), (left, ring.gone, ring.late_from), (late, ring.late_from, 1.0)):
        start = max(begin, ring.gone) if colour is late else begin
        if end > start:
            pen = QPen(colour, width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawArc(inside, round((90 - 360 * start) * 16), round(-360 * (end - start) * 16))
