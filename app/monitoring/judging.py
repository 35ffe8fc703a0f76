"""The judgement: renditions as read back in, a verdict on every splice out. Pure; nothing is fetched here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.model.states import ProofState
from app.model.timebase import PTS_WRAP, difference
from app.monitoring.announcing import Splice
from app.monitoring.carrying import holds, is_past, segment_at
from app.monitoring.case import Case, Key
from app.monitoring.checks import absent, gap_faults, in_faults, lead_faults, no_picture, picture_faults, same_section
from app.monitoring.markers import CUE_OUT_IN, OATCLS
from app.monitoring.orphans import orphan_rows, stray_conts
from app.monitoring.report import Finding, Row, Severity
from app.monitoring.tags import Fault, Placement
from app.monitoring.timeline import Placed, Rendition

_GRAVITY = (ProofState.LANDED, ProofState.LATE, ProofState.MISPLACED, ProofState.MISSING)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Rows in the order of their time, and findings; ``pending``: splices that the renditions don't hold yet."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    pending: frozenset[tuple[int, str]] = frozenset()


def judge(
    renditions: Sequence[Rendition], *, wanted: Iterable[str] = (), immediate: frozenset[int] | None = None
) -> Judgement:
    """Judge every splice that the sections or the tags of these renditions speak of.

    ``wanted``: dialects that have to be there; those that are there anywhere have to be everywhere.
    ``immediate``: event ids known as taken without pre-roll; None: inferred.
    """
    case = Case.of(renditions, frozenset(wanted), immediate)
    keys = [key for key in case.ordered() if not case.set_aside(key)]
    placements = {key: case.placements(key) for key in keys}
    speaking = sorted(case.wanted | {dialect for book in case.books for dialect in book.dialects()})
    for key in keys:
        for book, placement in zip(case.books, placements[key], strict=True):
            if placement is not None:
                for dialect in speaking:
                    book.claim(dialect, placement, case.known())
    doubled = _doubled(keys, placements)
    rows = [_row(case, key, placements[key], speaking, doubled.get(key)) for key in keys]
    opening = [key for key in keys if key[1] == "out" and key not in doubled]
    rows += [row for key in opening if (row := _missing_in(case, key)) is not None]
    rows += orphan_rows(case.tracks, case.books, case.cancelled, case.skipped, case.note)
    for track, book, splices in zip(case.tracks, case.books, case.splices, strict=True):
        case.findings += [Finding(Severity.FAULT, text) for text in stray_conts(track, book, splices.values())]
    return Judgement(tuple(rows), tuple(case.findings), frozenset(case.pending))


def _doubled(keys: list[Key], placements: dict[Key, list[Placement | None]]) -> dict[Key, Fault]:
    """Splices whose event is open already, or closed already: an outage must not bring one back."""
    last: dict[int, str] = {}
    found: dict[Key, Fault] = {}
    for key in keys:
        event_id, direction, _ = key
        if not any(placements[key]):
            continue
        if last.get(event_id) == direction:
            found[key] = Fault(ProofState.MISPLACED, f"it is a second {direction.upper()} of event {event_id}")
        last[event_id] = direction
    return found


def _row(case: Case, key: Key, placements: list[Placement | None], speaking: list[str], doubled: Fault | None) -> Row:
    """One splice over all renditions."""
    listed = any(track.rendition.playlist for track in case.tracks)
    faults = [("", doubled)] if doubled is not None else []
    dialects = dict.fromkeys(speaking, "ok")
    remarks: list[str] = []
    for order, placement in enumerate(placements):
        name = case.tracks[order].name
        own, told = _faults(case, key, order, placement, speaking, remarks)
        faults += [(name, fault) for fault in (*own, *told.values())]
        for dialect, fault in told.items():
            dialects[dialect] = fault.text if dialects[dialect] == "ok" else dialects[dialect]
    if listed and not speaking:
        faults.append(("", Fault(ProofState.MISSING, "no playlist has a tag for it")))
    reference = case.first(key)
    idr = _furthest_idr(case, key, placements)
    error = difference(idr.picture.pts, reference.pts) if idr is not None and reference.pts is not None else None
    placed = [(t, p.placed) for t, p in zip(case.tracks, placements, strict=True) if p is not None]
    segments = {track.name: track.uri(one.segment) for track, one in placed if not one.at_end}
    verdict = max((fault.verdict for _, fault in faults), key=_GRAVITY.index, default=ProofState.LANDED)
    reason = _in_words(faults, len(case.tracks)) or "; ".join(dict.fromkeys(remarks))
    at_end = any(one.at_end for _, one in placed)
    if at_end:
        idr, error = None, None
        reason = reason or "the output ends there"
    idr_pts = idr.picture.pts if idr else None
    epoch = reference.epoch
    return Row(key[0], key[1], reference.pts, idr_pts, error, segments, dialects, verdict, reason, epoch)


def _faults(
    case: Case, key: Key, order: int, placement: Placement | None, speaking: list[str], remarks: list[str]
) -> tuple[list[Fault], dict[str, Fault]]:
    """What is wrong in one rendition, and in its dialects."""
    track, splice = case.tracks[order], case.splices[order].get(key)
    if splice is None:
        case.books[order].absorb(case.first(key), track.segment_of(case.first(key).epoch, case.first(key).pts or 0))
        return [absent(track)], {}
    if placement is None or not placement.placed.first:
        case.books[order].absorb(splice, track.segment_of(splice.epoch, splice.pts or 0))
    faults = same_section(splice, case.first(key), placement)
    if placement is None:
        return [*faults, no_picture(track, splice)], {}
    opened = _opened(case, key, order)
    if key[1] == "in" and opened is None and track.rolled:
        case.note(f"the OUT of event {key[0]} has left the window of {track.name}")
    if placement.placed.gap:
        elsewhere = any(one is not None and not one.placed.gap for one in case.placements(key))
        faults += gap_faults(track, placement, remarks, elsewhere=elsewhere)
    faults += picture_faults(track, placement)
    faults += lead_faults(track, placement, case.immediate, remarks)
    faults += in_faults(track, placement, opened)
    if track.rendition.playlist is None:
        return faults, {}
    if not placement.placed.first:
        return faults, dict.fromkeys(speaking, Fault(ProofState.MISPLACED, "no segment starts at its PTS"))
    return faults, _dialect_faults(case, order, placement, opened, speaking)


def _dialect_faults(
    case: Case, order: int, placement: Placement, opened: Placement | None, speaking: list[str]
) -> dict[str, Fault]:
    """Each dialect on this splice in this rendition; for an OUT its CONT tags too."""
    book = case.books[order]
    checked = {dialect: book.check(dialect, placement, opened, case.known()) for dialect in speaking}
    told = {dialect: fault for dialect, fault in checked.items() if fault is not None}
    if placement.splice.direction == "out":
        cont = {m.dialect for other in case.books for m in other.markers if m.role == "cont"}
        if CUE_OUT_IN in case.wanted or OATCLS not in speaking:  # oatcls-scte35 alone has CUE-OUT and IN, no CONT
            cont.add(CUE_OUT_IN)
        closed = _closed(case, order, placement)
        told = book.check_cont(placement, closed, cont & set(speaking)) | told
    return told


def _furthest_idr(case: Case, key: Key, placements: list[Placement | None]) -> Placed | None:
    """The IDR nearest to the splice, of the rendition where that is furthest off; a gap has none."""
    furthest: Placed | None = None
    error = -1
    for track, splices, placement in zip(case.tracks, case.splices, placements, strict=True):
        splice = None if placement is not None and placement.placed.gap else splices.get(key)
        found = track.nearest_idr(splice.epoch, splice.pts) if splice and splice.pts is not None else None
        pts = case.first(key).pts
        if found is not None and pts is not None and abs(difference(found.picture.pts, pts)) > error:
            furthest, error = found, abs(difference(found.picture.pts, pts))
    return furthest


def _opened(case: Case, key: Key, order: int) -> Placement | None:
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


def _closed(case: Case, order: int, placement: Placement) -> int | None:
    """The index of the segment where the break ends, or may end since it was not read; None while it is open."""
    splice, track = placement.splice, case.tracks[order]
    ins = [s for k, s in case.splices[order].items() if k[:2] == (splice.event_id, "in") and s.pts is not None]
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


def _missing_in(case: Case, key: Key) -> Row | None:
    """A break that was opened and never closed; while it is still open, only a note."""
    if any((key[0], "in", key[2]) in splices for splices in case.splices):
        return None
    for track, placement in zip(case.tracks, case.placements(key), strict=True):
        if placement is None:
            continue
        due = _due(placement)
        if due is not None and is_past(track, placement.splice.epoch, due):
            reason = f"no IN section, though the break was to end at PTS {due}"
        elif track.ended:
            reason = "the output ends inside the break, without its IN"
        else:
            case.note(f"break {key[0]} is open: its IN is not there yet")
            return None
        return Row(key[0], "in", due, None, None, {}, {}, ProofState.MISSING, reason, placement.splice.epoch)
    return None


def _in_words(faults: list[tuple[str, Fault]], renditions: int) -> str:
    """Each reason once, the gravest first, with the renditions it holds for where they are not all."""
    by_text: dict[str, list[str]] = {}
    for name, fault in sorted(faults, key=lambda one: -_GRAVITY.index(one[1].verdict)):
        by_text.setdefault(fault.text, []).append(name)
    told = []
    for text, names in by_text.items():
        some = [name for name in dict.fromkeys(names) if name]
        told.append(f"{text} ({', '.join(some)})" if some and len(some) < renditions else text)
    return "; ".join(told)
