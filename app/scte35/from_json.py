"""A section from JSON, by the names of ``cue decode --json`` (``report`` writes them)."""

from __future__ import annotations

from collections.abc import Callable

from app.model.cue import (
    CUEI,
    AudioComponent,
    AudioDescriptor,
    AvailDescriptor,
    BandwidthReservation,
    BreakDuration,
    Command,
    DeliveryRestrictions,
    Descriptor,
    DtmfDescriptor,
    OpaqueDescriptor,
    PrivateCommand,
    ScheduledComponent,
    ScheduledSplice,
    Section,
    SegmentationDescriptor,
    SegmentedComponent,
    SpliceComponent,
    SpliceInsert,
    SpliceNull,
    SpliceSchedule,
    TimeDescriptor,
    TimeSignal,
)
from app.model.errors import CueError
from app.scte35.codec import decode, encode
from app.scte35.commands import COMMAND_NAMES
from app.scte35.descriptors import AUDIO, AVAIL, DTMF, SEGMENTATION, TIME
from app.scte35.json_fields import Taker, json_object
from app.scte35.upid_text import upid_bytes


def section_from_json(text: str) -> Section:
    """The section, its bytes in ``encoded``; CueError with the path of the member.

    A UPID is ``upid_hex``, or ``upid`` as people write it. Stuffing is not taken over: it is none of the message.
    """
    members = json_object(text)
    if members.flag("encrypted", default=False):
        raise CueError("a section can't be encrypted here, only passed on as it came", field="encrypted")
    section = Section(
        _command(members),
        tuple(_descriptor(part) for part in members.parts("descriptors")),
        pts_adjustment=members.number("pts_adjustment", 0),
        tier=members.number("tier", 0xFFF),
        cw_index=members.number("cw_index", 0),
        sap_type=members.number("sap_type", 3),
        protocol_version=members.number("protocol_version", 0),
    )
    members.finish()
    return decode(encode(section))


def _command(members: Taker) -> Command:
    number = members.optional_number("splice_command_type")
    name = members.text("command", COMMAND_NAMES.get(-1 if number is None else number))
    if name not in _COMMANDS or (number is not None and COMMAND_NAMES.get(number) != name):
        raise CueError(f"{name!r} ({number}) is none of {', '.join(_COMMANDS)}", field="command")
    return _COMMANDS[name](members)


def _time_signal(members: Taker) -> TimeSignal:
    return TimeSignal(members.optional_number("pts_time"))


def _insert(members: Taker) -> SpliceInsert:
    event_id = members.number("splice_event_id")
    if members.flag("cancel", default=False):
        return SpliceInsert(event_id, cancel=True)
    by_component = members.has("components")
    components = tuple(_component(part) for part in members.parts("components"))
    ticks = members.optional_number("pts_time")
    timed = ticks is not None or any(component.splice_time_ticks is not None for component in components)
    return SpliceInsert(
        event_id,
        out_of_network_indicator=members.flag("out_of_network"),
        splice_immediate_flag=members.flag("immediate", default=not timed),
        event_id_compliance_flag=members.flag("event_id_compliance_flag", default=True),
        splice_time_ticks=None if by_component else ticks,
        components=components if by_component else None,
        break_duration=_break_duration(members),
        unique_program_id=members.number("unique_program_id", 0),
        avail_num=members.number("avail_num", 0),
        avails_expected=members.number("avails_expected", 0),
    )


def _component(part: Taker) -> SpliceComponent:
    read = SpliceComponent(part.number("component_tag"), part.optional_number("pts_time"))
    part.finish()
    return read


def _break_duration(members: Taker) -> BreakDuration | None:
    if not members.has("break_duration"):
        return None
    part = members.part("break_duration")
    read = BreakDuration(part.flag("auto_return"), part.number("duration"))
    part.finish()
    return read


def _schedule(members: Taker) -> SpliceSchedule:
    return SpliceSchedule(tuple(_event(part) for part in members.parts("events")))


def _event(part: Taker) -> ScheduledSplice:
    event_id = part.number("splice_event_id")
    compliance = part.flag("event_id_compliance_flag", default=True)
    if part.flag("cancel", default=False):
        return ScheduledSplice(event_id, cancel=True, event_id_compliance_flag=compliance)
    by_component = part.has("components")
    read = ScheduledSplice(
        event_id,
        event_id_compliance_flag=compliance,
        out_of_network_indicator=part.flag("out_of_network"),
        utc_splice_time_s=None if by_component else part.number("utc_splice_time"),
        components=tuple(_scheduled_component(each) for each in part.parts("components")) if by_component else None,
        break_duration=_break_duration(part),
        unique_program_id=part.number("unique_program_id", 0),
        avail_num=part.number("avail_num", 0),
        avails_expected=part.number("avails_expected", 0),
    )
    part.finish()
    return read


def _scheduled_component(part: Taker) -> ScheduledComponent:
    return ScheduledComponent(part.number("component_tag"), part.number("utc_splice_time"))


def _private(members: Taker) -> PrivateCommand:
    return PrivateCommand(members.latin_1("identifier"), members.hexadecimal("private_hex", ""))


def _descriptor(part: Taker) -> Descriptor:
    tag, identifier = part.number("tag"), part.latin_1("identifier") if part.has("identifier") else CUEI
    if identifier == CUEI and tag in _DESCRIPTORS:
        read = _DESCRIPTORS[tag](part)
    else:
        read = OpaqueDescriptor(tag, identifier, part.hexadecimal("private_hex", ""))
    part.finish()
    return read


def _segmentation(part: Taker) -> SegmentationDescriptor:
    event_id = part.number("segmentation_event_id")
    compliance = part.flag("event_id_compliance_indicator", default=True)
    if part.flag("cancel", default=False):
        return SegmentationDescriptor(event_id, cancel=True, event_id_compliance_indicator=compliance)
    by_component = part.has("components")
    components = tuple(
        SegmentedComponent(each.number("component_tag"), each.number("pts_offset")) for each in part.parts("components")
    )
    upid_type = part.number("upid_type", 0)
    as_text = part.has("upid")
    return SegmentationDescriptor(
        event_id,
        event_id_compliance_indicator=compliance,
        components=components if by_component else None,
        delivery=_delivery(part) if part.has("web_delivery_allowed") else None,
        segmentation_duration_ticks=part.optional_number("segmentation_duration"),
        upid_type=upid_type,
        upid=upid_bytes(upid_type, part.text("upid")) if as_text else part.hexadecimal("upid_hex", ""),
        segmentation_type_id=part.number("segmentation_type_id"),
        segment_num=part.number("segment_num", 0),
        segments_expected=part.number("segments_expected", 0),
        sub_segment_num=part.optional_number("sub_segment_num"),
        sub_segments_expected=part.optional_number("sub_segments_expected"),
    )


def _delivery(part: Taker) -> DeliveryRestrictions:
    return DeliveryRestrictions(
        part.flag("web_delivery_allowed"),
        part.flag("no_regional_blackout"),
        part.flag("archive_allowed"),
        part.number("device_restrictions"),
    )


def _audio(part: Taker) -> AudioDescriptor:
    return AudioDescriptor(tuple(_audio_component(each) for each in part.parts("components")))


def _audio_component(part: Taker) -> AudioComponent:
    return AudioComponent(
        part.number("component_tag"),
        part.latin_1("iso_code"),
        part.number("bit_stream_mode"),
        part.number("num_channels"),
        part.flag("full_srvc_audio"),
    )


_COMMANDS: dict[str, Callable[[Taker], Command]] = {
    "splice_null": lambda _: SpliceNull(),
    "splice_schedule": _schedule,
    "splice_insert": _insert,
    "time_signal": _time_signal,
    "bandwidth_reservation": lambda _: BandwidthReservation(),
    "private_command": _private,
}
_DESCRIPTORS: dict[int, Callable[[Taker], Descriptor]] = {
    AVAIL: lambda part: AvailDescriptor(part.number("provider_avail_id")),
    DTMF: lambda part: DtmfDescriptor(part.number("preroll"), part.text("dtmf")),
    SEGMENTATION: _segmentation,
    TIME: lambda part: TimeDescriptor(part.number("tai_seconds"), part.number("tai_ns"), part.number("utc_offset")),
    AUDIO: _audio,
}
