"""What the sections of one rendition announce: splices with every word said about them, in byte order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from app.model.cue import Section, SegmentationDescriptor, SpliceInsert, TimeSignal
from app.model.timebase import difference
from app.monitoring.timeline import Placed, Track
from app.monitoring.transport import SectionSeen

type Direction = Literal["out", "in"]

# SCTE 35 §10.3.3.1 table 23: Break, Provider/Distributor Advertisement, Placement Opportunity, Overlay, Promo, Ad Block
_STARTS = frozenset({0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x3C, 0x3E, 0x44, 0x46})
_ENDS = frozenset(start + 1 for start in _STARTS)


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that one section says of one splice. ``pts`` None: immediate; ``direction`` None: a cancel."""

    event_id: int
    direction: Direction | None
    pts: int | None
    duration_ticks: int | None = None
    auto_return: bool = False


@dataclass(frozen=True, slots=True)
class Announcement:
    """A word with the section that brought it and its place in the rendition."""

    word: Word
    seen: SectionSeen
    segment: int
    epoch: int

    @property
    def position(self) -> tuple[int, int]:
        """Byte order: segment, last packet of the section."""
        return self.segment, self.seen.end_row


@dataclass(slots=True)
class Splice:
    """One splice of one rendition. ``pts``: as last announced (33 bits); None while it can't be known.

    ``announced``: all of its sections; those with another time than ``pts`` have been corrected.
    ``carried``: what an earlier timeline, which broke before its picture, had announced; ``repeated``: what a later
    one says of it after its picture, an extension.
    """

    event_id: int
    direction: Direction
    epoch: int
    pts: int | None
    announced: list[Announcement] = field(default_factory=list)
    cancelled: bool = False
    carried: list[Announcement] = field(default_factory=list)
    repeated: list[Announcement] = field(default_factory=list)

    def in_force(self) -> list[Announcement]:
        """The sections with the splice's own time, the first of them first."""
        return [one for one in self.announced if one.word.pts in {self.pts, None}]

    def ruling(self, placed: Placed | None) -> Announcement:
        """The last section before the picture; the first one where none is before it."""
        ours = self.in_force()
        before = [one for one in ours if placed is None or one.position < placed.position]
        return before[-1] if before else ours[0]

    def allowed(self, placed: Placed | None) -> list[Announcement]:
        """What a tag may carry: the ruling section, and those that extended the break after its OUT."""
        ours = self.in_force()
        return ours[ours.index(self.ruling(placed)) :] + self.repeated


def words_of(section: Section) -> list[Word]:
    """What a section says about ad splices; nothing for heartbeats, chapters and the like."""
    command = section.command
    if isinstance(command, SpliceInsert):
        return [_insert_word(section, command)]
    if isinstance(command, TimeSignal):
        return [word for one in section.segmentation_descriptors if (word := _segmentation_word(section, one))]
    return []


def _insert_word(section: Section, command: SpliceInsert) -> Word:
    direction: Direction | None = "out" if command.out_of_network_indicator else "in"
    duration = command.break_duration
    return Word(
        command.splice_event_id,
        None if command.cancel else direction,
        section.effective_pts,
        duration.duration_ticks if duration else None,
        duration.auto_return if duration else False,
    )


def _segmentation_word(section: Section, descriptor: SegmentationDescriptor) -> Word | None:
    event_id = descriptor.segmentation_event_id
    if descriptor.cancel:
        return Word(event_id, None, None)
    if descriptor.segmentation_type_id in _STARTS:
        return Word(event_id, "out", section.effective_pts, descriptor.segmentation_duration_ticks)
    if descriptor.segmentation_type_id in _ENDS:
        return Word(event_id, "in", section.effective_pts)
    return None


def splices_of(track: Track) -> tuple[list[Splice], list[str]]:
    """The splices that a rendition announces, and what was said at the wrong moment."""
    splices: list[Splice] = []
    findings: list[str] = []
    for one in _announcements(track):
        if one.word.direction is None:
            findings += _cancel(track, splices, one)
        else:
            _announce(track, splices, one, one.word.direction)
    return splices, findings


def _announcements(track: Track) -> Iterator[Announcement]:
    for index, segment in enumerate(track.rendition.segments):
        for seen in segment.read.sections if segment.read else ():
            if seen.section is not None:
                for word in words_of(seen.section):
                    yield Announcement(word, seen, index, segment.listed.discontinuity_sequence)


def _announce(track: Track, splices: list[Splice], one: Announcement, direction: Direction) -> None:
    """A new splice, a repetition, a correction before it, or an extension after it."""
    pts = one.word.pts
    if pts is None:
        placed = track.next_idr(one.epoch, one.position)
        pts = placed.picture.pts if placed else None
    same = [s for s in splices if s.event_id == one.word.event_id and s.direction == direction and not s.cancelled]
    last = same[-1] if same and same[-1].epoch == one.epoch else None
    if last is not None and (last.pts == pts or not _passed(track, last, one)):
        last.announced.append(one)
        last.pts = pts
        return
    splices.append(Splice(one.word.event_id, direction, one.epoch, pts, [one]))


def _cancel(track: Track, splices: list[Splice], one: Announcement) -> list[str]:
    """splice_event_cancel_indicator: what has not been spliced yet will not be."""
    ours = [s for s in splices if s.event_id == one.word.event_id and s.epoch == one.epoch]
    waiting = [s for s in ours if not s.cancelled and not _passed(track, s, one)]
    for splice in waiting:
        splice.cancelled = True
    if not waiting and any(not s.cancelled for s in ours):
        return [f"event {one.word.event_id} is cancelled after it was spliced, at {track.uri(one.segment)}"]
    return []


def _passed(track: Track, splice: Splice, one: Announcement) -> bool:
    """Whether the splice's picture came before this section: by byte order, by the clock where it was not read."""
    if splice.pts is None:
        return False
    placed = track.pictures.get((splice.epoch, splice.pts))
    if placed is not None:
        return placed.position < one.position
    arrival = one.seen.arrival_ticks
    return arrival is not None and difference(arrival, splice.pts) >= 0
