"""What a section says of events that have two ends, one word an event, SCTE 35 §9.7.3, §10.3.3: for the tracker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.model.cue import (
    BandwidthReservation,
    EncryptedCommand,
    PrivateCommand,
    Section,
    SegmentationDescriptor,
    SpliceInsert,
    SpliceNull,
    SpliceSchedule,
    TimeSignal,
)
from app.scte35.segmentation import END_OF, ENDS

INSERT_LEVEL = 0  # a splice_insert speaks of the network itself: whatever a descriptor says lies inside
BREAK_LEVEL, OPPORTUNITY_LEVEL, AD_LEVEL = 5, 6, 7
_PROGRAM_END, _EARLY_TERMINATION = 0x11, 0x12

# §10.3.3.7, from the outside in, by the type that ends them. Levels from a break on are splices.
LEVELS = {
    0x51: 1,  # network
    0x11: 2,  # program
    0x14: 3,  # breakaway
    0x41: 3,  # unscheduled event
    0x43: 3,  # alternate content
    0x21: 4,  # chapter
    0x25: 4,  # opening credit
    0x27: 4,  # closing credit
    0x23: BREAK_LEVEL,
    **dict.fromkeys((0x35, 0x37, 0x39, 0x3B, 0x45, 0x47), OPPORTUNITY_LEVEL),
    **dict.fromkeys((0x31, 0x33, 0x3D, 0x3F), AD_LEVEL),
}


class EventKey(NamedTuple):
    """What an event is known by. ``ends_with``: the segmentation_type_id of its end; None: of a splice_insert.

    Encoders give one segmentation_event_id to a break and to the placement opportunity in it, so the type counts too.
    """

    event_id: int
    ends_with: int | None = None

    @property
    def level(self) -> int:
        """How deep it is nested: what is further inside has the greater level."""
        return INSERT_LEVEL if self.ends_with is None else LEVELS[self.ends_with]

    @property
    def is_splice(self) -> bool:
        """Whether others may put their own picture there; else it says what the programme is."""
        return self.ends_with is None or self.level >= BREAK_LEVEL

    def __str__(self) -> str:
        """As people name it."""
        return str(self.event_id)


class Says(StrEnum):
    """What a word says of its event."""

    OUT = "out"
    IN = "in"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Word:
    """``key`` of a segmentation's cancel: the id alone counts. ``duration_ticks`` None: not said."""

    says: Says
    key: EventKey
    duration_ticks: int | None = None
    auto_return: bool = False


def spoken(section: Section) -> tuple[list[Word], str]:
    """The words of a section, ends before starts, those inside before their container's end; else why it has none."""
    command = section.command
    words: list[Word] = []
    if isinstance(command, SpliceInsert) and (command.components is None or command.cancel):
        words.append(_insert_word(command))
    if isinstance(command, (SpliceInsert, TimeSignal)):
        words += [word for one in section.segmentation_descriptors if (word := _segmentation_word(one))]
    return sorted(words, key=_turn), "" if words else _WHY_NO_WORDS[type(command)]


def _turn(word: Word) -> tuple[bool, int]:
    level = word.key.level if word.says is not Says.CANCEL else 0
    return word.says is Says.OUT, level if word.says is Says.OUT else -level


_WHY_NO_WORDS: dict[type, str] = {
    SpliceNull: "a heartbeat",
    EncryptedCommand: "encrypted",
    PrivateCommand: "private",
    SpliceSchedule: "a schedule announces by the clock on the wall; the splice has a section of its own",
    SpliceInsert: "splices some streams of the programme only",
    TimeSignal: "opens or closes nothing",
    BandwidthReservation: "keeps bandwidth, says nothing",
}


def _insert_word(command: SpliceInsert) -> Word:
    key = EventKey(command.splice_event_id)
    if command.cancel:
        return Word(Says.CANCEL, key)
    if not command.out_of_network_indicator:
        return Word(Says.IN, key)
    planned = command.break_duration
    if planned is None or not planned.duration_ticks:
        return Word(Says.OUT, key)
    return Word(Says.OUT, key, planned.duration_ticks, planned.auto_return)


def _segmentation_word(one: SegmentationDescriptor) -> Word | None:
    type_id = one.segmentation_type_id
    if one.cancel:
        return Word(Says.CANCEL, EventKey(one.segmentation_event_id, _PROGRAM_END))
    if type_id in END_OF:
        key = EventKey(one.segmentation_event_id, END_OF[type_id])
        return Word(Says.OUT, key, one.segmentation_duration_ticks or None)
    if type_id in ENDS:
        ends_with = _PROGRAM_END if type_id == _EARLY_TERMINATION else type_id
        return Word(Says.IN, EventKey(one.segmentation_event_id, ends_with))
    return None
