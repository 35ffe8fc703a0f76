"""What a dialect asks of its tags beside payload, duration and dates: attributes that the section bears out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from app.model.cue import SegmentationDescriptor
from app.model.timebase import seconds_of
from app.monitoring.markers import Marker
from app.monitoring.placement import Placement
from app.monitoring.playlist import seconds_text
from app.monitoring.tag_checks import SAME_S

_CAID = re.compile(r"CAID=0[xX]([0-9A-Fa-f]+)$")


def form_fault(marker: Marker, here: Placement) -> str:
    """What a dialect asks for beside payload, duration and dates."""
    match marker.dialect:
        case "asset":
            return _asset_fault(marker, here)
        case "adobe":
            return _adobe_fault(marker)
        case "scte35":
            return _scte35_fault(marker)
        case "daterange":
            return _attribute_fault(marker, here)
        case "interstitials":
            return _interstitial_fault(marker, here)
    return ""


def _attribute_fault(marker: Marker, here: Placement) -> str:
    """A splice is told as SCTE35-OUT and -IN, anything else as SCTE35-CMD (RFC 8216 §4.3.2.7.1).

    What divides a break may be told as either: it is one by its type, and nothing leaves the programme there.
    """
    if here.splice.word.nested:
        return ""
    as_command, as_splice = "SCTE35-CMD", f"SCTE35-{marker.role.upper()}"
    told, right = (as_command, as_splice) if here.splice.word.is_splice else (as_splice, as_command)
    if right not in marker.tag.attributes():
        return f"{here.splice.word.signal} stands in {told}, {right} is what tells it"
    return ""


def _asset_fault(marker: Marker, here: Placement) -> str:
    """CAID is the hexadecimal UPID of the section, or its event id where it has none."""
    found = _CAID.match(marker.tag.value.split(",")[0].strip())
    if found is None:
        return f"{marker.tag.value[:40]!r} has no CAID in hexadecimal"
    section = here.allowed[0].seen.section
    named = section.segmentation_descriptors if section is not None else ()
    right = [*_upids(named), here.splice.event.number]
    if int(found[1], 16) not in right:
        return f"CAID is 0x{found[1]}, neither the UPID of its section nor its event id"
    return ""


def _adobe_fault(marker: Marker) -> str:
    """TYPE, and TIME as the section has it; some leave pts_adjustment out."""
    attributes = marker.tag.attributes()
    told = attributes.get("TYPE", "not there")
    if told.lower() != "scte35":
        return f"TYPE is {told}, not scte35"
    section = marker.payload.section if marker.payload is not None else None
    time_s = seconds_text(attributes.get("TIME"))
    if section is None or section.pts_time is None or time_s is None:
        return ""
    right = [seconds_of(ticks) for ticks in (section.pts_time, section.effective_pts or 0)]
    return (
        "" if any(abs(time_s - one) <= SAME_S for one in right) else f"TIME is {attributes['TIME']}, not its section's"
    )


def _scte35_fault(marker: Marker) -> str:
    """TYPE, UPID and SEGNE are those of a segmentation_descriptor in the section (SCTE 35 §12.2.3)."""
    section = marker.payload.section if marker.payload is not None else None
    told = marker.tag.attributes()
    described = [] if section is None else [_described(one) for one in section.segmentation_descriptors]
    for name in ("TYPE", "UPID", "SEGNE"):
        if name in told and described and told[name].lower() not in [one[name].lower() for one in described]:
            return f"{name} is {told[name][:80]}, in its section {described[0][name]}"
    return ""


def _described(descriptor: SegmentationDescriptor) -> dict[str, str]:
    """As the attributes of EXT-X-SCTE35 write it."""
    return {
        "TYPE": f"0x{descriptor.segmentation_type_id:02X}",
        "UPID": f"0x{descriptor.upid_type:02X}:0x{descriptor.upid.hex()}",
        "SEGNE": f"{descriptor.segment_num}:{descriptor.segments_expected}",
    }


def _upids(descriptors: tuple[SegmentationDescriptor, ...]) -> list[int]:
    return [int.from_bytes(one.upid, "big") for one in descriptors if one.upid]


def _interstitial_fault(marker: Marker, here: Placement) -> str:
    """Assets that can be had, numbers where there are numbers, and no longer than the break."""
    attributes = marker.tag.attributes()
    if wrong := _assets_fault(attributes):
        return wrong
    for name in ("X-RESUME-OFFSET", "X-PLAYOUT-LIMIT"):
        if name in attributes and seconds_text(attributes[name].lstrip("-")) is None:
            return f"{name} is {attributes[name][:40]!r}, no number of seconds"
    limit, planned = seconds_text(attributes.get("X-PLAYOUT-LIMIT")), here.durations()[:1]
    if limit is not None and any(limit > one + SAME_S for one in planned):
        return f"X-PLAYOUT-LIMIT is {attributes['X-PLAYOUT-LIMIT']}, the break lasts {float(planned[0]):.3f} s"
    if any(name.startswith("SCTE35-") for name in attributes):
        return "it carries a section: an interstitial has an ID of its own"
    return ""


def _assets_fault(attributes: dict[str, str]) -> str:
    """One list of assets or one asset, by a URL that was filled in."""
    named = [name for name in ("X-ASSET-LIST", "X-ASSET-URI") if name in attributes]
    if len(named) != 1:
        return "it has both X-ASSET-LIST and X-ASSET-URI" if named else "it has neither X-ASSET-LIST nor X-ASSET-URI"
    url = attributes[named[0]]
    try:
        parts = urlsplit(url)
    except ValueError as error:
        return f"{named[0]} is no URL: {error}"
    if "{" in url or "}" in url or not parts.path or parts.scheme not in {"", "http", "https"}:
        return f"{named[0]} is {url[:80]!r}, which nobody can fetch"
    return ""
