"""Figures of a benchmark: values, the reference they are held against, and whether the budget was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. ``limit`` None: told, not judged."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the value is within its limit."""
        return self.limit is None or self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Outcome:
    """A benchmark's figures; ``reference`` says what they are held against."""

    bench: str
    reference: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def kept(self) -> bool:
        """Whether every budget was kept."""
        return all(figure.kept for figure in self.figures)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of all are not above; 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 1).__int__() - 1))]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return percentile(values, 0.5)
