"""Where a break of a channel could go: the next free time that keeps its distance, the hour's load and blackouts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.lint.placed import Line, Placed
from app.lint.schedule_house import Blackouts, Hours

_HOPS = 40  # a break that would be moved on further is another one


@dataclass(slots=True)
class Slots:
    """The breaks of one kind of time on a line, in their order. ``looked``: how many were looked at."""

    line: Line
    kind: str
    ordered: list[Placed]
    looked: int = 0
    starts: list[int] = field(init=False)
    loads: dict[int, int] = field(init=False)
    longest: int = field(init=False)
    reach: int = field(init=False)
    distances: tuple[int, int, int] = field(init=False)
    hours: Hours = field(init=False)
    blackouts: Blackouts = field(init=False)

    def __post_init__(self) -> None:
        """What every question needs. ``reach``: how far from each other breaks are still held against each other."""
        line, limits = self.line, self.line.limits
        whole = line.whole_units
        self.distances = whole(limits.spacing_s), whole(line.pre_roll_s), whole(line.segment_s)
        self.reach = max(*self.distances, whole(3600) if limits.ad_load_s is not None else 0) + 1
        self.starts = [each.start for each in self.ordered]
        self.longest = max((each.end - each.start for each in self.ordered), default=0)
        self.hours, self.blackouts = Hours(self.line), Blackouts(self.line)
        self.loads = {}
        if self.line.limits.ad_load_s is not None:
            for each in self.ordered:
                for hour, part in self.hours.shares(self.kind, each.start, each.end):
                    self.loads[hour] = self.loads.get(hour, 0) + part

    def around(self, start: int, end: int) -> list[Placed]:
        """All that a break from ``start`` to ``end`` could be held against."""
        return self._within(self.reach, start, end)

    def _within(self, reach: int, start: int, end: int) -> list[Placed]:
        first = bisect_left(self.starts, start - self.longest - reach)
        found = self.ordered[first : bisect_left(self.starts, end + reach + 1)]
        self.looked += len(found)
        return found

    def next_free(self, placed: Placed, not_before: int) -> int | None:
        """The first start of a break, elsewhere than it is; None: there is none within reason."""
        lasts, start = placed.end - placed.start, not_before
        for _ in range(_HOPS):
            later = self._pushed(placed, start, lasts)
            if later is None:
                return start
            if later <= start:
                return None
            start = later
        return None

    def _pushed(self, placed: Placed, start: int, lasts: int) -> int | None:
        """A later start where this one can't be; None: it can."""
        near = max(self.distances) + 1
        others = (each for each in self._within(near, start, start + lasts) if each.number != placed.number)
        return self._pushed_by(others, start, lasts) or self._pushed_by_house(placed, start, lasts)

    def _pushed_by(self, others: Iterable[Placed], start: int, lasts: int) -> int | None:
        (gap, lead, segment), end, pushed = self.distances, start + lasts, start
        for each in others:
            if each.start < end + gap and start < each.end + gap:
                pushed = max(pushed, each.end + gap)
            elif each.end <= start < each.end + segment and start != each.end:
                pushed = max(pushed, each.end + segment)
            elif end < each.start < end + segment:
                pushed = max(pushed, each.end + gap)
            if each.start <= start < each.start + lead or start < each.start < start + lead:
                pushed = max(pushed, each.start + lead, each.end + gap)
        return pushed if pushed > start else None

    def _pushed_by_house(self, placed: Placed, start: int, lasts: int) -> int | None:
        met = self.blackouts.met(self.kind, start, start + lasts)
        if met is not None:
            return met[1]
        if self.line.limits.ad_load_s is None:
            return None
        limit = self.line.whole_units(self.line.limits.ad_load_s)
        own = dict(self.hours.shares(self.kind, placed.start, placed.end))
        for hour, part in self.hours.shares(self.kind, start, start + lasts):
            if self.loads.get(hour, 0) - own.get(hour, 0) + part > limit:
                return self.hours.end(hour)
        return None
