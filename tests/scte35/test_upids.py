"""UPIDs: the standard's own examples of each type, both ways, and whatever bytes come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import CueError
from app.scte35.check_characters import check_character
from app.scte35.upid_text import mid_bytes, one_upid, upid_bytes
from app.scte35.upids import UPID_TYPES, check_upid, read_upid, upid_type_name

# Table 22 of SCTE 35 2022b: type, bytes, textual representation.
EXAMPLES = [
    (0x02, b"ABCD1234".hex(), "ABCD1234"),
    (0x03, b"ABCD0001000H".hex(), "ABCD0001000H"),
    (
        0x04,
        "060a2b34010101050 1010d2013000000d2c9036c8f195343ab7014d2d718bfda".replace(" ", ""),
        "060A2B34.01010105.01010D20.13000000.D2C9036C.8F195343.AB7014D2.D718BFDA",
    ),
    (0x05, "000000003a8d0000", "0000-0000-3A8D-0000-Z"),
    (0x06, "000000012c52000000000000", "0000-0001-2C52-0000-P-0000-0000-0"),
    (0x06, "000000003a8d000000000000", "0000-0000-3A8D-0000-Z-0000-0000-6"),
    (0x07, b"MV0004146400".hex(), "MV0004146400"),
    (0x08, "0a42235b81bc70fc", "0x0A42235B81BC70FC"),
    (0x09, b"provider.com/MOVE1234567890123456".hex(), "provider.com/MOVE1234567890123456"),
    (0x0A, "14780e4f892e442f6bd415b0", "10.5240/0E4F-892E-442F-6BD4-15B0-1"),
    (0x0A, "1477c370dca5000000000000", "10.5239/C370-DCA5"),
    (0x0C, b'NBCU{"a":1}'.hex(), 'NBCU{"a":1}'),
    (0x0E, b"type=LA&dur=60&pos=90&tier=1".hex(), "type=LA&dur=60&pos=90&tier=1"),
    (0x0F, b"urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6".hex(), "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
    (0x10, "cb0350a948774ca7bb638730b37a98cf", "cb0350a9-4877-4ca7-bb63-8730b37a98cf"),
    (0x11, b"type=PI&tier=1".hex(), "type=PI&tier=1"),
]


@pytest.mark.parametrize(("upid_type", "digits", "text"), EXAMPLES)
def test_the_examples_of_the_standard_go_both_ways(upid_type: int, digits: str, text: str) -> None:
    upid = bytes.fromhex(digits)
    read = read_upid(upid_type, upid)
    assert (read.text, read.problem) == (text, "")
    assert read.name == UPID_TYPES[upid_type][0]
    assert upid_bytes(upid_type, text) == upid


@given(st.integers(0, 255), st.binary(max_size=255))
def test_any_bytes_are_read_as_one_line(upid_type: int, upid: bytes) -> None:
    read = read_upid(upid_type, upid)
    assert read.raw == upid
    assert all(
        part.isprintable() for part in (read.text, read.problem, *(word for pair in read.details for word in pair))
    )
    if not read.problem and not read.parts:
        check_upid(upid_type, upid)


@given(st.sampled_from([0x04, 0x05, 0x06, 0x08, 0x0A, 0x10]), st.binary(min_size=32, max_size=32))
def test_what_is_read_is_written_again(upid_type: int, long: bytes) -> None:
    upid = long[: UPID_TYPES[upid_type][1]]
    assert upid_bytes(upid_type, read_upid(upid_type, upid).text) == upid


@given(st.integers(0, 255), st.text(max_size=60))
def test_any_text_is_a_upid_or_a_cue_error(upid_type: int, text: str) -> None:
    try:
        upid = upid_bytes(upid_type, text)
    except CueError as error:
        assert error.field.startswith("segmentation_upid")
    else:
        check_upid(upid_type, upid)


parts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([1, 9, 0x0E, 0x0F, 0x11]), st.binary(min_size=1, max_size=20)),
        st.tuples(st.just(8), st.binary(min_size=8, max_size=8)),
        st.just((0, b"")),
    ),
    max_size=8,
)


@given(parts)
def test_a_mid_holds_its_parts(written: list[tuple[int, bytes]]) -> None:
    assert [(part.type, part.raw) for part in read_upid(0x0D, mid_bytes(written) or b"\0\0").parts] == (
        written or [(0, b"")]
    )


@given(st.binary(min_size=1, max_size=40))
def test_a_mid_of_anything_is_parts_or_a_problem(upid: bytes) -> None:
    read = read_upid(0x0D, upid)
    if read.problem:
        assert read.text
    else:
        assert mid_or_raw([(part.type, part.raw) for part in read.parts]) == upid


def mid_or_raw(found: list[tuple[int, bytes]]) -> bytes:
    return b"".join(bytes((upid_type, len(raw))) + raw for upid_type, raw in found)


def test_mids_nest() -> None:
    inner = mid_bytes([(9, b"PO:x"), (8, bytes(8))])
    read = read_upid(0x0D, mid_bytes([(0x0D, inner), (0x0C, b"ABCD\0")]))
    assert [part.name for part in read.parts] == ["MID", "MPU"]
    assert [part.text for part in read.parts[0].parts] == ["PO:x", "0x0000000000000000"]
    deep = b""
    for _ in range(120):
        deep = bytes((0x0D, len(deep))) + deep
    assert read_upid(0x0D, deep).name == "MID"


def test_one_is_itself_and_several_are_a_mid() -> None:
    assert one_upid([]) == (0, b"")
    assert one_upid([(9, b"x")]) == (9, b"x")
    assert one_upid([(9, b"x"), (9, b"y")]) == (0x0D, b"\x09\x01x\x09\x01y")


def test_what_an_atsc_identifier_and_an_mpu_name() -> None:
    atsc = dict(read_upid(0x0B, bytes.fromhex("00f1efff68756d616e303132")).details)
    assert atsc == {"TSID": "0x00F1", "end_of_day": "23", "unique_for": "511 days", "content_id": "human012"}
    assert dict(read_upid(0x0C, b"DISC\0\1").details) == {"format_identifier": "DISC", "private_data": "0x0001"}


@pytest.mark.parametrize(
    ("upid_type", "text"),
    [
        (0x0A, "10.5240/0E4F-892E-442F-6BD4-15B0-2"),
        (0x0A, "10.99999/C370-DCA5"),
        (0x06, "0000-0001-2C52-0000-P-0000-0000-1"),
        (0x05, "0000-0000-3A8D-0000-Y"),
        (0x04, "060A2B34"),
        (0x0C, "abc"),
        (0x0D, "0901"),
        (0x0B, "00f1"),
        (0x12, "ab"),
        (0x09, "\ud800"),
    ],
)
def test_what_is_no_upid_is_refused(upid_type: int, text: str) -> None:
    with pytest.raises(CueError):
        upid_bytes(upid_type, text)


def test_names_and_check_characters() -> None:
    assert (upid_type_name(0), upid_type_name(0x99), upid_type_name(3)) == ("none", "reserved", "Ad-ID")
    assert check_character("000000012C520000") == "P"
    with pytest.raises(CueError):
        mid_bytes([(9, bytes(256))])
