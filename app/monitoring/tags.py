"""Whether each dialect of a playlist says the same as the section: in place, time, duration and id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from app.model.states import ProofState
from app.model.timebase import difference, seconds_of
from app.monitoring.announcing import Announcement, Splice
from app.monitoring.markers import CUE_OUT_IN, DATERANGE, Marker, markers_of
from app.monitoring.playlist import moment_of, seconds_text
from app.monitoring.timeline import Placed, Track

_SAME_S = Fraction(1, 1000)  # times in playlists are written in milliseconds
_NEAR = 2  # segments: a tag without payload that is further off belongs to another splice
_SAME_MOMENT = timedelta(microseconds=1500)  # two of them, rounded


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a splice; the gravest verdict wins."""

    verdict: ProofState
    text: str


@dataclass(frozen=True, slots=True)
class Placement:
    """A splice in a rendition that reads well: its picture, and the section and durations that tags may carry."""

    splice: Splice
    placed: Placed
    allowed: tuple[Announcement, ...]

    @classmethod
    def of(cls, splice: Splice, placed: Placed) -> Placement:
        """From the splice and its picture."""
        return cls(splice, placed, tuple(splice.allowed(placed)))

    def durations(self) -> list[Fraction]:
        """What the break's sections declare, in seconds: the ruling one's first, then the extensions'."""
        return [seconds_of(one.word.duration_ticks) for one in self.allowed if one.word.duration_ticks is not None]


@dataclass(slots=True)
class TagBook:
    """A rendition's markers, and which of them belong to a splice that is known."""

    track: Track
    markers: list[Marker] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    claimed: set[Marker] = field(default_factory=set)

    @classmethod
    def of(cls, track: Track) -> TagBook:
        """The markers of a rendition's playlist."""
        playlist = track.rendition.playlist
        return cls(track, *markers_of(playlist)) if playlist is not None else cls(track)

    def dialects(self) -> set[str]:
        """The dialects that speak here."""
        return {marker.dialect for marker in self.markers}

    def claim(self, dialect: str, here: Placement, known: set[tuple[int, str]]) -> list[Marker]:
        """The tags that stand right, for every splice before any is judged: none takes another's tag for its own."""
        found = [m for m in self._candidates(dialect, here, known) if m.segment == here.placed.segment or m.joined]
        named = [m for m in found if m.names(here.splice.event_id, here.splice.direction)]
        self.claimed.update(named or found[:1])
        return named or found[:1]

    def absorb(self, splice: Splice, index: int | None) -> None:
        """Tags of a splice that has no place of its own are told with it, not as tags without a section."""
        for m in self.markers:
            near = index is not None and m.payload is None and abs(m.segment - index) <= 1
            if m.role == splice.direction and (near or m.names(splice.event_id, splice.direction)):
                self.claimed.add(m)

    def check(
        self, dialect: str, here: Placement, opened: Placement | None, known: set[tuple[int, str]]
    ) -> Fault | None:
        """One dialect on one splice. ``opened``: for an IN, its OUT; ``known``: every splice that has sections."""
        standing = self.claim(dialect, here, known)
        if not standing:
            return self._elsewhere(dialect, here, known)
        marker = standing[0]
        wrong = _payload_fault(marker, here) or _duration_fault(marker, here)
        if not wrong and dialect == DATERANGE:
            wrong = self._dates_fault(marker, here, opened)
        if not wrong and here.splice.direction == "in":
            wrong = self._order_fault(marker)
        if wrong:
            return Fault(ProofState.MISPLACED, f"{marker.tag.name} at line {marker.tag.line}: {wrong}")
        return self._twice(dialect, here)

    def _candidates(self, dialect: str, here: Placement, known: set[tuple[int, str]]) -> list[Marker]:
        """The dialect's tags in this direction whose payload is about this splice, about no known one, or not there."""
        splice = here.splice
        return [
            m
            for m in self.markers
            if (m.dialect, m.role) == (dialect, splice.direction)
            and (m.names(splice.event_id, splice.direction) or m.payload is None or not m.payload.names & known)
        ]

    def _elsewhere(self, dialect: str, here: Placement, known: set[tuple[int, str]]) -> Fault:
        """Where the tag stands instead, if it is near enough to be this splice's."""
        splice, index = here.splice, here.placed.segment
        free = [m for m in self._candidates(dialect, here, known) if m not in self.claimed]
        named = [m for m in free if m.names(splice.event_id, splice.direction)]
        near = named or [m for m in free if abs(m.segment - index) <= _NEAR]
        if not near:
            return Fault(ProofState.MISSING, f"no {dialect} tag on {self.track.uri(index)}")
        marker = min(near, key=lambda m: abs(m.segment - index))
        self.claimed.add(marker)
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
            and m.names(splice.event_id, splice.direction)
            and m.segment != here.placed.segment
            and not m.joined
        ]
        self.claimed.update(others)
        if not others:
            return None
        tag = others[0].tag
        return Fault(ProofState.MISPLACED, f"{tag.name} stands a second time, at line {tag.line}")

    def _order_fault(self, marker: Marker) -> str:
        """IN tags stand before OUT tags where both fall on one segment."""
        same = (m for m in self.markers if m.segment == marker.segment and m.dialect == marker.dialect)
        late = any(m.role == "out" and m.tag.line < marker.tag.line for m in same)
        return "it stands after the OUT of the next break" if late else ""

    def _dates_fault(self, marker: Marker, here: Placement, opened: Placement | None) -> str:
        """START-DATE, DURATION, END-DATE and PLANNED-DURATION against the picture's time."""
        attributes = marker.tag.attributes()
        starts_at = self._date(here)
        if starts_at is None:
            return "there is no EXT-X-PROGRAM-DATE-TIME to hold it against"
        if "ID" not in attributes:
            return "it has no ID"
        try:
            start = moment_of(attributes.get("START-DATE", ""))
            end = moment_of(attributes["END-DATE"]) if "END-DATE" in attributes else None
        except ValueError as error:
            return f"START-DATE or END-DATE: {error}"
        if marker.role == "out":
            off = start - starts_at
            return f"START-DATE is {off / timedelta(milliseconds=1):+.1f} ms from its picture" if _apart(off) else ""
        if end is None or _apart(end - starts_at):
            return f"END-DATE is {attributes.get('END-DATE', 'not there')}, its picture's is {starts_at.isoformat()}"
        actual = Fraction((end - start) // timedelta(microseconds=1), 1_000_000)
        return _closing_fault(attributes, here, opened, actual) or self._pair_fault(attributes, opened)

    def _date(self, here: Placement) -> datetime | None:
        """The program date of a splice: its segment's, or the last one's end."""
        segments = self.track.rendition.segments
        if here.placed.segment < len(segments):
            return segments[here.placed.segment].listed.starts_at
        last = segments[-1].listed
        return last.starts_at and last.starts_at + timedelta(microseconds=int(last.duration_s * 1_000_000))

    def _pair_fault(self, attributes: dict[str, str], opened: Placement | None) -> str:
        """The closing tag repeats what the opening one has to say (RFC 8216 §4.3.2.7: same ID, same values)."""
        if opened is None:
            return ""
        starts_at = self._date(opened)
        if starts_at is not None and _apart(moment_of(attributes["START-DATE"]) - starts_at):
            return f"START-DATE is {attributes['START-DATE']}, its OUT was at {starts_at.isoformat()}"
        planned = seconds_text(attributes.get("PLANNED-DURATION"))
        if any(planned is None or abs(planned - one) > _SAME_S for one in opened.durations()[:1]):
            return f"PLANNED-DURATION is {attributes.get('PLANNED-DURATION', 'not there')}, not what its OUT declared"
        names = (opened.splice.event_id, "out")
        opening = next((m for m in self.markers if m.dialect == DATERANGE and m.names(*names)), None)
        shared = opening.tag.attributes().items() if opening is not None else ()
        for name, value in shared:
            if name not in {"START-DATE", "PLANNED-DURATION"} and attributes.get(name, value) != value:
                return f"{name} is {attributes[name]}, in the opening tag {value}"
        return ""

    def check_cont(self, here: Placement, closed: int | None, speaking: set[str]) -> dict[str, Fault]:
        """CONT tags on each later segment of the break. ``closed``: index of the IN's segment; None: still open.

        ``speaking``: the dialects that use CONT somewhere; cue-out-in always does.
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
        off_s = _SAME_S
        if segment.listed.discontinuity_sequence != here.splice.epoch:  # another clock, whose frames lie elsewhere
            off_s = 2 * _SAME_S + seconds_of(segment.read.frame_ticks if segment.read else 0)
        wrong = _payload_fault(marker, here) or _duration_fault(marker, here, off_s)
        elapsed = self._elapsed(marker, here)
        told = marker.elapsed_s
        if not wrong and elapsed is not None and told is not None and abs(told - elapsed) > off_s:
            wrong = f"says {float(told):.3f} s elapsed, {float(elapsed):.3f} s are"
        if not wrong and marker.dialect == CUE_OUT_IN and marker.elapsed_s is None:
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


def _closing_fault(attributes: dict[str, str], here: Placement, opened: Placement | None, actual: Fraction) -> str:
    """DURATION is how long the break lasted: by its splices' ticks, by the tag's own dates where the OUT is gone."""
    if opened is not None and opened.splice.epoch == here.splice.epoch:
        actual = seconds_of(difference(here.placed.picture.pts, opened.placed.picture.pts))
    declared = seconds_text(attributes.get("DURATION"))
    if declared is None or abs(declared - actual) > 2 * _SAME_S:
        return f"DURATION is {attributes.get('DURATION', 'not there')}, the break lasted {float(actual):.3f} s"
    return ""


def _apart(off: timedelta) -> bool:
    return abs(off) > _SAME_MOMENT


def _payload_fault(marker: Marker, here: Placement) -> str:
    """A tag's payload is, byte for byte, a section of the PID."""
    payload, splice = marker.payload, here.splice
    if payload is None or any(payload.encoded == one.seen.encoded for one in here.allowed):
        return ""
    if payload.problem:
        return payload.problem
    if (splice.event_id, splice.direction) not in payload.names:
        told = ", ".join(f"{direction} {event_id}" for event_id, direction in sorted(payload.names)) or "no splice"
        return f"its payload is about {told}, not {splice.direction} {splice.event_id}"
    if payload.pts != splice.pts:
        return f"its payload says PTS {payload.pts}, the section {splice.pts}"
    return "its payload has other bytes than the section on the PID"


def _duration_fault(marker: Marker, here: Placement, off_s: Fraction = _SAME_S) -> str:
    """A declared duration is the section's break_duration; an OUT in seconds has to declare one."""
    declared, durations = marker.declared_s, here.durations()
    planned_only = marker.dialect == DATERANGE and marker.role == "out"
    if planned_only:
        attributes = marker.tag.attributes()
        declared = seconds_text(attributes.get("PLANNED-DURATION") or attributes.get("DURATION"))
        durations = durations[:1]
    if not durations or marker.role == "in":
        return ""
    if declared is None:
        required = planned_only or marker.dialect == CUE_OUT_IN
        return f"it declares no duration, the section {float(durations[-1]):.3f} s" if required else ""
    if all(abs(declared - one) > off_s for one in durations):
        told = " or ".join(f"{float(one):.3f}" for one in dict.fromkeys(durations))
        return f"it declares {float(declared):.3f} s, the section {told} s"
    return ""
