import timeit
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from threefive import Cue

from app.model.cue import (
    EncryptedCommand,
    PrivateCommand,
    Section,
    SegmentationDescriptor,
    SpliceComponent,
    SpliceInsert,
    TimeSignal,
)
from app.model.errors import CueError
from app.scte35 import messages
from app.scte35.codec import decode, encode, from_text, to_base64, to_hex
from app.scte35.crc import crc_bytes
from tests.scte35.strategies import commands, sections

OUT = messages.splice_out(17, 900_000, 2_700_000).encoded


def _closed(body: bytes) -> bytes:
    """A body with the section_length and CRC_32 that fit it, whatever it holds."""
    framed = body[:1] + bytes((body[1] & 0xF0 | len(body) + 1 >> 8, len(body) + 1 & 0xFF)) + body[3:]
    return framed + crc_bytes(framed)


def _reading(payload: bytes) -> Section | CueError:
    try:
        return decode(payload)
    except CueError as error:
        return error


def _refusal(payload: bytes) -> CueError:
    with pytest.raises(CueError) as caught:
        decode(payload)
    return caught.value


@given(sections)
@settings(max_examples=400)
def test_what_is_written_is_read_and_written_the_same(section: Section) -> None:
    encoded = encode(section)
    read = decode(encoded)
    assert read == section
    assert read.encoded == encoded == encode(read)


@given(st.binary(max_size=80))
@example(b"")
@example(b"\xfc")
def test_any_bytes_are_a_section_or_a_cue_error(payload: bytes) -> None:
    for attempt in (payload, b"\xfc\x30" + payload, _closed(b"\xfc\x30\x00" + payload)):
        read = _reading(attempt)
        if isinstance(read, CueError):
            assert read.field
            assert read.offset is not None
            assert 0 <= read.offset <= len(attempt)


@given(sections, st.data())
def test_a_body_damaged_under_a_right_crc_is_read_within_its_bounds(section: Section, data: st.DataObject) -> None:
    body = bytearray(encode(section)[:-4])
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(3, len(body) - 1))] = data.draw(st.integers(0, 255))
    payload = _closed(bytes(body))
    read = _reading(payload)
    if isinstance(read, CueError):
        assert read.offset is not None
        assert 0 <= read.offset <= len(payload)
    elif not read.encrypted:
        assert decode(encode(read)) == read


@given(sections)
@settings(max_examples=30)
def test_cut_at_any_byte_it_is_refused(section: Section) -> None:
    encoded = encode(section)
    for length in range(len(encoded)):
        assert _refusal(encoded[:length]).field == "section_length"


@given(sections)
@settings(max_examples=30)
def test_any_one_bit_flipped_is_refused(section: Section) -> None:
    encoded = encode(section)
    for bit in range(8 * len(encoded)):
        flipped = bytearray(encoded)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        _refusal(bytes(flipped))


@pytest.mark.parametrize(
    ("at", "byte", "field", "offset"),
    [
        (0, 0xFD, "table_id", 0),
        (1, 0xB0, "section_syntax_indicator", 1),
        (1, 0x70, "private_indicator", 1),
        (3, 1, "protocol_version", 3),
        (12, 19, "avails_expected", 33),
        (12, 21, "splice_command_length", 34),
        (12, 200, "splice_command_length", 14),
        (13, 1, "splice_command_type", 13),
        (13, 0, "splice_command_length", 14),
        (20, 0x7F, "time_specified_flag", 20),
        (35, 1, "descriptor_loop_length", 36),
    ],
)
def test_the_refusal_names_byte_and_field(at: int, byte: int, field: str, offset: int) -> None:
    body = bytearray(OUT[:-4])
    body[at] = byte
    error = _refusal(_closed(bytes(body)))
    assert (error.field, error.offset) == (field, offset)
    assert str(error).startswith(f"byte {offset}: {field}: ")


def test_the_crc_is_named_with_what_it_should_be() -> None:
    error = _refusal(OUT[:-1] + bytes((OUT[-1] ^ 1,)))
    assert error.field == "CRC_32"
    assert error.offset == len(OUT) - 4
    assert OUT[-4:].hex() in str(error)


@pytest.mark.parametrize("change", [-2, -1, 1, 2])
def test_a_wrong_length_inside_is_refused(change: int) -> None:
    section = messages.time_signal_out(508, 0, 2_700_000, upid=(0x09, b"SIGNAL:a1b2"))
    assert decode(section.encoded) == section
    for at in (12, 20, 22, 39):  # splice_command_, descriptor_loop_, descriptor_ and segmentation_upid_length
        body = bytearray(section.encoded[:-4])
        body[at] += change
        if at == 39 and change == -2:
            continue  # two bytes fewer are sub-segments, by the standard's own syntax
        _refusal(_closed(bytes(body)))


def test_bytes_after_the_section_are_counted_and_ignored() -> None:
    section = decode(OUT + b"\xff" * 148)
    assert section.trailing_bytes == 148
    assert section.encoded == OUT
    assert section == decode(OUT)


@given(sections.filter(lambda section: not isinstance(section.command, PrivateCommand)))
def test_a_command_length_that_is_not_given_is_found(section: Section) -> None:
    body = bytearray(encode(section)[:-4])
    body[11] |= 0x0F
    body[12] = 0xFF
    assert decode(_closed(bytes(body))) == section


def test_an_encrypted_section_is_left_alone() -> None:
    body = bytearray(OUT[:-4])
    body[4] |= 0x80
    section = decode(_closed(bytes(body)))
    assert section.encrypted
    assert section.command == EncryptedCommand(bytes(body[13:]))
    assert section.effective_pts is None
    with pytest.raises(CueError):
        encode(section)


@pytest.mark.parametrize(
    ("section", "field"),
    [
        (Section(TimeSignal(1 << 33)), "pts_time"),
        (Section(TimeSignal(-1)), "pts_time"),
        (Section(TimeSignal(), pts_adjustment=1 << 33), "pts_adjustment"),
        (Section(TimeSignal(), tier=0x1000), "tier"),
        (Section(SpliceInsert(1 << 32, splice_immediate_flag=True)), "splice_event_id"),
        (Section(SpliceInsert(1)), "time_specified_flag"),
        (Section(SpliceInsert(1, splice_immediate_flag=True, splice_time_ticks=0)), "splice_immediate_flag"),
        (Section(SpliceInsert(1, splice_time_ticks=0, components=())), "program_splice_flag"),
        (Section(TimeSignal(), (SegmentationDescriptor(1, upid=bytes(250)),)), "descriptor_length"),
        (Section(TimeSignal(), (SegmentationDescriptor(1, sub_segment_num=1),)), "sub_segment_num"),
        (Section(TimeSignal(), (SegmentationDescriptor(1, upid=bytes(230)),) * 17), "section_length"),
    ],
)
def test_what_does_not_fit_is_refused_and_never_wraps(section: Section, field: str) -> None:
    with pytest.raises(CueError) as caught:
        encode(section)
    assert caught.value.field == field


def test_the_longest_section_is_written_and_read() -> None:
    longest = Section(PrivateCommand(b"LONG", bytes(4093 - 17 - 4)))
    assert len(encode(longest)) == 4096
    assert decode(encode(longest)) == longest
    with pytest.raises(CueError):
        encode(replace(longest, alignment_stuffing=b"\xff"))


@given(commands, st.integers(0, (1 << 33) - 1))
def test_effective_pts_wraps_at_33_bits(command: object, adjustment: int) -> None:
    section = Section(command, pts_adjustment=adjustment)  # type: ignore[arg-type]  # any command that hypothesis draws
    if section.pts_time is None:
        assert section.effective_pts is None
    else:
        assert section.effective_pts == (section.pts_time + adjustment) & 0x1_FFFF_FFFF


def test_a_component_splice_has_the_time_of_its_first_timed_component() -> None:
    components = (SpliceComponent(1), SpliceComponent(2, 90_000), SpliceComponent(3, 90_003))
    assert Section(SpliceInsert(1, components=components)).effective_pts == 90_000


@given(sections)
def test_text_goes_both_ways(section: Section) -> None:
    encoded = encode(section)
    for text in (to_base64(encoded), to_base64(encoded).rstrip("="), to_hex(encoded), to_hex(encoded)[2:].lower()):
        assert from_text(f" {text}\n") == encoded


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "0x",
        "0xFC3",
        "FC3",
        "0xFG",
        "/DAl AAAA",
        "/DAlAAAA\x00",
        "/DAl=AAA",
        "/DAlAAA===",
        "/DAlA",
        "/DÄl",
        "-_8=",
    ],
)
def test_text_with_junk_is_refused_not_skipped(text: str) -> None:
    with pytest.raises(CueError):
        from_text(text)


@given(st.text(max_size=40))
def test_any_text_is_bytes_or_a_cue_error(text: str) -> None:
    with suppress(CueError):
        assert isinstance(from_text(text), bytes)


def test_reading_and_writing_are_no_slower_than_threefive() -> None:
    section = decode(messages.time_signal_out(508, 0, 2_700_000, upid=(0x09, b"SIGNAL:a1b2")).encoded)
    cue = Cue(to_base64(section.encoded))
    ours, theirs = (
        min(timeit.repeat(read, number=200, repeat=7))
        for read in (lambda: decode(section.encoded), lambda: Cue(section.encoded))
    )
    assert ours <= theirs
    ours, theirs = (min(timeit.repeat(write, number=200, repeat=7)) for write in (lambda: encode(section), cue.encode))
    assert ours <= theirs
