"""The case of a judgement: what the renditions say of each splice, and which splices can't be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.model.timebase import PTS_WRAP, TICKS_PER_SECOND, difference
from app.monitoring.announcing import Splice, splices_of
from app.monitoring.carrying import is_past, over_outages
from app.monitoring.clocks import clock_findings, unlike_findings
from app.monitoring.markers import CUE_OUT_IN, DATERANGE
from app.monitoring.placement import Placement
from app.monitoring.ranges import command_findings, range_findings
from app.monitoring.report import Finding, Severity
from app.monitoring.tag_checks import planned_s
from app.monitoring.tags import Known, TagBook
from app.monitoring.timeline import Rendition, Track
from app.monitoring.words import EventId

START_TICKS = TICKS_PER_SECOND // 10  # announced in the very first packets: earlier was not possible
ROLLED_TICKS = 6 * TICKS_PER_SECOND  # a window that begins nearer to a splice may have lost its announcement

type Key = tuple[EventId, str, int]  # event, direction, the how-manieth with these


@dataclass(slots=True)
class Case:
    """Lists over the renditions. ``immediate``: event ids known as taken at once; None: to be inferred.

    ``ours``: event ids of signals that every dialect which can has to tell; ``relayed``: made by their source.
    ``skipped``: splices that are not judged; ``pending``: those of them that may still come.
    """

    tracks: list[Track]
    books: list[TagBook]
    wanted: frozenset[str]
    immediate: frozenset[int] | None
    ours: frozenset[int] = frozenset()
    relayed: frozenset[int] = frozenset()
    speaking: list[str] = field(default_factory=list)
    splices: list[dict[Key, Splice]] = field(default_factory=list)
    cancelled: list[list[Splice]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skipped: dict[Key, Splice] = field(default_factory=dict)
    pending: set[tuple[EventId, str]] = field(default_factory=set)

    @classmethod
    def of(
        cls,
        renditions: Sequence[Rendition],
        wanted: frozenset[str],
        immediate: frozenset[int] | None,
        undeclared: frozenset[str] | None = None,
        ours: frozenset[int] = frozenset(),
        relayed: frozenset[int] = frozenset(),
    ) -> Case:
        """Take down what each rendition says."""
        tracks = [Track.of(rendition) for rendition in renditions]
        case = cls(tracks, [TagBook.of(track) for track in tracks], wanted, immediate, ours, relayed)
        for track in tracks:
            splices, findings = splices_of(track)
            case.findings += [Finding(Severity.FAULT, f"{track.name}: {text}") for text in findings]
            live: dict[Key, Splice] = {}
            for splice in over_outages(track, splices):
                if not splice.cancelled:
                    count = sum(key[:2] == (splice.event, splice.direction) for key in live)
                    live[splice.event, splice.direction, count] = splice
            case.splices.append(live)
            case.cancelled.append([splice for splice in splices if splice.cancelled])
        case.speaking = sorted(wanted | {dialect for book in case.books for dialect in book.dialects()})
        for book in case.books:
            book.undeclared = undeclared_by(case.books) if undeclared is None else undeclared
        for track, book in zip(case.tracks, case.books, strict=True):
            case.findings += damage(track, book)
        for track, book in zip(tracks, case.books, strict=True):
            case.findings += clock_findings(track, dated="daterange" in book.dialects())
        case.findings += unlike_findings(tracks)
        return case

    def ordered(self) -> list[Key]:
        """Every splice, by epoch and time; an IN before an OUT at the same time."""
        return sorted({key for splices in self.splices for key in splices}, key=self._order)

    def known(self) -> Known:
        """Every splice that a section announces somewhere."""
        return {key[:2] for splices in self.splices for key in splices}

    def first(self, key: Key) -> Splice:
        """The splice as the first rendition that has it says it."""
        return next(splices[key] for splices in self.splices if key in splices)

    def placements(self, key: Key) -> list[Placement | None]:
        """In each rendition the splice's picture; None where there is none, or no section."""
        found: list[Placement | None] = []
        for track, splices in zip(self.tracks, self.splices, strict=True):
            splice = splices.get(key)
            placed = track.pictures.get((splice.epoch, splice.pts)) if splice and splice.pts is not None else None
            found.append(Placement.of(splice, placed) if splice and placed else None)
        return found

    def note(self, text: str) -> None:
        """Say what was not judged, once."""
        finding = Finding(Severity.NOTE, text)
        if finding not in self.findings:
            self.findings.append(finding)

    def must_close(self, key: Key) -> bool:
        """Whether what opens must be seen to end: a break, and what the program itself opened; others tell of hours."""
        return key[0].number in self.ours or self.first(key).word.is_splice

    def asked(self, dialect: str, key: Key) -> bool:
        """Whether a dialect has to say this splice."""
        ours = key[0].number in self.ours
        return any(book.asked(dialect, self.first(key), self.wanted, ours=ours) for book in self.books)

    def covered(self, order: int, dialect: str, here: Placement) -> bool:
        """Whether the dialect tells of another event at the same picture: one tag may do for what is nested."""
        checks = (self.books[order].check(dialect, other, None, self.known()) for other in self.beside(order, here))
        return any(fault is None for fault in checks)

    def beside(self, order: int, here: Placement) -> list[Placement]:
        """Other events at the same picture, in other people's outputs."""
        if self.wanted or here.splice.pts is None:
            return []
        place = (here.splice.epoch, here.splice.pts, here.splice.direction)
        return [
            Placement.of(splice, here.placed)
            for splice in self.splices[order].values()
            if splice is not here.splice
            and (splice.epoch, splice.pts, splice.direction) == place
            and (splice.word.is_splice or splice.word.nested)
        ]

    def _is_loose(self, key: Key) -> bool:
        """Whether a signal that is no splice stands where nobody has to look: no tag, no segment start, no IDR."""
        event, direction, _ = key
        if event.number in self.ours or self.first(key).word.is_splice:
            return False
        if any(marker.names(event, direction) for book in self.books for marker in book.markers):
            return False
        return any(one is None or not one.placed.first or not one.placed.picture.idr for one in self.placements(key))

    def set_aside(self, key: Key) -> bool:
        """Whether this splice can't be judged: not yet there, or rolled out of a window; it is noted."""
        for track, splices in zip(self.tracks, self.splices, strict=True):
            splice = splices.get(key) or self.first(key)
            coming = _not_there_yet(track, splice)
            ends = "" if coming else self._ends_with_its_out(track, key, splice)
            reason = _broken_off(track, splice) or coming or ends or _gone(track, splice)
            if reason:
                self.note(f"{key[1]} {key[0]} is not judged: {reason} in {track.name}")
                self.skipped[key] = splice
                if reason == coming and not track.ended:
                    self.pending.add(key[:2])
                return True
        if self._is_loose(key):
            what = f"{self.first(key).word.signal} {key[0]}"
            self.note(f"{what} is not judged: no tag tells of it, and it is no splice, so it needs no IDR of its own")
            self.skipped[key] = self.first(key)
            return True
        return False

    def _ends_with_its_out(self, track: Track, key: Key, splice: Splice) -> str:
        """Why an IN is not in an output that its OUT isn't in either: one that ends before both."""
        span = track.span(splice.epoch)
        if key[1] == "out" or span is None or splice.pts is None or difference(splice.pts, span[1]) < 0:
            return ""
        both = any(other[:2] == (key[0], "out") for other in self.skipped)
        return f"the output ends before PTS {splice.pts}" if both and track.ended else ""

    def _order(self, key: Key) -> tuple[int, int, str]:
        splice = self.first(key)
        origin = next((s.pts for splices in self.splices for s in splices.values() if s.pts is not None), 0)
        return splice.epoch, PTS_WRAP if splice.pts is None else difference(splice.pts, origin), splice.direction


def _broken_off(track: Track, splice: Splice) -> str:
    """Why a splice isn't in its timeline: that broke before it; an IN has to come in a later one all the same."""
    span = track.span(splice.epoch)
    if span is None or splice.pts is None or splice.direction == "in" or splice.epoch == track.last_epoch:
        return ""
    if difference(splice.pts, span[1]) < 0 or track.segment_problem(splice.epoch, splice.pts):
        return ""
    return f"the timeline broke before PTS {splice.pts}"


def damage(track: Track, book: TagBook) -> list[Finding]:
    """What the readers found in one rendition, with its place."""
    playlist, segments = track.rendition.playlist, track.rendition.segments
    findings = [
        Finding(Severity.WARNING, f"{track.name} playlist: {text}")
        for text in [*(playlist.findings if playlist else ()), *book.findings]
    ]
    findings += range_findings(track.name, playlist) if playlist else []
    heard = {seen.encoded for segment in segments if segment.read for seen in segment.read.sections}
    findings += command_findings(track.name, playlist, heard) if playlist and heard and not track.rolled else []
    unread = [segment for segment in segments if segment.problem]
    if unread:
        first, count = unread[0], f"{len(unread)} of {len(segments)} segments can't be judged"
        text = f"{track.name}: {count}, the first is {first.listed.uri}: {first.problem}"
        findings.append(Finding(Severity.NOTE, text))
    for segment in segments:
        where = " ".join(dict.fromkeys((track.name, segment.listed.uri)))
        if segment.read and not segment.closed:
            findings += [Finding(Severity.FAULT, f"{where}: {text}") for text in segment.read.faults]
            findings += [Finding(Severity.WARNING, f"{where}: {text}") for text in segment.read.findings]
    return findings


def undeclared_by(books: Sequence[TagBook]) -> frozenset[str]:
    """Dialects none of whose OUTs declares a duration: that is how they are written here."""
    outs = [m for book in books for m in book.markers if m.role == "out" and m.dialect in {CUE_OUT_IN, DATERANGE}]
    declaring = {m.dialect for m in outs if m.declared_s is not None or planned_s(m) is not None}
    return frozenset({m.dialect for m in outs} - declaring)


def lead_unknown(track: Track, splice: Splice) -> bool:
    """Whether sections before this splice may have left the window, or its timeline began with its announcement."""
    first = track.first_clock(splice.epoch)
    if first is None or splice.pts is None:
        return False
    if track.rolled and not track.begins(splice.epoch):
        return difference(splice.pts, first) < ROLLED_TICKS
    arrival = splice.in_force()[0].seen.arrival_ticks
    return arrival is not None and difference(arrival, first) <= START_TICKS


def _not_there_yet(track: Track, splice: Splice) -> str:
    """Why the rendition does not hold the splice's picture yet; an IN that an output ends before is missing instead."""
    if splice.pts is None:
        return "no picture follows its immediate section"
    span = track.span(splice.epoch)
    if span is None or difference(splice.pts, span[1]) < 0 or track.segment_problem(splice.epoch, splice.pts):
        return ""
    if splice.epoch != track.last_epoch and is_past(track, splice.epoch, splice.pts):
        return ""  # an IN: the timeline broke before it, and it came in no later one
    if not track.ended:
        return f"PTS {splice.pts} is not there yet"
    return f"the output ends before PTS {splice.pts}" if splice.direction == "out" else ""


def _gone(track: Track, splice: Splice) -> str:
    """Why the rendition does not hold the splice any more."""
    span = track.span(splice.epoch)
    if not track.rolled or span is None or splice.pts is None:
        return ""
    if difference(splice.pts, span[0]) < 0:
        return f"PTS {splice.pts} has left the window"
    placed = track.pictures.get((splice.epoch, splice.pts))
    if placed is not None and splice.in_force()[0].position > placed.position and lead_unknown(track, splice):
        return f"the announcements of PTS {splice.pts} have left the window"
    return ""
