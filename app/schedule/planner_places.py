"""Which spans of a channel's time are taken: by breaks that are to air, that were handed over, or made by hand."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass

FAR_US = 1 << 62


@dataclass(frozen=True, slots=True)
class Span:
    """From OUT to IN, in microseconds since 1970."""

    start_us: int
    end_us: int

    def meets(self, other: Span, grain_us: int) -> bool:
        """Whether they share at least ``grain_us``: less is the frames' to decide."""
        return self.shared_us(other) >= grain_us

    def shared_us(self, other: Span) -> int:
        """How long both last; below 0: how far they are apart."""
        return min(self.end_us, other.end_us) - max(self.start_us, other.start_us)


@dataclass(frozen=True, slots=True)
class Taken:
    """A break that the channel has. ``booked`` None: made by hand; else where it was to be: ``span`` may have grown."""

    break_id: str
    span: Span
    booked: Span | None = None


class Places:
    """``turns``: spans of breaks that are still to air, in their order. Thousands; each change costs microseconds."""

    def __init__(self, grain_us: int) -> None:
        self.grain_us = grain_us
        self._turns: list[tuple[int, str]] = []
        self._waiting: dict[str, Span] = {}
        self._taken: dict[str, Taken] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    # ---- to air

    def wait(self, break_id: str, span: Span | None) -> None:
        """A break is to air there; None: it has no place."""
        before = self._waiting.pop(break_id, None)
        if before is not None:
            del self._turns[bisect_left(self._turns, (before.start_us, break_id))]
        if span is not None:
            self._waiting[break_id] = span
            insort(self._turns, (span.start_us, break_id))

    def waiting(self, since_us: int = -FAR_US) -> Iterator[tuple[str, Span]]:
        """Breaks that are to air, in their order, from a moment on."""
        for place in range(bisect_left(self._turns, (since_us, "")), len(self._turns)):
            break_id = self._turns[place][1]
            yield break_id, self._waiting[break_id]

    # ---- handed over

    def take(self, taken: Taken) -> None:
        """The channel has it there now."""
        self._taken[taken.break_id] = taken

    def taken(self, break_id: str) -> Taken | None:
        """Where the channel has it."""
        return self._taken.get(break_id)

    def free(self, break_id: str) -> None:
        """The channel has it no more."""
        self._taken.pop(break_id, None)

    def forget(self, until_us: int) -> None:
        """What is over by then is in nobody's way."""
        for break_id in [key for key, one in self._taken.items() if one.span.end_us < until_us]:
            del self._taken[break_id]

    def in_the_way(self, break_id: str, span: Span) -> Taken | None:
        """The first break that the channel has there; one that was booked there before others."""
        found = [
            one for one in self._taken.values() if one.break_id != break_id and one.span.meets(span, self.grain_us)
        ]
        return min(found, key=lambda one: (not self.is_conflict(one, span), one.span.start_us), default=None)

    def is_conflict(self, one: Taken, span: Span) -> bool:
        """Whether they were booked so, not only came to be so."""
        return one.booked is not None and one.booked.meets(span, self.grain_us)

    def room(self, break_id: str, length_us: int, first_us: int, last_us: int) -> int | None:
        """The first moment, ``first_us`` to ``last_us``, from which nobody is in the way for so long."""
        spans = [one.span for one in self._taken.values() if one.break_id != break_id and one.span.end_us > first_us]
        for other, span in self.waiting(first_us):
            if span.start_us >= last_us + length_us:
                break
            if other != break_id:
                spans.append(span)
        at_us = first_us
        for span in sorted(spans, key=lambda one: one.start_us):
            if at_us + length_us <= span.start_us:
                break
            at_us = max(at_us, span.end_us)
        return at_us if at_us <= last_us else None
