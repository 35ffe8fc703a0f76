"""What was booked against what aired: four states, by id first, then by time and length. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from app.model.asrun import AsRunRow
from app.model.timebase import seconds_of


class Outcome(StrEnum):
    """What became of a booking, or of what aired without one."""

    AIRED = "aired"
    BOOKED_NOT_AIRED = "booked-not-aired"
    AIRED_NOT_BOOKED = "aired-not-booked"
    POTENTIAL_MATCH = "potential-match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A break as it stands in the schedule. ``at`` None: its moment can't be known without the channel's start.

    ``spots_s``: how long its spots are together; None: none are listed.
    """

    channel: str
    break_id: str
    at: datetime | None
    duration_s: Fraction
    title: str = ""
    spots_s: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How far apart a booking and what aired may lie. ``id_s``: of one id; an id may come again every day.

    ``window_s`` and ``length_s`` or ``length_part`` of the booked length, whichever is more: of different ids.
    """

    id_s: int = 12 * 3600
    window_s: int = 15 * 60
    length_s: Fraction = Fraction(1)
    length_part: Fraction = Fraction(1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """A line of the reconciliation: a booking, what aired, or both."""

    outcome: Outcome
    booked: Booked | None
    row: AsRunRow | None

    @property
    def channel(self) -> str:
        """Where."""
        return self.booked.channel if self.booked is not None else self.row.channel if self.row is not None else ""

    @property
    def aired(self) -> AsRunRow | None:
        """The row, if its OUT went to air."""
        return self.row if self.row is not None and self.row.out_at is not None else None

    @property
    def booked_at(self) -> datetime | None:
        """The booked moment, as the channel reckoned it where the schedule alone can't know it."""
        if self.booked is not None and self.booked.at is None and self.row is not None:
            return self.row.planned_at
        return None if self.booked is None else self.booked.at

    @property
    def at(self) -> datetime:
        """Where it stands in a listing."""
        aired = None if self.row is None else self.row.out_at
        return self.booked_at or aired or (_NEVER if self.row is None else self.row.recorded_at)

    @property
    def late_s(self) -> Fraction | None:
        """Seconds from the booked moment to the OUT; negative: early. None: either is not known."""
        aired = self.aired
        if aired is None or aired.out_at is None or self.booked_at is None:
            return None
        return Fraction((aired.out_at - self.booked_at) // _MICROSECOND, 1_000_000)

    @property
    def longer_s(self) -> Fraction | None:
        """By how much it aired longer than booked; negative: shorter. None: it has not ended, or was not booked."""
        aired = self.aired
        if aired is None or aired.duration_ticks is None or self.booked is None:
            return None
        return seconds_of(aired.duration_ticks) - self.booked.duration_s


_NEVER = datetime.max.replace(tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def reconciled(
    booked: Iterable[Booked], rows: Iterable[AsRunRow], *, now: datetime, like: Likeness = Likeness()
) -> list[Reconciled]:
    """Every booking that is due by ``now`` and every row that aired, each in one line, by time.

    A booking that aired twice by its id has its nearest airing; the other is one that nobody booked. What is booked
    without a moment and never aired is due when a row says that it is over.
    """
    rows = list(rows)
    wanted = sorted(booked, key=lambda each: (each.channel, each.break_id))
    aired = sorted((row for row in rows if row.out_at is not None), key=_row_order)
    silent = {(row.channel, row.break_id): row for row in _silent(rows)}
    found, wanted, aired = _by_id(wanted, aired, like)
    close, wanted, aired = _by_likeness(wanted, aired, like)
    found += close
    for each in wanted:
        row = _why(each, silent.get((each.channel, each.break_id)), like)
        if (each.at is not None and each.at <= now) or (row is not None and row.reconciled):
            found.append(Reconciled(outcome=Outcome.BOOKED_NOT_AIRED, booked=each, row=row))
    found += [Reconciled(outcome=Outcome.AIRED_NOT_BOOKED, booked=None, row=row) for row in aired]
    return sorted(found, key=lambda line: (line.at, line.channel, _ids(line)))


def as_played(planned: Iterable[Booked], played: Iterable[Booked], like: Likeness = Likeness()) -> list[Booked]:
    """What was booked, each as it stood when it was armed, wherever the schedule has moved on since.

    ``played`` in the order of arming: of one id on one day the newest counts, and stands for what is planned of it now.
    """
    found: defaultdict[tuple[str, str], list[Booked]] = defaultdict(list)
    for each in [*reversed(list(played)), *planned]:
        of_id = found[each.channel, each.break_id]
        if not any(_of_one_day(each, other, like) for other in of_id):
            of_id.append(each)
    return [each for of_id in found.values() for each in of_id]


def _of_one_day(one: Booked, other: Booked, like: Likeness) -> bool:
    return one.at is None or other.at is None or abs(one.at - other.at) <= timedelta(seconds=like.id_s)


def _silent(rows: Iterable[AsRunRow]) -> list[AsRunRow]:
    return sorted((row for row in rows if row.out_at is None), key=lambda row: (row.recorded_at, row.run_id))


def _why(booked: Booked, row: AsRunRow | None, like: Likeness) -> AsRunRow | None:
    """The row that tells why a booking did not air; not that of another day's break of the same id."""
    if row is None or booked.at is None or row.planned_at is None:
        return row
    return row if abs(row.planned_at - booked.at) <= timedelta(seconds=like.id_s) else None


def _row_order(row: AsRunRow) -> tuple[datetime, str, str, str]:
    return row.out_at or row.recorded_at, row.channel, row.break_id, row.run_id


def _ids(line: Reconciled) -> tuple[str, str, str]:
    own = "" if line.booked is None else line.booked.break_id
    return (own, "", "") if line.row is None else (own, line.row.break_id, line.row.run_id)


type _Split = tuple[list[Reconciled], list[Booked], list[AsRunRow]]


def _by_id(wanted: Sequence[Booked], aired: Sequence[AsRunRow], like: Likeness) -> _Split:
    of_id: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for m, row in enumerate(aired):
        of_id[row.channel, row.break_id].append(m)
    pairs = [
        (distance, n, m)
        for n, each in enumerate(wanted)
        for m in of_id[each.channel, each.break_id]
        if (distance := _distance_s(each, aired[m])) <= like.id_s
    ]
    return _paired(pairs, wanted, aired, Outcome.AIRED)


def _by_likeness(wanted: Sequence[Booked], aired: Sequence[AsRunRow], like: Likeness) -> _Split:
    outs = [row.out_at or row.recorded_at for row in aired]  # in order
    window, pairs = timedelta(seconds=like.window_s), []
    for n, each in enumerate(wanted):
        if each.at is None:
            continue
        allowed_s = max(like.length_s, each.duration_s * like.length_part)
        for m in range(bisect_left(outs, each.at - window), bisect_right(outs, each.at + window)):
            row = aired[m]
            if row.channel != each.channel or row.duration_ticks is None:
                continue
            length_s = abs(seconds_of(row.duration_ticks) - each.duration_s)
            if length_s <= allowed_s:
                pairs.append((_distance_s(each, row) + length_s, n, m))
    return _paired(pairs, wanted, aired, Outcome.POTENTIAL_MATCH)


def _distance_s(booked: Booked, row: AsRunRow) -> Fraction:
    """0 where the schedule alone can't know the moment."""
    if booked.at is None or row.out_at is None:
        return Fraction(0)
    return Fraction(abs(row.out_at - booked.at) // _MICROSECOND, 1_000_000)


def _paired(
    pairs: list[tuple[Fraction, int, int]], wanted: Sequence[Booked], aired: Sequence[AsRunRow], outcome: Outcome
) -> _Split:
    """The closest first; each booking and each row once."""
    found, taken, used = [], set[int](), set[int]()
    for _, n, m in sorted(pairs):
        if n not in taken and m not in used:
            taken.add(n)
            used.add(m)
            found.append(Reconciled(outcome=outcome, booked=wanted[n], row=aired[m]))
    left = [each for n, each in enumerate(wanted) if n not in taken]
    return found, left, [row for m, row in enumerate(aired) if m not in used]
