"""A decoded section as JSON, by the names of ``cue decode --json``."""

from __future__ import annotations

from app.model.cue import (
    CUEI,
    AudioDescriptor,
    AvailDescriptor,
    BreakDuration,
    Command,
    Descriptor,
    DtmfDescriptor,
    EncryptedCommand,
    OpaqueDescriptor,
    PrivateCommand,
    ScheduledSplice,
    Section,
    SegmentationDescriptor,
    SpliceInsert,
    SpliceSchedule,
    TimeDescriptor,
    TimeSignal,
)
from app.model.wire import Plain
from app.scte35.commands import COMMAND_NAMES, command_type
from app.scte35.descriptors import descriptor_bytes

type Fields = dict[str, Plain]


def decoded_json(section: Section) -> Fields:
    """Every field by its name; times in 90 kHz ticks. What the section's syntax leaves out has no name here."""
    fields: Fields = {
        "section_syntax_indicator": 0,
        "private_indicator": 0,
        "sap_type": section.sap_type,
        "section_length": len(section.encoded) - 3,
    }
    if section.trailing_bytes:
        fields["trailing_bytes"] = section.trailing_bytes
    fields |= {
        "crc_ok": True,
        "protocol_version": section.protocol_version,
        "encrypted": section.encrypted,
    }
    if section.encrypted:
        fields["encryption_algorithm"] = section.encryption_algorithm
    fields |= {
        "pts_adjustment": section.pts_adjustment,
        "cw_index": section.cw_index,
        "tier": section.tier,
        "splice_command_length": section.splice_command_length,
    }
    if isinstance(section.command, EncryptedCommand):
        fields["encrypted_hex"] = section.command.ciphertext.hex()
    else:
        fields |= _body(section)
    if section.effective_pts is not None:
        fields["effective_pts"] = section.effective_pts
    return fields | {"valid": True}


def _body(section: Section) -> Fields:
    descriptors = [_descriptor(descriptor) for descriptor in section.descriptors]
    splice_command_type = command_type(section.command)
    fields: Fields = {
        "splice_command_type": splice_command_type,
        "command": COMMAND_NAMES[splice_command_type],
        **_command(section.command),
        "descriptor_loop_length": sum(len(descriptor_bytes(descriptor)) for descriptor in section.descriptors),
        "descriptors": [*descriptors],
    }
    if section.alignment_stuffing:
        fields["stuffing_bytes"] = len(section.alignment_stuffing)
    return fields


def _command(command: Command) -> Fields:
    match command:
        case SpliceInsert():
            return _insert(command)
        case TimeSignal():
            return {"pts_time": command.splice_time_ticks}  # null: it takes effect as it arrives
        case SpliceSchedule():
            return {"splice_count": len(command.events), "events": [_scheduled(event) for event in command.events]}
        case PrivateCommand():
            return {
                "identifier": command.identifier.decode("latin-1"),
                "private_hex": command.private_bytes.hex(),
            }
        case _:
            return {}


def _insert(command: SpliceInsert) -> Fields:
    fields: Fields = {"splice_event_id": command.splice_event_id, "cancel": command.cancel}
    if command.cancel:
        return fields
    fields |= {
        "out_of_network": command.out_of_network_indicator,
        "program_splice": command.components is None,
        "duration_flag": command.break_duration is not None,
        "immediate": command.splice_immediate_flag,
        "event_id_compliance_flag": command.event_id_compliance_flag,
        **_time("pts_time", command.splice_time_ticks),
    }
    if command.components is not None:
        fields["components"] = [
            {"component_tag": component.component_tag, **_time("pts_time", component.splice_time_ticks)}
            for component in command.components
        ]
    return fields | _avail_fields(command)


def _scheduled(event: ScheduledSplice) -> Fields:
    fields: Fields = {
        "splice_event_id": event.splice_event_id,
        "cancel": event.cancel,
        "event_id_compliance_flag": event.event_id_compliance_flag,
    }
    if event.cancel:
        return fields
    fields |= {
        "out_of_network": event.out_of_network_indicator,
        "program_splice": event.components is None,
        "duration_flag": event.break_duration is not None,
        **_time("utc_splice_time", event.utc_splice_time_s),
    }
    if event.components is not None:
        fields["components"] = [
            {"component_tag": component.component_tag, "utc_splice_time": component.utc_splice_time_s}
            for component in event.components
        ]
    return fields | _avail_fields(event)


def _avail_fields(event: SpliceInsert | ScheduledSplice) -> Fields:
    return {
        **_break_duration(event.break_duration),
        "unique_program_id": event.unique_program_id,
        "avail_num": event.avail_num,
        "avails_expected": event.avails_expected,
    }


def _break_duration(duration: BreakDuration | None) -> Fields:
    if duration is None:
        return {}
    return {"break_duration": {"auto_return": duration.auto_return, "duration": duration.duration_ticks}}


def _time(name: str, time: int | None) -> Fields:
    return {} if time is None else {name: time}


def _descriptor(descriptor: Descriptor) -> Fields:
    encoded = descriptor_bytes(descriptor)
    identifier = descriptor.identifier if isinstance(descriptor, OpaqueDescriptor) else CUEI
    fields: Fields = {"tag": encoded[0], "identifier": identifier.decode("latin-1"), "length": encoded[1]}
    match descriptor:
        case AvailDescriptor():
            fields["provider_avail_id"] = descriptor.provider_avail_id
        case DtmfDescriptor():
            fields |= {"preroll": descriptor.preroll, "dtmf": descriptor.dtmf}
        case SegmentationDescriptor():
            fields |= _segmentation(descriptor)
        case TimeDescriptor():
            fields |= {
                "tai_seconds": descriptor.tai_seconds,
                "tai_ns": descriptor.tai_ns,
                "utc_offset": descriptor.utc_offset,
            }
        case AudioDescriptor():
            fields["components"] = [
                {
                    "component_tag": component.component_tag,
                    "iso_code": component.iso_code.decode("latin-1"),
                    "bit_stream_mode": component.bit_stream_mode,
                    "num_channels": component.num_channels,
                    "full_srvc_audio": component.full_srvc_audio,
                }
                for component in descriptor.components
            ]
        case OpaqueDescriptor():
            fields["private_hex"] = descriptor.private_bytes.hex()
    return fields


def _segmentation(descriptor: SegmentationDescriptor) -> Fields:
    fields: Fields = {
        "segmentation_event_id": descriptor.segmentation_event_id,
        "cancel": descriptor.cancel,
        "event_id_compliance_indicator": descriptor.event_id_compliance_indicator,
    }
    if descriptor.cancel:
        return fields
    delivery = descriptor.delivery
    fields |= {
        "program_segmentation": descriptor.components is None,
        "delivery_not_restricted": delivery is None,
    }
    if delivery is not None:
        fields |= {
            "web_delivery_allowed": delivery.web_delivery_allowed,
            "no_regional_blackout": delivery.no_regional_blackout,
            "archive_allowed": delivery.archive_allowed,
            "device_restrictions": delivery.device_restrictions,
        }
    if descriptor.components is not None:
        fields["components"] = [
            {"component_tag": component.component_tag, "pts_offset": component.pts_offset_ticks}
            for component in descriptor.components
        ]
    return {
        **fields,
        **_time("segmentation_duration", descriptor.segmentation_duration_ticks),
        "upid_type": descriptor.upid_type,
        "upid_length": len(descriptor.upid),
        "upid_hex": descriptor.upid.hex(),
        "segmentation_type_id": descriptor.segmentation_type_id,
        "segment_num": descriptor.segment_num,
        "segments_expected": descriptor.segments_expected,
        **_time("sub_segment_num", descriptor.sub_segment_num),
        **_time("sub_segments_expected", descriptor.sub_segments_expected),
    }
