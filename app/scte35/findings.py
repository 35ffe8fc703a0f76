"""What is wrong or unwise in a section that was read, each with its clause of SCTE 35."""

from __future__ import annotations

from collections.abc import Iterator

from app.model.cue import (
    CUEI,
    AvailDescriptor,
    BreakDuration,
    OpaqueDescriptor,
    PrivateCommand,
    ScheduledSplice,
    Section,
    SegmentationDescriptor,
    SpliceInsert,
    SpliceNull,
    SpliceSchedule,
    TimeSignal,
)
from app.model.lint import LintFinding, note, warning
from app.scte35.codec import LENGTH_NOT_GIVEN
from app.scte35.segment_findings import segment_findings
from app.scte35.segmentation import END_OF

_ONE_PACKET_BYTES = 183  # 188 less the header and pointer_field of one TS packet
_ALL_TIERS = 0xFFF
_STANDARD = "SCTE 35 "
_LAST_CUEI_TAG = 0xEF  # those above are DVB's

TRAILING = note("section.trailing-bytes", "SCTE 35 §9.6.1")
ENCRYPTED = note("section.encrypted", "SCTE 35 §9.6.1")
LENGTH = note("section.command-length", "SCTE 35 §9.6.1")
SAP_TYPE = note("section.sap-type", "SCTE 35 §9.6.1")
TIER = warning("section.tier-packets", "SCTE 35 §9.6.1")
LONG = note("section.packets", "SCTE 35 §9.7.4")
PRIVATE = note("section.private-command", "SCTE 35 §9.7.6")

IMMEDIATE_OUT = warning("insert.immediate-out", "SCTE 35 §9.9.2.1")
NO_DURATION = note("insert.no-duration", "SCTE 35 §9.2")
ZERO_DURATION = warning("insert.zero-duration")
IN_DURATION = warning("insert.in-duration", "SCTE 35 §9.9.2.2")
COMPONENTS = note("insert.components", "SCTE 35 §9.7.3")
NO_COMPONENTS = warning("insert.no-components")
COMPONENT_TIME = warning("insert.component-time", "SCTE 35 §9.7.3")
AVAIL_NUM = warning("insert.avail-num")
AVAIL_UNUSED = note("insert.avail-unused", "SCTE 35 §9.7.3")
COMPLIANCE = note("insert.compliance", "SCTE 35 2023")
EMPTY_SCHEDULE = note("schedule.empty", "SCTE 35 §9.7.2")

NO_DESCRIPTOR = warning("signal.no-descriptor", "SCTE 35 §9.3")
NO_SEGMENTATION = note("signal.no-segmentation", "SCTE 35 §9.7.4")
NO_TIME = warning("signal.no-time", "SCTE 35 §9.7.4")

AVAIL_ELSEWHERE = warning("descriptor.avail-elsewhere", "SCTE 35 §10.3.1")
SEGMENTATION_ELSEWHERE = warning("descriptor.segmentation-elsewhere", "SCTE 35 §10.3.3")
RESERVED_TAG = warning("descriptor.reserved-tag", "SCTE 35 §10.2")
PRIVATE_DESCRIPTOR = note("descriptor.private", "SCTE 35 §10.1")


def findings(section: Section) -> list[str]:
    """As one line each: notes and warnings about a section that was read; empty when there is nothing to say."""
    return [_line(finding) for finding in section_findings(section)]


def section_findings(section: Section) -> list[LintFinding]:
    """What the rules say of a section that was read; ``where`` names its part."""
    return list(_findings(section))


def _line(finding: LintFinding) -> str:
    clause = f" ({finding.clause.removeprefix(_STANDARD)})" if finding.clause else ""
    return f"{finding.severity.value}: {finding.text}{clause}"


def _findings(section: Section) -> Iterator[LintFinding]:
    if section.trailing_bytes:
        yield TRAILING.found(f"{section.trailing_bytes} bytes after the section are ignored")
    if section.encrypted:
        yield ENCRYPTED.found("encrypted: the command and the descriptors are not read")
        return
    yield from _of_header(section)
    command = section.command
    match command:
        case SpliceInsert():
            yield from _of_insert(command)
        case SpliceSchedule():
            yield from _of_schedule(command)
        case TimeSignal():
            yield from _of_signal(section, command)
        case PrivateCommand():
            identifier = command.identifier.decode("latin-1")
            yield PRIVATE.found(f"private command of {identifier!r}: who doesn't know it skips the section")
    yield from _of_descriptors(section)


def _of_header(section: Section) -> Iterator[LintFinding]:
    if section.splice_command_length == LENGTH_NOT_GIVEN:
        yield LENGTH.found("splice_command_length is 0xFFF, an old encoder's way not to give it")
    if section.sap_type != 3:
        what = f"sap_type is {section.sap_type}, which promises a stream access point at the splice"
        yield SAP_TYPE.found(what, "sap_type", "3 promises nothing")
    if len(section.encoded) > _ONE_PACKET_BYTES:
        size = f"{len(section.encoded)} bytes, {_ONE_PACKET_BYTES} fit into one TS packet"
        if section.tier != _ALL_TIERS:
            yield TIER.found(f"{size}, and a section with a tier has to", "tier", "shorten its UPID or use tier 0xFFF")
        else:
            yield LONG.found(f"{size}: old receivers read no longer ones")


def _of_insert(command: SpliceInsert) -> Iterator[LintFinding]:
    if command.cancel:
        return
    out = command.out_of_network_indicator
    if out and command.splice_immediate_flag:
        what = "an immediate OUT takes effect at no certain time"
        yield IMMEDIATE_OUT.found(what, "splice_immediate_flag", "give it a time at least 4 s ahead")
    yield from _of_event(command, command.break_duration, out=out)
    if not command.event_id_compliance_flag:
        what = "event_id_compliance_flag is 0, which says something since 2023 only"
        yield COMPLIANCE.found(what, "splice_event_id", "1 is as before")
    if command.components is not None:
        yield from _of_components(command)


def _of_event(
    event: SpliceInsert | ScheduledSplice, duration: BreakDuration | None, *, out: bool
) -> Iterator[LintFinding]:
    """What a splice_insert and an event of a splice_schedule have in common."""
    if out and duration is None:
        yield NO_DURATION.found("an OUT should tell its break_duration", "break_duration")
    if out and duration is not None and duration.duration_ticks == 0:
        yield ZERO_DURATION.found("break_duration is 0", "break_duration")
    if not out and duration is not None:
        yield IN_DURATION.found("break_duration belongs to an OUT", "break_duration")
    if event.avails_expected and event.avail_num > event.avails_expected:
        yield AVAIL_NUM.found(f"avail_num {event.avail_num} of avails_expected {event.avails_expected}", "avail_num")
    if event.avail_num and not event.avails_expected:
        yield AVAIL_UNUSED.found(f"avail_num {event.avail_num} means nothing while avails_expected is 0", "avail_num")


def _of_components(command: SpliceInsert) -> Iterator[LintFinding]:
    if not command.components:
        yield NO_COMPONENTS.found("a component splice without components", "component_count")
        return
    yield COMPONENTS.found("a component splice: each stream needs a stream_identifier_descriptor", "component_tag")
    if not command.splice_immediate_flag and command.components[0].splice_time_ticks is None:
        yield COMPONENT_TIME.found(
            "the first component has no pts_time, which is the default of the others", "pts_time"
        )


def _of_schedule(schedule: SpliceSchedule) -> Iterator[LintFinding]:
    if not schedule.events:
        yield EMPTY_SCHEDULE.found("a splice_schedule without events", "splice_count")
    for event in schedule.events:
        if not event.cancel:
            yield from _of_event(event, event.break_duration, out=event.out_of_network_indicator)


def _of_signal(section: Section, command: TimeSignal) -> Iterator[LintFinding]:
    described = section.segmentation_descriptors
    if not section.descriptors:
        yield NO_DESCRIPTOR.found("a time_signal without a descriptor says nothing")
    elif not described:
        yield NO_SEGMENTATION.found("a time_signal without a segmentation_descriptor is for no splice")
    starts = [one for one in described if not one.cancel and one.segmentation_type_id in END_OF]
    if starts and command.splice_time_ticks is None:
        yield NO_TIME.found(
            "no pts_time: it starts when it arrives, at no certain picture",
            "pts_time",
            "give it a time at least 4 s ahead",
        )


def _of_descriptors(section: Section) -> Iterator[LintFinding]:
    insert = isinstance(section.command, SpliceInsert)
    segmented = isinstance(section.command, SpliceInsert | TimeSignal | SpliceNull)
    for number, descriptor in enumerate(section.descriptors, start=1):
        where = f"descriptor {number}"
        match descriptor:
            case AvailDescriptor() if not insert:
                yield AVAIL_ELSEWHERE.found("an avail_descriptor belongs to a splice_insert", where)
            case SegmentationDescriptor():
                if not segmented:
                    what = "a segmentation_descriptor belongs to a time_signal, splice_insert or splice_null"
                    yield SEGMENTATION_ELSEWHERE.found(what, where)
                yield from segment_findings(descriptor, where)
            case OpaqueDescriptor():
                yield from _of_opaque(descriptor, where)


def _of_opaque(descriptor: OpaqueDescriptor, where: str) -> Iterator[LintFinding]:
    if descriptor.identifier != CUEI:
        identifier = descriptor.identifier.decode("latin-1")
        yield PRIVATE_DESCRIPTOR.found(f"a descriptor of {identifier!r}: who doesn't know it skips it", where)
    elif descriptor.tag <= _LAST_CUEI_TAG:
        what = f"tag 0x{descriptor.tag:02X} of CUEI is reserved"
        yield RESERVED_TAG.found(what, where, "a private descriptor has an identifier of its own")
