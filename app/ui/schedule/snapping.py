"""What a dragged break snaps to: edges of others, marks of the programme, round times. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A moment that attracts. ``says``: what it is: ``start of Regional North``."""

    us: int
    says: str


@dataclass(frozen=True, slots=True)
class Snap:
    """``moved_us``: by how much the dragged is to move for one of its edges to lie on ``target``."""

    moved_us: int
    target: Target


class Targets:
    """Many targets, found by their moment."""

    def __init__(self, targets: Iterable[Target] = ()) -> None:
        self._targets = sorted(targets, key=lambda target: target.us)
        self._moments = [target.us for target in self._targets]

    def __len__(self) -> int:
        return len(self._moments)

    def nearest(self, us: int) -> Target | None:
        """The one nearest to a moment; of two as near, the earlier."""
        place = bisect_left(self._moments, us)
        near = self._targets[max(0, place - 1) : place + 1]
        return min(near, key=lambda target: (abs(target.us - us), target.us), default=None)


def snapped(edges: Sequence[int], targets: Targets, reach_us: int, grid_us: int = 0, offset_us: int = 0) -> Snap | None:
    """The shortest way for one of ``edges`` onto a target within reach; none: onto the grid; None: nothing is near.

    ``grid_us``: round times so far apart, in house time, which is ``offset_us`` ahead of UTC; 0: no grid.
    """
    found: list[Snap] = []
    for edge in edges:
        target = targets.nearest(edge)
        if target is not None and abs(target.us - edge) <= reach_us:
            found.append(Snap(target.us - edge, target))
    if not found and grid_us:
        for edge in edges[:1]:
            house = edge + offset_us
            on_grid = (2 * house + grid_us) // (2 * grid_us) * grid_us - offset_us
            if abs(on_grid - edge) <= reach_us:
                found.append(Snap(on_grid - edge, Target(on_grid, "grid")))
    return min(found, key=lambda snap: (abs(snap.moved_us), snap.target.us), default=None)
