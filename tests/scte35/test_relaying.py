from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.cue import EncryptedCommand, Section
from app.model.errors import CueError
from app.scte35 import messages
from app.scte35.codec import decode, encode
from app.scte35.crc import crc_bytes
from app.scte35.relaying import relayed
from tests.scte35.strategies import sections

OUT = messages.splice_out(17, 900_000, 2_700_000).encoded
WRAP = 1 << 33


def _closed(body: bytes) -> bytes:
    framed = body[:1] + bytes((body[1] & 0xF0 | len(body) + 1 >> 8, len(body) + 1 & 0xFF)) + body[3:]
    return framed + crc_bytes(framed)


@given(sections, st.integers(-(1 << 40), 1 << 40))
@settings(max_examples=200)
def test_only_the_adjustment_moves(section: Section, delta_ticks: int) -> None:
    encoded = encode(section)
    moved = relayed(encoded, delta_ticks)
    assert decode(moved) == replace(section, pts_adjustment=(section.pts_adjustment + delta_ticks) % WRAP)
    assert (moved[:4], moved[9:-4]) == (encoded[:4], encoded[9:-4])
    assert moved[4] >> 1 == encoded[4] >> 1
    assert relayed(moved, -delta_ticks) == encoded


def test_reserved_bits_stuffing_and_ciphertext_go_through() -> None:
    body = bytearray(OUT[:-4])
    body[15 + 5] &= 0xF8  # the reserved bits of an old encoder
    body[4] |= 0x82  # encrypted, by algorithm 1
    section = _closed(bytes(body) + b"\xab\xcd")
    moved = relayed(section + b"\xff" * 9, 5)
    assert len(moved) == len(section)
    assert moved[9:-4] == section[9:-4]
    read = decode(moved)
    assert isinstance(read.command, EncryptedCommand)
    assert (read.pts_adjustment, read.encryption_algorithm) == (5, 1)


@pytest.mark.parametrize("length", range(len(OUT)))
def test_what_is_cut_is_not_passed_on(length: int) -> None:
    with pytest.raises(CueError):
        relayed(OUT[:length], 1)


def test_what_is_no_section_is_not_passed_on() -> None:
    for payload in (OUT[:-1] + b"\0", b"\0" + OUT[1:], _closed(b"\xfc\x30\x00"), _closed(OUT[:3] + b"\1" + OUT[4:-4])):
        with pytest.raises(CueError):
            relayed(payload, 1)


@given(st.binary(max_size=60))
def test_any_bytes_are_passed_on_or_a_cue_error(payload: bytes) -> None:
    for attempt in (payload, _closed(b"\xfc\x30\x00" + payload)):
        try:
            relayed(attempt, 7)
        except CueError as error:
            assert error.offset is not None
