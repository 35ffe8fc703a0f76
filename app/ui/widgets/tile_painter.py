"""Paints one tile: edge, picture, meter, label, and what is laid over the picture."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.fonts import MEDIUM
from app.ui.grammar import Body
from app.ui.grid import TYPES, Cell, Form
from app.ui.icons import Icon, draw_icon
from app.ui.theme import Palette
from app.ui.tile_face import Chip, TileFace
from app.ui.widgets.count_painter import paint_count, paint_undo, tiny, veil
from app.ui.widgets.flag_painter import paint_flags
from app.ui.widgets.painting import (
    MIDDLE,
    draw_edge,
    draw_mark,
    elided,
    mark_height,
    mark_width,
    width_of,
    write,
)
from app.ui.words import _

NO_PICTURE = _("no picture")
_LEAST_WORDS = 48.0  # pixels: with less nothing of a sentence is left


@dataclass(frozen=True, slots=True)
class TileLabel:
    """What the label says besides the state. ``ganged``: the cue keys act on it too."""

    number: int
    name: str
    selected: bool = False
    ganged: bool = False


def paint_ground(painter: QPainter, cell: Cell, label: TileLabel, face: TileFace, p: Palette) -> None:
    """Everything but the picture and the meter: it changes only when the state does."""
    painter.fillRect(cell.cell, p.bg0)
    if label.selected or label.ganged:
        draw_edge(painter, QRectF(cell.cell), p.sel, 3)
    painter.fillRect(cell.band, p.bg1)
    mark = face.mark
    colour = p.line if mark.body is Body.BARE else mark.tone.colour(p)
    draw_edge(painter, QRectF(cell.band), colour, mark.edge, dashed=mark.dashed)
    _paint_label(painter, cell, label, face, p)


def _paint_label(painter: QPainter, cell: Cell, label: TileLabel, face: TileFace, p: Palette) -> None:
    sizes, box = TYPES[cell.form], QRectF(cell.label)
    ink = p.hi
    if label.selected:
        painter.fillRect(cell.label, p.sel)
        ink = p.ink
    column = width_of("00", sizes.name) + (2 if tiny(box) else 8)
    if label.ganged and not label.selected:  # only the plate: the whole label is the selected one's
        painter.fillRect(QRectF(box.left(), box.top(), column + 4, box.height()), p.sel)
    write(
        painter,
        QRectF(box.left() + 4, box.top(), column, box.height()),
        str(label.number),
        p.ink if label.ganged else ink,
        sizes.name,
        align=MIDDLE,
    )
    left = box.left() + column + (6 if tiny(box) else 10)
    right = _paint_state(painter, cell, label, face, p)
    room = right - left - 8
    if cell.form in {Form.LARGE, Form.HUGE} and face.next_in and width_of(label.name, sizes.name) + 90 < room:
        right = _paint_next(painter, right, cell, face.next_in, label, p)
    name = elided(label.name, right - left - 8, sizes.name, middle=True)
    write(painter, QRectF(left, box.top(), right - left, box.height()), name, ink, sizes.name)


def _paint_state(painter: QPainter, cell: Cell, label: TileLabel, face: TileFace, p: Palette) -> float:
    """The state at the label's right end, in small tiles as its icon alone; where it begins."""
    box, size, quiet = QRectF(cell.label), TYPES[cell.form].state, face.mark.body is Body.BARE
    right = box.right() - (10 if quiet and cell.form is not Form.SMALL else 4)
    ink = p.ink if label.selected else None
    if cell.form is not Form.SMALL:
        return draw_mark(painter, right, box.center().y(), face.mark, size, p, ink)
    if quiet and not tiny(box):
        square = QRectF(right - size - 2, box.center().y() - size / 2, size, size)
        draw_icon(painter, face.mark.icon, square, ink or p.dim)
        return square.left()
    return right


def _paint_next(painter: QPainter, right: float, cell: Cell, words: str, label: TileLabel, p: Palette) -> float:
    box, form = QRectF(cell.label), cell.form
    size, colour = max(15, TYPES[form].state), p.ink if label.selected else p.dim
    left = right - 18 - width_of(words, size, MEDIUM)
    write(painter, QRectF(left, box.top(), right - left, box.height()), words, colour, size, MEDIUM)
    draw_icon(painter, Icon.NEXT, QRectF(left - 19, box.center().y() - 7, 14, 14), colour)
    return left - 24


def paint_no_picture(painter: QPainter, cell: Cell, p: Palette) -> None:
    """Black would be taken for what is on air."""
    painter.fillRect(cell.picture, p.bg1)
    size = TYPES[cell.form].state
    if width_of(NO_PICTURE, size) < cell.picture.width():
        write(painter, QRectF(cell.picture), NO_PICTURE, p.dim, size, MEDIUM, MIDDLE)


def paint_picture(painter: QPainter, cell: Cell, image: QImage, face: TileFace, ratio: float) -> None:
    """The picture one to one where the sizes agree, smoothly scaled until they do."""
    exact = image.width() == round(cell.picture.width() * ratio) and image.height() == round(
        cell.picture.height() * ratio
    )
    if exact:
        painter.drawImage(cell.picture, image)
    else:  # only of this picture: the next one may be exact, and would go soft
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(cell.picture, image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    if face.off:
        painter.fillRect(cell.picture, QColor(0, 0, 0, 150))


def paint_overlay(painter: QPainter, cell: Cell, face: TileFace, p: Palette) -> list[QRectF]:
    """What stands on the picture, and where: what is wrong, proof, countdown, flags, in small tiles the state."""
    box, sizes = QRectF(cell.picture), TYPES[cell.form]
    places = [_paint_proof(painter, box, face.proof, sizes.state, cell.form, p)]
    if face.wrong is not None and not tiny(box):
        room = box.width() - (places[0].width() + 4 if places[0].width() else 0.0)
        if cell.form is Form.SMALL and face.count and face.mark.body is not Body.BARE:
            room -= mark_width(face.mark, sizes.state) + 4
        if room > _LEAST_WORDS:
            places.append(_paint_wrong(painter, box, face.wrong, sizes.state, room, p))
    if face.count:
        count = paint_count(painter, box, face, cell.form, p)
        places += [count, paint_undo(painter, box, face, cell.form, count, p)]
    if cell.form is Form.SMALL and face.mark.body is not Body.BARE:
        places.append(_paint_small_state(painter, box, face, p))
    places += paint_flags(painter, box, face, cell.form, places, p)
    return [place for place in places if not place.isEmpty()]


def _paint_wrong(painter: QPainter, box: QRectF, chip: Chip, size: int, room: float, p: Palette) -> QRectF:
    pad = 10 if size >= 15 else 7
    words = elided(chip.words, room - 2 * pad, size)
    ground = QRectF(box.left(), box.top(), width_of(words, size) + 2 * pad, mark_height(size) + 2)
    painter.fillRect(ground, veil(p))
    write(painter, ground.adjusted(pad, 0, 0, 0), words, chip.tone.colour(p), size)
    return ground


def _paint_proof(painter: QPainter, box: QRectF, chip: Chip | None, size: int, form: Form, p: Palette) -> QRectF:
    if chip is None or chip.icon is None or form is Form.SMALL:
        return QRectF()
    pad = 9 if size >= 15 else 7
    width = width_of(chip.words, size) + size + 6 + 2 * pad
    ground = QRectF(box.right() - width, box.top(), width, mark_height(size) + 1)
    painter.fillRect(ground, veil(p))
    colour = chip.tone.colour(p)
    draw_icon(painter, chip.icon, QRectF(ground.left() + pad, ground.center().y() - size / 2, size, size), colour)
    write(painter, ground.adjusted(pad + size + 6, 0, 0, 0), chip.words, colour, size)
    return ground


def _paint_small_state(painter: QPainter, box: QRectF, face: TileFace, p: Palette) -> QRectF:
    """Bottom left, or top right where the countdown stands there; in the tiniest tiles the icon alone."""
    size = TYPES[Form.SMALL].state
    if tiny(box):
        mark, colour = face.mark, face.mark.tone.colour(p)
        ground = QRectF(box.right() - size - 6, box.top(), size + 6, size + 6)
        painter.fillRect(ground, veil(p))
        draw_icon(painter, mark.icon, ground.adjusted(3, 3, -3, -3), colour)
        return ground
    middle = box.top() + mark_height(size) / 2 if face.count else box.bottom() - mark_height(size) / 2
    right = box.right() if face.count else box.left() + mark_width(face.mark, size)
    left = draw_mark(painter, right, middle, face.mark, size, p)
    high = float(mark_height(size))
    return QRectF(left, middle - high / 2, right - left, high)
