"""A splice in a rendition that reads well, and what may be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from app.model.states import ProofState
from app.model.timebase import seconds_of
from app.monitoring.announcing import Announcement, Splice
from app.monitoring.timeline import Placed


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a splice; the gravest verdict wins."""

    verdict: ProofState
    text: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Its picture, and the sections and durations that tags may carry."""

    splice: Splice
    placed: Placed
    allowed: tuple[Announcement, ...]

    @classmethod
    def of(cls, splice: Splice, placed: Placed) -> Placement:
        """From the splice and its picture."""
        return cls(splice, placed, tuple(splice.allowed(placed)))

    def durations(self) -> list[Fraction]:
        """What the break's sections declare, in seconds: the ruling one's first, then the extensions'."""
        return [seconds_of(one.word.duration_ticks) for one in self.allowed if one.word.duration_ticks is not None]
