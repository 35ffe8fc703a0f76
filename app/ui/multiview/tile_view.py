"""How one multiviewer is looked at: arrangement, page, zoom; and what of it was edited, to take it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.ui.desk import Desk
from app.ui.multiview.arrangement import Arrangement, Names
from app.ui.multiview.layouts import LEAST_PICTURE, TileLayout
from app.ui.multiview.wall import Sight, Wall, neighbour, wall
from app.ui.words import _

_NEXT = {(1, 0): 1, (-1, 0): -1}


class TileView(QObject):
    """GUI thread. ``changed``: the tiles are to be placed anew. ``edited``: the arrangement is another than this one.

    ``window_asked``: the multiviewer is to have a window of its own, or no more; ``window_words``: which of them.

    While a mouse button is down on a tile (``hold``) no selection moves a tile: it would slip from under the pointer.
    """

    changed = Signal()
    edited = Signal(object)
    window_asked = Signal()

    def __init__(self, desk: Desk, window_words: str = _("In a window of its own")) -> None:
        super().__init__(desk)
        self._desk, self.window_words = desk, window_words
        self.arrangement, self.sight, self.wall = Arrangement(), Sight(least=LEAST_PICTURE), Wall()
        self._held: str | None = None
        self._room = (0, 0)
        desk.selection_changed.connect(self.reveal)

    @property
    def names(self) -> Names:
        """All channels, as the show has them."""
        return tuple(channel.name for channel in self._desk.status.channels)

    @property
    def _large_for(self) -> str:
        return self._desk.selected if self._held is None else self._held

    def placed(self, place: Callable[[int], tuple[int, int]]) -> Wall:
        """Work the wall out. ``place``: the room that is left beside a bar, which takes so much (0 or 1 bar)."""
        for bars in (0, 1):
            if not bars or self.speaks:
                self._room = place(bars)
                self.wall = self._wall(self.arrangement)
        return self.wall

    def _wall(self, arrangement: Arrangement) -> Wall:
        return wall(arrangement, self.names, self._large_for, self.sight, self._room)

    @property
    def speaks(self) -> bool:
        """Whether there is more than a plain grid with every tile in sight."""
        plain = self.arrangement.layout is TileLayout.GRID and len(self.wall.pages) == 1
        return not plain or bool(self.wall.zoomed)

    def hold(self, *, held: bool) -> None:
        """A mouse button went down on a tile, or up again."""
        before, self._held = self._held, self._desk.selected if held else None
        if before is not None and not held and before != self._desk.selected:
            self._follow()

    def _follow(self) -> None:
        if self.wall.layout is not TileLayout.GRID:  # in the grid no tile moves by a selection
            self.changed.emit()

    def reveal(self, name: str) -> None:
        """A channel was selected, maybe again: its page is opened, and another one's zoom follows it."""
        if self.wall.zoomed:
            self.sight = replace(self.sight, zoomed=name)
        else:
            self.sight = replace(self.sight, page=self.wall.page_of(name))
        if name in self.wall.shown:
            self._follow()
        else:
            self.changed.emit()

    # ---- looking

    def set_least(self, least: int) -> None:
        """No picture is to be less high."""
        if least != self.sight.least:
            self.sight = replace(self.sight, least=least)
            self.changed.emit()

    def turn(self, by: int) -> None:
        """Another page; after the last comes the first."""
        self.sight = Sight((self.wall.page + by) % len(self.wall.pages), "", self.sight.least)
        self.changed.emit()

    def show(self, name: str) -> None:
        """Bring a channel into sight, beside others."""
        self.sight = Sight(self.wall.page_of(name), "", self.sight.least)
        self.changed.emit()

    def zoom(self, name: str) -> None:
        """Let one channel have all the room; the same again: no more."""
        zoomed = "" if self.wall.zoomed else name
        self.sight = replace(self.sight, zoomed=zoomed)
        self.changed.emit()

    def back(self) -> bool:
        """Out of the zoom; False where there was none."""
        if not self.wall.zoomed:
            return False
        self.zoom("")
        return True

    # ---- editing

    def _edit(self, arrangement: Arrangement) -> None:
        if arrangement != self.arrangement:
            before, self.arrangement = self.arrangement, arrangement
            self.edited.emit(before)
            self.changed.emit()

    def take(self, arrangement: Arrangement) -> None:
        """Have this one, as it was kept or taken back; no edit."""
        self.arrangement = arrangement
        self.changed.emit()

    def choose(self, layout: TileLayout) -> None:
        """Another layout, from its first page."""
        self.sight = Sight(least=self.sight.least)
        self._edit(replace(self.arrangement, layout=layout))
        self.changed.emit()  # from its first page, though it was chosen already

    def drop(self, name: str, on: str) -> None:
        """Put a tile where another one stands; its page stays in sight."""
        dropped = self.arrangement.dropped(self.names, self._large_for, name, on)
        self.sight = replace(self.sight, page=self._wall(dropped).page_of(name))
        self._edit(dropped)

    def step(self, name: str, step: tuple[int, int]) -> None:
        """Put a tile where its neighbour stands; at a row's end where the next or last one of all stands."""
        on = neighbour(self.wall, name, step)
        sequence = self.arrangement.sequence(self.names, self._large_for)
        if not on and step in _NEXT and name in sequence:
            place = sequence.index(name) + _NEXT[step]
            on = sequence[place] if 0 <= place < len(sequence) else ""
        if on and not self.wall.zoomed:
            self.drop(name, on)

    def pin(self, name: str) -> None:
        """Keep a channel large, or no more."""
        if name:
            self._edit(self.arrangement.turned_pin(self.names, name))

    def pinned(self, name: str) -> bool:
        """Whether it stays large."""
        return name in self.arrangement.pinned
