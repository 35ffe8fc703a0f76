"""Splice descriptors as bytes, SCTE 35 §10. The identifier is looked at before the tag: a foreign one is opaque."""

from __future__ import annotations

from collections.abc import Callable

from app.model.cue import (
    CUEI,
    AudioComponent,
    AudioDescriptor,
    AvailDescriptor,
    DeliveryRestrictions,
    Descriptor,
    DtmfDescriptor,
    OpaqueDescriptor,
    SegmentationDescriptor,
    SegmentedComponent,
    TimeDescriptor,
)
from app.model.errors import CueError
from app.scte35 import bits
from app.scte35.bits import Layout, Reader
from app.scte35.commands import four_bytes

AVAIL, DTMF, SEGMENTATION, TIME, AUDIO = 0, 1, 2, 3, 4
LONGEST = 254  # §10.2: a descriptor is limited to 256 bytes
_CANCEL, _ID_COMPLIANCE = 0x80, 0x40
_PROGRAM, _DURATION, _NOT_RESTRICTED = 0x80, 0x40, 0x20
_WEB, _NO_BLACKOUT, _ARCHIVE = 0x10, 0x08, 0x04
_SUB_SEGMENT_BYTES = 2
_EVENT = Layout("IB", "segmentation_event_id", "segmentation_event_cancel_indicator")
_UPID = Layout("BB", "segmentation_upid_type", "segmentation_upid_length")
_SEGMENT = Layout("BBB", "segmentation_type_id", "segment_num", "segments_expected")
_HEAD = Layout("BB", "splice_descriptor_tag", "descriptor_length")


def read_descriptors(loop: Reader) -> tuple[Descriptor, ...]:
    """The whole descriptor loop; CueError where a length and the syntax disagree."""
    descriptors: list[Descriptor] = []
    while loop.offset < loop.end:
        start = loop.offset
        tag, length = loop.unpacked(_HEAD)
        if length > LONGEST:
            raise CueError(f"{length} is over {LONGEST}", offset=start + 1, field="descriptor_length")
        reader = loop.part(length, "descriptor_length", "the descriptor")
        identifier = reader.raw(4, "identifier")
        read = _READERS.get(tag) if identifier == CUEI else None
        if read is None:
            descriptors.append(OpaqueDescriptor(tag, identifier, reader.raw(reader.left, "private_byte")))
        else:
            descriptors.append(read(reader))
            reader.finish("descriptor_length")
    return tuple(descriptors)


def descriptor_bytes(descriptor: Descriptor) -> bytes:
    """One descriptor with its tag and length; CueError where a value does not fit its field."""
    identifier = CUEI
    match descriptor:
        case AvailDescriptor():
            tag, body = AVAIL, bits.uint(descriptor.provider_avail_id, 4, "provider_avail_id")
        case DtmfDescriptor():
            tag, body = DTMF, _dtmf_bytes(descriptor)
        case SegmentationDescriptor():
            tag, body = SEGMENTATION, _segmentation_bytes(descriptor)
        case TimeDescriptor():
            tag, body = TIME, _time_bytes(descriptor)
        case AudioDescriptor():
            tag, body = AUDIO, _audio_bytes(descriptor)
        case OpaqueDescriptor():
            tag, body = bits.checked(descriptor.tag, 8, "splice_descriptor_tag"), descriptor.private_bytes
            identifier = four_bytes(descriptor.identifier)
            if identifier == CUEI and tag in _READERS:
                raise CueError(f"tag {tag} of CUEI has a syntax of its own", field="splice_descriptor_tag")
    if len(body) + 4 > LONGEST:
        raise CueError(f"{len(body) + 4} bytes, {LONGEST} fit", field="descriptor_length")
    return bytes((tag, len(body) + 4)) + identifier + body


def _read_avail(reader: Reader) -> AvailDescriptor:
    return AvailDescriptor(reader.uint(4, "provider_avail_id"))


def _read_dtmf(reader: Reader) -> DtmfDescriptor:
    preroll = reader.byte("preroll")
    return DtmfDescriptor(preroll, reader.raw(reader.byte("dtmf_count") >> 5, "DTMF_char").decode("latin-1"))


def _dtmf_bytes(descriptor: DtmfDescriptor) -> bytes:
    try:
        characters = descriptor.dtmf.encode("latin-1")
    except UnicodeEncodeError as error:
        raise CueError(f"{descriptor.dtmf!r} are not DTMF characters", field="DTMF_char") from error
    count = bits.checked(len(characters), 3, "dtmf_count")
    return bits.uint(descriptor.preroll, 1, "preroll") + bytes((count << 5 | 0x1F,)) + characters


def _read_time(reader: Reader) -> TimeDescriptor:
    return TimeDescriptor(reader.uint(6, "TAI_seconds"), reader.uint(4, "TAI_ns"), reader.uint(2, "UTC_offset"))


def _time_bytes(descriptor: TimeDescriptor) -> bytes:
    return (
        bits.uint(descriptor.tai_seconds, 6, "TAI_seconds")
        + bits.uint(descriptor.tai_ns, 4, "TAI_ns")
        + bits.uint(descriptor.utc_offset, 2, "UTC_offset")
    )


def _read_audio(reader: Reader) -> AudioDescriptor:
    return AudioDescriptor(tuple(_read_audio_component(reader) for _ in range(reader.byte("audio_count") >> 4)))


def _read_audio_component(reader: Reader) -> AudioComponent:
    component_tag, iso_code = reader.byte("component_tag"), reader.raw(3, "ISO_code")
    last = reader.byte("Bit_Stream_Mode")
    return AudioComponent(component_tag, iso_code, last >> 5, last >> 1 & 0xF, bool(last & 1))


def _audio_bytes(descriptor: AudioDescriptor) -> bytes:
    count = bits.checked(len(descriptor.components), 4, "audio_count")
    return bytes((count << 4 | 0x0F,)) + b"".join(_audio_component_bytes(c) for c in descriptor.components)


def _audio_component_bytes(component: AudioComponent) -> bytes:
    if len(component.iso_code) != 3:
        raise CueError(f"{component.iso_code!r} is not three bytes", field="ISO_code")
    last = (
        bits.checked(component.bit_stream_mode, 3, "Bit_Stream_Mode") << 5
        | bits.checked(component.num_channels, 4, "Num_Channels") << 1
        | component.full_srvc_audio
    )
    return bits.uint(component.component_tag, 1, "component_tag") + component.iso_code + bytes((last,))


def _read_segmentation(reader: Reader) -> SegmentationDescriptor:
    segmentation_event_id, first = reader.unpacked(_EVENT)
    compliance = first & _ID_COMPLIANCE != 0
    if first & _CANCEL:
        return SegmentationDescriptor(segmentation_event_id, cancel=True, event_id_compliance_indicator=compliance)
    flags = reader.byte("program_segmentation_flag")
    components = None if flags & _PROGRAM else _read_components(reader)
    duration_ticks = reader.uint(5, "segmentation_duration") if flags & _DURATION else None
    upid_type, upid_length = reader.unpacked(_UPID)
    upid = reader.raw(upid_length, "segmentation_upid")
    type_id, segment_num, segments_expected = reader.unpacked(_SEGMENT)
    sub_segment_num = sub_segments_expected = None
    if reader.end - reader.offset == _SUB_SEGMENT_BYTES:  # only the length tells whether they are there, table 20
        sub_segment_num, sub_segments_expected = reader.byte("sub_segment_num"), reader.byte("sub_segments_expected")
    return SegmentationDescriptor(
        segmentation_event_id,
        False,  # noqa: FBT003 - by place: by name takes a quarter longer, and feeds bring a thousand a second
        compliance,
        components,
        None if flags & _NOT_RESTRICTED else _RESTRICTIONS[flags & 0x1F],
        duration_ticks,
        upid_type,
        upid,
        type_id,
        segment_num,
        segments_expected,
        sub_segment_num,
        sub_segments_expected,
    )


def _restrictions(flags: int) -> DeliveryRestrictions:
    return DeliveryRestrictions(bool(flags & _WEB), bool(flags & _NO_BLACKOUT), bool(flags & _ARCHIVE), flags & 3)


def _read_components(reader: Reader) -> tuple[SegmentedComponent, ...]:
    return tuple(
        SegmentedComponent(reader.byte("component_tag"), reader.flagged_ticks("pts_offset")[1])
        for _ in range(reader.byte("component_count"))
    )


def _segmentation_bytes(descriptor: SegmentationDescriptor) -> bytes:
    first = 0x3F | _CANCEL * descriptor.cancel | _ID_COMPLIANCE * descriptor.event_id_compliance_indicator
    head = bits.uint(descriptor.segmentation_event_id, 4, "segmentation_event_id") + bytes((first,))
    if descriptor.cancel:
        return head
    duration_ticks = descriptor.segmentation_duration_ticks
    flags = (
        _PROGRAM * (descriptor.components is None)
        | _DURATION * (duration_ticks is not None)
        | _delivery_bits(descriptor.delivery)
    )
    return b"".join(
        (
            head,
            bytes((flags,)),
            _components_bytes(descriptor.components),
            b"" if duration_ticks is None else bits.uint(duration_ticks, 5, "segmentation_duration"),
            bits.uint(descriptor.upid_type, 1, "segmentation_upid_type"),
            bits.uint(len(descriptor.upid), 1, "segmentation_upid_length"),
            descriptor.upid,
            bits.uint(descriptor.segmentation_type_id, 1, "segmentation_type_id"),
            bits.uint(descriptor.segment_num, 1, "segment_num"),
            bits.uint(descriptor.segments_expected, 1, "segments_expected"),
            _sub_segment_bytes(descriptor),
        )
    )


def _delivery_bits(delivery: DeliveryRestrictions | None) -> int:
    if delivery is None:
        return _NOT_RESTRICTED | 0x1F
    return (
        _WEB * delivery.web_delivery_allowed
        | _NO_BLACKOUT * delivery.no_regional_blackout
        | _ARCHIVE * delivery.archive_allowed
        | bits.checked(delivery.device_restrictions, 2, "device_restrictions")
    )


def _components_bytes(components: tuple[SegmentedComponent, ...] | None) -> bytes:
    if components is None:
        return b""
    return bits.counted(
        [
            bits.uint(component.component_tag, 1, "component_tag")
            + bits.flagged_ticks(component.pts_offset_ticks, "pts_offset", flag=True)
            for component in components
        ],
        "component_count",
    )


def _sub_segment_bytes(descriptor: SegmentationDescriptor) -> bytes:
    number, expected = descriptor.sub_segment_num, descriptor.sub_segments_expected
    if number is None and expected is None:
        return b""
    if number is None or expected is None:
        raise CueError("both or neither", field="sub_segment_num")
    return bits.uint(number, 1, "sub_segment_num") + bits.uint(expected, 1, "sub_segments_expected")


_RESTRICTIONS = tuple(_restrictions(flags) for flags in range(0x20))
_READERS: dict[int, Callable[[Reader], Descriptor]] = {
    AVAIL: _read_avail,
    DTMF: _read_dtmf,
    SEGMENTATION: _read_segmentation,
    TIME: _read_time,
    AUDIO: _read_audio,
}
