"""Splices whose proof is not told yet, read off a run's events: what a process takes over from the one before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.model.events import (
    BreakExtended,
    BreakIn,
    BreakLanded,
    BreakMissed,
    BreakOut,
    BreakResumed,
    Event,
    SpliceProved,
)


@dataclass(frozen=True, slots=True)
class Unproved:
    """A splice of a break that has neither landed nor missed. ``proved``: what was told of it, once a place.

    ``extended``: what made the break longer since.

    ``event``: where it aired, the last time if more than once; a BreakResumed is an OUT that aired again.
    A splice that is proved at every place is here too while its break is not settled: the break's verdict counts it.
    """

    event: BreakOut | BreakResumed | BreakIn
    proved: tuple[SpliceProved, ...] = ()
    extended: tuple[BreakExtended, ...] = ()

    @property
    def direction(self) -> str:
        """Out or in."""
        return "in" if isinstance(self.event, BreakIn) else "out"

    @property
    def places(self) -> frozenset[tuple[str, str]]:
        """Output and origin of each verdict that was told."""
        return frozenset((one.output, one.origin) for one in self.proved)


@dataclass(slots=True)
class _Break:
    aired: dict[str, BreakOut | BreakResumed | BreakIn] = field(default_factory=dict)
    proved: dict[tuple[str, str, str], SpliceProved] = field(default_factory=dict)
    extended: list[BreakExtended] = field(default_factory=list)


def unproved(events: Iterable[Event]) -> tuple[Unproved, ...]:
    """The splices that a run's events, in their order and over all its lives, leave unproved; an OUT before its IN."""
    breaks: dict[tuple[str, str], _Break] = {}
    for event in events:
        match event:
            case BreakOut():
                breaks.setdefault((event.channel, event.break_id), _Break()).aired.setdefault("out", event)
            case BreakResumed(out_again=True):
                breaks.setdefault((event.channel, event.break_id), _Break()).aired["out"] = event
            case BreakIn():
                breaks.setdefault((event.channel, event.break_id), _Break()).aired["in"] = event
            case BreakExtended():
                breaks.setdefault((event.channel, event.break_id), _Break()).extended.append(event)
            case SpliceProved():
                told = breaks.setdefault((event.channel, event.break_id), _Break()).proved
                told.setdefault((event.direction, event.output, event.origin), event)
            case BreakLanded() | BreakMissed():
                breaks.pop((event.channel, event.break_id), None)
    return tuple(
        Unproved(aired, tuple(told for (of, _, _), told in one.proved.items() if of == direction), tuple(one.extended))
        for one in breaks.values()
        for direction, aired in one.aired.items()
    )
