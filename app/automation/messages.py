"""SCTE 104 messages as bytes, §7 to §9: framing, the requests that we serve, and our answers. Pure.

A message is one of two: a single operation (init, alive, responses) with a result field, or several operations
(opID 0xFFFF) that together ask for one cue. ``messageSize`` counts the whole message.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from app.model.errors import SplicedeckError

GENERAL_RESPONSE, INIT_REQUEST, INIT_RESPONSE = 0x0000, 0x0001, 0x0002
ALIVE_REQUEST, ALIVE_RESPONSE = 0x0003, 0x0004
INJECT_RESPONSE, INJECT_COMPLETE_RESPONSE = 0x0007, 0x0008
SEVERAL = 0xFFFF

SPLICE_REQUEST, SPLICE_NULL, TIME_SIGNAL = 0x0101, 0x0102, 0x0104
AVAIL_DESCRIPTOR, SEGMENTATION_DESCRIPTOR, TIER, TIME_DESCRIPTOR = 0x010A, 0x010B, 0x010F, 0x0110

SIZE_BYTES = 4  # opID and messageSize: what must be there to know how much follows
LEAST_BYTES, MOST_BYTES = 12, 4096
_SINGLE = struct.Struct(">HHHHBBBH")
_SEVERAL = struct.Struct(">HHBBBHB")
_SPLICE = struct.Struct(">BIHHHBBB")
_SEGMENTATION_HEAD = struct.Struct(">IBHBB")
_SEGMENTATION_TAIL = struct.Struct(">BBBBBBBBB")
_NOT_GIVEN = 0xFFFF  # result and its extension in a request
_TIME_BYTES = {0: 0, 1: 6, 2: 4, 3: 2}


class Result(IntEnum):
    """Result codes of §14 that we answer with."""

    SUCCESS = 100
    INVALID_SIZE = 114
    INVALID_SYNTAX = 115
    INVALID_VERSION = 116
    SPLICE_FAILED = 120
    BAD_PARAMETER = 121
    PRE_ROLL_TOO_SMALL = 122
    TIME_TYPE_UNSUPPORTED = 123
    UNKNOWN_OPERATION = 125
    UNKNOWN_DPI_PID = 126


class SpliceType(IntEnum):
    """splice_insert_type, §9.3.1."""

    START_NORMAL = 1
    START_IMMEDIATE = 2
    END_NORMAL = 3
    END_IMMEDIATE = 4
    CANCEL = 5


class MessageError(SplicedeckError):
    """A message that can't be served: what is told to the automation, and why, for the log."""

    def __init__(self, result: Result, what: str) -> None:
        self.result = result
        super().__init__(f"{what} (result {int(result)})")


@dataclass(frozen=True, slots=True)
class Message:
    """What both kinds begin with. ``op_id`` 0xFFFF: several operations."""

    op_id: int
    as_index: int
    number: int
    dpi_pid_index: int


@dataclass(frozen=True, slots=True)
class Single(Message):
    """single_operation_message(), §7.2.1; ``payload``: what follows its header."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of several."""

    op_id: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Several(Message):
    """multiple_operation_message(), §7.2.2. ``time_type`` 0: to be done when it arrives."""

    time_type: int
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class SpliceRequest:
    """splice_request_data(), §9.3.1. ``pre_roll_ms``; ``break_duration_tenths``: 0 for none."""

    type: SpliceType
    splice_event_id: int
    unique_program_id: int
    pre_roll_ms: int
    break_duration_tenths: int
    avail_num: int
    avails_expected: int
    auto_return: bool


@dataclass(frozen=True, slots=True)
class SegmentationRequest:
    """insert_segmentation_descriptor_request_data(), §9.8.7. ``duration_s`` and the frames on top of it."""

    segmentation_event_id: int
    cancel: bool
    duration_s: int
    duration_extension_frames: int
    upid_type: int
    upid: bytes
    segmentation_type_id: int
    segment_num: int
    segments_expected: int


def message_size(head: bytes) -> int:
    """Bytes of the whole message that begins with these four; MessageError when that can't be."""
    size = int.from_bytes(head[2:4], "big")
    if not LEAST_BYTES <= size <= MOST_BYTES:
        raise MessageError(Result.INVALID_SIZE, f"messageSize {size} is not in {LEAST_BYTES} … {MOST_BYTES}")
    return size


def read_message(raw: bytes) -> Single | Several:
    """The message; MessageError with the result code to answer with."""
    if len(raw) < SIZE_BYTES or message_size(raw) != len(raw):
        raise MessageError(Result.INVALID_SIZE, f"{len(raw)} bytes are not what messageSize says")
    return _read_several(raw) if raw[:2] == b"\xff\xff" else _read_single(raw)


def _read_single(raw: bytes) -> Single:
    if len(raw) < _SINGLE.size:
        raise MessageError(Result.INVALID_SIZE, f"{len(raw)} bytes, a single operation has {_SINGLE.size}")
    op_id, _, _, _, version, as_index, number, dpi_pid_index = _SINGLE.unpack_from(raw)
    _refuse_version(version)
    return Single(op_id, as_index, number, dpi_pid_index, raw[_SINGLE.size :])


def _read_several(raw: bytes) -> Several:
    _, _, version, as_index, number, dpi_pid_index, scte35_version = _SEVERAL.unpack_from(raw)
    _refuse_version(version)
    _refuse_version(scte35_version)
    at = _SEVERAL.size
    time_type = raw[at] if at < len(raw) else -1
    if time_type not in _TIME_BYTES:
        raise MessageError(Result.TIME_TYPE_UNSUPPORTED, f"time_type {time_type} is not defined")
    at += 1 + _TIME_BYTES[time_type]
    if at >= len(raw):
        raise MessageError(Result.INVALID_SYNTAX, "it ends inside its timestamp")
    count, at = raw[at], at + 1
    operations: list[Operation] = []
    for _ in range(count):
        operation, at = _read_operation(raw, at)
        operations.append(operation)
    if at != len(raw):
        raise MessageError(Result.INVALID_SYNTAX, f"{len(raw) - at} bytes follow its last operation")
    return Several(SEVERAL, as_index, number, dpi_pid_index, time_type, tuple(operations))


def _read_operation(raw: bytes, at: int) -> tuple[Operation, int]:
    head, end = raw[at : at + SIZE_BYTES], at + SIZE_BYTES
    end += int.from_bytes(head[2:4], "big")
    if len(head) < SIZE_BYTES or end > len(raw):
        raise MessageError(Result.INVALID_SYNTAX, "an operation ends behind the message")
    return Operation(int.from_bytes(head[:2], "big"), raw[at + SIZE_BYTES : end]), end


def _refuse_version(version: int) -> None:
    if version:
        raise MessageError(Result.INVALID_VERSION, f"version {version} is unknown, 0 is served")


def read_splice(payload: bytes) -> SpliceRequest:
    """The request; MessageError when it can't be one."""
    if len(payload) != _SPLICE.size:
        raise MessageError(Result.INVALID_SYNTAX, f"splice_request_data has {_SPLICE.size} bytes, not {len(payload)}")
    kind, event_id, program_id, pre_roll_ms, tenths, avail_num, avails_expected, auto_return = _SPLICE.unpack(payload)
    try:
        kind = SpliceType(kind)
    except ValueError as error:
        raise MessageError(Result.BAD_PARAMETER, f"splice_insert_type {kind} is not defined") from error
    return SpliceRequest(kind, event_id, program_id, pre_roll_ms, tenths, avail_num, avails_expected, bool(auto_return))


def splice_bytes(request: SpliceRequest) -> bytes:
    """The inverse of ``read_splice``."""
    return _SPLICE.pack(
        request.type,
        request.splice_event_id,
        request.unique_program_id,
        request.pre_roll_ms,
        request.break_duration_tenths,
        request.avail_num,
        request.avails_expected,
        request.auto_return,
    )


def read_segmentation(payload: bytes) -> SegmentationRequest:
    """The request; MessageError when it can't be one. Sub-segment fields of newer editions may follow."""
    if len(payload) < _SEGMENTATION_HEAD.size:
        raise MessageError(Result.INVALID_SYNTAX, "insert_segmentation_descriptor ends in its head")
    event_id, cancel, duration_s, upid_type, upid_bytes = _SEGMENTATION_HEAD.unpack_from(payload)
    upid = payload[_SEGMENTATION_HEAD.size : _SEGMENTATION_HEAD.size + upid_bytes]
    rest = payload[_SEGMENTATION_HEAD.size + upid_bytes :]
    if len(upid) < upid_bytes or len(rest) < _SEGMENTATION_TAIL.size:
        raise MessageError(Result.INVALID_SYNTAX, "insert_segmentation_descriptor ends too early")
    type_id, segment_num, segments_expected, frames, *_ = _SEGMENTATION_TAIL.unpack_from(rest)
    return SegmentationRequest(
        event_id, bool(cancel), duration_s, frames, upid_type, upid, type_id, segment_num, segments_expected
    )


def read_pre_roll(payload: bytes) -> int:
    """Milliseconds of time_signal_request_data(), §9.3.4; MessageError when it isn't one."""
    if len(payload) != 2:  # noqa: PLR2004 - one 16-bit field
        raise MessageError(Result.INVALID_SYNTAX, f"time_signal_request_data has 2 bytes, not {len(payload)}")
    return int.from_bytes(payload, "big")


def single_bytes(op_id: int, to: Message, payload: bytes = b"", result: int = _NOT_GIVEN) -> bytes:
    """A single operation, to the sender of a message."""
    size = _SINGLE.size + len(payload)
    head = _SINGLE.pack(op_id, size, result, _NOT_GIVEN, 0, to.as_index, to.number, to.dpi_pid_index)
    return head + payload


def several_bytes(message: Several) -> bytes:
    """Several operations, without a timestamp."""
    operations = b"".join(struct.pack(">HH", one.op_id, len(one.payload)) + one.payload for one in message.operations)
    tail = bytes((0, len(message.operations))) + operations
    size = _SEVERAL.size + len(tail)
    return _SEVERAL.pack(SEVERAL, size, 0, message.as_index, message.number, message.dpi_pid_index, 0) + tail
