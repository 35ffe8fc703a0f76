"""Sections out of packets: any split, any loss, any noise; never one that was not sent."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pipeline.sources.sections import SectionReader
from app.pipeline.ts import SectionPid
from app.scte35 import messages
from app.scte35.codec import decode
from app.scte35.crc import crc_bytes, crc_holds

PID = 500
OUT = messages.splice_out(17, 900_000, 2_700_000).encoded


def long_section(seed: int, length: int) -> bytes:
    """Whole, with a right CRC_32 and a length of its own; what is in it does not matter here."""
    body = b"\xfc" + (0x3000 | length + 1).to_bytes(2) + random.Random(seed).randbytes(length - 3)
    return body + crc_bytes(body)


def packed(sections: list[bytes], *, first_pointer: int = 0, gaps: list[int] | None = None) -> list[bytes]:
    """Packets with sections one behind the other in them, as a multiplexer that saves room does it.

    ``gaps``: so many bytes of stuffing behind each, which end their packet where there are any.
    """
    payloads: list[tuple[bytes, int | None]] = []  # bytes, and where in them the first section begins
    room, begins = bytearray(b"\xff" * first_pointer), None if first_pointer else 0
    if first_pointer:
        begins = first_pointer
    for index, section in enumerate(sections):
        if len(room) == 183 and begins is None:  # no room for a pointer_field and a first byte
            payloads.append((bytes(room), None))
            room = bytearray()
        if begins is None:
            begins = len(room)
        rest = section
        while rest:
            space = 184 - len(room) - (begins is not None)
            room += rest[:space]
            rest = rest[space:]
            if len(room) + (begins is not None) == 184:
                payloads.append((bytes(room), begins))
                room, begins = bytearray(), None
        if gaps and gaps[index] and room:
            payloads.append((bytes(room), begins))
            room, begins = bytearray(), None
    if room:
        payloads.append((bytes(room), begins))
    packets = []
    for number, (payload, start) in enumerate(payloads):
        content = payload if start is None else bytes([start]) + payload
        header = bytes((0x47, (0x40 if start is not None else 0) | PID >> 8, PID & 0xFF, 0x10 | number & 15))
        packets.append(header + content.ljust(184, b"\xff"))
    return packets


def read(packets: list[bytes]) -> tuple[list[bytes], SectionReader]:
    reader = SectionReader()
    return [section for packet in packets for section in reader.packet(packet)], reader


SECTIONS = st.lists(
    st.tuples(st.integers(0, 1000), st.one_of(st.integers(17, 60), st.integers(150, 400), st.integers(4000, 4091))),
    min_size=1,
    max_size=12,
).map(lambda each: [long_section(seed, length) for seed, length in each])


@settings(max_examples=150, deadline=None)
@given(SECTIONS, st.data())
def test_any_split_gives_back_what_was_sent(sections: list[bytes], data: st.DataObject) -> None:
    gaps = data.draw(st.lists(st.integers(0, 1), min_size=len(sections), max_size=len(sections)))
    packets = packed(sections, gaps=gaps)
    assert all(len(packet) == 188 for packet in packets)
    found, reader = read(packets)
    assert found == sections
    assert (reader.tally.sections, reader.tally.cut, reader.tally.lost) == (len(sections), 0, 0)


@settings(max_examples=100, deadline=None)
@given(SECTIONS, st.data())
def test_one_section_a_packet_run_gives_back_what_was_sent(sections: list[bytes], data: st.DataObject) -> None:
    out = SectionPid(PID)
    stream = b"".join(out.packets(section) for section in sections)
    packets = [stream[at : at + 188] for at in range(0, len(stream), 188)]
    twice = data.draw(st.lists(st.booleans(), min_size=len(packets), max_size=len(packets)))
    sent = [each for packet, again in zip(packets, twice, strict=True) for each in [packet] * (1 + again)]
    found, reader = read(sent)
    assert found == sections
    assert reader.tally.lost == 0


@settings(max_examples=200, deadline=None)
@given(SECTIONS, st.data())
def test_after_any_loss_only_what_was_sent_is_given(sections: list[bytes], data: st.DataObject) -> None:
    packets = packed(sections)
    kept = data.draw(st.lists(st.integers(0, 9), min_size=len(packets), max_size=len(packets)))
    found, reader = read([packet for packet, chance in zip(packets, kept, strict=True) if chance])
    whole = [section for section in found if crc_holds(section)]
    assert all(section in sections for section in whole)
    lost_in_the_middle = 0 in kept[: len(kept) - 1] and sum(map(bool, kept)) > 1
    assert len(whole) == len(sections) or 0 in kept
    if lost_in_the_middle and not reader.tally.lost:
        first = next(index for index, chance in enumerate(kept) if chance)
        run = [chance for chance in kept[first:] if chance == 0]
        last = max(index for index, chance in enumerate(kept) if chance)
        assert all(kept[first : last + 1]) or len(run) >= 16  # only sixteen in a row go unnoticed by their counter


@settings(max_examples=200, deadline=None)
@given(SECTIONS, st.data())
def test_swapped_packets_give_nothing_that_was_not_sent(sections: list[bytes], data: st.DataObject) -> None:
    packets = data.draw(st.permutations(packed(sections)[:12]))
    found, _ = read(list(packets))
    assert all(section in sections for section in found if crc_holds(section))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(min_size=187, max_size=187).map(lambda rest: b"\x47" + rest), max_size=30))
def test_noise_gives_no_section(packets: list[bytes]) -> None:
    found, reader = read(packets)
    assert not any(crc_holds(section) and len(section) > 10 for section in found)
    assert len(reader._open) <= 4096


@pytest.mark.parametrize("at", range(188))
def test_every_bit_flip_gives_the_section_or_none(at: int) -> None:
    packet = SectionPid(PID).packets(OUT)
    for bit in range(8):
        harmed = bytearray(packet)
        harmed[at] ^= 1 << bit
        found, _ = read([bytes(harmed)])
        assert all(section == OUT or not crc_holds(section) for section in found)


def test_truncation_at_every_byte_gives_none() -> None:
    long = long_section(3, 500)
    packets = packed([long, OUT])
    for end in range(len(b"".join(packets))):
        cut = b"".join(packets)[:end]
        whole = [cut[at : at + 188] for at in range(0, len(cut) // 188 * 188, 188)]
        found, _ = read(whole)
        assert found in ([], [long], [long, OUT])
        # what is left of a section, stuffed, is not taken for one
        filled = [*whole, cut[len(whole) * 188 :].ljust(188, b"\xff")] if len(cut) % 188 > 4 else whole
        found, _ = read(filled)
        assert all(section in (long, OUT) for section in found if crc_holds(section))


def test_what_cannot_be_read_is_counted() -> None:
    packet = SectionPid(PID).packets(OUT)
    long = packed([long_section(1, 900)])

    def tally(*packets: bytes) -> dict[str, int]:
        _, reader = read(list(packets))
        names = ("sections", "cut", "lost", "scrambled", "damaged", "foreign", "overlong", "strays")
        return {name: count for name in names if (count := getattr(reader.tally, name))}

    scrambled = packet[:3] + bytes([packet[3] | 0x80]) + packet[4:]
    error = packet[:1] + bytes([packet[1] | 0x80]) + packet[2:]
    no_payload = packet[:3] + b"\x20\xb7\x00" + packet[6:]
    reserved = packet[:3] + b"\x00" + packet[4:]
    overlong = packet[:4] + b"\x00\xfc\x3f\xff" + packet[8:]
    eit = packet[:5] + b"\x4e" + packet[6:]
    beyond = packet[:4] + b"\xb8" + packet[5:]
    assert tally(scrambled) == {"scrambled": 1}
    assert tally(error) == {"damaged": 1}
    assert tally(no_payload) == {}
    assert tally(reserved) == {"damaged": 1}
    assert tally(beyond) == {"damaged": 1}
    assert tally(overlong) == {"overlong": 1}
    assert tally(eit) == {"foreign": 1}
    assert tally(packet[:4] + b"\x00" + b"\xfc\x30\x00" * 61) == {"damaged": 1}
    assert tally(long[1]) == {"strays": 1}
    assert tally(long[0], long[2]) == {"lost": 1, "cut": 1, "strays": 1}
    assert tally(long[0], error, long[1]) == {"damaged": 1, "cut": 1, "strays": 1}
    assert tally(long[0], scrambled) == {"scrambled": 1, "cut": 1, "lost": 1}


def test_a_pointer_to_the_end_of_its_packet_ends_what_was_open() -> None:
    section = long_section(5, 183 + 179)
    first, second = packed([section])
    pointing = second[:1] + bytes([second[1] | 0x40]) + second[2:4] + b"\xb7" + second[4:-1]
    assert read([first, pointing])[0] == [section]


def test_a_told_discontinuity_is_no_loss() -> None:
    out = SectionPid(PID)
    first, second = out.packets(OUT), out.packets(OUT)
    jump = second[:3] + bytes([0x30 | 9, 1, 0x80]) + second[4:-2]
    found, reader = read([first, jump])
    assert found == [OUT, OUT]
    assert reader.tally.lost == 0


def test_many_sections_in_one_packet() -> None:
    null = messages.splice_null().encoded
    found, _ = read(packed([null] * 9))
    assert found == [null] * 9
    assert decode(found[0]).encoded == null


def test_noise_costs_little_a_byte() -> None:
    """What 100 MB on the PID would take is held to a rate by a part of it: a fast machine reads them in seconds."""
    chance = random.Random(4)
    noise = [b"\x47" + chance.randbytes(187) for _ in range(2000)]
    reader = SectionReader()
    began_s = time.thread_time()
    for _ in range(10):
        for packet in noise:
            reader.packet(packet)
    took_s = time.thread_time() - began_s
    assert took_s < 2.0, took_s  # 3.8 MB
    tally = reader.tally
    assert tally.damaged + tally.scrambled + tally.strays > 10_000
