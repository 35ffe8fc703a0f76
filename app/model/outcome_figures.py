"""A reconciliation in figures, as charts and sheets show it: outcomes, seconds early and late, avails left. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise

from app.model.make_goods import Avail
from app.model.reconciling import Outcome, Reconciled

EDGES_S = (-60, -10, -1, 1, 10, 60)
"""Bounds of the classes of early (negative) and late; the middle one is on time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """``outcomes`` has all four; ``late``: one count more than EDGES_S; ``avails``: hours that have any, seconds."""

    outcomes: tuple[tuple[Outcome, int], ...]
    late: tuple[int, ...]
    verdicts: tuple[tuple[str, int], ...]
    avails: tuple[tuple[datetime, Fraction], ...]


def figures(lines: Sequence[Reconciled], avails: Iterable[Avail]) -> Figures:
    """Of the lines, and of the avails that are left, by the hour they begin in."""
    count = Counter(line.outcome for line in lines)
    late = Counter(_class_of(line.late_s) for line in lines if line.late_s is not None)
    verdicts = Counter(str(line.aired.verdict or "") for line in lines if line.aired is not None)
    hours: dict[datetime, Fraction] = {}
    for avail in avails:
        hour = avail.at.replace(minute=0, second=0, microsecond=0)
        hours[hour] = hours.get(hour, Fraction(0)) + avail.length_s
    return Figures(
        outcomes=tuple((outcome, count[outcome]) for outcome in Outcome),
        late=tuple(late[n] for n in range(len(EDGES_S) + 1)),
        verdicts=tuple(sorted(verdicts.items())),
        avails=tuple(sorted(hours.items())),
    )


def _class_of(late_s: Fraction) -> int:
    """How many bounds lie below; the bounds of the middle class are on time too."""
    return sum(late_s > edge if edge > 0 else late_s >= edge for edge in EDGES_S)


def class_texts() -> tuple[str, ...]:
    """The classes in words, as the counts of ``Figures.late`` stand."""
    low, *_ = EDGES_S
    *_, high = EDGES_S
    texts = [f"over {-low} s early"]
    for lower, upper in pairwise(EDGES_S):
        if lower < 0 < upper:
            texts.append("on time")
        else:
            near, far = sorted((abs(lower), abs(upper)))
            texts.append(f"{near} to {far} s {'early' if upper < 0 else 'late'}")
    return (*texts, f"over {high} s late")
