"""What the program says it did, to be found again at the origins, and the book of what was found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.model.events import BreakLanded, BreakMissed, Event, SpliceProved
from app.model.states import ProofState
from app.model.timebase import unwrapped
from app.monitoring.report import Row

_SAME_DATE = timedelta(milliseconds=10)

type Place = tuple[str, str]
"""Output, origin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A splice that went out. ``pts``: unwrapped ticks; ``lookback_ticks``: how far before it its sections may lie.

    ``relayed``: its sections are its source's own. ``at``: its moment by the program date; with ``pts`` it tells the
    timeline, since every life of a channel has its own and their ticks may coincide. Found by ``due_s`` (the proof's
    clock) where the origin has come that far, else by ``last_s``. ``extended``: when its OUT was sent again with
    another length; the newest ones.
    """

    channel: str
    break_id: str
    title: str
    by: str
    splice_event_id: int
    direction: str
    pts: int
    at: datetime
    immediate: bool
    lookback_ticks: int
    due_s: float
    last_s: float
    relayed: bool = False
    extended: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a SpliceProved said. ``at``: the splice's program date there; None where it is not known any more."""

    verdict: ProofState
    reason: str
    cut_short: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A break that was withdrawn: until ``last_s`` no playlist may show anything of it."""

    channel: str
    break_id: str
    title: str
    by: str
    splice_event_id: int
    last_s: float


@dataclass(slots=True)
class _Open:
    """A break with splices whose verdicts are awaited. ``expected``: its first one, the OUT."""

    expected: Expected
    awaited: set[tuple[str, Place]] = field(default_factory=set)
    told: dict[tuple[str, Place], Told] = field(default_factory=dict)
    closed: bool = False


class Ledger:
    """All breaks with a verdict still to come. Any thread; ``publish`` is called outside the lock."""

    def __init__(self, publish: Callable[[Event], None], places: Callable[[str], list[Place]]) -> None:
        self._publish, self._places = publish, places
        self._lock = threading.Lock()
        self._breaks: dict[tuple[str, str], _Open] = {}

    def expect(self, expected: Expected) -> None:
        """A splice of a break has gone out: it is awaited at every place."""
        with self._lock:
            entry = self._breaks.setdefault((expected.channel, expected.break_id), _Open(expected))
            entry.awaited |= {(expected.direction, place) for place in self._places(expected.channel)}
            entry.closed |= expected.direction == "in"

    def resume(self, expected: Expected, told: Mapping[Place, Told]) -> None:
        """A splice that a life before this one looked for, with what that told of it."""
        self.expect(expected)
        with self._lock:
            entry = self._breaks[expected.channel, expected.break_id]
            entry.told |= {(expected.direction, place): verdict for place, verdict in told.items()}

    def is_told(self, expected: Expected, place: Place) -> bool:
        """Whether the verdict on a splice at a place has been told."""
        with self._lock:
            entry = self._breaks.get((expected.channel, expected.break_id))
            return entry is not None and (expected.direction, place) in entry.told

    def close_told(self) -> None:
        """Breaks of which everything was told but their own verdict."""
        with self._lock:
            entries = list(self._breaks.values())
        for entry in entries:
            self._close(entry.expected)

    def reopen(self, channel: str, break_id: str) -> None:
        """A restart took the break up again: its IN is still to come."""
        with self._lock:
            entry = self._breaks.get((channel, break_id))
            if entry is not None:
                entry.closed = False

    def settle(self, expected: Expected, place: Place, row: Row, *, cut_short: bool = False) -> None:
        """The verdict on one splice at one place, once; with the last of them the break's."""
        if self.is_told(expected, place):
            return
        idr_pts = None if row.idr_pts is None else unwrapped(row.idr_pts, expected.pts)
        self._publish(
            SpliceProved(
                at=datetime.now(UTC),
                channel=expected.channel,
                break_id=expected.break_id,
                title=expected.title,
                by=expected.by,
                splice_event_id=expected.splice_event_id,
                output=place[0],
                origin=place[1],
                direction=expected.direction,
                pts=expected.pts,
                idr_pts=idr_pts,
                error_ticks=None if idr_pts is None else idr_pts - expected.pts,
                segments=row.segments,
                dialects=row.dialects,
                verdict=row.verdict,
                reason=row.reason,
                cut_short=cut_short,
            )
        )
        with self._lock:
            entry = self._breaks.get((expected.channel, expected.break_id))
            if entry is None:
                return
            entry.told[expected.direction, place] = Told(row.verdict, row.reason, cut_short, row.at)
        self._close(expected)

    def correct(self, expected: Expected, place: Place, row: Row) -> None:
        """A later look at a settled splice of an open break found it worse: it counts for the break."""
        with self._lock:
            entry = self._breaks.get((expected.channel, expected.break_id))
            if entry is not None and (row.direction, place) in entry.told:
                entry.told[row.direction, place] = Told(row.verdict, row.reason, at=row.at)

    def close_all(self, reason: str) -> None:
        """End of the proof: breaks whose IN never went out are missed."""
        with self._lock:
            left = [entry for entry in self._breaks.values() if not entry.closed]
            for entry in left:
                self._breaks.pop((entry.expected.channel, entry.expected.break_id))
        for entry in left:
            self._publish(_missed(entry.expected, reason))

    def leftover(self, gone: Gone, place: Place, tag: str) -> None:
        """A withdrawn break is still in a playlist."""
        self._publish(_missed(gone, f"withdrawn, but {tag} of it is still in {' at '.join(place)}"))

    def _close(self, expected: Expected) -> None:
        key = (expected.channel, expected.break_id)
        with self._lock:
            entry = self._breaks.get(key)
            if entry is None or not entry.closed or entry.awaited - entry.told.keys():
                return
            self._breaks.pop(key)
        of = entry.expected
        wrong = {where: told for where, told in entry.told.items() if told.verdict is not ProofState.LANDED}
        if wrong:
            texts = [
                f"{direction.upper()} at {place[1]}: {told.verdict}: {told.reason}"
                for (direction, place), told in wrong.items()
            ]
            cut_short = all(told.cut_short for told in wrong.values())
            self._publish(_missed(of, "; ".join(texts), cut_short=cut_short))
            return
        if apart := _apart(entry.told):
            self._publish(_missed(of, apart))
            return
        self._publish(
            BreakLanded(
                at=datetime.now(UTC),
                channel=of.channel,
                break_id=of.break_id,
                title=of.title,
                by=of.by,
                splice_event_id=of.splice_event_id,
                origins=tuple(sorted({place[1] for _, place in entry.told})),
            )
        )


def _apart(told: Mapping[tuple[str, Place], Told]) -> str:
    """Where two origins or outputs have the same splice at different moments; empty where none do."""
    first: dict[str, tuple[Place, datetime]] = {}
    for (direction, place), one in told.items():
        if one.at is None:
            continue
        other, at = first.setdefault(direction, (place, one.at))
        if abs(one.at - at) > _SAME_DATE:
            off_ms = (one.at - at) / timedelta(milliseconds=1)
            return (
                f"{direction.upper()} at {' of '.join(place[::-1])} is {off_ms:+.0f} ms from {' of '.join(other[::-1])}"
            )
    return ""


def _missed(of: Expected | Gone, reason: str, *, cut_short: bool = False) -> BreakMissed:
    return BreakMissed(
        at=datetime.now(UTC),
        channel=of.channel,
        break_id=of.break_id,
        title=of.title,
        by=of.by,
        splice_event_id=of.splice_event_id,
        reason=reason,
        cut_short=cut_short,
    )
