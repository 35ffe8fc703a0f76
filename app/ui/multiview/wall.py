"""What can be seen of the tiles now: which page, which tiles where, and who is out of sight. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect

from app.ui.grid import Cell
from app.ui.multiview.arrangement import Arrangement, Names
from app.ui.multiview.layouts import TileLayout, has_room, large_places, layout_cells, small_places


@dataclass(frozen=True, slots=True)
class Wall:
    """``shown`` stand in ``cells``. ``pages``: of the small tiles, the large ones stand on each; 0 is the first.

    ``layout``: the one that is shown; the grid where the chosen one would make pictures too small.
    """

    shown: Names = ()
    cells: tuple[Cell, ...] = ()
    page: int = 0
    pages: tuple[Names, ...] = ((),)
    zoomed: str = ""
    layout: TileLayout = TileLayout.GRID

    def page_of(self, name: str) -> int:
        """On which page a channel is; the open one for a large tile, which is on each."""
        return next((n for n, page in enumerate(self.pages) if name in page), self.page)


@dataclass(frozen=True, slots=True)
class Sight:
    """How it is looked at: the page, the channel that fills the room (""  for none), the least height of a picture."""

    page: int = 0
    zoomed: str = ""
    least: int = 0


def wall(arrangement: Arrangement, names: Sequence[str], selected: str, sight: Sight, room: tuple[int, int]) -> Wall:
    """The wall in a room of that width and height."""
    width, height = room
    layout = arrangement.layout if has_room(arrangement.layout, width, height, sight.least) else TileLayout.GRID
    shaped = Arrangement(layout, arrangement.order, arrangement.pinned)
    sequence, large = shaped.sequence(names, selected), large_places(layout)
    pages = _pages(sequence[large:], small_places(layout, width, height, sight.least), even=not large)
    page = min(max(0, sight.page), len(pages) - 1)
    zoomed = sight.zoomed if sight.zoomed in sequence else ""
    shown = (zoomed,) if zoomed else (*sequence[:large], *pages[page])
    cells = layout_cells(TileLayout.GRID if zoomed else layout, len(shown), width, height)
    return Wall(shown[: len(cells)], cells, page, pages, zoomed, layout)


def _pages(small: Names, room: int, *, even: bool) -> tuple[Names, ...]:
    """At least one page; in the grid all about equally full, so that the pictures are as large as they can be."""
    count = max(1, -(-len(small) // room))
    each = max(1, -(-len(small) // count)) if even else room
    return tuple(small[n * each : (n + 1) * each] for n in range(count))


def neighbour(shown: Wall, name: str, step: tuple[int, int]) -> str:
    """The tile beside another one, a step to the right (1, 0), left, below or above; "" where there is none."""
    if name not in shown.shown:
        return ""
    here = shown.cells[shown.shown.index(name)].cell
    found = []
    for other, cell in zip(shown.shown, shown.cells, strict=True):
        there = cell.cell
        apart, beside = _ways(here, there, step)
        if apart > 0 and beside:
            found.append((apart, abs(there.center().x() - here.center().x()) + there.top(), other))
    return min(found)[2] if found else ""


def _ways(here: QRect, there: QRect, step: tuple[int, int]) -> tuple[int, bool]:
    """How far away it is in the step's direction, and whether the two lie side by side that way."""
    x, y = step
    if x:
        apart = there.left() - here.right() if x > 0 else here.left() - there.right()
        return apart, there.top() <= here.bottom() and here.top() <= there.bottom()
    apart = there.top() - here.bottom() if y > 0 else here.top() - there.bottom()
    return apart, there.left() <= here.right() and here.left() <= there.right()
