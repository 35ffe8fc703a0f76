"""How 1 to 36 tiles share the room: the number of columns that gives the largest 16:9 picture. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion

MARGIN, BAND = 5, 6
_RIM = MARGIN + BAND
_GAP, _METER_LEAST, _METER_MOST = 6, 10, 26


class Form(Enum):
    """How much a tile says, by its size."""

    HUGE = auto()
    LARGE = auto()
    MEDIUM = auto()
    SMALL = auto()


@dataclass(frozen=True, slots=True)
class TileType:
    """Type sizes of a form, in pixels."""

    name: int
    state: int
    count: int
    label: int


TYPES = {
    Form.HUGE: TileType(24, 18, 56, 48),
    Form.LARGE: TileType(19, 15, 36, 36),
    Form.MEDIUM: TileType(13, 12, 26, 26),
    Form.SMALL: TileType(12, 12, 18, 21),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One tile's places. ``cell`` holds the selection frame, ``band`` the edge, the rest is inside both.

    ``live``: picture and meter, what a new picture changes. As one rectangle, as Qt joins many slowly.
    """

    cell: QRect
    band: QRect
    picture: QRect
    meter: QRect
    live: QRect
    label: QRect
    form: Form

    def needs_ground(self, region: QRegion) -> bool:
        """Whether more of the tile is to be painted than its picture and its meter."""
        return not region.intersected(QRegion(self.cell)).subtracted(QRegion(self.live)).isEmpty()


def tile_grid(count: int, width: int, height: int) -> tuple[Cell, ...]:
    """The cells of ``count`` tiles, row by row, the whole of them in the middle of the room."""
    if count < 1 or width < 1 or height < 1:
        return ()
    columns = max(range(1, count + 1), key=lambda c: (picture_in(width // c, height // -(-count // c))[0], -c))
    rows = -(-count // columns)
    cell_width, cell_height = pitch_of(width // columns, height // rows)
    if cell_width < 1:
        return ()
    left, top = (width - columns * cell_width) // 2, (height - rows * cell_height) // 2
    picture = picture_in(width // columns, height // rows)
    return tuple(
        cell_in(left + n % columns * cell_width, top + n // columns * cell_height, cell_width, cell_height, picture)
        for n in range(count)
    )


def pitch_of(room_x: int, room_y: int) -> tuple[int, int]:
    """The cell that a room's picture needs, with its meter and label; (0, 0) where there is room for none."""
    picture_width, picture_height, form = picture_in(room_x, room_y)
    if picture_width < 1:
        return 0, 0
    meter = min(_meter_most(form), max(_METER_LEAST, room_x - 2 * _RIM - picture_width - _GAP))
    wide = picture_width + _GAP + meter + 2 * _RIM
    return min(room_x, wide), min(room_y, picture_height + TYPES[form].label + 2 * _RIM)


def cell_in(left: int, top: int, width: int, height: int, picture: tuple[int, int, Form] | None = None) -> Cell:
    """A cell of that size, with that picture, or the largest that it holds."""
    picture_width, picture_height, form = picture or picture_in(width, height)
    return _cell(left, top, (width, height), (picture_width, picture_height), form)


_FORMS = tuple(Form)  # the largest first: a picture whose label makes it fall between two forms takes the smaller


def _meter_most(form: Form) -> int:
    return 32 if form is Form.HUGE else _METER_MOST


def picture_in(cell_width: int, cell_height: int) -> tuple[int, int, Form]:
    """The largest picture in a cell: width (a multiple of 16 where it is large enough), height, form."""
    for form in Form:
        room_x = cell_width - 2 * _RIM - _GAP - _METER_LEAST
        room_y = cell_height - 2 * _RIM - TYPES[form].label
        picture_width = max(0, min(room_x, room_y * 16 // 9))
        picture_height = picture_width * 9 // 16
        if _FORMS.index(form) >= _FORMS.index(_form(cell_width, picture_width, picture_height)) or form is Form.SMALL:
            return picture_height * 16 // 9, picture_height, form
    return 0, 0, Form.SMALL


def _form(cell_width: int, picture_width: int, picture_height: int) -> Form:
    if cell_width < 220 or picture_height < 100:
        return Form.SMALL
    if cell_width < 340:
        return Form.MEDIUM
    return Form.HUGE if picture_width >= 720 else Form.LARGE


def _cell(left: int, top: int, cell: tuple[int, int], picture: tuple[int, int], form: Form) -> Cell:
    (width, height), (picture_width, picture_height) = cell, picture
    inner_left, inner_top = left + _RIM, top + _RIM
    inner_right, inner_bottom = left + width - _RIM, top + height - _RIM
    meter_left = inner_left + picture_width + _GAP
    return Cell(
        cell=QRect(left, top, width, height),
        band=QRect(left + MARGIN, top + MARGIN, width - 2 * MARGIN, height - 2 * MARGIN),
        picture=QRect(inner_left, inner_top, picture_width, picture_height),
        meter=QRect(meter_left, inner_top, inner_right - meter_left, picture_height),
        live=QRect(inner_left, inner_top, inner_right - inner_left, picture_height),
        label=QRect(
            inner_left, inner_top + picture_height, inner_right - inner_left, inner_bottom - inner_top - picture_height
        ),
        form=form,
    )
