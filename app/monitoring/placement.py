"""A splice in a rendition that reads well, and what may be wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from app.model.states import ProofState
from app.model.timebase import seconds_of
from app.monitoring.announcing import Announcement, Splice
from app.monitoring.timeline import Placed

GRAVITY = (ProofState.LANDED, ProofState.LATE, ProofState.MISPLACED, ProofState.MISSING)


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


def gravest(faults: Iterable[Fault]) -> ProofState:
    """The verdict on a splice with these faults."""
    return max((fault.verdict for fault in faults), key=GRAVITY.index, default=ProofState.LANDED)


def in_words(faults: list[tuple[str, Fault]], renditions: int) -> str:
    """Each reason once, the gravest first, with the renditions it holds for where they are not all."""
    by_text: dict[str, list[str]] = {}
    for name, fault in sorted(faults, key=lambda one: -GRAVITY.index(one[1].verdict)):
        by_text.setdefault(fault.text, []).append(name)
    told = []
    for text, names in by_text.items():
        some = [name for name in dict.fromkeys(names) if name]
        told.append(f"{text} ({', '.join(some)})" if some and len(some) < renditions else text)
    return "; ".join(told)
