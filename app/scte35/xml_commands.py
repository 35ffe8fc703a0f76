"""Splice commands as elements of the SCTE 35 schema, and back; ``xml`` is the door.

Whether a value fits its field is the encoder's to check.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from app.model.cue import (
    BandwidthReservation,
    BreakDuration,
    Command,
    EncryptedCommand,
    PrivateCommand,
    ScheduledComponent,
    ScheduledSplice,
    SpliceComponent,
    SpliceInsert,
    SpliceNull,
    SpliceSchedule,
    TimeSignal,
)
from app.model.errors import CueError
from app.scte35.meanings import utc_text
from app.scte35.xml_nodes import Node, element, finished, identifier, private_bytes, private_elements

_EPOCH = datetime(1980, 1, 6, tzinfo=UTC)


def command_element(command: Command) -> ET.Element:
    """Schema-valid, but for ciphertext and empty component lists, which have no element."""
    match command:
        case SpliceInsert():
            return _insert(command)
        case TimeSignal(splice_time_ticks=ticks):
            return element("TimeSignal", element("SpliceTime", ptsTime=ticks))
        case SpliceSchedule(events=events):
            return element("SpliceSchedule", *map(_event, events))
        case PrivateCommand():
            return element(
                "PrivateCommand",
                *private_elements(command.private_bytes),
                identifier=int.from_bytes(command.identifier, "big"),
            )
        case BandwidthReservation():
            return element("BandwidthReservation")
        case SpliceNull() | EncryptedCommand():
            return element("SpliceNull")


def _insert(command: SpliceInsert) -> ET.Element:
    if command.cancel:
        return element(
            "SpliceInsert",
            element("Program"),
            spliceEventId=command.splice_event_id,
            spliceEventCancelIndicator=True,
        )
    immediate = command.splice_immediate_flag
    if command.components is None:
        points = [element("Program", *_splice_time(command.splice_time_ticks, immediate=immediate))]
    else:
        points = [
            element(
                "Component",
                *_splice_time(component.splice_time_ticks, immediate=immediate),
                componentTag=component.component_tag,
            )
            for component in command.components
        ]
    return element(
        "SpliceInsert",
        *points,
        *_break_duration(command.break_duration),
        spliceEventId=command.splice_event_id,
        spliceEventCancelIndicator=False,
        outOfNetworkIndicator=command.out_of_network_indicator,
        spliceImmediateFlag=immediate,
        eventIdComplianceFlag=command.event_id_compliance_flag,
        uniqueProgramId=command.unique_program_id,
        availNum=command.avail_num,
        availsExpected=command.avails_expected,
    )


def _splice_time(ticks: int | None, *, immediate: bool) -> list[ET.Element]:
    return [] if immediate else [element("SpliceTime", ptsTime=ticks)]


def _break_duration(duration: BreakDuration | None) -> list[ET.Element]:
    if duration is None:
        return []
    return [element("BreakDuration", autoReturn=duration.auto_return, duration=duration.duration_ticks)]


def _event(event: ScheduledSplice) -> ET.Element:
    """The schema asks for a Program and its time even where an event is cancelled; it then says nothing."""
    if event.components is None:
        points = [element("Program", utcSpliceTime=utc_text(event.utc_splice_time_s or 0))]
    else:
        points = [
            element("Component", componentTag=each.component_tag, utcSpliceTime=utc_text(each.utc_splice_time_s))
            for each in event.components
        ]
    if event.cancel:
        return element(
            "Event",
            *points,
            spliceEventId=event.splice_event_id,
            eventIdComplianceFlag=event.event_id_compliance_flag,
            spliceEventCancelIndicator=True,
        )
    return element(
        "Event",
        *points,
        *_break_duration(event.break_duration),
        spliceEventId=event.splice_event_id,
        eventIdComplianceFlag=event.event_id_compliance_flag,
        spliceEventCancelIndicator=False,
        outOfNetworkIndicator=event.out_of_network_indicator,
        uniqueProgramId=event.unique_program_id,
        availNum=event.avail_num,
        availsExpected=event.avails_expected,
    )


def _pts_time(node: Node) -> int | None:
    """Of the SpliceTime in a Program or a Component, or in a TimeSignal; None without one."""
    splice_time = node.take_one("SpliceTime")
    ticks = None
    if splice_time is not None:
        ticks = splice_time.optional_number("ptsTime")
        splice_time.finish()
    return ticks


def _time_signal(node: Node) -> TimeSignal:
    if not any(child.name == "SpliceTime" for child in node.children):
        raise CueError("SpliceTime is missing", field=node.name)
    return TimeSignal(_pts_time(node))


def _points(node: Node) -> tuple[Node | None, list[Node]]:
    """The Program, or the Components."""
    program, components = node.take_one("Program"), node.take("Component")
    if (program is None) == (not components):
        raise CueError("a Program or Components, one of the two", field=node.name)
    return program, components


def _read_insert(node: Node) -> SpliceInsert:
    event_id, cancel = node.number("spliceEventId"), node.flag("spliceEventCancelIndicator", default=False)
    if cancel:
        node.forget()
        return SpliceInsert(event_id, cancel=True)
    out = node.flag("outOfNetworkIndicator")
    program, components = _points(node)
    immediate = node.optional_flag("spliceImmediateFlag")
    ticks = None if program is None else _pts_time(program)
    parts = [SpliceComponent(each.number("componentTag"), _pts_time(each)) for each in components]
    for point in (*components, *([] if program is None else [program])):
        point.finish()
    if immediate is None:
        immediate = ticks is None and not any(part.splice_time_ticks is not None for part in parts)
    return SpliceInsert(
        event_id,
        out_of_network_indicator=out,
        splice_immediate_flag=immediate,
        event_id_compliance_flag=node.flag("eventIdComplianceFlag", default=True),
        splice_time_ticks=ticks,
        components=tuple(parts) if program is None else None,
        break_duration=_read_break_duration(node),
        unique_program_id=node.number("uniqueProgramId", 0),
        avail_num=node.number("availNum", 0),
        avails_expected=node.number("availsExpected", 0),
    )


def _read_break_duration(node: Node) -> BreakDuration | None:
    duration = node.take_one("BreakDuration")
    if duration is None:
        return None
    read = BreakDuration(duration.flag("autoReturn"), duration.number("duration"))
    duration.finish()
    return read


def _schedule(node: Node) -> SpliceSchedule:
    return SpliceSchedule(tuple(finished(event, {"Event": _read_event}) for event in node.take("Event")))


def _read_event(node: Node) -> ScheduledSplice:
    event_id, cancel = node.number("spliceEventId"), node.flag("spliceEventCancelIndicator", default=False)
    compliance = node.flag("eventIdComplianceFlag", default=True)
    if cancel:
        node.forget()
        return ScheduledSplice(event_id, cancel=True, event_id_compliance_flag=compliance)
    program, components = _points(node)
    parts = tuple(ScheduledComponent(each.number("componentTag"), _utc_seconds(each)) for each in components)
    time_s = None if program is None else _utc_seconds(program)
    for point in (*components, *([] if program is None else [program])):
        point.finish()
    return ScheduledSplice(
        event_id,
        event_id_compliance_flag=compliance,
        out_of_network_indicator=node.flag("outOfNetworkIndicator"),
        utc_splice_time_s=time_s,
        components=parts if program is None else None,
        break_duration=_read_break_duration(node),
        unique_program_id=node.number("uniqueProgramId", 0),
        avail_num=node.number("availNum", 0),
        avails_expected=node.number("availsExpected", 0),
    )


def _utc_seconds(node: Node) -> int:
    text, place = node.text("utcSpliceTime").strip(), f"{node.name}/@utcSpliceTime"
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CueError(f"{text!r} is no date and time", field=place) from error
    since = (at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH
    if since.microseconds:
        raise CueError(f"{text!r} is not at a whole second", field=place)
    return since.days * 86_400 + since.seconds


COMMANDS: dict[str, Callable[[Node], Command]] = {
    "SpliceNull": lambda _: SpliceNull(),
    "SpliceSchedule": _schedule,
    "SpliceInsert": _read_insert,
    "TimeSignal": _time_signal,
    "BandwidthReservation": lambda _: BandwidthReservation(),
    "PrivateCommand": lambda node: PrivateCommand(identifier(node), private_bytes(node)),
}
