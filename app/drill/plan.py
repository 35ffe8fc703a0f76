"""Which fault strikes at which moment of a break. Pure."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Moment(StrEnum):
    """Where in a break a fault strikes."""

    BEFORE = "before the pre-roll"
    PRE_ROLL = "in the pre-roll"
    OUT = "at the OUT"
    UPLOAD = "as the OUT's segment is uploaded"
    BREAK = "in the break"
    IN = "at the IN"
    AFTER = "after the break"


@dataclass(frozen=True, slots=True)
class Span:
    """A break as it was announced: wall times of its first section, its OUT and its IN."""

    armed_at: datetime
    out_at: datetime
    in_at: datetime


@dataclass(frozen=True, slots=True)
class Cycle:
    """One break and the fault that strikes it. ``by_hand``: inserted by a command, else booked with its time.

    ``share``: how far into the moment's stretch of time, 0 to 1.
    """

    number: int
    fault: str
    moment: Moment
    share: float
    by_hand: bool


def cycles(faults: Sequence[str], moments: Sequence[Moment], seed: int) -> Iterator[Cycle]:
    """Rounds without end, in an order that the seed gives: in each every fault strikes once, each time elsewhere.

    After as many rounds as there are moments every fault has met every moment.
    """
    chance = random.Random(seed)  # noqa: S311 - variety that can be repeated, not secrecy
    numbers = itertools.count(1)
    while True:
        ahead = {fault: chance.sample(moments, len(moments)) for fault in faults}
        for _ in moments:
            for fault in chance.sample(faults, len(faults)):
                by_hand = chance.choice((True, False))
                yield Cycle(next(numbers), fault, ahead[fault].pop(), chance.random(), by_hand)


def strikes_at(cycle: Cycle, span: Span, segment_s: float) -> datetime:
    """When the fault of a cycle strikes; BEFORE has none: it strikes before there is a span."""
    from_at, until_at = {
        Moment.PRE_ROLL: (span.armed_at, span.out_at),
        Moment.OUT: (span.out_at - timedelta(seconds=0.3), span.out_at + timedelta(seconds=0.7)),
        # a segment that starts at the OUT is closed at the next cut: in a short break at the IN
        Moment.UPLOAD: _around(min(span.out_at + timedelta(seconds=segment_s), span.in_at), 0.0, 0.3),
        Moment.BREAK: (span.out_at + timedelta(seconds=1), span.in_at - timedelta(seconds=1)),
        Moment.IN: _around(span.in_at, -0.5, 0.5),
        Moment.AFTER: _around(span.in_at, 0.5, 2.5),
        Moment.BEFORE: (span.armed_at, span.armed_at),
    }[cycle.moment]
    return from_at + max(timedelta(), until_at - from_at) * cycle.share


def _around(at: datetime, from_s: float, until_s: float) -> tuple[datetime, datetime]:
    return at + timedelta(seconds=from_s), at + timedelta(seconds=until_s)
