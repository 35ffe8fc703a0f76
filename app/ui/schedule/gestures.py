"""What the hand is about, and the ghost of what would become: exact times, what it snaps to, whether it fits. Pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from app.model.timebase import FrameRate
from app.ui.schedule.block import Block, length_text
from app.ui.schedule.edits import (
    LEAST_US,
    Dropped,
    Ids,
    Pair,
    created,
    duplicated,
    filled,
    moved,
    resized,
)
from app.ui.schedule.lanes import HOUR_US, Lanes, hour_of
from app.ui.schedule.moments import Span, on_frame
from app.ui.schedule.pending import Key
from app.ui.schedule.snapping import Snap, Targets, snapped
from app.ui.words import _

DEFAULT_US = 30_000_000


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the hand is: the moment and the channel under it."""

    us: int
    channel: str


@dataclass(frozen=True, slots=True)
class Move:
    """Blocks that are dragged, or copies of them, from where the hand took one of them."""

    blocks: tuple[Block, ...]
    held: Block
    since: Pointer
    copies: bool = False


@dataclass(frozen=True, slots=True)
class Resize:
    """One end of a block that is dragged, from where the hand took it."""

    block: Block
    at_start: bool
    since: Pointer


@dataclass(frozen=True, slots=True)
class Draw:
    """A new break that is drawn."""

    since: Pointer


@dataclass(frozen=True, slots=True)
class Carry:
    """What comes from the library."""

    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """The rubber band. ``before``: what was selected before it."""

    since: Pointer
    before: frozenset[Key]


type Editing = Move | Resize | Draw | Carry
type Gesture = Editing | Band


@dataclass(frozen=True, slots=True)
class Ground:
    """What a ghost is held against. ``channels``: as their rows stand; ``name_of``: their titles.

    ``hour_limit_us``: of breaks in an hour, by channel; None: the house has none.
    """

    lanes: Lanes
    taken: Container[Key]
    channels: Sequence[str]
    targets: Targets
    reach_us: int
    rate: Callable[[str], FrameRate]
    refusal: Callable[[Sequence[Pair]], str]
    timecode: Callable[[int, str], str]
    name_of: Callable[[str], str]
    hour_limit_us: Callable[[str], int | None]
    grid_us: int = 0
    offset_us: int = 0
    snapping: bool = True

    def held(self, *, snapping: bool) -> Ground:
        """The same, attracting or not."""
        return self if snapping is self.snapping else replace(self, snapping=snapping)


@dataclass(frozen=True, slots=True)
class Ghost:
    """``spans``: where it would lie, by channel. ``refusal``: why it can't; "" where it can. ``pairs``: the edit."""

    spans: tuple[tuple[str, Span], ...]
    label: str
    pairs: tuple[Pair, ...] = ()
    snap: Snap | None = None
    tip: tuple[str, ...] = ()
    refusal: str = ""
    overlap_us: int = 0
    keys: frozenset[Key] = field(default=frozenset())


def ghost_of(gesture: Editing, at: Pointer, ground: Ground) -> Ghost:
    """What letting go here would do."""
    match gesture:
        case Move():
            return _moving(gesture, at, ground)
        case Resize():
            return _resizing(gesture, at, ground)
        case Draw():
            return _drawing(gesture, at, ground)
        case Carry():
            return _carrying(gesture, at, ground)


def _exact(us: int, snap: Snap | None, rate: FrameRate) -> int:
    """On what it snaps to, which may be another's exact edge; else on a frame."""
    return us if snap is not None and snap.target.says != "grid" else on_frame(us, rate)


def _attracted(edges: Sequence[int], ground: Ground) -> Snap | None:
    if not ground.snapping:
        return None
    return snapped(edges, ground.targets, ground.reach_us, ground.grid_us, ground.offset_us)


def _moving(gesture: Move, at: Pointer, ground: Ground) -> Ghost:
    held, by_us = gesture.held, at.us - gesture.since.us
    start, end = held.start_us + by_us, held.end_us + by_us
    snap = _attracted((start, end), ground)
    start = _exact(start + (snap.moved_us if snap else 0), snap, ground.rate(held.key[0]))
    by_us = start - held.start_us
    onto = _onto(gesture, at.channel, ground.channels)
    make = duplicated if gesture.copies else moved
    pairs = make(gesture.blocks, by_us, onto, ground.taken)
    spans = tuple((onto.get(b.key[0], b.key[0]), (b.start_us + by_us, b.end_us + by_us)) for b in gesture.blocks)
    keys = frozenset() if gesture.copies else frozenset(block.key for block in gesture.blocks)
    first = onto.get(held.key[0], held.key[0]), (start, start + held.end_us - held.start_us)
    label = _("duplicate") if gesture.copies else _("move")
    return _told(spans, first, label, pairs, snap, ground, keys)


def _onto(gesture: Move, channel: str, channels: Sequence[str]) -> dict[str, str]:
    """Each block as many rows away as the hand has gone; none leaves the rows."""
    if channel not in channels or gesture.since.channel not in channels:
        return {}
    rows = {name: index for index, name in enumerate(channels)}
    went = rows[channel] - rows[gesture.since.channel]
    own = [rows[block.key[0]] for block in gesture.blocks if block.key[0] in rows]
    if not own:
        return {}
    went = max(-min(own), min(went, len(channels) - 1 - max(own)))
    return {channels[row]: channels[row + went] for row in own}


def _resizing(gesture: Resize, at: Pointer, ground: Ground) -> Ghost:
    block, rate = gesture.block, ground.rate(gesture.block.key[0])
    held = (block.start_us if gesture.at_start else block.end_us) + at.us - gesture.since.us
    snap = _attracted((held,), ground)
    edge = _exact(held + (snap.moved_us if snap else 0), snap, rate)
    start, end = (edge, block.end_us) if gesture.at_start else (block.start_us, edge)
    if end - start < LEAST_US:
        start, end = (block.end_us - LEAST_US, end) if gesture.at_start else (start, block.start_us + LEAST_US)
        snap = None
    first = block.key[0], (start, end)
    return _told((first,), first, _("resize"), resized(block, start, end), snap, ground, frozenset({block.key}))


def _drawing(gesture: Draw, at: Pointer, ground: Ground) -> Ghost:
    channel, rate = gesture.since.channel, ground.rate(gesture.since.channel)
    snap = _attracted((at.us,), ground)
    edge = at.us + (snap.moved_us if snap else 0)
    start, end = sorted((on_frame(gesture.since.us, rate), _exact(edge, snap, rate)))
    end = max(end, start + LEAST_US)
    pairs = created(channel, (start, end), Dropped(""), ground.taken)
    return _told(((channel, (start, end)),), (channel, (start, end)), _("create"), pairs, snap, ground, frozenset())


def _carrying(gesture: Carry, at: Pointer, ground: Ground) -> Ghost:
    under = next((b for b in ground.lanes.lane(at.channel).over(at.us, at.us + 1) if b.booking is not None), None)
    if under is not None:
        return _filling(gesture, under, ground)
    length = sum(one.length_us or DEFAULT_US for one in gesture.dropped)
    snap = _attracted((at.us, at.us + length), ground)
    start = _exact(at.us + (snap.moved_us if snap else 0), snap, ground.rate(at.channel))
    spans: list[tuple[str, Span]] = []
    pairs: list[Pair] = []
    ids = Ids(ground.taken)
    for one in gesture.dropped:
        span = start, start + (one.length_us or DEFAULT_US)
        spans.append((at.channel, span))
        pairs += created(at.channel, span, one, ids)
        start = span[1]
    whole = at.channel, (spans[0][1][0], spans[-1][1][1])
    return _told(tuple(spans), whole, _("add"), pairs, snap, ground, frozenset())


def _filling(gesture: Carry, under: Block, ground: Ground) -> Ghost:
    spots = tuple(spot for one in gesture.dropped for spot in one.spots)
    template = next((one.template for one in gesture.dropped if one.template), "")
    pairs = filled(under, Dropped("", spots, template=template))
    after = pairs[0][1]
    lasts = under.end_us - under.start_us if after is None else round(after.plan.duration_s * Fraction(1_000_000))
    first = under.key[0], (under.start_us, under.start_us + lasts)
    return _told(
        (first,),
        first,
        _("add to {title}").format(title=under.title or under.key[1]),
        pairs,
        None,
        ground,
        frozenset({under.key}),
    )


def _told(
    spans: tuple[tuple[str, Span], ...],
    first: tuple[str, Span],
    label: str,
    pairs: Sequence[Pair],
    snap: Snap | None,
    ground: Ground,
    keys: frozenset[Key],
) -> Ghost:
    channel, span = first
    lane = ground.lanes.lane(channel)
    overlap, gap = lane.neighbours(span, keys)
    refusal = ground.refusal(pairs)
    times = f"{ground.timecode(span[0], channel)} – {ground.timecode(span[1], channel)}"
    more = _(", and {spans} more").format(spans=len(spans) - 1) if len(spans) > 1 else ""
    fits = _("Overlaps by {length_text}").format(length_text=length_text(overlap)) if overlap else _("Fits.")
    fits += (
        _(" {length_text} to the next break").format(length_text=length_text(gap))
        if gap is not None and not overlap
        else ""
    )
    begins = hour_of(span[0], ground.offset_us)
    hour = lane.load_us(begins, leaving_out=keys) + _in_hour(spans, channel, begins)
    limit = ground.hour_limit_us(channel)
    of_limit = "" if limit is None else _(" of {length_text}").format(length_text=length_text(limit))
    snapping = _("Alt: no snapping") if ground.snapping else _("not snapping")
    says = refusal or fits
    tip = (
        f"{ground.name_of(channel)}  {times}{more}",
        says[:1].upper() + says[1:],
        _("Hour {length_text}{of_limit}. {snapping}").format(
            length_text=length_text(hour), of_limit=of_limit, snapping=snapping
        ),
    )
    return Ghost(spans, label, tuple(pairs), snap, tip, refusal, overlap, keys)


def _in_hour(spans: Sequence[tuple[str, Span]], channel: str, since: int) -> int:
    return sum(max(0, min(end, since + HOUR_US) - max(start, since)) for name, (start, end) in spans if name == channel)
