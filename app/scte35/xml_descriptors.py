"""Splice descriptors as elements of the SCTE 35 schema, and back; ``xml`` is the door."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

from app.model.cue import (
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
from app.scte35.xml_nodes import Node, element, finished, identifier, private_bytes, private_elements
from app.scte35.xml_upids import read_upids, upid_elements


def descriptor_element(descriptor: Descriptor) -> ET.Element:
    """Schema-valid, but for what ``xml`` finds no place for."""
    match descriptor:
        case AvailDescriptor():
            return element("AvailDescriptor", providerAvailId=descriptor.provider_avail_id)
        case DtmfDescriptor():
            return element("DTMFDescriptor", preroll=descriptor.preroll, chars=descriptor.dtmf or None)
        case SegmentationDescriptor():
            return _segmentation(descriptor)
        case TimeDescriptor():
            return element(
                "TimeDescriptor",
                taiSeconds=descriptor.tai_seconds,
                taiNs=descriptor.tai_ns,
                utcOffset=descriptor.utc_offset,
            )
        case AudioDescriptor():
            return _audio(descriptor)
        case OpaqueDescriptor():
            return element(
                "PrivateDescriptor",
                *private_elements(descriptor.private_bytes),
                descriptorTag=descriptor.tag,
                identifier=int.from_bytes(descriptor.identifier, "big"),
            )


def _audio(descriptor: AudioDescriptor) -> ET.Element:
    channels = [
        element(
            "AudioChannel",
            ISOCode=component.iso_code.decode("ascii"),
            BitStreamMode=component.bit_stream_mode,
            NumChannels=component.num_channels,
            FullSrvcAudio=int(component.full_srvc_audio),
            componentTag=component.component_tag,
        )
        for component in descriptor.components
    ]
    return element("AudioDescriptor", *channels)


def _segmentation(descriptor: SegmentationDescriptor) -> ET.Element:
    # The schema of 2023 spells the indicator so; the flag's default is true, so that it is seldom written at all.
    compliance: dict[str, bool | None] = {
        "segmentationEventIdComplianceIndicatorbute": None if descriptor.event_id_compliance_indicator else False
    }
    if descriptor.cancel:
        return element(
            "SegmentationDescriptor",
            segmentationEventId=descriptor.segmentation_event_id,
            segmentationEventCancelIndicator=True,
            **compliance,
        )
    return element(
        "SegmentationDescriptor",
        *_delivery(descriptor),
        *upid_elements(descriptor.upid_type, descriptor.upid),
        *[
            element("Component", componentTag=component.component_tag, ptsOffset=component.pts_offset_ticks)
            for component in descriptor.components or ()
        ],
        segmentationEventId=descriptor.segmentation_event_id,
        segmentationEventCancelIndicator=False,
        **compliance,
        segmentationDuration=descriptor.segmentation_duration_ticks,
        segmentationTypeId=descriptor.segmentation_type_id,
        segmentNum=descriptor.segment_num,
        segmentsExpected=descriptor.segments_expected,
        subSegmentNum=descriptor.sub_segment_num,
        subSegmentsExpected=descriptor.sub_segments_expected,
    )


def _delivery(descriptor: SegmentationDescriptor) -> list[ET.Element]:
    delivery = descriptor.delivery
    if delivery is None:
        return []
    return [
        element(
            "DeliveryRestrictions",
            webDeliveryAllowedFlag=delivery.web_delivery_allowed,
            noRegionalBlackoutFlag=delivery.no_regional_blackout,
            archiveAllowedFlag=delivery.archive_allowed,
            deviceRestrictions=delivery.device_restrictions,
        )
    ]


def _read_segmentation(node: Node) -> SegmentationDescriptor:
    event_id = node.number("segmentationEventId")
    cancel = node.flag("segmentationEventCancelIndicator", default=False)
    compliance = node.optional_flag(
        "segmentationEventIdComplianceIndicatorbute",  # the spelling of the schema of 2023
        "segmentationEventIdComplianceIndicator",
        "segmentationEventIdComplianceFlag",
    )
    if cancel:
        node.forget()
        return SegmentationDescriptor(event_id, cancel=True, event_id_compliance_indicator=compliance is not False)
    components = tuple(
        SegmentedComponent(each.number("componentTag"), each.number("ptsOffset")) for each in node.take("Component")
    )
    delivery = node.take_one("DeliveryRestrictions")
    upid_type, upid = read_upids(node.take("SegmentationUpid"))
    return SegmentationDescriptor(
        event_id,
        event_id_compliance_indicator=compliance is not False,
        components=components or None,
        delivery=None if delivery is None else _read_delivery(delivery),
        segmentation_duration_ticks=node.optional_number("segmentationDuration"),
        upid_type=upid_type,
        upid=upid,
        segmentation_type_id=node.number("segmentationTypeId"),
        segment_num=node.number("segmentNum", 0),
        segments_expected=node.number("segmentsExpected", 0),
        sub_segment_num=node.optional_number("subSegmentNum"),
        sub_segments_expected=node.optional_number("subSegmentsExpected"),
    )


def _read_delivery(node: Node) -> DeliveryRestrictions:
    read = DeliveryRestrictions(
        node.flag("webDeliveryAllowedFlag"),
        node.flag("noRegionalBlackoutFlag"),
        node.flag("archiveAllowedFlag"),
        node.number("deviceRestrictions"),
    )
    node.finish()
    return read


def _read_audio(node: Node) -> AudioDescriptor:
    return AudioDescriptor(
        tuple(finished(each, {"AudioChannel": _read_audio_component}) for each in node.take("AudioChannel"))
    )


def _read_audio_component(node: Node) -> AudioComponent:
    code, full = node.text("ISOCode"), node.number("FullSrvcAudio")
    if len(code) != 3 or not code.isascii() or full > 1:
        raise CueError("three letters, and FullSrvcAudio 0 or 1", field="AudioChannel/@ISOCode")
    return AudioComponent(
        node.number("componentTag", 0xFF),
        code.encode(),
        node.number("BitStreamMode"),
        node.number("NumChannels"),
        bool(full),
    )


DESCRIPTORS: dict[str, Callable[[Node], Descriptor]] = {
    "AvailDescriptor": lambda node: AvailDescriptor(node.number("providerAvailId")),
    "DTMFDescriptor": lambda node: DtmfDescriptor(node.number("preroll", 0), node.optional_text("chars") or ""),
    "SegmentationDescriptor": _read_segmentation,
    "TimeDescriptor": lambda node: TimeDescriptor(
        node.number("taiSeconds", 0), node.number("taiNs", 0), node.number("utcOffset", 0)
    ),
    "AudioDescriptor": _read_audio,
    "PrivateDescriptor": lambda node: OpaqueDescriptor(
        node.number("descriptorTag"), identifier(node), private_bytes(node)
    ),
}
