"""The case of a judgement: what the renditions say of each splice, and which splices can't be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.model.timebase import PTS_WRAP, TICKS_PER_SECOND, difference
from app.monitoring.announcing import Splice, splices_of
from app.monitoring.carrying import is_past, over_outages
from app.monitoring.clocks import clock_findings, unlike_findings
from app.monitoring.report import Finding, Severity
from app.monitoring.tags import Placement, TagBook
from app.monitoring.timeline import Rendition, Track

START_TICKS = TICKS_PER_SECOND // 10  # announced in the very first packets: earlier was not possible
ROLLED_TICKS = 6 * TICKS_PER_SECOND  # a window that begins nearer to a splice may have lost its announcement

type Key = tuple[int, str, int]  # event id, direction, the how-manieth with these


@dataclass(slots=True)
class Case:
    """Lists over the renditions. ``immediate``: event ids known as taken at once; None: to be inferred.

    ``skipped``: splices that are not judged; ``pending``: those of them that may still come.
    """

    tracks: list[Track]
    books: list[TagBook]
    wanted: frozenset[str]
    immediate: frozenset[int] | None
    splices: list[dict[Key, Splice]] = field(default_factory=list)
    cancelled: list[list[Splice]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skipped: dict[Key, Splice] = field(default_factory=dict)
    pending: set[tuple[int, str]] = field(default_factory=set)

    @classmethod
    def of(cls, renditions: Sequence[Rendition], wanted: frozenset[str], immediate: frozenset[int] | None) -> Case:
        """Take down what each rendition says."""
        tracks = [Track.of(rendition) for rendition in renditions]
        case = cls(tracks, [TagBook.of(track) for track in tracks], wanted, immediate)
        for track in tracks:
            splices, findings = splices_of(track)
            case.findings += [Finding(Severity.FAULT, f"{track.name}: {text}") for text in findings]
            live: dict[Key, Splice] = {}
            for splice in over_outages(track, splices):
                if not splice.cancelled:
                    count = sum(key[:2] == (splice.event_id, splice.direction) for key in live)
                    live[splice.event_id, splice.direction, count] = splice
            case.splices.append(live)
            case.cancelled.append([splice for splice in splices if splice.cancelled])
        case.tell_damage()
        for track, book in zip(tracks, case.books, strict=True):
            case.findings += clock_findings(track, dated="daterange" in book.dialects())
        case.findings += unlike_findings(tracks)
        return case

    def ordered(self) -> list[Key]:
        """Every splice, by epoch and time; an IN before an OUT at the same time."""
        return sorted({key for splices in self.splices for key in splices}, key=self._order)

    def known(self) -> set[tuple[int, str]]:
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

    def set_aside(self, key: Key) -> bool:
        """Whether this splice can't be judged: not yet there, or rolled out of a window; it is noted."""
        for track, splices in zip(self.tracks, self.splices, strict=True):
            splice = splices.get(key) or self.first(key)
            coming = _not_there_yet(track, splice)
            reason = _broken_off(track, splice) or coming or _gone(track, splice)
            if reason:
                self.note(f"{key[1]} {key[0]} is not judged: {reason} in {track.name}")
                self.skipped[key] = splice
                if reason == coming and not track.ended:
                    self.pending.add(key[:2])
                return True
        return False

    def tell_damage(self) -> None:
        """What the readers found, with its place."""
        for track, book in zip(self.tracks, self.books, strict=True):
            playlist = track.rendition.playlist
            for text in [*(playlist.findings if playlist else ()), *book.findings]:
                self.findings.append(Finding(Severity.WARNING, f"{track.name} playlist: {text}"))
            unread = [segment for segment in track.rendition.segments if segment.problem]
            if unread:
                first, count = unread[0], f"{len(unread)} of {len(track.rendition.segments)} segments can't be judged"
                self.note(f"{track.name}: {count}, the first is {first.listed.uri}: {first.problem}")
            for segment in track.rendition.segments:
                where = " ".join(dict.fromkeys((track.name, segment.listed.uri)))
                if segment.read:
                    self.findings += [Finding(Severity.FAULT, f"{where}: {text}") for text in segment.read.faults]
                    self.findings += [Finding(Severity.WARNING, f"{where}: {text}") for text in segment.read.findings]

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
