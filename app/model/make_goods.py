"""Where what was owed and did not air can air yet: avails, in breaks that have room and between breaks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from app.model.reconciling import Booked, Outcome, Reconciled
from app.model.states import ProofState

APART_S = 300  # from a break made for it to the next on either side
_SHORT_S = Fraction(1)  # what an early return may cost without being owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Avail:
    """Room for an ad. ``break_id``: in that break, behind its spots; "": between breaks, as a break of its own."""

    channel: str
    at: datetime
    length_s: Fraction
    break_id: str = ""


def owed_s(line: Reconciled) -> Fraction:
    """Seconds that a booking is still owed: all that did not air or whose markers are missing, or what was cut off."""
    if line.booked is None or line.outcome is Outcome.POTENTIAL_MATCH:
        return Fraction(0)
    if line.outcome is Outcome.BOOKED_NOT_AIRED or (line.row is not None and line.row.verdict is ProofState.MISSING):
        return line.booked.duration_s
    short_s = -(line.longer_s or 0)
    return Fraction(short_s) if short_s >= _SHORT_S else Fraction(0)


def avails_in_breaks(booked: Iterable[Booked], since: datetime, until: datetime) -> list[Avail]:
    """What booked breaks have left behind their spots, by time; one that lists no spots is sold as a whole."""
    found = [
        Avail(channel=each.channel, at=after(each.at, each.spots_s), length_s=left_s, break_id=each.break_id)
        for each in booked
        if each.at is not None and each.spots_s is not None and since <= each.at < until
        if (left_s := each.duration_s - each.spots_s) > 0
    ]
    return sorted(found, key=_order)


def avails_between(
    booked: Iterable[Booked], channel: str, since: datetime, until: datetime, *, apart_s: int = APART_S
) -> list[Avail]:
    """Stretches of a channel's programme where a break may begin and end, ``apart_s`` from those booked."""
    apart, free_from, found = timedelta(seconds=apart_s), since, []
    ours = sorted((each.at, each.duration_s) for each in booked if each.channel == channel and each.at is not None)
    for at, duration_s in [*ours, (until + apart, Fraction(0))]:
        end = min(at - apart, until)
        if end > free_from:
            found.append(Avail(channel=channel, at=free_from, length_s=seconds_between(free_from, end)))
        free_from = max(free_from, after(at, duration_s) + apart)
    return found


def make_goods(
    lines: Sequence[Reconciled], booked: Sequence[Booked], *, since: datetime, until: datetime, apart_s: int = APART_S
) -> dict[int, Avail]:
    """For each line that is owed something, by its place, where it can air within ``since`` and ``until``.

    Room in a break before one of its own, the earliest first; what is given to one line is not given to another.
    """
    owed = [(n, line.channel, owed_s(line)) for n, line in enumerate(lines) if owed_s(line) > 0]
    room = {channel: _Room(booked, channel, since, until, apart_s) for channel in {channel for _, channel, _ in owed}}
    found = ((n, room[channel].take(length_s)) for n, channel, length_s in owed)
    return {n: avail for n, avail in found if avail is not None}


class _Room:
    """A channel's avails while they are given away."""

    def __init__(self, booked: Sequence[Booked], channel: str, since: datetime, until: datetime, apart_s: int) -> None:
        ours = [each for each in booked if each.channel == channel]
        self._avails = avails_in_breaks(ours, since, until)
        self._avails += avails_between(ours, channel, since, until, apart_s=apart_s)
        self._apart_s = apart_s

    def take(self, length_s: Fraction) -> Avail | None:
        """The first that is long enough, cut to ``length_s``; what is left of it stays."""
        place = next((n for n, avail in enumerate(self._avails) if avail.length_s >= length_s), None)
        if place is None:
            return None
        avail = self._avails[place]
        self._avails[place : place + 1] = self._rest(avail, length_s)
        return Avail(channel=avail.channel, at=avail.at, length_s=length_s, break_id=avail.break_id)

    def _rest(self, avail: Avail, length_s: Fraction) -> Iterator[Avail]:
        used_s = length_s if avail.break_id else length_s + self._apart_s
        at = after(avail.at, used_s)
        left_s = avail.length_s - seconds_between(avail.at, at)
        if left_s > 0:
            yield Avail(channel=avail.channel, at=at, length_s=left_s, break_id=avail.break_id)


def after(at: datetime, seconds: Fraction | int) -> datetime:
    """A moment later, to the next microsecond: never before the end of what lasts so long."""
    return at + timedelta(microseconds=-(-Fraction(seconds) * 1_000_000 // 1))


def seconds_between(since: datetime, until: datetime) -> Fraction:
    """Exactly."""
    return Fraction((until - since) // timedelta(microseconds=1), 1_000_000)


def _order(avail: Avail) -> tuple[datetime, str, str]:
    return avail.at, avail.channel, avail.break_id
