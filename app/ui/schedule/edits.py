"""What the hand does to breaks, as pairs of before and after. Pure; whether they may be made is the desk's to say."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.model.library import LibraryItem
from app.model.rundown import Ad, BreakPlan
from app.model.schedule import Booking, Spot
from app.ui.schedule.block import Block, cuts_of
from app.ui.schedule.moments import SECOND_US, Span, when_of
from app.ui.schedule.pending import Key

type Pair = tuple[Booking | None, Booking | None]
LEAST_US = SECOND_US  # a break lasts at least so long
SOURCE = "timeline"
_NUMBERED = re.compile(r"(.*?)-(\d{1,6})$")


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a library hands over: spots, and a template that they go out by. ``duration_s`` None: that of the spots."""

    title: str
    spots: tuple[Spot, ...] = ()
    duration_s: Fraction | None = None
    template: str = ""

    @classmethod
    def of_item(cls, item: LibraryItem) -> Dropped:
        """A spot or a pod."""
        return cls(item.title, item.spots, item.duration_s)

    @property
    def length_us(self) -> int:
        """How long it is; 0: it doesn't say."""
        length_s = self.duration_s or sum((spot.duration_s for spot in self.spots), Fraction(0))
        return us_of_seconds(length_s)


def us_of_seconds(seconds: Fraction) -> int:
    """To the nearest microsecond."""
    return round(seconds * SECOND_US)


def seconds_of_us(us: int) -> Fraction:
    """Exactly."""
    return Fraction(us, SECOND_US)


class Ids:
    """Which ids are taken: all that stand, but for those that leave, and those that are given out here."""

    def __init__(self, taken: Container[Key], leaving: Collection[Key] = ()) -> None:
        self._taken, self._leaving = taken, leaving
        self._given: set[Key] = set()

    def __contains__(self, key: object) -> bool:
        return key in self._given or (key in self._taken and key not in self._leaving)

    def give(self, channel: str, stem: str) -> str:
        """An id that is free from now on no more."""
        found = fresh_id(self, channel, stem)
        self._given.add((channel, found))
        return found


def fresh_id(taken: Container[Key], channel: str, stem: str) -> str:
    """An id that the channel has not got: ``5109-2``, ``5109-3``."""
    found = _NUMBERED.match(stem)
    base, number = (found[1], int(found[2])) if found else (stem, 1)
    while (channel, stem) in taken:
        number += 1
        stem = f"{base}-{number}"
    return stem


def placed(booking: Booking, start_us: int, channel: str | None = None) -> Booking:
    """The same break at another time, on another channel too."""
    plan = replace(booking.plan, at=when_of(start_us), channel=channel or booking.plan.channel)
    return replace(booking, plan=plan)


def lasting(booking: Booking, start_us: int, end_us: int) -> Booking:
    """The same break between other ends."""
    made = placed(booking, start_us)
    return replace(made, plan=replace(made.plan, duration_s=seconds_of_us(max(LEAST_US, end_us - start_us))))


def moved(blocks: Iterable[Block], by_us: int, channel_of: dict[str, str], taken: Container[Key]) -> list[Pair]:
    """All by the same distance, onto other channels where ``channel_of`` says so. An id that is taken there changes."""
    pairs: list[Pair] = []
    going = {block.key for block in blocks if block.booking is not None}
    ids = Ids(taken, going)
    for block in blocks:
        booking = block.booking
        if booking is None:
            continue
        channel = channel_of.get(booking.plan.channel, booking.plan.channel)
        new_id = ids.give(channel, booking.plan.id)
        made = placed(booking, block.start_us + by_us, channel) if by_us else _on_channel(booking, channel)
        made = replace(made, plan=replace(made.plan, id=new_id))
        if (channel, new_id) == block.key:
            pairs.append((booking, made))
        else:
            pairs += [(booking, None), (None, made)]
    return _joined(pairs)


def _on_channel(booking: Booking, channel: str) -> Booking:
    return replace(booking, plan=replace(booking.plan, channel=channel))


def _joined(pairs: list[Pair]) -> list[Pair]:
    """Where one leaves a key that another takes, it is one change of that key."""
    gone = {_key(before): before for before, after in pairs if before is not None and after is None}
    made: list[Pair] = []
    for before, after in pairs:
        if after is None:
            continue
        made.append((gone.pop(_key(after)), after) if before is None and _key(after) in gone else (before, after))
    return [*((before, None) for before in gone.values()), *made]


def _key(booking: Booking) -> Key:
    return booking.plan.channel, booking.plan.id


def resized(block: Block, start_us: int, end_us: int) -> list[Pair]:
    """One break between other ends."""
    return [] if block.booking is None else [(block.booking, lasting(block.booking, start_us, end_us))]


def removed(blocks: Iterable[Block]) -> list[Pair]:
    """All of them."""
    return [(block.booking, None) for block in blocks if block.booking is not None]


def duplicated(blocks: Iterable[Block], by_us: int, channel_of: dict[str, str], taken: Container[Key]) -> list[Pair]:
    """Copies so much later, each with an id of its own; the splice_event_id stays with the first."""
    ids, pairs = Ids(taken), list[Pair]()
    for block in blocks:
        if block.booking is None:
            continue
        channel = channel_of.get(block.key[0], block.key[0])
        made = placed(block.booking, block.start_us + by_us, channel)
        new_id = ids.give(channel, made.plan.id)
        made = replace(made, source=SOURCE, plan=replace(made.plan, id=new_id, splice_event_id=None))
        pairs.append((None, made))
    return pairs


def split_place(block: Block, near_us: int) -> int | None:
    """Where a break is cut in two: where two ads meet, next to a moment; without ads at the moment itself.

    None: neither half would last a second.
    """
    cuts = [block.start_us + cut for cut in cuts_of(block.booking)]
    inside = range(block.start_us + LEAST_US, block.end_us - LEAST_US + 1)
    places = [cut for cut in cuts if cut in inside] or [near_us if near_us in inside else _middle(block)]
    found = min(places, key=lambda place: abs(place - near_us))
    return found if found in inside else None


def _middle(block: Block) -> int:
    return (block.start_us + block.end_us) // 2 // SECOND_US * SECOND_US


def split(block: Block, at_us: int, taken: Container[Key]) -> list[Pair]:
    """A break as two that touch; ads that begin before the cut stay in the first."""
    booking = block.booking
    if booking is None or not block.start_us < at_us < block.end_us:
        return []
    starts = [0, *cuts_of(booking)]
    count = sum(1 for start in starts if block.start_us + start < at_us)
    first, second = lasting(booking, block.start_us, at_us), lasting(booking, at_us, block.end_us)
    first = replace(first, spots=booking.spots[:count], plan=replace(first.plan, ads=booking.plan.ads[:count]))
    new_id = fresh_id(taken, booking.plan.channel, booking.plan.id)
    plan = replace(second.plan, id=new_id, splice_event_id=None, ads=booking.plan.ads[count:])
    second = replace(second, source=SOURCE, spots=booking.spots[count:], plan=plan)
    return [(booking, first), (None, second)]


def created(channel: str, span: Span, dropped: Dropped, taken: Container[Key]) -> list[Pair]:
    """A new break of what was dropped, or an empty one."""
    ids = taken if isinstance(taken, Ids) else Ids(taken)
    stem = f"{channel}-{when_of(span[0]).text[:19]}".replace(":", "").replace("T", "-")
    plan = BreakPlan(
        ids.give(channel, stem),
        channel,
        when_of(span[0]),
        seconds_of_us(max(LEAST_US, span[1] - span[0])),
        title=dropped.title,
        template=dropped.template,
        ads=ads_of(dropped.spots),
    )
    return [(None, Booking(plan=plan, spots=dropped.spots, source=SOURCE))]


def filled(block: Block, dropped: Dropped) -> list[Pair]:
    """A break with these spots behind its own; it grows where they don't fit."""
    booking = block.booking
    if booking is None:
        return []
    spots = (*booking.spots, *dropped.spots)
    sum_s = sum((spot.duration_s for spot in spots), Fraction(0))
    plan = replace(
        booking.plan,
        ads=(*booking.plan.ads, *ads_of(dropped.spots)),
        duration_s=max(booking.plan.duration_s, sum_s),
        template=dropped.template or booking.plan.template,
    )
    return [(booking, replace(booking, spots=spots, plan=plan))]


def ads_of(spots: Sequence[Spot]) -> tuple[Ad, ...]:
    """The spots as a break plan names them."""
    return tuple(Ad(spot.id, spot.title, spot.duration_s) for spot in spots)
