import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import SplicedeckError
from app.pipeline.ts import LONGEST_SECTION, PMT_PID, SCTE35_PID, SectionPid, pmt_with_scte35, section_in
from app.scte35.crc import crc_bytes
from tests.pipeline.ts_walk import crc, packets, streams_of


def pmt(version: int = 0, program_info: bytes = b"", streams: bytes = b"\x1b\xe1\x00\xf0\x00") -> bytes:
    info = (0xF000 | len(program_info)).to_bytes(2, "big") + program_info
    body = b"\x00\x01" + bytes((0xC1 | version << 1,)) + b"\x00\x00\xe1\x00" + info + streams
    table = b"\x02" + (0xB000 | len(body) + 4).to_bytes(2, "big") + body
    return table + crc_bytes(table)


def section_of(size: int, filling: int) -> bytes:
    return b"\xfc" + (0x3000 | size - 3).to_bytes(2, "big") + bytes((filling,)) * (size - 3)


@given(st.lists(st.tuples(st.integers(3, LONGEST_SECTION), st.integers(0, 255)), min_size=1, max_size=6))
def test_sections_of_every_size_come_back_whole_from_their_packets(wanted: list[tuple[int, int]]) -> None:
    pid = SectionPid(SCTE35_PID)
    counter = 0
    for size, filling in wanted:
        section = section_of(size, filling)
        split = list(packets(pid.packets(section)))
        assert [packet.starts for packet in split] == [True] + [False] * (len(split) - 1)
        assert {packet.pid for packet in split} == {SCTE35_PID}
        assert [packet.counter for packet in split] == [(counter + i) % 16 for i in range(len(split))]
        counter += len(split)
        payload = b"".join(packet.payload for packet in split)
        assert payload[0] == 0
        assert payload[1 : 1 + size] == section
        assert set(payload[1 + size :]) <= {0xFF}
        assert len(split) == -(-(size + 1) // 184)


def test_a_section_of_183_bytes_is_one_packet_without_stuffing() -> None:
    packet = SectionPid(SCTE35_PID).packets(section_of(183, 0xAB))
    assert len(packet) == 188
    assert packet[-1] == 0xAB


@given(
    st.integers(0, 31),
    st.binary(max_size=40),
    st.lists(st.tuples(st.integers(1, 0x85), st.integers(0x20, 0x1FE), st.binary(max_size=8)), max_size=6),
)
def test_the_pmt_lists_the_cue_pid_and_keeps_what_it_had(
    version: int, program_info: bytes, streams: list[tuple[int, int, bytes]]
) -> None:
    loop = b"".join(
        bytes((kind,)) + (0xE000 | pid).to_bytes(2, "big") + (0xF000 | len(tail)).to_bytes(2, "big") + tail
        for kind, pid, tail in streams
    )
    plain = pmt(version, program_info, loop)
    made = pmt_with_scte35(plain, SCTE35_PID)
    assert crc(made) == 0
    assert made[5] >> 1 & 31 == (version + 1) % 32
    assert made[5] & 0xC1 == 0xC1
    assert (made[1] & 15) * 256 + made[2] == len(made) - 3
    assert streams_of(made) == {**streams_of(plain), SCTE35_PID: 0x86}
    assert made[12 : 12 + len(program_info) + 6] == program_info + b"\x05\x04CUEI"
    assert list(streams_of(made))[-1] == SCTE35_PID


def test_a_table_is_read_out_of_its_packet() -> None:
    table = pmt()
    assert section_in(SectionPid(PMT_PID).packets(table)) == table


def test_a_table_that_needs_a_second_packet_is_refused() -> None:
    first = SectionPid(PMT_PID).packets(section_of(200, 1))[:188]
    with pytest.raises(SplicedeckError, match="PID 0x1000 does not fit one packet"):
        section_in(first)
