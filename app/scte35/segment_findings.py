"""What is wrong or unwise in a segmentation_descriptor, SCTE 35 §10.3.3."""

from __future__ import annotations

from collections.abc import Iterator

from app.model.cue import SegmentationDescriptor
from app.model.errors import CueError
from app.model.lint import LintFinding, note, warning
from app.scte35.segmentation import END_OF, ENDS, TYPE_NAMES
from app.scte35.upids import UPID_TYPES, URI, check_upid, printable

_SUB_SEGMENT_TYPES = frozenset({0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x44, 0x46})
_ONE_OF_ONE = frozenset({*range(0x10, 0x18), 0x19})
_UNNUMBERED = frozenset({0x00, 0x01, 0x18, 0x40, 0x41, 0x50, 0x51})
_CHAPTERS = frozenset({0x20, 0x21})
_OPEN_ENDED = frozenset({0x10, 0x13, 0x17, 0x19, 0x40, 0x50})  # how long they last is often not known
_DEPRECATED_TYPES = range(0x24, 0x28)
_DEPRECATED_UPIDS = {0x01: "MPU (0x0C)", 0x02: "Ad-ID (0x03)", 0x05: "ISAN (0x06)"}
_IDENTIFIES = 0x01
_SIGNAL_ID = "type 9 with SIGNAL: and the base64 of a GUID"

RESERVED_TYPE = warning("segmentation.reserved-type", "SCTE 35 table 23")
DEPRECATED_TYPE = note("segmentation.deprecated-type", "SCTE 35 table 23")
END_DURATION = warning("segmentation.end-duration", "SCTE 35 §10.3.3.1")
NO_DURATION = note("segmentation.no-duration", "SCTE 35 §10.3.3.1")
NO_UPID = warning("segmentation.no-upid", "SCTE 35 §10.3.3.1")
UPID = warning("segmentation.upid")
UPID_CONTENT = warning("segmentation.upid-content", "SCTE 35 table 22")
DEPRECATED_UPID = note("segmentation.deprecated-upid", "SCTE 35 table 22")
COMPONENTS = warning("segmentation.components")
NUMBERS = warning("segmentation.numbers")
TYPE_NUMBERS = warning("segmentation.type-numbers", "SCTE 35 table 23")
SUB_SEGMENTS = warning("segmentation.sub-segments", "SCTE 35 §10.3.3.1")
SUB_NUMBERS = warning("segmentation.sub-numbers", "SCTE 35 §10.3.3.1")
WEB = note("segmentation.web", "SCTE 35 §10.3.3.1")
END_RESTRICTIONS = note("segmentation.end-restrictions", "SCTE 35 §10.3.3.1")
COMPLIANCE = note("segmentation.compliance", "SCTE 35 2023")


def segment_findings(descriptor: SegmentationDescriptor, where: str) -> Iterator[LintFinding]:
    """What the rules say of one descriptor; ``where`` names it."""
    if descriptor.cancel:
        return
    yield from _of_type(descriptor, where)
    yield from _of_upid(descriptor, where)
    if descriptor.components is not None:
        yield COMPONENTS.found("program_segmentation_flag is 0, which is deprecated", where)
    yield from _of_numbers(descriptor, where)
    yield from _of_delivery(descriptor, where)
    if not descriptor.event_id_compliance_indicator:
        what = "segmentation_event_id_compliance_indicator is 0, which says something since 2023 only"
        yield COMPLIANCE.found(what, where, "1 is as before")


def _name(descriptor: SegmentationDescriptor) -> str:
    return f"segmentation_type_id 0x{descriptor.segmentation_type_id:02X}"


def _of_type(descriptor: SegmentationDescriptor, where: str) -> Iterator[LintFinding]:
    type_id, name = descriptor.segmentation_type_id, _name(descriptor)
    if type_id not in TYPE_NAMES:
        yield RESERVED_TYPE.found(f"{name} is reserved", where)
    if type_id in _DEPRECATED_TYPES:
        yield DEPRECATED_TYPE.found(f"{name}, {TYPE_NAMES[type_id]}, is deprecated", where)
    if type_id in ENDS and descriptor.segmentation_duration_ticks:
        yield END_DURATION.found(f"{name} ends a segment and has a duration", where, "leave the duration out")
    if type_id in END_OF.keys() - _OPEN_ENDED and descriptor.segmentation_duration_ticks is None:
        yield NO_DURATION.found(f"{name} starts a segment and tells no segmentation_duration", where)


def _of_upid(descriptor: SegmentationDescriptor, where: str) -> Iterator[LintFinding]:
    type_id, upid_type = descriptor.segmentation_type_id, descriptor.upid_type
    if type_id and not descriptor.upid:
        fix = "name the content" if type_id == _IDENTIFIES else f"give it one: {_SIGNAL_ID}"
        yield NO_UPID.found(f"{_name(descriptor)} without a UPID", where, fix)
    if not descriptor.upid and not upid_type:
        return
    try:
        check_upid(upid_type, descriptor.upid)
    except CueError as error:
        yield UPID.found(str(error), where)
        return
    yield from _of_text(descriptor, where)
    if upid_type in _DEPRECATED_UPIDS:
        what = f"segmentation_upid_type 0x{upid_type:02X} is deprecated"
        yield DEPRECATED_UPID.found(what, where, f"use {_DEPRECATED_UPIDS[upid_type]}")


def _of_text(descriptor: SegmentationDescriptor, where: str) -> Iterator[LintFinding]:
    """A UPID whose type is written as text; a user's own may be anything."""
    name, _, is_text = UPID_TYPES.get(descriptor.upid_type, ("", None, False))
    if not is_text or descriptor.upid_type in _DEPRECATED_UPIDS:
        return
    text = printable(descriptor.upid)
    if text is None:
        yield UPID_CONTENT.found(f"segmentation_upid: {name} is text, these bytes are none", where)
    elif descriptor.upid_type == URI and ":" not in text:
        yield UPID_CONTENT.found(f"segmentation_upid: {text[:40]!r} is no URI", where, "a URI has a scheme: urn:…")


def _of_numbers(descriptor: SegmentationDescriptor, where: str) -> Iterator[LintFinding]:
    number, expected = descriptor.segment_num, descriptor.segments_expected
    type_id, name = descriptor.segmentation_type_id, _name(descriptor)
    if expected and number > expected:
        yield NUMBERS.found(f"segment_num {number} of segments_expected {expected}", where)
    elif type_id in _ONE_OF_ONE and (number, expected) != (1, 1):
        yield TYPE_NUMBERS.found(f"{name} is segment {number} of {expected}", where, "a program is 1 of 1")
    elif type_id in _UNNUMBERED and (number or expected):
        yield TYPE_NUMBERS.found(f"{name} is segment {number} of {expected}", where, "this type has 0 of 0")
    elif type_id in _CHAPTERS and not number:
        yield TYPE_NUMBERS.found(f"{name} is segment 0", where, "chapters are numbered from 1")
    elif number and not expected:
        yield TYPE_NUMBERS.found(f"{name} is segment {number} of 0", where, "0 of 0, or n of N")
    sub_number, sub_expected = descriptor.sub_segment_num, descriptor.sub_segments_expected
    if sub_number is not None and type_id not in _SUB_SEGMENT_TYPES:
        yield SUB_SEGMENTS.found(f"{name} with sub-segments", where)
    if sub_number is not None and sub_expected and sub_number > sub_expected:
        yield SUB_NUMBERS.found(f"sub_segment_num {sub_number} of sub_segments_expected {sub_expected}", where)


def _of_delivery(descriptor: SegmentationDescriptor, where: str) -> Iterator[LintFinding]:
    if descriptor.delivery is None:
        return
    if descriptor.segmentation_type_id in ENDS:
        yield END_RESTRICTIONS.found("delivery restrictions on an end are ignored", where)
    elif not descriptor.delivery.web_delivery_allowed:
        yield WEB.found("web_delivery_allowed_flag is 0: it asks for the content to be replaced on the web", where)
