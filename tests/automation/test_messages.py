"""SCTE 104 messages: there and back, and everything else refused with its result code."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.automation.messages import (
    INIT_REQUEST,
    SEVERAL,
    SPLICE_REQUEST,
    MessageError,
    Operation,
    Result,
    Several,
    Single,
    SpliceRequest,
    SpliceType,
    read_message,
    read_segmentation,
    read_splice,
    several_bytes,
    single_bytes,
    splice_bytes,
)

BYTE, WORD = st.integers(0, 255), st.integers(0, 0xFFFF)
REQUESTS = st.builds(
    SpliceRequest, st.sampled_from(SpliceType), st.integers(0, 2**32 - 1), WORD, WORD, WORD, BYTE, BYTE, st.booleans()
)
OPERATIONS = st.builds(Operation, WORD, st.binary(max_size=40))
MESSAGES = st.builds(
    Several, st.just(SEVERAL), BYTE, BYTE, WORD, st.just(0), st.lists(OPERATIONS, max_size=5).map(tuple)
)


def a_message(*operations: Operation) -> bytes:
    return several_bytes(Several(SEVERAL, 1, 7, 1, 0, operations))


@given(MESSAGES)
def test_several_operations_come_back(message: Several) -> None:
    assert read_message(several_bytes(message)) == message


@given(BYTE, BYTE, WORD, st.binary(max_size=40))
def test_a_single_operation_comes_back(as_index: int, number: int, dpi_pid_index: int, payload: bytes) -> None:
    to = Single(INIT_REQUEST, as_index, number, dpi_pid_index, b"")
    raw = single_bytes(INIT_REQUEST, to, payload)
    assert read_message(raw) == Single(INIT_REQUEST, as_index, number, dpi_pid_index, payload)


@given(REQUESTS)
def test_a_splice_request_comes_back(request: SpliceRequest) -> None:
    assert read_splice(splice_bytes(request)) == request


def test_a_start_is_read_as_the_standard_lays_it_out() -> None:
    raw = bytes.fromhex("ffff 001e 00 01 2a 0001 00 00 01  0101 000e 01 000001f4 0001 1388 012c 02 04 01")
    message = read_message(raw)
    assert isinstance(message, Several)
    assert (message.as_index, message.number, message.dpi_pid_index) == (1, 0x2A, 1)
    assert [one.op_id for one in message.operations] == [SPLICE_REQUEST]
    assert read_splice(message.operations[0].payload) == SpliceRequest(
        SpliceType.START_NORMAL, 500, 1, 5000, 300, 2, 4, auto_return=True
    )


def test_a_segmentation_request_is_read_with_and_without_sub_segments() -> None:
    fields = struct.pack(">IBHBB", 9, 0, 30, 9, 4) + b"AB12" + bytes((0x34, 1, 2, 5, 1, 1, 1, 1, 3))
    for tail in (b"", bytes((1, 2, 3))):
        request = read_segmentation(fields + tail)
        assert (request.segmentation_event_id, request.duration_s, request.upid) == (9, 30, b"AB12")
        assert (request.segmentation_type_id, request.segment_num, request.segments_expected) == (0x34, 1, 2)
        assert request.duration_extension_frames == 5
    for size in range(len(fields)):
        with pytest.raises(MessageError):
            read_segmentation(fields[:size])


@given(MESSAGES, st.data())
def test_a_truncated_message_is_refused(message: Several, drawn: st.DataObject) -> None:
    raw = several_bytes(message)
    cut = raw[: drawn.draw(st.integers(0, len(raw) - 1))]
    with pytest.raises(MessageError) as told:
        read_message(cut)
    assert told.value.result is Result.INVALID_SIZE


@given(st.binary(max_size=200))
def test_noise_is_a_message_or_refused(noise: bytes) -> None:
    head = noise[:2] + (len(noise)).to_bytes(2, "big") + noise[4:]
    try:
        assert isinstance(read_message(head), Single | Several)
    except MessageError as error:
        assert error.result in Result


def test_what_the_message_says_wrongly_is_told_by_its_code() -> None:
    whole = a_message(Operation(SPLICE_REQUEST, bytes(14)))
    cases = {
        Result.INVALID_VERSION: whole[:4] + b"\x01" + whole[5:],
        Result.TIME_TYPE_UNSUPPORTED: whole[:10] + b"\x09" + whole[11:],
        Result.INVALID_SYNTAX: whole[:11] + b"\x02" + whole[12:],
        Result.INVALID_SIZE: whole + b"\0",
    }
    for result, raw in cases.items():
        with pytest.raises(MessageError) as told:
            read_message(raw)
        assert told.value.result is result
    with pytest.raises(MessageError) as told:
        read_splice(bytes(14))
    assert told.value.result is Result.BAD_PARAMETER
