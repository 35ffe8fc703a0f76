"""Whether each dialect of a playlist says the same as the section: in place, time, duration and id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from app.model.states import ProofState
from app.model.timebase import difference, seconds_of
from app.monitoring.announcing import Splice
from app.monitoring.markers import (
    ADOBE,
    ASSET,
    CUE_OUT_IN,
    DATERANGE,
    INTERSTITIALS,
    OUT_ONLY,
    SIGNAL_DIALECTS,
    Marker,
    markers_of,
)
from app.monitoring.placement import Fault, Placement
from app.monitoring.playlist import moment_of
from app.monitoring.tag_checks import (
    SAME_S,
    apart,
    closing_dates_fault,
    duration_fault,
    identity_fault,
    opening_dates_fault,
    pair_fault,
    payload_fault,
)
from app.monitoring.tag_forms import form_fault
from app.monitoring.timeline import Track
from app.monitoring.words import EventId

_NEAR = 2  # segments: a tag without payload that is further off belongs to another splice

type Known = set[tuple[EventId, str]]


@dataclass(slots=True)
class TagBook:
    """A rendition's markers, and which of them belong to a splice that is known.

    ``undeclared``: dialects none of whose OUTs in any rendition declares a duration. ``said``: the tags that were
    checked, by dialect and splice.
    """

    track: Track
    markers: list[Marker] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    claimed: set[Marker] = field(default_factory=set)
    undeclared: frozenset[str] = frozenset()
    said: dict[tuple[str, EventId, str], Marker] = field(default_factory=dict)

    @classmethod
    def of(cls, track: Track) -> TagBook:
        """The markers of a rendition's playlist."""
        playlist = track.rendition.playlist
        return cls(track, *markers_of(playlist)) if playlist is not None else cls(track)

    def dialects(self) -> set[str]:
        """The dialects that speak here."""
        return {marker.dialect for marker in self.markers}

    def claim(self, dialect: str, here: Placement, known: Known) -> list[Marker]:
        """The tags that stand right, for every splice before any is judged: none takes another's tag for its own."""
        found = [m for m in self._candidates(dialect, here, known) if m.segment == here.placed.segment or m.joined]
        named = [m for m in found if m.names(here.splice.event, here.splice.direction)]
        self.claimed.update(named or found[:1])
        return named or found[:1]

    def absorb(self, splice: Splice, index: int | None) -> None:
        """Tags of a splice that has no place of its own are told with it, not as tags without a section."""
        for m in self.markers:
            near = index is not None and m.payload is None and abs(m.segment - index) <= 1
            if m.role == splice.direction and (near or m.names(splice.event, splice.direction)):
                self.claimed.add(m)

    def check(self, dialect: str, here: Placement, opened: Placement | None, known: Known) -> Fault | None:
        """One dialect on one splice. ``opened``: for an IN, its OUT; ``known``: every splice that has sections."""
        standing = self.claim(dialect, here, known)
        if not standing:
            return self._elsewhere(dialect, here, known)
        marker = self.said[dialect, here.splice.event, here.splice.direction] = standing[0]
        opening = self._opening(dialect, here, opened)
        wrong = payload_fault(marker, here) or duration_fault(marker, here, self.undeclared)
        wrong = wrong or form_fault(marker, here) or identity_fault(marker, opening)
        if not wrong and dialect in {DATERANGE, INTERSTITIALS}:
            wrong = self._dates_fault(marker, here, opened, opening)
        if not wrong and here.splice.direction == "in":
            wrong = self._order_fault(marker)
        if wrong:
            return Fault(ProofState.MISPLACED, f"{marker.tag.name} at line {marker.tag.line}: {wrong}")
        return self._twice(dialect, here)

    def asked(self, dialect: str, here: Splice, wanted: frozenset[str], *, ours: bool) -> bool:
        """Whether a dialect has to say this splice; at an IN some need not, unless they do so somewhere.

        ``ours``: a signal that the program itself made; one that it passed on may be told by some dialects only.
        """
        if here.word.nested:
            return dialect == DATERANGE and not here.word.at_an_edge and self._speaks_of(dialect, here.event)
        if not here.word.is_splice:
            return dialect in SIGNAL_DIALECTS and (ours or self._speaks_of(dialect, here.event))
        if dialect == ASSET and not here.has_upid:
            return False
        if here.direction == "out" or dialect in {CUE_OUT_IN, DATERANGE}:
            return True
        says_in = any((m.dialect, m.role) == (dialect, "in") for m in self.markers)
        return says_in or (dialect in wanted and dialect not in OUT_ONLY)

    def _speaks_of(self, dialect: str, event: EventId) -> bool:
        said = (m for m in self.markers if m.dialect == dialect)
        return any(m.names(event, direction) for m in said for direction in ("out", "in"))

    def _opening(self, dialect: str, here: Placement, opened: Placement | None) -> Marker | None:
        """The tag of this dialect that opened what the splice closes; of an OUT its own."""
        of = here if here.splice.direction == "out" else opened
        if of is None:
            return None
        ours = [m for m in self.markers if (m.dialect, m.role) == (dialect, "out")]
        return next((m for m in ours if m.names(of.splice.event, "out")), None)

    def _candidates(self, dialect: str, here: Placement, known: Known) -> list[Marker]:
        """The dialect's tags in this direction whose payload is about this splice, about no known one, or not there."""
        splice = here.splice
        return [
            m
            for m in self.markers
            if (m.dialect, m.role) == (dialect, splice.direction)
            and (m.names(splice.event, splice.direction) or m.payload is None or not m.payload.names & known)
        ]

    def _elsewhere(self, dialect: str, here: Placement, known: Known) -> Fault:
        """Where the tag stands instead, if it is near enough to be this splice's."""
        splice, index = here.splice, here.placed.segment
        free = [m for m in self._candidates(dialect, here, known) if m not in self.claimed]
        named = [m for m in free if m.names(splice.event, splice.direction)]
        near = named or [m for m in free if abs(m.segment - index) <= _NEAR]
        if not near:
            return Fault(ProofState.MISSING, f"no {dialect} tag on {self.track.uri(index)}")
        marker = min(near, key=lambda m: abs(m.segment - index))
        self.claimed.add(marker)
        self.said[dialect, splice.event, splice.direction] = marker
        way = f"{abs(marker.segment - index)} {'later' if marker.segment > index else 'earlier'}"
        at = f"stands on {self.track.uri(marker.segment)}, {way}, not on {self.track.uri(index)}"
        return Fault(ProofState.MISPLACED, f"{marker.tag.name} at line {marker.tag.line} {at}")

    def _twice(self, dialect: str, here: Placement) -> Fault | None:
        """A second tag for the same splice on another segment."""
        splice = here.splice
        others = [
            m
            for m in self.markers
            if (m.dialect, m.role) == (dialect, splice.direction)
            and m.names(splice.event, splice.direction)
            and m.segment != here.placed.segment
            and not m.joined
        ]
        self.claimed.update(others)
        said = {m.tag.value for m in self.markers if m.segment == here.placed.segment}
        others = [m for m in others if m.dialect != DATERANGE or m.tag.value not in said]  # these may be repeated
        if not others:
            return None
        tag = others[0].tag
        return Fault(ProofState.MISPLACED, f"{tag.name} stands a second time, at line {tag.line}")

    def _order_fault(self, marker: Marker) -> str:
        """IN tags stand before OUT tags where both fall on one segment."""
        same = (m for m in self.markers if m.segment == marker.segment and m.dialect == marker.dialect)
        late = any(m.role == "out" and m.tag.line < marker.tag.line for m in same)
        return "it stands after the OUT of the next break" if late else ""

    def _dates_fault(self, marker: Marker, here: Placement, opened: Placement | None, opening: Marker | None) -> str:
        """START-DATE, DURATION, END-DATE and PLANNED-DURATION against the picture's time."""
        starts_at = self._date(here)
        if starts_at is None:
            return "there is no EXT-X-PROGRAM-DATE-TIME to hold it against"
        if "ID" not in marker.tag.attributes():
            return "it has no ID"
        try:
            if marker.role == "out":
                return opening_dates_fault(marker, starts_at)
            wrong = closing_dates_fault(marker, starts_at, here, opened, opening)
            wrong = wrong or self._range_fault(marker, starts_at, opening)
            if not wrong and opened is not None:
                wrong = pair_fault(marker, opened, self._date(opened), opening)
        except ValueError as error:
            return f"START-DATE or END-DATE: {error}"
        return wrong

    def _range_fault(self, marker: Marker, ends_at: datetime, opening: Marker | None) -> str:
        """Where a signal's end has a tag of its own, a tag with the ID of its start closes that one's range there."""
        segments = self.track.rendition.segments
        if opening is None or "SCTE35-CMD" not in marker.tag.attributes() or marker.segment >= len(segments):
            return ""
        first = opening.tag.attributes()
        for tag in segments[marker.segment].listed.tags:
            attributes = tag.attributes() if tag.name == "EXT-X-DATERANGE" else {}
            if "END-DATE" not in attributes or attributes.get("ID") != first.get("ID"):
                continue
            if apart(moment_of(attributes["END-DATE"]) - ends_at):
                return f"the range of its start ends at {attributes['END-DATE']}, at line {tag.line}"
            changed = [name for name in attributes if attributes[name] != first.get(name, attributes[name])]
            if changed:
                return f"{changed[0]} of the range of its start changes at line {tag.line}"
        return ""

    def _date(self, here: Placement) -> datetime | None:
        """The program date of a splice: its segment's, or the last one's end."""
        segments = self.track.rendition.segments
        if here.placed.segment < len(segments):
            return segments[here.placed.segment].listed.starts_at
        last = segments[-1].listed
        return last.starts_at and last.starts_at + timedelta(microseconds=int(last.duration_s * 1_000_000))

    def check_cont(self, here: Placement, closed: int | None, speaking: set[str]) -> dict[str, Fault]:
        """CONT tags on each later segment of the break. ``closed``: index of the IN's segment; None: still open.

        ``speaking``: the dialects that use CONT somewhere, or have to.
        """
        faults: dict[str, Fault] = {}
        segments = self.track.rendition.segments
        for dialect in sorted(speaking):
            for index in range(here.placed.segment + 1, len(segments) if closed is None else closed):
                found = [m for m in self.markers if (m.dialect, m.role, m.segment) == (dialect, "cont", index)]
                self.claimed.update(found)
                wrong = self._cont_fault(found[0], here) if found else f"no CONT tag on {self.track.uri(index)}"
                if wrong:
                    kind = ProofState.MISPLACED if found else ProofState.MISSING
                    faults.setdefault(dialect, Fault(kind, wrong))
        return faults

    def _cont_fault(self, marker: Marker, here: Placement) -> str:
        segment = self.track.rendition.segments[marker.segment]
        off_s = SAME_S
        if segment.listed.discontinuity_sequence != here.splice.epoch:  # another clock, whose frames lie elsewhere
            off_s = 2 * SAME_S + seconds_of(segment.read.frame_ticks if segment.read else 0)
        wrong = payload_fault(marker, here) or duration_fault(marker, here, self.undeclared, off_s)
        wrong = wrong or identity_fault(marker, self._opening(marker.dialect, here, None))
        elapsed = self._elapsed(marker, here)
        told = marker.elapsed_s
        if not wrong and elapsed is not None and told is not None and abs(told - elapsed) > off_s:
            wrong = f"says {float(told):.3f} s elapsed, {float(elapsed):.3f} s are"
        if not wrong and marker.dialect in {CUE_OUT_IN, ADOBE} and marker.elapsed_s is None:
            wrong = "does not say how much has elapsed"
        return f"{marker.tag.name} at line {marker.tag.line}: {wrong}" if wrong else ""

    def _elapsed(self, marker: Marker, here: Placement) -> Fraction | None:
        """From the OUT to the marker's segment, by the program dates where the timeline broke between them."""
        start, epoch = self.track.starts[marker.segment], self.track.epoch(marker.segment)
        if here.splice.pts is None:
            return None
        if epoch == here.splice.epoch:
            return None if start is None else seconds_of(difference(start, here.splice.pts))
        began_at, opened_at = (
            self.track.rendition.segments[marker.segment].listed.starts_at,
            self.track.moment(here.splice.epoch, here.splice.pts),
        )
        if began_at is None or opened_at is None:
            return None
        return Fraction((began_at - opened_at) // timedelta(microseconds=1), 1_000_000)
