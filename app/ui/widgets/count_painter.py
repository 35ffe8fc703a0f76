"""Paints a tile's countdown at the bottom left: its digits, the pre-roll's ring, and how long WITHDRAW is open."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from app.ui.fonts import BOLD
from app.ui.grammar import Tone
from app.ui.grid import TYPES, Form
from app.ui.icons import Icon, draw_icon
from app.ui.theme import Palette
from app.ui.tile_face import TileFace
from app.ui.widgets.painting import draw_ring, mark_height, width_of, write

_VEIL_ALPHA = 215
_SPACE = 4.0


def tiny(box: QRectF) -> bool:
    """A tile narrower than its words: 36 of them in the smallest window."""
    return box.width() < 112


def veil(p: Palette) -> QColor:
    """What words stand on over a picture."""
    ground = QColor(p.bg0)
    ground.setAlpha(_VEIL_ALPHA)
    return ground


def paint_count(painter: QPainter, box: QRectF, face: TileFace, form: Form, p: Palette) -> QRectF:
    """The countdown; where it is. In a pre-roll the ring stands before it, in smaller tiles instead of the label."""
    sizes = TYPES[form]
    pad, gap = (12, 14) if sizes.count >= 36 else (8, 10)
    if tiny(box):
        pad, gap = 4, 0
    crowded = form is Form.SMALL and any(flag.wrong for flag in face.flags)
    wordless = tiny(box) or crowded or (face.ring is not None and form in {Form.MEDIUM, Form.SMALL})
    count_label, digits_size = "" if wordless else face.count_label, 14 if tiny(box) else sizes.count
    if wordless:
        gap = 0
    label_width, digits_width = width_of(count_label, sizes.state), width_of(face.count, digits_size, BOLD)
    high = digits_size * 1.22
    side = 0.0 if face.ring is None else digits_size * 0.9
    before = side + gap * bool(side) / 2 + _SPACE * bool(side)
    ground = QRectF(box.left(), box.bottom() - high, before + label_width + digits_width + 2 * pad + gap, high)
    painter.fillRect(ground, veil(p))
    colour = face.count_tone.colour(p)
    if face.ring is not None:
        place = QRectF(ground.left() + pad, ground.center().y() - side / 2, side, side)
        draw_ring(painter, place, face.ring, max(2.5, side * 0.16), (p.bg3, p.amber, p.edge))
    write(painter, ground.adjusted(pad + before, 0, 0, 0), count_label, colour, sizes.state)
    digits = p.hi if face.count_tone is Tone.RED else colour
    write(painter, ground.adjusted(pad + before + label_width + gap, 0, 0, 0), face.count, digits, digits_size, BOLD)
    return ground


def paint_undo(painter: QPainter, box: QRectF, face: TileFace, form: Form, count: QRectF, p: Palette) -> QRectF:
    """How long WITHDRAW still undoes the take: above the countdown, in smaller tiles beside it.

    Nowhere where it has no room, or flags need it: the ring tells.
    """
    size = TYPES[form].state
    large, high = form in {Form.LARGE, Form.HUGE}, mark_height(size) + 1
    width = size + _SPACE + width_of(face.undo, size) + 2 * 6
    crowded = any(flag.wrong for flag in face.flags) or count.right() + 2 + width > box.right()
    if not face.undo or (crowded and not large):
        return QRectF()
    left, bottom = (box.left(), count.top() - 2) if large else (count.right() + 2, box.bottom())
    ground = QRectF(left, bottom - high, width, high)
    painter.fillRect(ground, veil(p))
    draw_icon(painter, Icon.UNDO, QRectF(left + 6, ground.center().y() - size / 2, size, size), p.hi)
    write(painter, ground.adjusted(6 + size + _SPACE, 0, 0, 0), face.undo, p.hi, size)
    return ground
