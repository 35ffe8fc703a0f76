"""What one section says of splices and of other signals: ids, directions, times (SCTE 35 §9.7.3, §10.3.3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.model.cue import Section, SegmentationDescriptor, SpliceInsert, TimeSignal
from app.scte35.segmentation import END_OF, TYPE_NAMES
from app.scte35.spoken import INSERT_LEVEL, LEVELS

type Direction = Literal["out", "in"]

SPLICE_INSERT = "splice_insert"
# Table 23: Break, Provider/Distributor Advertisement, Placement Opportunity, Overlay, Promo, Ad Block: splices.
_SPLICE_STARTS = frozenset({0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x3C, 0x3E, 0x44, 0x46})
_SPLICE_ENDS = frozenset(start + 1 for start in _SPLICE_STARTS)
# Table 23 and §10.3.3.7: what is no splice, each type with the name of its kind; all of a kind are one event.
_SIGNAL_STARTS = {
    **dict.fromkeys((0x10, 0x17, 0x19), "program"),
    0x13: "program breakaway",
    0x20: "chapter",
    0x24: "opening credit",
    0x26: "closing credit",
    0x40: "unscheduled event",
    0x42: "alternate content opportunity",
    0x50: "network",
}
_SIGNAL_ENDS = {
    **dict.fromkeys((0x11, 0x12), "program"),
    0x14: "program breakaway",
    **{start + 1: kind for start, kind in _SIGNAL_STARTS.items() if start >= 0x20},  # noqa: PLR2004 - from Chapter on
}
SPLICE_KINDS = frozenset(TYPE_NAMES[start].rpartition(" ")[0].lower() for start in _SPLICE_STARTS)
_SINGLE = {0x00, 0x01, 0x02, 0x15, 0x16, 0x18}  # they open nothing that ends


class EventId(NamedTuple):
    """An event: splice and segmentation events of each kind are numbered apart from each other."""

    number: int
    kind: str = SPLICE_INSERT

    def __str__(self) -> str:
        """Its number, as people know it."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that one section says of one splice. ``pts`` None: immediate; ``direction`` None: a cancel.

    A signal that is no splice starts ("out") and ends ("in") too. ``type_id``: its segmentation_type_id; None for a
    splice_insert. ``contradiction``: where the section does not agree with itself. ``nested``: it divides a break that
    is open there, so nothing leaves the programme or comes back to it; ``at_an_edge``: at the OUT or IN of that break,
    whose tags tell it all.
    """

    event: EventId
    direction: Direction | None
    pts: int | None
    duration_ticks: int | None = None
    auto_return: bool = False
    type_id: int | None = None
    contradiction: str = ""
    nested: bool = False
    at_an_edge: bool = False

    @property
    def event_id(self) -> int:
        """The number of the event."""
        return self.event.number

    @property
    def is_splice(self) -> bool:
        """Whether others may put their own picture there; else it says what the programme is."""
        return not self.nested and (self.type_id is None or self.type_id in _SPLICE_STARTS | _SPLICE_ENDS)

    @property
    def level(self) -> int:
        """How deep its kind lies in others (§10.3.3.7): what is further inside has the greater one."""
        return (
            INSERT_LEVEL if self.type_id is None else LEVELS.get(END_OF.get(self.type_id, self.type_id), INSERT_LEVEL)
        )

    @property
    def is_single(self) -> bool:
        """Whether it starts something that nothing ends."""
        return self.type_id in _SINGLE

    def is_cancelled_by(self, cancel: Word) -> bool:
        """A segmentation's cancel need not say of which kind it is (§10.3.3.1)."""
        if cancel.event.kind:
            return self.event == cancel.event
        return self.event.number == cancel.event.number and self.event.kind != SPLICE_INSERT

    @property
    def signal(self) -> str:
        """What is said, in the standard's words."""
        return SPLICE_INSERT if self.type_id is None else TYPE_NAMES.get(self.type_id, f"type {self.type_id:#04x}")


def words_of(section: Section) -> list[Word]:
    """What a section says of splices and signals; nothing of heartbeats, schedules, what is private or encrypted."""
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
        EventId(command.splice_event_id),
        None if command.cancel else direction,
        section.effective_pts,
        duration.duration_ticks if duration else None,
        duration.auto_return if duration else False,
        contradiction="" if command.cancel else _contradiction(section, command),
    )


def _contradiction(section: Section, command: SpliceInsert) -> str:
    """Where the segmentation_descriptors inside a splice_insert do not say what it says."""
    out, planned = command.out_of_network_indicator, command.break_duration
    for one in section.segmentation_descriptors:
        if one.cancel:
            continue
        kind, own = TYPE_NAMES.get(one.segmentation_type_id), one.segmentation_duration_ticks
        if one.segmentation_type_id in (_SPLICE_ENDS if out else _SPLICE_STARTS):
            return f"its segmentation_descriptor says {kind}, out_of_network_indicator is {int(out)}"
        starts = one.segmentation_type_id in _SPLICE_STARTS
        if starts and planned is not None and own and own != planned.duration_ticks:
            return f"its {kind} lasts {own} ticks, its break_duration is {planned.duration_ticks}"
    return ""


def _segmentation_word(section: Section, descriptor: SegmentationDescriptor) -> Word | None:
    number, type_id = descriptor.segmentation_event_id, descriptor.segmentation_type_id
    if descriptor.cancel:
        return Word(EventId(number, ""), None, None)
    pts, duration_ticks = section.effective_pts, descriptor.segmentation_duration_ticks
    if type_id in _SPLICE_STARTS | _SPLICE_ENDS:
        direction: Direction = "out" if type_id in _SPLICE_STARTS else "in"
        kind = TYPE_NAMES[type_id].rpartition(" ")[0].lower()
        return Word(EventId(number, kind), direction, pts, duration_ticks or None, type_id=type_id)
    if type_id in _SIGNAL_STARTS:
        return Word(EventId(number, _SIGNAL_STARTS[type_id]), "out", pts, duration_ticks or None, type_id=type_id)
    if type_id in _SIGNAL_ENDS:
        return Word(EventId(number, _SIGNAL_ENDS[type_id]), "in", pts, type_id=type_id)
    if type_id in _SINGLE:
        return Word(EventId(number, TYPE_NAMES[type_id].lower()), "out", pts, type_id=type_id)
    return None
