"""Splices as the tags of one rendition alone tell them, where no section can be heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from app.model.states import ProofState
from app.model.timebase import seconds_of
from app.monitoring.markers import DATERANGE, INTERSTITIALS, Marker
from app.monitoring.placement import Fault
from app.monitoring.playlist import Segment, moment_of, seconds_text
from app.monitoring.tags import TagBook
from app.monitoring.timeline import Track
from app.monitoring.words import SPLICE_INSERT, EventId, Word

NEAR_S = Fraction(1, 10)  # other people's clocks: a date, a sum of EXTINF
_WHOLE_S = Fraction(1, 2)  # where only whole seconds are written
_NEAR = timedelta(milliseconds=100)


@dataclass(slots=True, eq=False)
class TagSplice:
    """Tags of all dialects about one place. ``segment``: the index of the segment that starts there, or the end.

    ``faults``: by dialect, the first one each.
    """

    direction: str
    segment: int
    is_splice: bool
    markers: dict[str, list[Marker]] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)

    @property
    def line(self) -> int:
        """Where its first tag stands."""
        return min(marker.tag.line for markers in self.markers.values() for marker in markers)

    def words(self) -> Iterator[tuple[Marker, Word]]:
        """What the sections in its tags say in its direction."""
        for markers in self.markers.values():
            for marker in markers:
                for word in marker.payload.words if marker.payload else ():
                    if word.direction == self.direction:
                        yield marker, word

    @property
    def event(self) -> EventId | None:
        """The event of the first section that is readable."""
        return next((word.event for _, word in self.words()), None)

    @property
    def signal(self) -> str:
        """What is told there; a splice where only a CUE tag tells it."""
        return next((word.signal for _, word in self.words()), "" if self.is_splice else SPLICE_INSERT)

    @property
    def pts(self) -> int | None:
        """The time that its sections give."""
        return next((word.pts for _, word in self.words() if word.pts is not None), None)

    def declared_s(self) -> Fraction | None:
        """How long it is to last: by a section, else by a tag."""
        own = (seconds_of(word.duration_ticks) for _, word in self.words() if word.duration_ticks is not None)
        return next(own, None) or next((said for said in self.said_s() if said), None)

    def said_s(self) -> Iterator[Fraction]:
        """The durations in its tags."""
        for markers in self.markers.values():
            for marker in markers:
                said = marker.declared_s if marker.dialect != DATERANGE else _range_s(marker)
                if said is not None:
                    yield said

    def blame(self, marker: Marker, text: str, verdict: ProofState = ProofState.MISPLACED) -> None:
        """Note what is wrong with a tag."""
        at = f"{marker.tag.name} at line {marker.tag.line}: {text}"
        self.faults.setdefault(marker.dialect, Fault(verdict, at))


def tag_splices(track: Track, book: TagBook) -> list[TagSplice]:
    """The splices and signals of a rendition in their order; where a break of no length is, its OUT before its IN."""
    found: dict[tuple[int, str, bool], TagSplice] = {}
    loose: list[Marker] = []
    for marker in book.markers:
        if marker.role == "cont":
            continue
        if marker.dialect == INTERSTITIALS:
            loose.append(marker)
            continue
        place, wrong = _place(track, marker)
        if place is None:
            book.findings.append(f"line {marker.tag.line}: {marker.tag.name} is not judged: {wrong}")
            continue
        said = marker.payload.word(marker.role) if marker.payload else None
        key = (place, marker.role, said is None or said.is_splice)
        splice = found.setdefault(key, TagSplice(marker.role, place, key[2]))
        splice.markers.setdefault(marker.dialect, []).append(marker)
        if wrong:
            splice.blame(marker, wrong)
    for marker in loose:  # an interstitial needs no splice: it is told with the one that it stands at
        splice_at = found.get((_place(track, marker)[0] or 0, "out", True))
        if splice_at is not None:
            splice_at.markers.setdefault(marker.dialect, []).append(marker)
    return sorted(found.values(), key=lambda one: (one.segment, one.line))


def same_length(said_s: Fraction, other_s: Fraction) -> bool:
    """Whether two durations are the same one, as roughly as they are written."""
    whole = said_s.denominator == 1 or other_s.denominator == 1
    return abs(said_s - other_s) <= (_WHOLE_S if whole else NEAR_S)


def _place(track: Track, marker: Marker) -> tuple[int | None, str]:
    """The segment that a marker is about: where it stands, or where its date lies; and what is wrong with that.

    None: before or behind what the playlist lists.
    """
    if marker.dialect not in {DATERANGE, INTERSTITIALS}:
        return marker.segment, ""
    attributes = marker.tag.attributes()
    for name in ("ID", "START-DATE"):
        if not attributes.get(name):
            return marker.segment, f"it has no {name}"
    try:
        at = moment_of_range(marker)
    except ValueError as error:
        return marker.segment, f"its dates: {error}"
    place, wrong = _dated(track, at)
    return (marker.segment if wrong and place is not None and place < 0 else place), wrong


def _dated(track: Track, at: datetime) -> tuple[int | None, str]:
    """The segment that begins at a moment; -1 where nothing says where that is."""
    segments = [segment.listed for segment in track.rendition.segments]
    dated = [(index, one.starts_at, one) for index, one in enumerate(segments) if one.starts_at is not None]
    if not dated:
        return -1, "there is no EXT-X-PROGRAM-DATE-TIME to hold its dates against"
    ends = [(index + 1, starts_at + _lasts(one), one) for index, starts_at, one in dated]
    near = next((index for index, bound, _ in dated + ends if abs(bound - at) <= _NEAR), None)
    if near is not None:
        return near, ""
    if (track.rolled and at < dated[0][1]) or (not track.ended and at > ends[-1][1]):
        return None, f"its date {at.isoformat()} is in no segment that is listed"
    for index, starts_at, one in dated:
        if starts_at < at < starts_at + _lasts(one):
            inside_s = (at - starts_at).total_seconds()
            return index, f"its date is {inside_s:.3f} s inside {one.uri}: no segment starts there"
    return -1, f"its date {at.isoformat()} is in no segment of the playlist"


def _lasts(segment: Segment) -> timedelta:
    return timedelta(seconds=float(segment.duration_s))


def moment_of_range(marker: Marker) -> datetime:
    """The moment that a DATERANGE is about: its start, or for an IN its end; ValueError in words."""
    attributes = marker.tag.attributes()
    start = moment_of(attributes.get("START-DATE", ""))
    if marker.role != "in" or "SCTE35-CMD" in attributes:
        return start
    if "END-DATE" in attributes:
        return moment_of(attributes["END-DATE"])
    lasts = seconds_text(attributes.get("DURATION"))
    return start if lasts is None else start + timedelta(microseconds=int(lasts * 1_000_000))


def _range_s(marker: Marker) -> Fraction | None:
    attributes = marker.tag.attributes()
    if marker.role == "in" or "SCTE35-CMD" in attributes:
        return None
    return seconds_text(attributes.get("PLANNED-DURATION")) or seconds_text(attributes.get("DURATION"))
