"""The tags of one rendition held against each other, its dates and its segments, where no section can be heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.model.states import ProofState
from app.model.timebase import TICKS_PER_SECOND, difference
from app.monitoring.markers import ASSET, DATERANGE, INTERSTITIALS, OUT_ONLY, Marker
from app.monitoring.placement import Fault
from app.monitoring.tag_splice import NEAR_S, TagSplice, same_length, tag_splices
from app.monitoring.tags import TagBook
from app.monitoring.timeline import Track

_OTHER_CLOCK_TICKS = 60 * TICKS_PER_SECOND  # a repackager's clock has nothing to do with the section's


@dataclass(slots=True)
class TagCase:
    """One rendition's splices. ``own``: faults that are no dialect's; ``missing``: INs that never came, with why.

    ``unread``: those that can't be judged, with why: no segment of the rendition can be read. ``stray``: what stands
    outside any break; ``notes``: what is not judged.
    """

    track: Track
    book: TagBook
    splices: list[TagSplice]
    own: dict[TagSplice, list[Fault]] = field(default_factory=dict)
    remarks: dict[TagSplice, list[str]] = field(default_factory=dict)
    missing: list[tuple[TagSplice, str]] = field(default_factory=list)
    unread: dict[TagSplice, str] = field(default_factory=dict)
    stray: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, track: Track, book: TagBook) -> TagCase:
        """Judge what one playlist says."""
        case = cls(track, book, tag_splices(track, book))
        for splice in case.splices:
            case.own[splice], case.remarks[splice] = [], []
            _payloads(splice)
            _durations(splice)
            _everywhere(case, splice)
            _late(case, splice)
            _media(case, splice)
        _pairs(case)
        return case

    def starts_s(self) -> list[Fraction]:
        """The sum of EXTINF before each segment, and over all."""
        sums = [Fraction(0)]
        for segment in self.track.rendition.segments:
            sums.append(sums[-1] + segment.listed.duration_s)
        return sums


def _payloads(splice: TagSplice) -> None:
    """Each payload can be read, says what its tag says, and what the others say."""
    first: Marker | None = None
    for marker in (one for markers in splice.markers.values() for one in markers):
        payload = marker.payload
        if payload is None or payload.encrypted:
            continue
        if payload.problem:
            splice.blame(marker, payload.problem)
        elif payload.words and payload.word(splice.direction) is None:
            splice.blame(marker, f"its payload says {payload.words[0].signal} {payload.words[0].direction}")
        elif first is None:
            first = marker
        elif first.payload is not None and payload.names != first.payload.names:
            splice.blame(
                marker, f"its payload is about {_named(marker)}, that of {first.tag.name} about {_named(first)}"
            )
        elif first.payload is not None and payload.pts != first.payload.pts:
            splice.blame(marker, f"its payload says PTS {payload.pts}, that of {first.tag.name} {first.payload.pts}")


def _named(marker: Marker) -> str:
    names = sorted(marker.payload.names) if marker.payload else []
    return ", ".join(f"{direction} {event}" for event, direction in names) or "no splice"


def _durations(splice: TagSplice) -> None:
    """All dialects declare the same duration, and that of the section."""
    declared = splice.declared_s()
    if splice.direction == "in" or declared is None:
        return
    for marker in (one for markers in splice.markers.values() for one in markers):
        said = marker.declared_s
        if marker.dialect == DATERANGE:
            said = next(TagSplice("out", 0, is_splice=True, markers={DATERANGE: [marker]}).said_s(), None)
        if said and not same_length(said, declared):
            splice.blame(marker, f"it declares {float(said):.3f} s, the break is told as {float(declared):.3f} s")


def _everywhere(case: TagCase, splice: TagSplice) -> None:
    """A dialect that tells one splice of its kind tells all of them."""
    for dialect in {m.dialect for m in case.book.markers if m.role == splice.direction} - {ASSET, INTERSTITIALS}:
        others = [one for one in case.splices if one is not splice and dialect in one.markers]
        alike = any((one.direction, one.is_splice) == (splice.direction, splice.is_splice) for one in others)
        if alike and dialect not in splice.markers and not (splice.direction == "in" and dialect in OUT_ONLY):
            uri = case.track.uri(splice.segment)
            splice.faults[dialect] = Fault(ProofState.MISSING, f"no {dialect} tag on {uri}")


def _late(case: TagCase, splice: TagSplice) -> None:
    """A DATERANGE that first stands behind its moment comes too late for who plays there."""
    tags = splice.markers.get(DATERANGE, [])
    if DATERANGE in splice.faults or not tags or splice.direction == "in":
        return
    first = min(tags, key=lambda marker: marker.segment)
    if first.segment > splice.segment and not (case.track.rolled and splice.segment == 0):
        uri = case.track.uri(splice.segment)
        splice.blame(first, f"it stands behind {uri}, where it says that the splice is", ProofState.LATE)


def _media(case: TagCase, splice: TagSplice) -> None:
    """The segment that starts there: whether it can be had, begins with an IDR, and has the section's time."""
    segments = case.track.rendition.segments
    at_end = splice.segment >= len(segments)
    if not segments:
        return
    segment = segments[-1 if at_end else splice.segment]
    if segment.listed.gap or (segment.problem and not segment.closed):
        text = f"{segment.listed.uri} can't be read: {segment.problem}"
        if any(one.read is not None or one.closed for one in segments) or segment.listed.gap:
            case.own[splice].append(Fault(ProofState.MISSING, text))
        else:
            case.unread[splice] = text
        return
    pictures = segment.read.pictures if segment.read and not at_end else ()
    if at_end:
        case.remarks[splice].append("the output ends there")
    if not pictures:
        return
    if not (pictures[0].idr and pictures[0].parameter_sets) and splice.is_splice:
        what = "SPS and PPS" if pictures[0].idr else "an IDR"
        case.own[splice].append(Fault(ProofState.MISPLACED, f"{segment.listed.uri} does not begin with {what}"))
    off = 0 if splice.pts is None else difference(pictures[0].pts, splice.pts)
    if abs(off) > _OTHER_CLOCK_TICKS:
        case.notes.append(f"PTS {splice.pts} of the sections is of another clock than {segment.listed.uri}: not judged")
    elif off:
        text = f"{segment.listed.uri} starts {off:+} ticks from the PTS of its section"
        case.own[splice].append(Fault(ProofState.MISPLACED, text))


def _pairs(case: TagCase) -> None:
    """OUT and IN take turns, carry one event, and are as far apart as was declared; CONT goes between them."""
    is_open: TagSplice | None = None
    sums = case.starts_s()
    spans: list[tuple[int, int]] = []
    breaks = [one for one in case.splices if one.is_splice]
    for splice in breaks:
        if splice.direction == "out":
            if is_open is not None:
                _unreturned(case, is_open, splice.segment, sums)
                spans.append((is_open.segment, splice.segment))
            is_open = splice
        elif is_open is None:
            if not case.track.rolled or splice is not breaks[0]:
                case.own[splice].append(Fault(ProofState.MISPLACED, "no OUT is before it"))
            else:
                case.notes.append(
                    f"the OUT of the break that ends at {case.track.uri(splice.segment)} has left the window"
                )
                spans.append((0, splice.segment))
        else:
            _returned(case, is_open, splice, sums)
            spans.append((is_open.segment, splice.segment))
            is_open = None
    if is_open is not None:
        _unreturned(case, is_open, None, sums)
        spans.append((is_open.segment, len(sums)))
    _conts(case, [one for one in breaks if one.direction == "out"], spans, sums)


def _returned(case: TagCase, opening: TagSplice, closing: TagSplice, sums: Sequence[Fraction]) -> None:
    """One break that was closed."""
    if opening.event is not None and closing.event is not None and opening.event != closing.event:
        text = f"it is event {closing.event}, the OUT before it is {opening.event}"
        case.own[closing].append(Fault(ProofState.MISPLACED, text))
    lasted, declared = sums[closing.segment] - sums[opening.segment], _planned(case, opening, closing.segment)
    if declared is None or not declared or same_length(lasted, declared):
        return
    if lasted < declared:
        case.remarks[closing].append(f"it returns early, after {float(lasted):.3f} s of {float(declared):.3f}")
    else:
        text = f"it is {float(lasted - declared):.3f} s after the end that its OUT declared"
        case.own[closing].append(Fault(ProofState.MISPLACED, text))


def _planned(case: TagCase, opening: TagSplice, until: int) -> Fraction | None:
    """How long a break is to last, by the last CONT that extended it."""
    conts = [m for m in case.book.markers if m.role == "cont" and opening.segment < m.segment <= until]
    said = [m.declared_s for m in conts if m.declared_s]
    declared = opening.declared_s()
    return max([declared, *said]) if declared is not None else next(iter(said), None)


def _unreturned(case: TagCase, opening: TagSplice, until: int | None, sums: Sequence[Fraction]) -> None:
    """One break without an IN; ``until``: the next OUT, None at the end of the playlist."""
    last = len(sums) - 1 if until is None else until
    lasted, declared = sums[last] - sums[opening.segment], _planned(case, opening, last)
    where = case.track.uri(opening.segment)
    over = declared is not None and (lasted > declared or same_length(lasted, declared))
    by_itself = any(word.auto_return for _, word in opening.words()) or _ranges_end(opening)
    if over and (by_itself or (until is not None and declared is not None and same_length(lasted, declared))):
        case.notes.append(f"the break at {where} has no IN: it ends by its duration alone")
    elif over and declared is not None:
        case.missing.append((opening, f"no IN tag, though the break was to end after {float(declared):.3f} s"))
    elif until is not None:
        case.missing.append((opening, f"no IN tag before the next OUT, on {case.track.uri(until)}"))
    elif case.track.ended:
        case.missing.append((opening, "the output ends inside the break, without its IN"))
    else:
        case.notes.append(f"the break at {where} is open: its IN is not there yet")


def _ranges_end(opening: TagSplice) -> bool:
    """Whether its DATERANGE has an end of its own."""
    tags = [marker.tag.attributes() for marker in opening.markers.get(DATERANGE, [])]
    return any("DURATION" in tag or "END-DATE" in tag for tag in tags) and len(opening.markers) == 1


def _conts(case: TagCase, outs: list[TagSplice], spans: list[tuple[int, int]], sums: Sequence[Fraction]) -> None:
    """CONT on each later segment of a break, with what has elapsed, and on none outside."""
    for marker in (one for one in case.book.markers if one.role == "cont"):
        inside = [begin for begin, end in spans if begin < marker.segment <= end]  # some stand beside the IN
        opening = next((one for one in outs if one.segment in inside), None)
        if not inside and not (case.track.rolled and (not outs or marker.segment < outs[0].segment)):
            where = f"{marker.tag.name} at line {marker.tag.line} of {case.track.name}"
            case.stray.append(f"{where} stands outside any break")
        elif opening is not None:
            _cont(opening, marker, sums)
    for opening in outs:
        for dialect in {m.dialect for m in case.book.markers if m.role == "cont"} & opening.markers.keys():
            end = next((end for begin, end in spans if begin == opening.segment), opening.segment)
            told = {m.segment for m in case.book.markers if (m.dialect, m.role) == (dialect, "cont")}
            bare = [index for index in range(opening.segment + 1, min(end, len(sums) - 1)) if index not in told]
            if bare and dialect not in opening.faults:
                text = f"no CONT tag on {case.track.uri(bare[0])}"
                opening.faults[dialect] = Fault(ProofState.MISSING, text)


def _cont(opening: TagSplice, marker: Marker, sums: Sequence[Fraction]) -> None:
    elapsed = sums[marker.segment] - sums[opening.segment]
    said = marker.elapsed_s
    if said is not None and abs(said - elapsed) > NEAR_S and not same_length(said, elapsed):
        opening.blame(marker, f"says {float(said):.3f} s elapsed, {float(elapsed):.3f} s are")
    payload = marker.payload
    if payload is not None and payload.problem:
        opening.blame(marker, payload.problem)
    elif (
        payload is not None
        and opening.event is not None
        and payload.names
        and (opening.event, "out") not in payload.names
    ):
        opening.blame(marker, f"its payload is about {_named(marker)}, the OUT is {opening.event}")
