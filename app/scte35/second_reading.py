"""What a second reader must find in a section of ours, by its fields' names; and which sections it can't judge."""

from __future__ import annotations

from app.model.cue import (
    AvailDescriptor,
    Command,
    Descriptor,
    DtmfDescriptor,
    EncryptedCommand,
    OpaqueDescriptor,
    PrivateCommand,
    Section,
    SegmentationDescriptor,
    SpliceInsert,
    SpliceSchedule,
    TimeDescriptor,
)
from app.scte35.codec import LENGTH_NOT_GIVEN
from app.scte35.descriptors import descriptor_bytes
from app.scte35.upids import MID, UMID, Upid, read_upid

SUB_SEGMENTED = frozenset({0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x44, 0x46})  # the types for which it looks for them
_CUEI = "CUEI"


def unjudged(section: Section) -> str:
    """Why the second reader has nothing to say about a section; "" where it has."""
    what = _unread_command(section) or next(filter(None, map(_unread_descriptor, section.descriptors)), "")
    return what and f"the second reader can't judge {what}"


def _unread_command(section: Section) -> str:
    command = section.command
    if isinstance(command, EncryptedCommand | SpliceSchedule):
        return type(command).__name__
    if isinstance(command, SpliceInsert) and command.components is not None:
        return "components"
    return "a splice_command_length of 0xFFF" if section.splice_command_length == LENGTH_NOT_GIVEN else ""


def _unread_descriptor(descriptor: Descriptor) -> str:
    if isinstance(descriptor, OpaqueDescriptor):
        return "private descriptors"
    if not isinstance(descriptor, SegmentationDescriptor):
        return ""
    if descriptor.components is not None:
        return "components"
    mid = descriptor.upid_type == MID and _holds_umid(read_upid(MID, descriptor.upid))
    return "a MID with a UMID" if mid else ""


def wanted(ours: Section) -> dict[str, object]:
    """Name and value of all it must read; a descriptor's fields with its place in the loop."""
    encoded = ours.encoded
    fields: dict[str, object] = {
        "command": type(ours.command).__name__,
        "section_length": len(encoded) - 3,
        "sap_type": ours.sap_type,
        "protocol_version": ours.protocol_version,
        "pts_adjustment": ours.pts_adjustment,
        "cw_index": ours.cw_index,
        "tier": ours.tier,
        "splice_command_length": ours.splice_command_length,
        "pts_time": ours.pts_time,
        "CRC_32": int.from_bytes(encoded[-4:]),
        "CRC_32 as written": int.from_bytes(encoded[-4:]),
        "descriptors": tuple((descriptor_bytes(descriptor)[0], _CUEI) for descriptor in ours.descriptors),
    }
    fields |= _of_command(ours.command)
    for index, descriptor in enumerate(ours.descriptors):
        fields |= {f"{name}[{index}]": value for name, value in _of_descriptor(descriptor).items()}
    return fields


def _of_command(command: Command) -> dict[str, object]:
    match command:
        case SpliceInsert():
            return _of_insert(command)
        case PrivateCommand():
            return {"identifier": int.from_bytes(command.identifier), "private_bytes": command.private_bytes}
        case _:
            return {}


def _of_insert(command: SpliceInsert) -> dict[str, object]:
    fields: dict[str, object] = {
        "splice_event_id": command.splice_event_id,
        "splice_event_cancel_indicator": command.cancel,
    }
    if command.cancel:
        return fields
    duration = command.break_duration
    return fields | {
        "out_of_network_indicator": command.out_of_network_indicator,
        "splice_immediate_flag": command.splice_immediate_flag,
        "event_id_compliance_flag": command.event_id_compliance_flag,
        "break_auto_return": None if duration is None else duration.auto_return,
        "break_duration": None if duration is None else duration.duration_ticks,
        "unique_program_id": command.unique_program_id,
        "avail_num": command.avail_num,
        "avails_expected": command.avails_expected,
    }


def _of_descriptor(descriptor: Descriptor) -> dict[str, object]:
    match descriptor:
        case SegmentationDescriptor():
            return _of_segmentation(descriptor)
        case AvailDescriptor():
            return {"provider_avail_id": descriptor.provider_avail_id}
        case DtmfDescriptor():
            return {"preroll": descriptor.preroll, "dtmf_count": len(descriptor.dtmf)}
        case TimeDescriptor():
            return {
                "tai_seconds": descriptor.tai_seconds,
                "tai_ns": descriptor.tai_ns,
                "utc_offset": descriptor.utc_offset,
            }
        case _:
            return {}


def _of_segmentation(descriptor: SegmentationDescriptor) -> dict[str, object]:
    fields: dict[str, object] = {
        "segmentation_event_id": descriptor.segmentation_event_id,
        "segmentation_event_cancel_indicator": descriptor.cancel,
        "segmentation_event_id_compliance_indicator": descriptor.event_id_compliance_indicator,
    }
    if descriptor.cancel:
        return fields
    delivery = descriptor.delivery
    fields |= {
        "segmentation_duration": descriptor.segmentation_duration_ticks,
        "segmentation_upid_type": descriptor.upid_type,
        "segmentation_upid_length": len(descriptor.upid),
        "delivery_not_restricted_flag": delivery is None,
        "web_delivery_allowed_flag": delivery and delivery.web_delivery_allowed,
        "no_regional_blackout_flag": delivery and delivery.no_regional_blackout,
        "archive_allowed_flag": delivery and delivery.archive_allowed,
        "device_restrictions": delivery and delivery.device_restrictions,
    }
    if descriptor.upid_type == UMID:
        return fields  # it reads four bytes of a UMID too few, and what follows it wrongly
    fields |= {
        "segmentation_type_id": descriptor.segmentation_type_id,
        "segment_num": descriptor.segment_num,
        "segments_expected": descriptor.segments_expected,
    }
    if descriptor.segmentation_type_id in SUB_SEGMENTED:
        fields |= {
            "sub_segment_num": descriptor.sub_segment_num,
            "sub_segments_expected": descriptor.sub_segments_expected,
        }
    return fields


def _holds_umid(upid: Upid) -> bool:
    return upid.type == UMID or (upid.type == MID and any(map(_holds_umid, upid.parts)))
