"""Paints a tile's flags at the bottom right, the gravest at the edge; they never reach the middle of the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.ui.grid import TYPES, Form
from app.ui.icons import draw_icon
from app.ui.theme import Palette
from app.ui.tile_face import TileFace
from app.ui.tile_flags import Flag
from app.ui.widgets.count_painter import tiny, veil
from app.ui.widgets.painting import mark_height, width_of, write

_REACH = 0.375  # of the picture's height that flags may take: its middle quarter stays free
_PAD, _GAP, _ICON_GAP = 5.0, 2.0, 5.0

type Shown = tuple[Flag | None, str]
"""A flag and its word, "" for its icon alone; without a flag, how many more there are."""


def paint_flags(
    painter: QPainter, box: QRectF, face: TileFace, form: Form, taken: Sequence[QRectF], p: Palette
) -> list[QRectF]:
    """Where they are. ``taken``: what stands on the picture already."""
    told = face.mark.word if form is Form.SMALL else ""  # on a small picture the state's own word stands already
    flags = [flag for flag in face.flags if flag.word != told and (flag.wrong or form not in {Form.SMALL, Form.MEDIUM})]
    size = TYPES[form].state
    rows = _rows(box, size, taken)
    for shown in _choices(flags, wordless=tiny(box)):
        placed = _placed(rows, [_width(one, size) for one in shown])
        if placed is not None:
            for one, place in zip(shown, placed, strict=True):
                _paint(painter, place, one, size, p)
            return placed
    return []


def _choices(flags: Sequence[Flag], *, wordless: bool) -> Iterator[list[Shown]]:
    """From all in words to the gravest alone: quiet ones go first, then words from the least grave on."""
    wrong = [flag for flag in flags if flag.wrong]
    if not wordless:
        for count in range(len(flags), max(0, len(wrong) - 1), -1):
            yield [(flag, flag.word) for flag in flags[:count]]
        for words in range(len(wrong) - 1, 0, -1):
            yield [(flag, flag.word if n < words else "") for n, flag in enumerate(wrong)]
    for count in range(len(wrong), 0, -1):
        more = len(wrong) - count
        yield [*((flag, "") for flag in wrong[:count]), *([(None, f"+{more}")] if more else [])]
    yield [(flag, "") for flag in wrong[:1]]


def _rows(box: QRectF, size: int, taken: Sequence[QRectF]) -> list[QRectF]:
    """The rooms of the rows, from the bottom up."""
    high = mark_height(size) + 1
    rows = []
    for number in range(max(1, int(box.height() * _REACH // (high + _GAP)))):
        row = QRectF(box.left(), box.bottom() - high - number * (high + _GAP), box.width(), high)
        beside = [place.right() + 2 * _GAP for place in taken if place.intersects(row)]
        rows.append(row.adjusted(max(beside, default=box.left()) - box.left(), 0, 0, 0))
    return rows


def _placed(rows: Sequence[QRectF], widths: Sequence[float]) -> list[QRectF] | None:
    """Each in the lowest row with room, from the right; None where they have none."""
    placed: list[QRectF] = []
    ends = [row.right() for row in rows]
    number = 0
    for width in widths:
        while number < len(rows) and ends[number] - width < rows[number].left():
            number += 1
        if number == len(rows):
            return None
        row = rows[number]
        placed.append(QRectF(ends[number] - width, row.top(), width, row.height()))
        ends[number] -= width + _GAP
    return placed


def _width(one: Shown, size: int) -> float:
    flag, word = one
    icon = 0.0 if flag is None else size + _ICON_GAP * bool(word)
    return icon + (width_of(word, size) if word else 0.0) + 2 * _PAD


def _paint(painter: QPainter, place: QRectF, one: Shown, size: int, p: Palette) -> None:
    flag, word = one
    painter.fillRect(place, veil(p))
    left, colour = place.left() + _PAD, p.hi if flag is None else flag.tone.colour(p)
    if flag is not None:
        draw_icon(painter, flag.icon, QRectF(left, place.center().y() - size / 2, size, size), colour)
        left += size + _ICON_GAP
    if word:
        write(painter, QRectF(left, place.top(), place.width(), place.height()), word, colour, size)
