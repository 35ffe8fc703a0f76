from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.cue import BreakDuration, DeliveryRestrictions, Section, SpliceInsert, SpliceNull, TimeSignal
from app.model.errors import CueError
from app.scte35 import messages
from app.scte35.codec import decode, encode
from app.scte35.findings import findings
from app.scte35.second_reader import agree
from app.scte35.segmentation import END_OF, ENDS, TYPE_NAMES
from app.scte35.upid_text import upid_bytes
from app.scte35.upids import UPID_TYPES
from tests.scte35.strategies import ids, ticks, uint

durations = st.none() | st.integers(1, (1 << 33) - 1)
avails = st.tuples(uint(8), uint(8)).filter(lambda pair: not pair[1] or pair[0] <= pair[1])
segments = st.tuples(uint(8), uint(8)).filter(lambda pair: pair[0] <= pair[1])


@st.composite
def upids(draw: st.DrawFn) -> tuple[int, bytes]:
    upid_type = draw(st.sampled_from([0, *(set(UPID_TYPES) - {0x0B, 0x0C, 0x0D})]))
    if upid_type == 0:
        return 0, b""
    length = UPID_TYPES[upid_type][1]
    return upid_type, draw(st.binary(min_size=length or 1, max_size=length or 200))


avail_numbers = st.builds(
    lambda program, pair: {"unique_program_id": program, "avail_num": pair[0], "avails_expected": pair[1]},
    uint(16),
    avails,
)
times = st.none() | ticks
restrictions = st.builds(DeliveryRestrictions, st.booleans(), st.booleans(), st.booleans(), uint(2))
made = st.one_of(
    st.builds(
        lambda *asked, auto_return, numbers: messages.splice_out(*asked, auto_return=auto_return, **numbers),
        ids,
        times,
        durations,
        auto_return=st.booleans(),
        numbers=avail_numbers,
    ),
    st.builds(lambda *asked, numbers: messages.splice_in(*asked, **numbers), ids, times, numbers=avail_numbers),
    st.builds(messages.splice_cancel, ids),
    st.builds(messages.splice_null),
    st.builds(
        messages.time_signal_out,
        ids,
        times,
        st.none() | st.integers(1, (1 << 40) - 1),
        segmentation_type_id=st.sampled_from(sorted(END_OF)),
        upid=upids(),
        segments=segments,
        delivery=st.none() | restrictions,
    ),
    st.builds(
        messages.time_signal_in,
        ids,
        times,
        segmentation_type_id=st.sampled_from(sorted(ENDS)),
        upid=upids(),
        segments=segments,
    ),
    st.builds(messages.time_signal_cancel, ids),
)


@given(made)
@settings(max_examples=500)
def test_whatever_we_send_reads_back_and_the_second_reader_agrees(section: Section) -> None:
    assert decode(section.encoded) == section
    assert decode(section.encoded).splice_command_length == section.splice_command_length
    assert encode(section) == section.encoded
    agree(section.encoded)


def test_an_out_says_what_it_was_asked() -> None:
    section = messages.splice_out(17, 900_000, 2_700_000, auto_return=False, unique_program_id=5)
    assert section.command == SpliceInsert(
        17,
        out_of_network_indicator=True,
        splice_time_ticks=900_000,
        break_duration=BreakDuration(auto_return=False, duration_ticks=2_700_000),
        unique_program_id=5,
    )
    assert section.effective_pts == 900_000
    assert findings(section) == []


def test_the_wire_of_an_out_and_its_in_and_its_cancel() -> None:
    # Written out by hand from the syntax tables of SCTE 35 §9.6.1 and §9.7.3.
    head = "fc30{}00 0000000000 00 fff0{} 05"
    out = head.format("25", "14") + "00000011 7f ef fe000dbba0 fe002932e0 0000 00 00 0000"
    back = head.format("20", "0f") + "00000011 7f 4f fe0036ee80 0000 00 00 0000"
    cancel = head.format("16", "05") + "00000011 ff 0000"
    assert messages.splice_out(17, 900_000, 2_700_000).encoded[:-4] == bytes.fromhex(out)
    assert messages.splice_in(17, 3_600_000).encoded[:-4] == bytes.fromhex(back)
    assert messages.splice_cancel(17).encoded[:-4] == bytes.fromhex(cancel)


def test_time_zero_is_a_time_and_none_is_immediate() -> None:
    assert messages.time_signal_out(1, 0, None).command == TimeSignal(0)
    assert messages.time_signal_out(1, None, None).command == TimeSignal(None)
    assert messages.splice_in(1, 0).effective_pts == 0
    assert messages.splice_in(1, None).effective_pts is None
    assert messages.splice_null().command == SpliceNull()


@pytest.mark.parametrize("value", [-1, 1 << 33])
def test_a_time_that_does_not_fit_is_refused(value: int) -> None:
    makers: tuple[Callable[[], Section], ...] = (
        lambda: messages.splice_out(1, value, 1),
        lambda: messages.splice_in(1, value),
        lambda: messages.splice_out(1, 0, value),
        lambda: messages.time_signal_out(1, value, 1),
        lambda: messages.time_signal_in(1, value),
    )
    for make in makers:
        with pytest.raises(CueError):
            make()


@pytest.mark.parametrize("value", [-1, 1 << 32])
def test_an_id_that_does_not_fit_is_refused(value: int) -> None:
    makers: tuple[Callable[[], Section], ...] = (
        lambda: messages.splice_out(value, 0, 1),
        lambda: messages.splice_in(value, 0),
        lambda: messages.splice_cancel(value),
        lambda: messages.time_signal_out(value, 0, 1),
        lambda: messages.time_signal_in(value, 0),
        lambda: messages.time_signal_cancel(value),
    )
    for make in makers:
        with pytest.raises(CueError):
            make()


def test_what_the_standard_forbids_is_refused() -> None:
    makers: tuple[Callable[[], Section], ...] = (
        lambda: messages.splice_out(1, 0, 0),
        lambda: messages.splice_out(1, 0, 1, unique_program_id=1 << 16),
        lambda: messages.splice_out(1, 0, 1, avail_num=3, avails_expected=2),
        lambda: messages.time_signal_out(1, 0, 1 << 40),
        lambda: messages.time_signal_out(1, 0, 1, segmentation_type_id=0x35),
        lambda: messages.time_signal_in(1, 0, segmentation_type_id=0x34),
        lambda: messages.time_signal_out(1, 0, 1, segments=(3, 2)),
        lambda: messages.time_signal_out(1, 0, 1, upid=(0x03, b"SHORT")),
        lambda: messages.time_signal_out(1, 0, 1, upid=(0x12, b"reserved")),
        lambda: messages.time_signal_out(1, 0, 1, upid=(0x00, b"none")),
        lambda: messages.time_signal_out(1, 0, 1, upid=(0x09, b"")),
        lambda: messages.time_signal_out(1, 0, 1, upid=(0x09, bytes(235))),
    )
    for make in makers:
        with pytest.raises(CueError):
            make()


def test_each_start_has_a_named_end() -> None:
    assert END_OF[0x34] == 0x35
    assert END_OF[0x10] == END_OF[0x17] == END_OF[0x19] == 0x11
    assert set(END_OF) | ENDS <= set(TYPE_NAMES)
    assert not set(END_OF) & ENDS


def test_a_written_upid_becomes_the_bytes_of_its_type() -> None:
    assert upid_bytes(0x09, "SIGNAL:a1b2") == b"SIGNAL:a1b2"
    assert upid_bytes(0x08, "0x000000002CA0A18A") == bytes.fromhex("000000002ca0a18a")
    assert upid_bytes(0x10, "12345678-1234-5678-1234-567812345678").hex() == "12345678123456781234567812345678"
    assert upid_bytes(0x00, "") == b""
    for upid_type, text in ((0x08, "2CA0A18A"), (0x08, "no hex"), (0x03, "ABCD"), (0x00, "x"), (0x40, "x"), (0x0F, "")):
        with pytest.raises(CueError):
            upid_bytes(upid_type, text)
