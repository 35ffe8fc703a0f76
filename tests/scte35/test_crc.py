from hypothesis import given
from hypothesis import strategies as st

from app.scte35.crc import crc_bytes, crc_holds


def _by_the_book(body: bytes) -> int:
    """ISO 13818-1 annex A, bit by bit."""
    register = 0xFFFFFFFF
    for byte in body:
        for bit in range(7, -1, -1):
            carry = register >> 31 ^ byte >> bit & 1
            register = register << 1 & 0xFFFFFFFF ^ (0x04C11DB7 if carry else 0)
    return register


@given(st.binary(max_size=64))
def test_it_is_the_sum_of_the_standard(body: bytes) -> None:
    assert crc_bytes(body) == _by_the_book(body).to_bytes(4, "big")
    assert crc_holds(body + crc_bytes(body))


def test_the_catalogued_check_value() -> None:
    assert crc_bytes(b"123456789").hex() == "0376e6e7"
