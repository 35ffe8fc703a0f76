"""The sections that we send, each made whole: ``Section.encoded`` holds its bytes.

Times are 33-bit ticks as they stand on the wire; None is an immediate splice. A value that does not fit, or that the
standard forbids, is a CueError: nothing wraps silently.
"""

from __future__ import annotations

from dataclasses import replace

from app.model.cue import (
    BreakDuration,
    Command,
    DeliveryRestrictions,
    Descriptor,
    Section,
    SegmentationDescriptor,
    SpliceInsert,
    SpliceNull,
    TimeSignal,
)
from app.model.errors import CueError
from app.scte35.codec import encode
from app.scte35.segmentation import END_OF, ENDS
from app.scte35.upids import check_upid

PLACEMENT_START, PLACEMENT_END = 0x34, 0x35


def splice_out(
    splice_event_id: int,
    pts_ticks: int | None,
    duration_ticks: int | None,
    *,
    auto_return: bool = True,
    unique_program_id: int = 0,
    avail_num: int = 0,
    avails_expected: int = 0,
) -> Section:
    """Out of the network, §9.7.3; a duration is recommended on every OUT (§9.2)."""
    _positive(duration_ticks, "break_duration")
    return _insert(
        SpliceInsert(
            splice_event_id,
            out_of_network_indicator=True,
            splice_immediate_flag=pts_ticks is None,
            splice_time_ticks=pts_ticks,
            break_duration=None if duration_ticks is None else BreakDuration(auto_return, duration_ticks),
            unique_program_id=unique_program_id,
            avail_num=avail_num,
            avails_expected=avails_expected,
        )
    )


def splice_in(
    splice_event_id: int,
    pts_ticks: int | None,
    *,
    unique_program_id: int = 0,
    avail_num: int = 0,
    avails_expected: int = 0,
) -> Section:
    """Back to the network; the id of its OUT (§9.9.1)."""
    return _insert(
        SpliceInsert(
            splice_event_id,
            splice_immediate_flag=pts_ticks is None,
            splice_time_ticks=pts_ticks,
            unique_program_id=unique_program_id,
            avail_num=avail_num,
            avails_expected=avails_expected,
        )
    )


def splice_cancel(splice_event_id: int) -> Section:
    """The event with that id will not be (§9.4)."""
    return _insert(SpliceInsert(splice_event_id, cancel=True))


def splice_null() -> Section:
    """The heartbeat, §6.3."""
    return made(SpliceNull())


def time_signal_out(
    segmentation_event_id: int,
    pts_ticks: int | None,
    duration_ticks: int | None,
    *,
    segmentation_type_id: int = PLACEMENT_START,
    upid: tuple[int, bytes] = (0, b""),
    segments: tuple[int, int] = (0, 0),
    delivery: DeliveryRestrictions | None = None,
) -> Section:
    """A segment starts, §10.3.3. ``upid``: type and bytes; ``segments``: segment_num, segments_expected."""
    if segmentation_type_id not in END_OF:
        raise CueError(f"0x{segmentation_type_id:02X} starts nothing", field="segmentation_type_id")
    _positive(duration_ticks, "segmentation_duration")
    return _signal(
        pts_ticks,
        SegmentationDescriptor(
            segmentation_event_id,
            delivery=delivery,
            segmentation_duration_ticks=duration_ticks,
            upid_type=upid[0],
            upid=upid[1],
            segmentation_type_id=segmentation_type_id,
            segment_num=segments[0],
            segments_expected=segments[1],
        ),
    )


def time_signal_in(
    segmentation_event_id: int,
    pts_ticks: int | None,
    *,
    segmentation_type_id: int = PLACEMENT_END,
    upid: tuple[int, bytes] = (0, b""),
    segments: tuple[int, int] = (0, 0),
) -> Section:
    """A segment ends; the id of its start, and no duration (§10.3.3.1). END_OF tells the type."""
    if segmentation_type_id not in ENDS:
        raise CueError(f"0x{segmentation_type_id:02X} ends nothing", field="segmentation_type_id")
    return _signal(
        pts_ticks,
        SegmentationDescriptor(
            segmentation_event_id,
            upid_type=upid[0],
            upid=upid[1],
            segmentation_type_id=segmentation_type_id,
            segment_num=segments[0],
            segments_expected=segments[1],
        ),
    )


def time_signal_cancel(segmentation_event_id: int) -> Section:
    """The segment with that id will not be (§10.3.3.1)."""
    return made(TimeSignal(), SegmentationDescriptor(segmentation_event_id, cancel=True))


def _insert(command: SpliceInsert) -> Section:
    if command.avails_expected and command.avail_num > command.avails_expected:
        raise CueError(f"{command.avail_num} of {command.avails_expected}", field="avail_num")
    return made(command)


def _signal(pts_ticks: int | None, descriptor: SegmentationDescriptor) -> Section:
    if descriptor.segment_num > descriptor.segments_expected:
        raise CueError(f"{descriptor.segment_num} of {descriptor.segments_expected}", field="segment_num")
    check_upid(descriptor.upid_type, descriptor.upid)
    return made(TimeSignal(pts_ticks), descriptor)


def made(command: Command, *descriptors: Descriptor, tier: int = 0xFFF) -> Section:
    """A section of ours with its bytes; CueError for a value that does not fit."""
    section = Section(command, descriptors, tier=tier)
    encoded = encode(section)
    return replace(section, encoded=encoded, splice_command_length=int.from_bytes(encoded[11:13], "big") & 0xFFF)


def _positive(duration_ticks: int | None, name: str) -> None:
    if duration_ticks is not None and duration_ticks < 1:
        raise CueError(f"{duration_ticks} ticks is no duration", field=name)
