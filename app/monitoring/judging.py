"""The judgement: renditions as read back in, a verdict on every splice out. Pure; nothing is fetched here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.model.states import ProofState
from app.model.timebase import difference
from app.monitoring.case import Case, Key, damage
from app.monitoring.checks import (
    absent,
    contradictions,
    gap_faults,
    in_faults,
    lead_faults,
    no_picture,
    picture_faults,
    same_section,
)
from app.monitoring.clocks import clock_findings, unlike_findings
from app.monitoring.hearing import divided
from app.monitoring.markers import ADOBE, CUE_OUT_IN, SCTE35
from app.monitoring.orphans import orphan_rows, stray_conts
from app.monitoring.placement import Fault, Placement, gravest, in_words
from app.monitoring.report import Finding, Row, Severity
from app.monitoring.returning import closed_at, missing_in, opened_by
from app.monitoring.skew import Skew, note_dialect, note_renditions
from app.monitoring.sounding import sound_faults
from app.monitoring.tag_judging import TagCase
from app.monitoring.tag_rows import rows_by_tags
from app.monitoring.tags import TagBook
from app.monitoring.timeline import Placed, Rendition, Track
from app.monitoring.words import EventId

_CONT = frozenset({ADOBE, CUE_OUT_IN, SCTE35})  # dialects with a tag on each later segment of a break


@dataclass(slots=True)
class _Measured:
    """What is told beside the verdict on one splice."""

    remarks: list[str] = field(default_factory=list)
    skew: Skew = field(default_factory=Skew)
    audio_ms: dict[str, list[float | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Rows in the order of their time, and findings; ``pending``: splices that the renditions don't hold yet."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    pending: frozenset[tuple[EventId, str]] = frozenset()


def judge(
    renditions: Sequence[Rendition],
    *,
    wanted: Iterable[str] = (),
    immediate: frozenset[int] | None = None,
    undeclared: frozenset[str] | None = None,
    ours: frozenset[int] = frozenset(),
    relayed: frozenset[int] = frozenset(),
) -> Judgement:
    """Judge every splice that the sections or the tags of these renditions speak of.

    ``wanted``: dialects that have to be there; those that are there anywhere have to be everywhere.
    ``immediate``: event ids known as taken without pre-roll; ``undeclared``: dialects that declare no duration; None:
    inferred. ``ours``: event ids of which the program knows that it sent them; ``relayed``: as their source did.
    """
    wanted = frozenset(wanted)
    heard, unheard = (list(renditions), {}) if wanted else divided(renditions)
    case = Case.of(heard, wanted, immediate, undeclared, ours, relayed)
    keys = [key for key in case.ordered() if not case.set_aside(key)]
    placements = {key: case.placements(key) for key in keys}
    for key in keys:
        for book, placement in zip(case.books, placements[key], strict=True):
            if placement is not None:
                for dialect in case.speaking:
                    book.claim(dialect, placement, case.known())
    doubled = _doubled(case, keys, placements)
    rows = [_row(case, key, placements[key], doubled.get(key)) for key in keys]
    opening = [key for key in keys if key[1] == "out" and key not in doubled and case.must_close(key)]
    rows += [row for key in opening if (row := missing_in(case, key)) is not None]
    rows += orphan_rows(case.tracks, case.books, case.cancelled, case.skipped, case.note)
    for track, book, splices in zip(case.tracks, case.books, case.splices, strict=True):
        case.findings += [Finding(Severity.FAULT, text) for text in stray_conts(track, book, splices.values())]
    if unheard:
        rows = _by_tags(case, [one for one in renditions if one.name in unheard], unheard, rows)
    return Judgement(tuple(rows), tuple(case.findings), frozenset(case.pending))


def _by_tags(case: Case, renditions: list[Rendition], unheard: dict[str, str], rows: list[Row]) -> list[Row]:
    """Renditions in which no section can be heard, by their tags."""
    tracks = [Track.of(rendition) for rendition in renditions]
    told = [TagCase.of(track, TagBook.of(track)) for track in tracks]
    for one in told:
        case.findings += damage(one.track, one.book)
        case.findings += clock_findings(one.track, dated="daterange" in one.book.dialects())
        case.findings += [Finding(Severity.FAULT, text) for text in one.stray]
        why = unheard[one.track.name]
        case.note(f"{one.track.name} is judged by its tags alone, as {why}: sections, leads and pictures are not")
        for text in one.notes:
            case.note(f"{one.track.name}: {text}")
        if not one.book.markers and any(book.markers for book in (*case.books, *(other.book for other in told))):
            case.findings.append(
                Finding(Severity.WARNING, f"{one.track.name} has no marker tag, other renditions have")
            )
    case.findings += unlike_findings([track for track in (*case.tracks, *tracks) if track.rendition.kind == "VIDEO"])
    judged, unread = rows_by_tags(told, rows, case.tracks)
    case.findings += [Finding(Severity.FAULT, text) for text in unread]
    return judged


def _doubled(case: Case, keys: list[Key], placements: dict[Key, list[Placement | None]]) -> dict[Key, Fault]:
    """Splices whose event is open already, or closed already: an outage must not bring one back."""
    last: dict[EventId, str] = {}
    found: dict[Key, Fault] = {}
    for key in keys:
        event, direction, _ = key
        if not any(placements[key]) or not (case.first(key).word.is_splice or event.number in case.ours):
            continue
        if last.get(event) == direction:
            found[key] = Fault(ProofState.MISPLACED, f"it is a second {direction.upper()} of event {event}")
        last[event] = direction
    return found


def _row(case: Case, key: Key, placements: list[Placement | None], doubled: Fault | None) -> Row:
    """One splice over all renditions."""
    listed = any(track.rendition.playlist for track in case.tracks)
    faults = [("", doubled)] if doubled is not None else []
    speaking = [dialect for dialect in case.speaking if case.asked(dialect, key)]
    dialects = dict.fromkeys(speaking, "ok")
    measured = _Measured()
    for order, placement in enumerate(placements):
        name = case.tracks[order].name
        own, told = _faults(case, key, order, placement, speaking, measured)
        faults += [(name, fault) for fault in (*own, *told.values())]
        for dialect, fault in told.items():
            dialects[dialect] = fault.text if dialects[dialect] == "ok" else dialects[dialect]
    faults += note_renditions(measured.skew, case.tracks, placements)
    reference = case.first(key)
    if listed and not case.speaking and reference.word.is_splice:
        faults.append(("", Fault(ProofState.MISSING, "no playlist has a tag for it")))
    idr = _furthest_idr(case, key, placements)
    error = difference(idr.picture.pts, reference.pts) if idr is not None and reference.pts is not None else None
    placed = [(t, p.placed) for t, p in zip(case.tracks, placements, strict=True) if p is not None]
    reason = in_words(faults, len(case.tracks)) or "; ".join(dict.fromkeys(measured.remarks))
    if any(one.at_end for _, one in placed):
        idr, error, reason = None, None, reason or "the output ends there"
    return Row(
        splice_event_id=key[0].number,
        direction=key[1],
        pts=reference.pts,
        idr_pts=idr.picture.pts if idr else None,
        error_ticks=error,
        segments={track.name: track.uri(one.segment) for track, one in placed if not one.at_end},
        dialects=dialects,
        verdict=gravest(fault for _, fault in faults),
        reason=reason,
        discontinuity_sequence=reference.epoch,
        signal=reference.word.signal,
        at=measured.skew.at,
        skew_ms=measured.skew.to_plain(),
        audio_ms=measured.audio_ms,
    )


def _faults(
    case: Case, key: Key, order: int, placement: Placement | None, speaking: list[str], measured: _Measured
) -> tuple[list[Fault], dict[str, Fault]]:
    """What is wrong in one rendition, and in its dialects."""
    track, splice = case.tracks[order], case.splices[order].get(key)
    if splice is None:
        case.books[order].absorb(case.first(key), track.segment_of(case.first(key).epoch, case.first(key).pts or 0))
        return [absent(track)], {}
    if placement is None or not placement.placed.first:
        case.books[order].absorb(splice, track.segment_of(splice.epoch, splice.pts or 0))
    faults = [*contradictions(splice), *same_section(splice, case.first(key), placement)]
    if placement is None:
        return [*faults, no_picture(track, splice)], {}
    opened = opened_by(case, key, order)
    if key[1] == "in" and opened is None and track.rolled:
        case.note(f"the OUT of event {key[0]} has left the window of {track.name}")
    if placement.placed.gap:
        elsewhere = any(one is not None and not one.placed.gap for one in case.placements(key))
        faults += gap_faults(track, placement, measured.remarks, elsewhere=elsewhere)
    faults += picture_faults(track, placement)
    faults += lead_faults(track, placement, case.immediate, measured.remarks)
    told = splice.word.is_splice or splice.event.number in case.ours or opened is not None
    if told and not splice.word.nested:  # ends inside a break are announced as their source likes
        ours = splice.event.number in case.ours - case.relayed
        faults += in_faults(track, placement, opened, measured.remarks, ours=ours)
    faults += sound_faults(track, placement, measured.remarks, measured.audio_ms)
    if track.rendition.playlist is None:
        return faults, {}
    if not placement.placed.first:
        return faults, dict.fromkeys(speaking, Fault(ProofState.MISPLACED, "no segment starts at its PTS"))
    return faults, _dialect_faults(case, order, placement, opened, speaking, measured.skew)


def _dialect_faults(
    case: Case, order: int, placement: Placement, opened: Placement | None, speaking: list[str], skew: Skew
) -> dict[str, Fault]:
    """Each dialect on this splice in this rendition; for an OUT its CONT tags too."""
    book, splice = case.books[order], placement.splice
    told: dict[str, Fault] = {}
    for dialect in speaking:
        fault = book.check(dialect, placement, opened, case.known())
        if fault is not None and not case.covered(order, dialect, placement):
            told[dialect] = fault
        marker = book.said.get((dialect, splice.event, splice.direction))
        if marker is not None:
            note_dialect(skew, dialect, marker, case.tracks[order], placement)
    if splice.direction == "out" and splice.word.is_splice:
        cont = {m.dialect for other in case.books for m in other.markers if m.role == "cont"} | (_CONT & case.wanted)
        if CUE_OUT_IN in speaking and CUE_OUT_IN not in cont:
            case.note("there is no EXT-X-CUE-OUT-CONT: who joins inside a break can't tell")
        found = book.check_cont(placement, closed_at(case, order, placement), cont & set(speaking))
        for other in case.beside(order, placement):
            wrong = book.check_cont(other, closed_at(case, order, other), set(found))
            found = {dialect: fault for dialect, fault in found.items() if dialect in wrong}
        told = found | told
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
