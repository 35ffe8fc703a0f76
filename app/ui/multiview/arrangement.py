"""In which order the tiles stand, and which are large: what the user chose, and what follows from it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.ui.multiview.layouts import TileLayout, large_places

type Names = tuple[str, ...]
_MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class Arrangement:
    """``order``: as far as the user chose one; ``pinned``: channels that stay large, whichever is selected."""

    layout: TileLayout = TileLayout.GRID
    order: Names = ()
    pinned: Names = ()

    def ordered(self, names: Sequence[str]) -> Names:
        """All of ``names``: those that the user has placed as placed, the others after them as the show has them."""
        there = set(names)
        placed = [name for name in self.order if name in there]
        return (*placed, *(name for name in names if name not in set(placed)))

    def large(self, names: Sequence[str], selected: str) -> Names:
        """Who stands in the large places: the pinned, then the selected, then the first in the order."""
        wanted = (*self.pinned, selected, *self.ordered(names))
        there = dict.fromkeys(name for name in wanted if name in set(names))
        return tuple(there)[: large_places(self.layout)]

    def sequence(self, names: Sequence[str], selected: str) -> Names:
        """All tiles from the first place to the last, over all pages."""
        large = self.large(names, selected)
        return (*large, *(name for name in self.ordered(names) if name not in large))

    def moved(self, names: Sequence[str], name: str, to: str) -> Arrangement:
        """``name`` takes the place of ``to`` in the order, and those between close up."""
        order = list(self.ordered(names))
        place = order.index(to)
        order.remove(name)
        order.insert(place, name)
        return replace(self, order=tuple(order))

    def dropped(self, names: Sequence[str], selected: str, name: str, on: str) -> Arrangement:
        """``name`` was put where ``on`` stands: a large place pins it, a small one is its place in the order."""
        large = self.large(names, selected)
        if name == on or not {name, on} <= set(names):
            return self
        if on not in large:
            unpinned = replace(self, pinned=tuple(one for one in self.pinned if one != name))
            return unpinned.moved(names, name, on)
        if name in large:  # both large: they change places, and stay there
            other = {name: on, on: name}
            return replace(self, pinned=tuple(other.get(one, one) for one in large))
        if on in self.pinned:
            return replace(self, pinned=tuple(name if one == on else one for one in self.pinned))
        kept = [one for one in self.pinned if one in large]
        return replace(self, pinned=(*kept, name))

    def turned_pin(self, names: Sequence[str], name: str) -> Arrangement:
        """Pinned, or no more. With every large place pinned already, the last of them gives way.

        The grid has no large place: the layout with one is taken.
        """
        if not large_places(self.layout):
            return replace(self, layout=TileLayout.ONE_FIVE, pinned=(name,))
        if name in self.pinned:
            return replace(self, pinned=tuple(one for one in self.pinned if one != name))
        kept = [one for one in self.pinned if one in set(names)]
        return replace(self, pinned=(*kept[: max(0, large_places(self.layout) - 1)], name))

    def kept(self) -> dict[str, object]:
        """For the layout file."""
        return {"layout": self.layout.value, "order": list(self.order), "pinned": list(self.pinned)}


def arrangement_of(told: object) -> Arrangement:
    """As ``kept`` wrote it; TypeError, KeyError or ValueError where it is not."""
    if not isinstance(told, dict):
        raise TypeError
    return Arrangement(TileLayout(told["layout"]), _names(told["order"]), _names(told["pinned"]))


def _names(told: object) -> Names:
    if not isinstance(told, list) or not all(isinstance(name, str) for name in told):
        raise TypeError
    return tuple(dict.fromkeys(told))[:_MOST_KEPT]
