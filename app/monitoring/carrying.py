"""One splice over an outage: announced in one timeline and aired in the next, or spoken of again behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from app.model.timebase import TICKS_PER_SECOND, difference
from app.monitoring.announcing import Splice
from app.monitoring.timeline import Track

_IN_COMES = timedelta(seconds=2)  # where the end of a break was in an outage, its IN is behind it at once


def over_outages(track: Track, splices: Iterable[Splice]) -> list[Splice]:
    """A rendition's splices; those of one event and direction in several timelines are joined where they are one."""
    joined: list[Splice] = []
    for splice in splices:
        same = (splice.event, splice.direction)
        earlier = [one for one in joined if (one.event, one.direction) == same and one.epoch < splice.epoch]
        before = earlier[-1] if earlier and not earlier[-1].cancelled and not splice.cancelled else None
        if before is not None and _broken_off(track, before):
            splice.carried = [*before.carried, *before.in_force()]
            joined.remove(before)
        elif before is not None and _was_before(track, splice):
            before.repeated += splice.announced
            continue
        joined.append(splice)
    return joined


def carried_lead(track: Track, splice: Splice) -> timedelta | None:
    """How long before its picture an earlier timeline announced it first, by the program dates; None: it did not."""
    if not splice.carried or splice.pts is None:
        return None
    first = splice.carried[0]
    arrival = first.seen.arrival_ticks
    told_at = None if arrival is None else track.moment(first.epoch, arrival)
    shown_at = track.moment(splice.epoch, splice.pts)
    return None if told_at is None or shown_at is None else shown_at - told_at


def lasted_ticks(track: Track, opening: Splice, closing: Splice) -> int | None:
    """From one splice to another, by the program dates where their timelines differ; None where these are not there."""
    if opening.pts is None or closing.pts is None:
        return None
    if opening.epoch == closing.epoch:
        return difference(closing.pts, opening.pts)
    opened_at, closed_at = track.moment(opening.epoch, opening.pts), track.moment(closing.epoch, closing.pts)
    if opened_at is None or closed_at is None:
        return None
    return (closed_at - opened_at) * TICKS_PER_SECOND // timedelta(seconds=1)


def holds(track: Track, epoch: int, pts: int) -> bool:
    """Whether the rendition has pictures at or after a time, in its own timeline."""
    span = track.span(epoch)
    return span is not None and difference(span[1], pts) > 0


def is_past(track: Track, epoch: int, pts: int) -> bool:
    """Whether the rendition goes beyond a time; behind an outage by so much that an IN must have come."""
    last = track.rendition.segments[-1].listed
    due_at = track.moment(epoch, pts)
    if last.discontinuity_sequence == epoch or due_at is None or last.starts_at is None:
        return holds(track, epoch, pts)
    dates = [segment.listed.starts_at for segment in track.rendition.segments if segment.listed.starts_at is not None]
    went_on_at = min((date for date in dates if date >= due_at), default=due_at)
    return last.starts_at + timedelta(seconds=float(last.duration_s)) > went_on_at + _IN_COMES


def segment_at(track: Track, epoch: int, pts: int) -> int | None:
    """The segment in which a time falls; where its timeline broke before, the first one that begins later."""
    if holds(track, epoch, pts):
        return track.segment_of(epoch, pts)
    due_at = track.moment(epoch, pts)
    for index, segment in enumerate(track.rendition.segments):
        starts_at = segment.listed.starts_at
        if due_at is not None and starts_at is not None and track.epoch(index) > epoch and starts_at >= due_at:
            return index
    return None


def _broken_off(track: Track, splice: Splice) -> bool:
    """Whether its timeline broke before its picture; where that can't be read it may have been there."""
    if splice.pts is None:
        return True  # splice_immediate_flag, and no IDR came any more
    span = track.span(splice.epoch)
    if span is None or track.segment_problem(splice.epoch, splice.pts):
        return False
    return difference(splice.pts, span[1]) >= 0


def _was_before(track: Track, splice: Splice) -> bool:
    """Whether its time is before its timeline begins: it aired in one before."""
    span = track.span(splice.epoch)
    return span is not None and splice.pts is not None and difference(splice.pts, span[0]) < 0
