"""What the sections of one rendition announce: splices with every word said about them, in byte order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.model.timebase import difference
from app.monitoring.timeline import Placed, Track
from app.monitoring.transport import SectionSeen
from app.monitoring.words import Direction, EventId, Word, words_of


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

    event: EventId
    direction: Direction
    epoch: int
    pts: int | None
    announced: list[Announcement] = field(default_factory=list)
    cancelled: bool = False
    carried: list[Announcement] = field(default_factory=list)
    repeated: list[Announcement] = field(default_factory=list)

    @property
    def word(self) -> Word:
        """What was said of it last."""
        return self.announced[-1].word

    @property
    def has_upid(self) -> bool:
        """Whether its section names the content."""
        section = self.announced[-1].seen.section
        return section is not None and any(one.upid for one in section.segmentation_descriptors)

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


def splices_of(track: Track) -> tuple[list[Splice], list[str]]:
    """The splices that a rendition announces, and what was said at the wrong moment."""
    splices: list[Splice] = []
    findings: list[str] = []
    for one in _announcements(track):
        if one.word.direction is None:
            findings += _cancel(track, splices, one)
        else:
            _announce(track, splices, one, one.word.direction)
    _note_nested(splices)
    return splices, findings


def _note_nested(splices: list[Splice]) -> None:
    """What starts between the OUT and the IN of a break around it, and what ends there, with it at the latest."""
    opened = {one.event for one in splices if one.direction == "out" and not one.cancelled}
    for around in [one for one in splices if one.direction == "out" and one.word.is_splice and not one.cancelled]:
        end = _length(splices, around)
        for one in splices:
            deeper = one.event in opened and one.word.level > around.word.level
            if not deeper or one.epoch != around.epoch or one.pts is None or around.pts is None:
                continue
            since = difference(one.pts, around.pts)
            edge = since == (0 if one.direction == "out" else end)
            if edge or (since > 0 and (end is None or since < end)):
                words = (replace(said.word, nested=True, at_an_edge=edge) for said in one.announced)
                one.announced = [replace(said, word=word) for said, word in zip(one.announced, words, strict=True)]


def _length(splices: list[Splice], around: Splice) -> int | None:
    """Ticks from its OUT to its IN, or to the end that it told; None: it has none."""
    ends = (one.pts for one in splices if one.event == around.event and one.direction == "in" and not one.cancelled)
    lengths = [difference(pts, around.pts or 0) for pts in ends if pts is not None]
    after = [length for length in lengths if length > 0]
    return min(after) if after else around.word.duration_ticks


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
    same = [s for s in splices if s.event == one.word.event and s.direction == direction and not s.cancelled]
    last = same[-1] if same and same[-1].epoch == one.epoch else None
    if last is not None and (last.pts == pts or not _passed(track, last, one)):
        last.announced.append(one)
        last.pts = pts
        return
    splices.append(Splice(one.word.event, direction, one.epoch, pts, [one]))


def _cancel(track: Track, splices: list[Splice], one: Announcement) -> list[str]:
    """splice_event_cancel_indicator, or a segmentation's: what has not been spliced yet will not be."""
    ours = [s for s in splices if s.word.is_cancelled_by(one.word) and s.epoch == one.epoch]
    waiting = [s for s in ours if not s.cancelled and not _passed(track, s, one)]
    for splice in waiting:
        splice.cancelled = True
    if not waiting and any(not s.cancelled for s in ours):
        return [f"event {one.word.event} is cancelled after it was spliced, at {track.uri(one.segment)}"]
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
