"""Where the tiles of a page stand: the plain grid, or one or two large ones among small ones. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.ui.grid import Cell, cell_in, picture_in, pitch_of, tile_grid
from app.ui.words import _

MOST_TILES = 36  # on one page
LEAST_PICTURE = 69  # px high, 70 but for whole pixels of 16:9: what is smaller is no picture to judge anything by
LEAST_BESIDE_LARGE = 64  # as wide as a tile's words need: whoever wants large ones has small ones for it
LEAST_BESIDE_TABLES = 39  # the engineer's: which of sixteen is meant, and how it is


class TileLayout(StrEnum):
    """How a page is divided; the value is its name in files."""

    GRID = "Grid"
    ONE_FIVE = "1+5"
    ONE_SEVEN = "1+7"
    TWO_EIGHT = "2+8"

    @property
    def words(self) -> str:
        """Its name on the switch."""
        return _("Grid") if self is TileLayout.GRID else self.value


@dataclass(frozen=True, slots=True)
class Shape:
    """In units of a small tile: the columns and rows of all, the place and the side of each large one."""

    columns: int
    rows: int
    side: int
    large: tuple[tuple[int, int], ...]

    @property
    def small(self) -> tuple[tuple[int, int], ...]:
        """The places that the large ones leave, row by row."""
        taken = {(x + i, y + j) for x, y in self.large for i in range(self.side) for j in range(self.side)}
        every = ((column, row) for row in range(self.rows) for column in range(self.columns))
        return tuple(place for place in every if place not in taken)


SHAPES = {
    TileLayout.ONE_FIVE: Shape(3, 3, 2, ((0, 0),)),
    TileLayout.ONE_SEVEN: Shape(4, 4, 3, ((0, 0),)),
    TileLayout.TWO_EIGHT: Shape(4, 4, 2, ((0, 0), (2, 0))),
}


TELLS = {
    TileLayout.GRID: _("all alike"),
    TileLayout.ONE_FIVE: _("one large, five small"),
    TileLayout.ONE_SEVEN: _("one large, seven small"),
    TileLayout.TWO_EIGHT: _("two large, eight small"),
}


def large_places(layout: TileLayout) -> int:
    """How many large tiles it has."""
    return len(SHAPES[layout].large) if layout in SHAPES else 0


def small_places(layout: TileLayout, width: int, height: int, least: int) -> int:
    """How many tiles beside the large ones a page holds whose pictures are at least so high."""
    return len(SHAPES[layout].small) if layout in SHAPES else _most_in_grid(width, height, least)


def has_room(layout: TileLayout, width: int, height: int, least: int) -> bool:
    """Whether the small pictures are at least so high. The grid always has room: it is turned over in pages."""
    if layout not in SHAPES:
        return True
    shape = SHAPES[layout]
    return picture_in(width // shape.columns, height // shape.rows)[1] >= min(least, LEAST_BESIDE_LARGE)


@lru_cache(256)
def _most_in_grid(width: int, height: int, least: int) -> int:
    """At least one: a room too small for a picture of that height still shows one."""
    most = 1
    for columns in range(1, MOST_TILES + 1):
        rows = MOST_TILES // columns
        while rows and picture_in(width // columns, height // rows)[1] < least:
            rows -= 1
        most = max(most, columns * rows)
    return most


def layout_cells(layout: TileLayout, count: int, width: int, height: int) -> tuple[Cell, ...]:
    """The cells of a page, the large ones first; empty places at the end are left free."""
    if layout not in SHAPES:
        return tile_grid(count, width, height)
    shape = SHAPES[layout]
    unit_x, unit_y = pitch_of(width // shape.columns, height // shape.rows)
    if unit_x < 1:
        return ()
    left, top = (width - shape.columns * unit_x) // 2, (height - shape.rows * unit_y) // 2
    places = [(x, y, shape.side) for x, y in shape.large] + [(x, y, 1) for x, y in shape.small]
    small = picture_in(width // shape.columns, height // shape.rows)
    return tuple(
        cell_in(left + x * unit_x, top + y * unit_y, side * unit_x, side * unit_y, small if side == 1 else None)
        for x, y, side in places[:count]
    )


def layout_id(layout: TileLayout) -> str:
    """The id of the action that chooses a layout."""
    return f"tiles.{layout.name.lower()}"
