"""Which OUT an IN closes, where a break ends, and what it means that no IN comes."""

from __future__ import annotations

from app.model.states import ProofState
from app.model.timebase import PTS_WRAP, difference
from app.monitoring.announcing import Splice
from app.monitoring.carrying import holds, is_past, segment_at
from app.monitoring.case import Case, Key
from app.monitoring.placement import Placement
from app.monitoring.report import Row


def opened_by(case: Case, key: Key, order: int) -> Placement | None:
    """For an IN: the OUT before it, where this rendition still holds its picture."""
    here = case.splices[order].get(key)
    outs = [s for k, s in case.splices[order].items() if k[:2] == (key[0], "out") and s.pts is not None]
    if key[1] != "in" or here is None or here.pts is None or not outs:
        return None
    track = case.tracks[order]
    outs = [s for s in outs if (s.epoch, s.pts) in track.pictures] or outs  # one announced again later has none
    before = [s for s in outs if s.epoch == here.epoch and _between(s, here) >= 0]
    chosen = (before or outs)[-1]
    placed = track.pictures.get((chosen.epoch, chosen.pts or 0))
    return Placement.of(chosen, placed) if placed else None


def _between(opening: Splice, closing: Splice) -> int:
    """Ticks from one splice to another; both have a time."""
    return difference(closing.pts or 0, opening.pts or 0)


def closed_at(case: Case, order: int, placement: Placement) -> int | None:
    """The index of the segment where the break ends, or may end since it was not read; None while it is open."""
    splice, track = placement.splice, case.tracks[order]
    ins = [s for k, s in case.splices[order].items() if k[:2] == (splice.event, "in") and s.pts is not None]
    ends = [s for s in ins if s.epoch > splice.epoch or (s.epoch == splice.epoch and _between(splice, s) > 0)]
    end = min(ends, key=lambda one: (one.epoch, _between(splice, one)), default=None)
    if end is not None:
        return track.segment_of(end.epoch, end.pts or 0) if holds(track, end.epoch, end.pts or 0) else None
    due = _due(placement)
    falls_in = None if due is None else segment_at(track, splice.epoch, due)
    unread = track.unread(placement.placed.segment)
    return min((index for index in (falls_in, unread) if index is not None), default=None)


def _due(placement: Placement) -> int | None:
    """When the break ends by its last declared duration."""
    durations = [one.word.duration_ticks for one in placement.allowed if one.word.duration_ticks is not None]
    return (placement.placed.picture.pts + durations[-1]) % PTS_WRAP if durations else None


def missing_in(case: Case, key: Key) -> Row | None:
    """A break that was opened and never closed; while it is still open, only a note."""
    word = case.first(key).word
    if word.is_single or any((key[0], "in", key[2]) in splices for splices in case.splices):
        return None
    for track, placement in zip(case.tracks, case.placements(key), strict=True):
        if placement is None:
            continue
        due = _due(placement)
        over = due is not None and is_past(track, placement.splice.epoch, due)
        if over and word.auto_return and due is not None and _returns_by_itself(case, placement.splice.epoch, due):
            case.note(f"break {key[0]} has no IN section: auto_return ends it at PTS {due}")
            return None
        if over:
            reason = f"no IN section, though the break was to end at PTS {due}"
        elif not track.ended:
            case.note(f"break {key[0]} is open: its IN is not there yet")
            return None
        else:
            reason = "the output ends inside the break, without its IN"
        epoch = placement.splice.epoch
        return Row(key[0].number, "in", due, None, None, {}, {}, ProofState.MISSING, reason, epoch, signal=word.signal)
    return None


def _returns_by_itself(case: Case, epoch: int, due: int) -> bool:
    """Whether that is how this output returns: it has no IN section at all, and its tags close the break there.

    SCTE 35 §9.8.2.1 asks for no IN where auto_return is set; an output that sends some has lost this one.
    """
    if case.wanted or any(key[1] == "in" for splices in case.splices for key in splices):
        return False
    for track, book in zip(case.tracks, case.books, strict=True):
        if track.rendition.playlist is None:
            continue
        here = [
            marker
            for marker in book.markers
            if marker.role == "in"
            and marker.segment < len(track.starts)
            and track.epoch(marker.segment) == epoch
            and track.starts[marker.segment] == due
        ]
        if not here or any(marker.payload is not None for marker in here):
            return False
        book.claimed.update(here)
    return True
