"""Rules over several sections in their order: ids, ends that fit their starts, nesting. SCTE 35 §9.9.1, §10.3.3.7."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.model.cue import Section, SegmentationDescriptor, SpliceInsert
from app.model.lint import LintFinding, error, warning
from app.model.timebase import difference
from app.scte35.segmentation import END_OF, ENDS, TYPE_NAMES

_PAIRING = "SCTE 35 §10.3.3.7"
_EARLY_END = 0x12
_BREAKAWAY, _RESUMPTION, _OVERLAP = 0x13, 0x14, 0x17
_WITHIN_PROGRAM = frozenset({0x13, 0x14, 0x15, 0x16})
_PROGRAM_STARTS = frozenset({0x10, 0x17, 0x19})

WRONG_END = error("segments.wrong-end", _PAIRING)
END_ALONE = warning("segments.end-without-start", _PAIRING)
ID_IN_USE = warning("segments.id-in-use", "SCTE 35 §9.9.1")
OVERLAP = warning("segments.overlap", _PAIRING)
NESTING = warning("segments.nesting", _PAIRING)
PROGRAM = warning("segments.outside-program", _PAIRING)
TWO_OVERLAPS = warning("segments.two-overlaps", _PAIRING)
EVENT_IN_USE = warning("events.id-in-use", "SCTE 35 §9.9.1")
IN_ALONE = warning("events.in-without-out", "SCTE 35 §9.9.1")


def _level(start: int) -> int | None:
    """Network 0, program 1, alternate content 2, break 4, placement opportunity 5, ad or promo 6.

    The lower number holds the higher. None: chapters, credits, ad blocks and unscheduled events may lie as they like.
    """
    levels = {0x50: 0, **dict.fromkeys(_PROGRAM_STARTS, 1), 0x42: 2, 0x22: 4}
    if start in {0x34, 0x36, 0x38, 0x3A}:
        return 5
    return 6 if start in {0x30, 0x32, 0x3C, 0x3E} else levels.get(start)


@dataclass(slots=True)
class _Open:
    """What is open: segments by id as (start type, where), events of splice_insert by id, and the section of each."""

    segments: dict[int, tuple[int, str]] = field(default_factory=dict)
    starts: dict[int, Section] = field(default_factory=dict)
    events: dict[int, tuple[str, Section]] = field(default_factory=dict)


def sequence_findings(sections: Iterable[tuple[str, Section]], *, whole: bool) -> Iterator[LintFinding]:
    """Findings over sections in order, each with its place. ``whole``: nothing came before the first."""
    state, seen = _Open(), set[bytes]()
    for where, section in sections:
        if section.encoded in seen:
            continue  # a repeat says nothing new
        seen.add(section.encoded)
        if isinstance(section.command, SpliceInsert):
            yield from _of_insert(state, section, section.command, where, whole=whole)
        for descriptor in section.segmentation_descriptors:
            yield from _of_segment(state, section, descriptor, where, whole=whole)


def _of_insert(
    state: _Open, section: Section, command: SpliceInsert, where: str, *, whole: bool
) -> Iterator[LintFinding]:
    event_id = command.splice_event_id
    if command.cancel:
        state.events.pop(event_id, None)
    elif command.out_of_network_indicator:
        before = state.events.get(event_id)
        if before is not None and _within(before[1], section):
            what = f"splice_event_id {event_id} opens again while that of {before[0]} is open"
            yield EVENT_IN_USE.found(what, where, "another event has another id, or close the first")
        state.events[event_id] = where, section
    elif state.events.pop(event_id, None) is None and whole:
        yield IN_ALONE.found(f"an IN of event {event_id} without its OUT", where, "an IN has its OUT's splice_event_id")


def _of_segment(
    state: _Open, section: Section, descriptor: SegmentationDescriptor, where: str, *, whole: bool
) -> Iterator[LintFinding]:
    event_id, type_id = descriptor.segmentation_event_id, descriptor.segmentation_type_id
    if descriptor.cancel:
        state.segments.pop(event_id, None)
        return
    if type_id in _WITHIN_PROGRAM and whole and not any(s in _PROGRAM_STARTS for s, _ in state.segments.values()):
        yield PROGRAM.found(f"{_name(type_id)} outside of a program", where, "0x10 opens one")
    if type_id in END_OF:
        yield from _of_start(state, section, descriptor, where)
    elif type_id in ENDS:
        started = state.segments.pop(event_id, None)
        if started is None:
            if whole:
                yield END_ALONE.found(f"{_name(type_id)} of event {event_id}, which is not open", where)
        elif type_id not in {END_OF[started[0]], *({_EARLY_END} if started[0] in _PROGRAM_STARTS else ())}:
            what = f"{_name(type_id)} doesn't end the {_name(started[0])} of {started[1]}"
            yield WRONG_END.found(what, where, f"right is 0x{END_OF[started[0]]:02X}")
        else:
            yield from _of_end(state, started[0], where)


def _of_start(state: _Open, section: Section, descriptor: SegmentationDescriptor, where: str) -> Iterator[LintFinding]:
    event_id, type_id = descriptor.segmentation_event_id, descriptor.segmentation_type_id
    before = state.segments.get(event_id)
    if before is not None:
        if before[0] != type_id or state.starts[event_id].effective_pts != section.effective_pts:
            what = f"segmentation_event_id {event_id} starts again while that of {before[1]} is open"
            yield ID_IN_USE.found(what, where, "an id is busy until its end")
    elif (level := _level(type_id)) is not None:
        for started, place in state.segments.values():
            if level == 6 and _level(started) == 6:  # noqa: PLR2004 - ads and promos share the lowest level
                yield OVERLAP.found(f"{_name(type_id)} while the {_name(started)} of {place} is open", where)
            elif type_id == _OVERLAP == started:
                yield TWO_OVERLAPS.found(f"a second {_name(type_id)}, the first is that of {place}", where)
            elif (held := _level(started)) is not None and held > level:
                yield NESTING.found(f"{_name(type_id)} within the {_name(started)} of {place}", where)
    state.segments[event_id], state.starts[event_id] = (type_id, where), section


def _of_end(state: _Open, start: int, where: str) -> Iterator[LintFinding]:
    """What is still open inside of what ends."""
    level = _level(start)
    for started, place in state.segments.values():
        inner = _level(started)
        if level is not None and inner is not None and inner > level > 2:  # noqa: PLR2004 - from the break down
            yield NESTING.found(f"ends while the {_name(started)} of {place}, which lies in it, is open", where)


def _within(opened: Section, again: Section) -> bool:
    """Whether an OUT of the same id is another splice, and comes before the first one's break is over."""
    first, second = opened.effective_pts, again.effective_pts
    if first is None or second is None or first == second:
        return False
    command = opened.command
    duration = command.break_duration if isinstance(command, SpliceInsert) else None
    return duration is None or difference(second, first) < duration.duration_ticks


def _name(type_id: int) -> str:
    return f"{TYPE_NAMES.get(type_id, 'reserved')} (0x{type_id:02X})"
