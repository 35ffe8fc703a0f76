"""Splice commands as bytes, SCTE 35 §9.7. Each reader takes one command's bytes, each writer gives them back."""

from __future__ import annotations

from collections.abc import Callable

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
from app.scte35 import bits
from app.scte35.bits import Layout, Reader

NULL, SCHEDULE, INSERT, SIGNAL, RESERVATION, PRIVATE = 0, 4, 5, 6, 7, 255
COMMAND_NAMES = {
    NULL: "splice_null",
    SCHEDULE: "splice_schedule",
    INSERT: "splice_insert",
    SIGNAL: "time_signal",
    RESERVATION: "bandwidth_reservation",
    PRIVATE: "private_command",
}
_CANCEL, _OUT, _PROGRAM, _DURATION, _IMMEDIATE, _COMPLIANCE = 0x80, 0x80, 0x40, 0x20, 0x10, 0x08
_SCHEDULED_COMPLIANCE = 0x40
_EVENT = Layout("IB", "splice_event_id", "splice_event_cancel_indicator")
_AVAIL = Layout("HBB", "unique_program_id", "avail_num", "avails_expected")


def read_command(splice_command_type: int, reader: Reader) -> Command:
    """The command of that type; CueError for a reserved type (§9.6.1, table 7)."""
    read = _READERS.get(splice_command_type)
    if read is None:
        raise CueError(f"{splice_command_type} is reserved", offset=reader.offset - 1, field="splice_command_type")
    return read(reader)


def command_bytes(command: Command) -> tuple[int, bytes]:
    """splice_command_type and the bytes after it; CueError where a value does not fit its field."""
    match command:
        case SpliceNull():
            return NULL, b""
        case SpliceInsert():
            return INSERT, _insert_bytes(command)
        case TimeSignal():
            return SIGNAL, bits.splice_time(command.splice_time_ticks)
        case SpliceSchedule():
            return SCHEDULE, bits.counted([_scheduled_bytes(event) for event in command.events], "splice_count")
        case BandwidthReservation():
            return RESERVATION, b""
        case PrivateCommand():
            return PRIVATE, four_bytes(command.identifier) + command.private_bytes
        case EncryptedCommand():
            raise CueError("a section can't be encrypted here, only passed on as it came", field="encrypted_packet")


def command_type(command: Command) -> int:
    """splice_command_type; CueError for ciphertext, which has none to be seen."""
    number = _TYPES.get(type(command))
    if number is None:
        raise CueError("of an encrypted section is not known", field="splice_command_type")
    return number


def four_bytes(identifier: bytes) -> bytes:
    """A 32-bit identifier as written."""
    if len(identifier) != 4:
        raise CueError(f"{identifier!r} is not four bytes", field="identifier")
    return identifier


def _read_insert(reader: Reader) -> SpliceInsert:
    splice_event_id, first = reader.unpacked(_EVENT)
    if first & _CANCEL:
        return SpliceInsert(splice_event_id, cancel=True)
    flags = reader.byte("out_of_network_indicator")
    immediate = bool(flags & _IMMEDIATE)
    components, ticks = None, None
    if not flags & _PROGRAM:
        components = tuple(
            [
                SpliceComponent(reader.byte("component_tag"), None if immediate else reader.splice_time())
                for _ in range(reader.byte("component_count"))
            ]
        )
    elif not immediate:
        start = reader.offset
        ticks = reader.splice_time()
        if ticks is None:
            raise CueError("neither immediate nor at a time", offset=start, field="time_specified_flag")
    break_duration = _read_break_duration(reader) if flags & _DURATION else None
    unique_program_id, avail_num, avails_expected = reader.unpacked(_AVAIL)
    return SpliceInsert(
        splice_event_id,
        False,  # noqa: FBT003 - by place: by name takes a quarter longer, and feeds bring a thousand a second
        flags & _OUT != 0,
        immediate,
        flags & _COMPLIANCE != 0,
        ticks,
        components,
        break_duration,
        unique_program_id,
        avail_num,
        avails_expected,
    )


def _insert_bytes(command: SpliceInsert) -> bytes:
    splice_event_id = bits.uint(command.splice_event_id, 4, "splice_event_id")
    if command.cancel:
        return splice_event_id + b"\xff"
    flags = (
        0x07
        | _OUT * command.out_of_network_indicator
        | _PROGRAM * (command.components is None)
        | _DURATION * (command.break_duration is not None)
        | _IMMEDIATE * command.splice_immediate_flag
        | _COMPLIANCE * command.event_id_compliance_flag
    )
    return b"".join(
        (
            splice_event_id,
            b"\x7f",
            bytes((flags,)),
            _splice_point_bytes(command),
            _break_duration_bytes(command.break_duration),
            bits.uint(command.unique_program_id, 2, "unique_program_id"),
            bits.uint(command.avail_num, 1, "avail_num"),
            bits.uint(command.avails_expected, 1, "avails_expected"),
        )
    )


def _splice_point_bytes(command: SpliceInsert) -> bytes:
    """When, and for which components: an immediate splice has no time, any other program splice must have one."""
    times = [command.splice_time_ticks] + [c.splice_time_ticks for c in command.components or ()]
    if command.splice_immediate_flag and any(ticks is not None for ticks in times):
        raise CueError("an immediate splice has no time", field="splice_immediate_flag")
    if command.components is not None:
        if command.splice_time_ticks is not None:
            raise CueError("a component splice has its times in its components", field="program_splice_flag")
        return bits.counted(
            [
                bits.uint(component.component_tag, 1, "component_tag")
                + (b"" if command.splice_immediate_flag else bits.splice_time(component.splice_time_ticks))
                for component in command.components
            ],
            "component_count",
        )
    if command.splice_immediate_flag:
        return b""
    if command.splice_time_ticks is None:
        raise CueError("neither immediate nor at a time", field="time_specified_flag")
    return bits.splice_time(command.splice_time_ticks)


def _read_break_duration(reader: Reader) -> BreakDuration:
    auto_return, ticks = reader.flagged_ticks("break_duration")
    return BreakDuration(auto_return, ticks)


def _break_duration_bytes(duration: BreakDuration | None) -> bytes:
    if duration is None:
        return b""
    return bits.flagged_ticks(duration.duration_ticks, "break_duration", flag=duration.auto_return)


def _read_scheduled(reader: Reader) -> ScheduledSplice:
    splice_event_id, first = reader.unpacked(_EVENT)
    compliance = bool(first & _SCHEDULED_COMPLIANCE)
    if first & _CANCEL:
        return ScheduledSplice(splice_event_id, cancel=True, event_id_compliance_flag=compliance)
    flags = reader.byte("out_of_network_indicator")
    components, utc_splice_time_s = None, None
    if flags & _PROGRAM:
        utc_splice_time_s = reader.uint(4, "utc_splice_time")
    else:
        components = tuple(
            ScheduledComponent(reader.byte("component_tag"), reader.uint(4, "utc_splice_time"))
            for _ in range(reader.byte("component_count"))
        )
    break_duration = _read_break_duration(reader) if flags & _DURATION else None
    unique_program_id, avail_num, avails_expected = reader.unpacked(_AVAIL)
    return ScheduledSplice(
        splice_event_id,
        event_id_compliance_flag=compliance,
        out_of_network_indicator=bool(flags & _OUT),
        utc_splice_time_s=utc_splice_time_s,
        components=components,
        break_duration=break_duration,
        unique_program_id=unique_program_id,
        avail_num=avail_num,
        avails_expected=avails_expected,
    )


def _scheduled_bytes(event: ScheduledSplice) -> bytes:
    head = bits.uint(event.splice_event_id, 4, "splice_event_id")
    head += bytes((0x3F | _CANCEL * event.cancel | _SCHEDULED_COMPLIANCE * event.event_id_compliance_flag,))
    if event.cancel:
        return head
    if (event.components is None) == (event.utc_splice_time_s is None):
        raise CueError("one time for the program, or one for each component", field="utc_splice_time")
    flags = (
        0x1F
        | _OUT * event.out_of_network_indicator
        | _PROGRAM * (event.components is None)
        | _DURATION * (event.break_duration is not None)
    )
    return b"".join(
        (
            head,
            bytes((flags,)),
            _scheduled_times_bytes(event),
            _break_duration_bytes(event.break_duration),
            bits.uint(event.unique_program_id, 2, "unique_program_id"),
            bits.uint(event.avail_num, 1, "avail_num"),
            bits.uint(event.avails_expected, 1, "avails_expected"),
        )
    )


def _scheduled_times_bytes(event: ScheduledSplice) -> bytes:
    if event.utc_splice_time_s is not None:
        return bits.uint(event.utc_splice_time_s, 4, "utc_splice_time")
    return bits.counted(
        [
            bits.uint(component.component_tag, 1, "component_tag")
            + bits.uint(component.utc_splice_time_s, 4, "utc_splice_time")
            for component in event.components or ()
        ],
        "component_count",
    )


def _read_schedule(reader: Reader) -> SpliceSchedule:
    return SpliceSchedule(tuple(_read_scheduled(reader) for _ in range(reader.byte("splice_count"))))


def _read_private(reader: Reader) -> PrivateCommand:
    return PrivateCommand(reader.raw(4, "identifier"), reader.raw(reader.left, "private_byte"))


_READERS: dict[int, Callable[[Reader], Command]] = {
    NULL: lambda _: SpliceNull(),
    SCHEDULE: _read_schedule,
    INSERT: _read_insert,
    SIGNAL: lambda reader: TimeSignal(reader.splice_time()),
    RESERVATION: lambda _: BandwidthReservation(),
    PRIVATE: _read_private,
}
_TYPES: dict[type[Command], int] = {
    SpliceNull: NULL,
    SpliceSchedule: SCHEDULE,
    SpliceInsert: INSERT,
    TimeSignal: SIGNAL,
    BandwidthReservation: RESERVATION,
    PrivateCommand: PRIVATE,
}
