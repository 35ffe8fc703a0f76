"""Renditions as read back, and where in each of them a splice time lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.model.timebase import PTS_WRAP, TICKS_PER_SECOND, difference, ticks_of
from app.monitoring.pictures import Picture
from app.monitoring.playlist import MediaPlaylist, Segment
from app.monitoring.transport import TransportRead

NO_PICTURE = 1 << 62  # the packet number of an end: after all packets


@dataclass(frozen=True, slots=True)
class ReadSegment:
    """A listed segment and what was read of it: None with a ``problem``, or with none where it was not needed.

    ``closed``: it is there, and its content can't be looked into; the problem says why.
    """

    listed: Segment
    read: TransportRead | None
    problem: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Rendition:
    """One rendition read back. ``playlist`` None: a continuous stream, its one segment is the file.

    ``kind``: VIDEO, or the TYPE of an EXT-X-MEDIA.
    """

    name: str
    segments: tuple[ReadSegment, ...]
    playlist: MediaPlaylist | None = None
    kind: str = "VIDEO"


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture in its rendition: ``segment`` is an index, ``first``: it is the segment's first picture.

    ``gap``: where it would be, in a segment that was never delivered.
    """

    segment: int
    picture: Picture
    first: bool
    gap: bool = False

    @property
    def at_end(self) -> bool:
        """It is no picture but the end of the output, where a break may close: ``NO_PICTURE``."""
        return self.picture.row == NO_PICTURE

    @property
    def position(self) -> tuple[int, int]:
        """Byte order: segment, packet."""
        return self.segment, self.picture.row


@dataclass(slots=True)
class Track:
    """A rendition's pictures by time. Times are 33 bits; ``epoch`` is a segment's discontinuity sequence.

    ``starts``: first PTS of each segment, reckoned from its neighbours where it was not read.
    """

    rendition: Rendition
    pictures: dict[tuple[int, int], Placed] = field(default_factory=dict)
    idrs: list[tuple[int, Placed]] = field(default_factory=list)
    starts: list[int | None] = field(default_factory=list)

    @classmethod
    def of(cls, rendition: Rendition) -> Track:
        """Index a rendition."""
        track = cls(rendition)
        for index, segment in enumerate(rendition.segments):
            epoch = segment.listed.discontinuity_sequence
            for order, picture in enumerate(segment.read.pictures if segment.read else ()):
                placed = Placed(index, picture, order == 0)
                track.pictures.setdefault((epoch, picture.pts), placed)
                if picture.idr:
                    track.idrs.append((epoch, placed))
        track.starts = starts_of(rendition.segments)
        for index, start in enumerate(track.starts):
            if start is not None and rendition.segments[index].listed.gap:
                would_be = Picture(start, start, -1, idr=True, parameter_sets=True, nal_type=None)
                track.pictures.setdefault((track.epoch(index), start), Placed(index, would_be, first=True, gap=True))
        track.close()
        return track

    def close(self) -> None:
        """Where nothing follows, the end is a place too: a break that is open then closes there."""
        listed = self.rendition.playlist is not None
        for index, segment in enumerate(self.rendition.segments):
            end_pts = segment.read.end_pts if segment.read else None
            if end_pts is None or (listed and (index + 1 < len(self.rendition.segments) or not self.ended)):
                continue
            end = Picture(end_pts, end_pts, NO_PICTURE, idr=True, parameter_sets=True, nal_type=None)
            placed = Placed(index + listed, end, first=True)
            self.pictures.setdefault((segment.listed.discontinuity_sequence, end_pts), placed)

    @property
    def name(self) -> str:
        """The rendition's name."""
        return self.rendition.name

    @property
    def ended(self) -> bool:
        """Nothing will be added: EXT-X-ENDLIST, or a file."""
        return self.rendition.playlist is None or self.rendition.playlist.ended

    @property
    def rolled(self) -> bool:
        """Earlier segments have left the window, or were not read because nobody asked for them."""
        unasked = any(segment.read is None and not segment.problem for segment in self.rendition.segments)
        return unasked or (self.rendition.playlist is not None and self.rendition.playlist.media_sequence > 0)

    def epoch(self, segment: int) -> int:
        """The discontinuity sequence of a segment."""
        return self.rendition.segments[segment].listed.discontinuity_sequence

    @property
    def last_epoch(self) -> int | None:
        """The one that goes on, or with which the output ends."""
        return self.epoch(-1) if self.rendition.segments else None

    def breaks_behind(self, segment: int) -> bool:
        """Whether the timeline breaks behind a segment."""
        return segment + 1 < len(self.rendition.segments) and self.epoch(segment) != self.epoch(segment + 1)

    def uri(self, segment: int) -> str:
        """A segment's name for people; the index after the last is the playlist's end."""
        if segment >= len(self.rendition.segments):
            return "the end of the playlist"
        return self.rendition.segments[segment].listed.uri

    def span(self, epoch: int) -> tuple[int, int] | None:
        """First PTS and PTS after the last of what was read in an epoch."""
        read = [
            segment.read
            for segment in self.rendition.segments
            if segment.listed.discontinuity_sequence == epoch and segment.read and segment.read.pictures
        ]
        end = read[-1].end_pts if read else None
        if end is None:
            return None
        if not read[-1].frame_ticks:  # a last segment of one picture, which lasts as long as those before it
            end = (end + next((one.frame_ticks for one in reversed(read) if one.frame_ticks), 1)) % PTS_WRAP
        return read[0].pictures[0].pts, end

    def begins(self, epoch: int) -> bool:
        """Whether the first segment of an epoch was read, behind its EXT-X-DISCONTINUITY."""
        index = next((i for i in range(len(self.rendition.segments)) if self.epoch(i) == epoch), 0)
        return index > 0 and self.rendition.segments[index].read is not None

    def moment(self, epoch: int, pts: int) -> datetime | None:
        """The program date of a time; None where no segment of its epoch has one."""
        for start, segment in zip(self.starts, self.rendition.segments, strict=True):
            listed = segment.listed
            if listed.discontinuity_sequence == epoch and start is not None and listed.starts_at is not None:
                return listed.starts_at + timedelta(seconds=difference(pts, start) / TICKS_PER_SECOND)
        return None

    def first_clock(self, epoch: int) -> int | None:
        """The earliest PCR that was read in an epoch."""
        read = [s.read for s in self.rendition.segments if s.listed.discontinuity_sequence == epoch and s.read]
        return next((one.first_pcr_ticks for one in read if one.first_pcr_ticks is not None), None)

    def segment_of(self, epoch: int, pts: int) -> int | None:
        """The segment in which a time falls."""
        found = None
        for index, start in enumerate(self.starts):
            if start is not None and self.epoch(index) == epoch and difference(pts, start) >= 0:
                found = index
        return found

    def segment_problem(self, epoch: int, pts: int) -> str:
        """Why the segment in which a time falls was not read; empty where it was, or there is none."""
        index = self.segment_of(epoch, pts)
        start = None if index is None else self.starts[index]
        if index is None or start is None or not self.rendition.segments[index].problem:
            return ""
        listed = self.rendition.segments[index].listed
        if difference(pts, start) >= ticks_of(listed.duration_s):
            return ""
        return f"{listed.uri} can't be read: {self.rendition.segments[index].problem}"

    def unread(self, segment: int) -> int | None:
        """The first segment behind one that was not read because nobody asked for it."""
        later = enumerate(self.rendition.segments[segment + 1 :], segment + 1)
        return next((index for index, one in later if one.read is None and not one.problem), None)

    def nearest_idr(self, epoch: int, pts: int) -> Placed | None:
        """The IDR nearest to a time."""
        near = [placed for of, placed in self.idrs if of == epoch]
        return min(near, key=lambda placed: abs(difference(placed.picture.pts, pts)), default=None)

    def next_idr(self, epoch: int, position: tuple[int, int]) -> Placed | None:
        """The first IDR after a place in the bytes: where an immediate splice happens."""
        return next((placed for of, placed in self.idrs if of == epoch and placed.position > position), None)


def starts_of(segments: tuple[ReadSegment, ...]) -> list[int | None]:
    """Each segment's first PTS: read, else the one before it and its duration, else backwards from the one after."""
    starts: list[int | None] = [
        segment.read.pictures[0].pts if segment.read and segment.read.pictures else None for segment in segments
    ]
    for index in range(1, len(segments)):
        before, here = segments[index - 1], segments[index]
        start = starts[index - 1]
        if starts[index] is None and start is not None and _touch(before, here):
            starts[index] = (start + ticks_of(before.listed.duration_s)) % PTS_WRAP
    for index in range(len(segments) - 2, -1, -1):
        here, after = segments[index], segments[index + 1]
        start = starts[index + 1]
        if starts[index] is None and start is not None and _touch(here, after):
            starts[index] = (start - ticks_of(here.listed.duration_s)) % PTS_WRAP
    return starts


def _touch(before: ReadSegment, after: ReadSegment) -> bool:
    return before.listed.discontinuity_sequence == after.listed.discontinuity_sequence
