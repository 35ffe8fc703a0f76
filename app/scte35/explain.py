"""A decoded section for people: in one line, and every field in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from app.model.cue import (
    BreakDuration,
    EncryptedCommand,
    PrivateCommand,
    ScheduledSplice,
    Section,
    SegmentationDescriptor,
    SpliceInsert,
    SpliceSchedule,
    TimeSignal,
)
from app.model.timebase import decimal_text
from app.scte35.commands import COMMAND_NAMES, command_type
from app.scte35.meanings import clock_text, meaning, type_name, utc_text
from app.scte35.report import Fields, decoded_json
from app.scte35.upids import Upid, read_upid


def summary(section: Section) -> str:
    """One line: ``splice_insert OUT 17, 30.000 s, auto-return, at 12:34.567``; times with pts_adjustment in them."""
    if isinstance(section.command, EncryptedCommand):
        return f"encrypted, {len(section.command.ciphertext)} bytes"
    command = f"{COMMAND_NAMES[command_type(section.command)]}{_command_summary(section)}"
    segments = [_segment_summary(descriptor) for descriptor in section.segmentation_descriptors]
    return "; ".join([f"{command}: {segments[0]}", *segments[1:]]) if segments else command


def explained(section: Section) -> list[str]:
    """Every field of ``decoded_json`` in words, one a line, parts indented."""
    return list(_lines(decoded_json(section), ""))


def _command_summary(section: Section) -> str:
    match section.command:
        case SpliceInsert(splice_event_id=event_id, cancel=True):
            return f" CANCEL {event_id}"
        case SpliceInsert() as command:
            when = "immediately" if command.splice_immediate_flag else _when(section.effective_pts)
            return f" {_insert_summary(command)}, {when}"
        case TimeSignal():
            return f" {_when(section.effective_pts)}"
        case SpliceSchedule(events=events):
            return f", {len(events)} events" + "".join(f"; {_scheduled_summary(event)}" for event in events)
        case PrivateCommand() as command:
            return f" of {command.identifier.decode('latin-1')!r}, {len(command.private_bytes)} bytes"
        case _:
            return ""


def _when(effective_pts: int | None) -> str:
    return "without a time" if effective_pts is None else f"at {clock_text(effective_pts)}"


def _insert_summary(event: SpliceInsert | ScheduledSplice) -> str:
    text = f"{'OUT' if event.out_of_network_indicator else 'IN'} {event.splice_event_id}"
    if event.components is not None:
        text += f" of {len(event.components)} components"
    return text + _duration_summary(event.break_duration)


def _duration_summary(duration: BreakDuration | None) -> str:
    if duration is None:
        return ""
    return f", {decimal_text(duration.duration_ticks)} s{', auto-return' if duration.auto_return else ''}"


def _scheduled_summary(event: ScheduledSplice) -> str:
    if event.cancel:
        return f"CANCEL {event.splice_event_id}"
    times = [event.utc_splice_time_s, *(component.utc_splice_time_s for component in event.components or ())]
    at = next((f", at {utc_text(time_s)}" for time_s in times if time_s is not None), "")
    return _insert_summary(event) + at


def _segment_summary(descriptor: SegmentationDescriptor) -> str:
    if descriptor.cancel:
        return f"CANCEL segment {descriptor.segmentation_event_id}"
    text = f"{type_name(descriptor.segmentation_type_id)} {descriptor.segmentation_event_id}"
    if descriptor.segmentation_duration_ticks is not None:
        text += f", {decimal_text(descriptor.segmentation_duration_ticks)} s"
    upid = read_upid(descriptor.upid_type, descriptor.upid)
    return f"{text}, {upid.name} {upid.text}" if descriptor.upid else text


def _lines(fields: Fields, indent: str) -> Iterator[str]:
    width = max(map(len, fields), default=0)
    for name, value in fields.items():
        if isinstance(value, dict):
            yield f"{indent}{name}"
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list):
            yield from chain.from_iterable(
                (f"{indent}{name} {index} of {len(value)}", *_lines(item, f"{indent}  "))
                for index, item in enumerate(value, start=1)
                if isinstance(item, dict)
            )
        else:
            told = meaning(name, fields)
            yield f"{indent}{name:<{width}}  {_text(value)}{f' ({told})' if told else ''}".rstrip()
            if name == "upid_hex":
                yield from _upid_lines(fields, f"{indent}  ")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    return value if isinstance(value, str) and value.isprintable() else repr(value)


def _upid_lines(fields: Fields, indent: str) -> Iterator[str]:
    upid_type, upid_hex = fields.get("upid_type"), fields.get("upid_hex")
    if isinstance(upid_type, int) and isinstance(upid_hex, str) and (upid_type or upid_hex):
        yield from _read_upid_lines(read_upid(upid_type, bytes.fromhex(upid_hex)), indent)


def _read_upid_lines(upid: Upid, indent: str) -> Iterator[str]:
    yield f"{indent}{upid.name}: {upid.text}" + (f" ({upid.problem})" if upid.problem else "")
    for name, value in upid.details:
        yield f"{indent}  {name}  {value}"
    for part in upid.parts:
        yield from _read_upid_lines(part, f"{indent}  ")
