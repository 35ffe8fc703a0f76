"""The planner as one would write it without a thought for speed: every booking looked at, every time."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.model.schedule import Missed

LAWFUL_S, EARLIEST_S, HORIZON_S = 4.5, 6.5, 8.0  # of a pre-roll of 6 s


@dataclass
class Booked:
    """A break that airs by itself: at ``at``, or ``gap`` seconds behind the IN of ``follows``."""

    at: int | None
    lasts: int
    missed: Missed = Missed.SKIP
    late: int = 0
    follows: str = ""
    gap: int = 0
    moved: float | None = None
    state: str = "open"
    conflict: bool = False


@dataclass
class Naive:
    booked: dict[str, Booked] = field(default_factory=dict)
    given: dict[str, tuple[float, float]] = field(default_factory=dict)

    def due(self, key: str, seen: frozenset[str] = frozenset()) -> float | None:
        """When it is to air by the schedule."""
        one = self.booked[key]
        if one.at is not None:
            return one.at
        if one.follows in self.given:
            return self.given[one.follows][1] + one.gap
        before = self.booked.get(one.follows)
        if before is None or before.state != "open" or key in seen:
            return None
        start = self.start(one.follows, seen | {key})
        return None if start is None else start + before.lasts + one.gap

    def start(self, key: str, seen: frozenset[str] = frozenset()) -> float | None:
        """When it will."""
        moved = self.booked[key].moved
        return self.due(key, seen) if moved is None else moved

    def open(self) -> list[tuple[float, str]]:
        starts = ((self.start(key), key) for key, one in self.booked.items() if one.state == "open")
        return sorted((start, key) for start, key in starts if start is not None)

    def tick(self, now: float) -> dict[str, float | None]:
        """What was decided: the start of those that are handed over, None of those that are kept off."""
        told: dict[str, float | None] = {}
        for _, key in self.open():
            if self.booked[key].state == "open":
                self._decide(key, now, told)
        return told

    def _decide(self, key: str, now: float, told: dict[str, float | None]) -> None:
        one, start, due = self.booked[key], self.start(key), self.due(key)
        if start is None or due is None or start - HORIZON_S > now:
            return
        if start >= now + LAWFUL_S:
            one.conflict = any(out < start + one.lasts and start < back for out, back in self.given.values())
            if not one.conflict:
                self.given[key] = (start, start + one.lasts)
                one.state = "given"
                told[key] = start
            return
        found = None if one.conflict else self._room(key, now + EARLIEST_S, due)
        if found is None:
            self._keep_off(key, told)
        else:
            one.moved = found
            self._decide(key, now, told)

    def _room(self, key: str, first: float, due: float) -> float | None:
        one = self.booked[key]
        if one.missed is not Missed.LATE:
            return None
        others = [*self.given.values()]
        others += [(at, at + self.booked[other].lasts) for at, other in self.open() if other != key and at >= first]
        at = first
        for out, back in sorted(others):
            if back > at and out < at + one.lasts:
                at = back
        return at if at <= due + one.late else None

    def _keep_off(self, key: str, told: dict[str, float | None]) -> None:
        self.booked[key].state = "kept off"
        told[key] = None
        for other, one in self.booked.items():
            if one.follows == key and one.state == "open":
                self._keep_off(other, told)
