"""The spot library: what traffic puts into breaks, single spots and whole pods."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.model.schedule import Spot


class LibraryKind(StrEnum):
    """What an item is: one spot, a pod of several, the channel's own promotion, or what fills a break up."""

    SPOT = "spot"
    POD = "pod"
    OWN = "own"
    FILL = "fill"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryItem:
    """A spot or a pod of the library; a pod has several ``spots``. ``version`` is what an edit must name."""

    id: str
    title: str
    kind: LibraryKind = LibraryKind.SPOT
    spots: tuple[Spot, ...] = ()
    duration_s: Fraction
    version: int = 0
