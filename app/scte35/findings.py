"""What is unwise, though valid, in a section: one line each, with the clause of SCTE 35."""

from __future__ import annotations

from collections.abc import Iterator

from app.model.cue import Section, SegmentationDescriptor, SpliceInsert, TimeSignal
from app.model.errors import CueError
from app.scte35.codec import LENGTH_NOT_GIVEN
from app.scte35.segmentation import ENDS, TYPE_NAMES, check_upid

_SUB_SEGMENT_TYPES = frozenset({0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x44, 0x46})


def findings(section: Section) -> list[str]:
    """Notes and warnings about a section that was read; empty when there is nothing to say."""
    return list(_findings(section))


def _findings(section: Section) -> Iterator[str]:
    if section.trailing_bytes:
        yield f"note: {section.trailing_bytes} bytes after the section are ignored"
    if section.encrypted:
        yield "note: encrypted: the command and the descriptors are not read (§9.6.1)"
        return
    if section.splice_command_length == LENGTH_NOT_GIVEN:
        yield "note: splice_command_length is 0xFFF, an old encoder's way not to give it (§9.6.1)"
    if isinstance(section.command, SpliceInsert) and not section.command.cancel:
        yield from _of_insert(section.command)
    if isinstance(section.command, TimeSignal) and not section.descriptors:
        yield "warning: a time_signal without a descriptor says nothing (§9.3)"
    for descriptor in section.segmentation_descriptors:
        if not descriptor.cancel:
            yield from _of_segmentation(descriptor)


def _of_insert(command: SpliceInsert) -> Iterator[str]:
    out = command.out_of_network_indicator
    if out and command.splice_immediate_flag:
        yield "warning: an immediate OUT takes effect at no certain time (§9.9.2.1)"
    if out and command.break_duration is None:
        yield "note: an OUT should tell its break_duration (§9.2)"
    if out and command.break_duration is not None and command.break_duration.duration_ticks == 0:
        yield "warning: break_duration is 0"
    if not out and command.break_duration is not None:
        yield "warning: break_duration belongs to an OUT (§9.9.2.2)"
    if command.components is not None and not command.components:
        yield "warning: a component splice without components"
    if command.avails_expected and command.avail_num > command.avails_expected:
        yield f"warning: avail_num {command.avail_num} of avails_expected {command.avails_expected}"


def _of_segmentation(descriptor: SegmentationDescriptor) -> Iterator[str]:
    type_id = descriptor.segmentation_type_id
    name = f"segmentation_type_id 0x{type_id:02X}"
    if type_id not in TYPE_NAMES:
        yield f"warning: {name} is reserved (table 23)"
    if type_id in ENDS and descriptor.segmentation_duration_ticks:
        yield f"warning: {name} ends a segment and has a duration (§10.3.3.1)"
    if type_id and not descriptor.upid:
        yield f"note: {name} without a UPID (§10.3.3.1)"
    if descriptor.upid or descriptor.upid_type:
        try:
            check_upid(descriptor.upid_type, descriptor.upid)
        except CueError as error:
            yield f"warning: {error}"
    if descriptor.components is not None:
        yield "warning: program_segmentation_flag is 0, which is deprecated"
    if descriptor.segments_expected and descriptor.segment_num > descriptor.segments_expected:
        yield f"warning: segment_num {descriptor.segment_num} of segments_expected {descriptor.segments_expected}"
    if descriptor.sub_segment_num is not None and type_id not in _SUB_SEGMENT_TYPES:
        yield f"warning: {name} with sub-segments (§10.3.3.1)"
