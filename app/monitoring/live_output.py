"""A live output at one origin, read back piece by piece: the playlists each time, of the segments what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.model.errors import ProofError
from app.model.timebase import difference, ticks_of
from app.monitoring.fetch import MOST_PLAYLIST_BYTES, Fetcher
from app.monitoring.playlist import Segment
from app.monitoring.proof import ListedRendition, list_renditions, read_segment
from app.monitoring.report import Severity
from app.monitoring.sequences import Sequences
from app.monitoring.timeline import ReadSegment, Rendition, starts_of
from app.monitoring.transport import TransportRead

_MOST_READS = 64  # kept of a rendition: more than a window, though a playlist may list more


@dataclass(frozen=True, slots=True)
class Span:
    """What has to be read: by the program date, in whatever timeline; by 33-bit PTS where there is none."""

    since: datetime
    until: datetime
    begin: int
    end: int

    def touches(self, segment: Segment, start: int | None) -> bool:
        """Whether a segment that starts with this PTS lies in it."""
        if segment.starts_at is not None:
            ends_at = segment.starts_at + timedelta(microseconds=int(segment.duration_s * 1_000_000))
            return self.since < ends_at and self.until >= segment.starts_at
        if start is None:
            return False
        return difference(self.begin, start) < ticks_of(segment.duration_s) and difference(self.end, start) >= 0


@dataclass(slots=True)
class LiveOutput:
    """Proof thread of its origin only. What was read of a segment is kept while a playlist lists it.

    ``findings``: what the last look found wrong with the playlists after the one before it.
    """

    url: str
    fetcher: Fetcher
    findings: list[str] = field(default_factory=list)
    _sequences: Sequences = field(default_factory=Sequences)
    _reads: dict[str, dict[tuple[int, str], TransportRead]] = field(default_factory=dict)

    def look(self, spans: Sequence[Span]) -> list[Rendition]:
        """Every rendition as it is now, with the segments read in which a span lies. ProofError: it can't be had."""
        body = bytes(self.fetcher.read(self.url, MOST_PLAYLIST_BYTES))
        listed, findings = list_renditions(self.url, body, self.fetcher)
        for finding in findings:
            if finding.severity is Severity.FAULT:
                raise ProofError(finding.text)
        if not listed:
            raise ProofError(f"{self.url}: it names no rendition")
        self.findings = [text for one in listed for text in self._sequences.note(one.name, one.playlist)]
        return [self._read(one, spans) for one in listed if one.kind == "VIDEO"]

    def forget(self) -> None:
        """Nothing is pending: drop what was read."""
        self._reads.clear()

    def _read(self, listed: ListedRendition, spans: Sequence[Span]) -> Rendition:
        kept = self._reads.setdefault(listed.name, {})
        segments = [
            ReadSegment(segment, kept.get((segment.sequence, segment.uri))) for segment in listed.playlist.segments
        ]
        for index in _anchors(segments):
            segments[index] = self._one(listed, segments[index], kept)
        starts = starts_of(tuple(segments))
        for index, segment in enumerate(segments):
            asked = any(span.touches(segment.listed, starts[index]) for span in spans)
            if segment.read is None and not segment.problem and asked:
                segments[index] = self._one(listed, segment, kept)
        here = {(segment.sequence, segment.uri) for segment in listed.playlist.segments}
        for key in [key for key in kept if key not in here][: len(kept)] + sorted(kept)[:-_MOST_READS]:
            kept.pop(key, None)
        return Rendition(listed.name, tuple(segments), listed.playlist)

    def _one(
        self, listed: ListedRendition, segment: ReadSegment, kept: dict[tuple[int, str], TransportRead]
    ) -> ReadSegment:
        read = read_segment(listed.url, segment.listed, self.fetcher)
        if read.read is not None:
            kept[segment.listed.sequence, segment.listed.uri] = read.read
        return replace(segment, read=read.read, problem=read.problem)


def _anchors(segments: list[ReadSegment]) -> list[int]:
    """The last segment of every epoch of which nothing is known yet: it tells where the others lie."""
    known = {segment.listed.discontinuity_sequence for segment in segments if segment.read and segment.read.pictures}
    last = {segment.listed.discontinuity_sequence: index for index, segment in enumerate(segments)}
    return [index for epoch, index in last.items() if epoch not in known]
