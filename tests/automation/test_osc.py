"""OSC messages: what is written is read, and nothing else is."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.automation.osc import Message, OscError, message_bytes, read_message

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
ARGUMENTS = st.lists(
    TEXT | st.booleans() | st.integers(-(2**31), 2**31 - 1) | st.floats(width=32, allow_nan=False), max_size=8
)


@given(TEXT, ARGUMENTS)
def test_what_is_written_is_read(name: str, arguments: list[int | float | str | bool]) -> None:
    message = Message(f"/{name}", tuple(arguments))
    assert read_message(message_bytes(message)) == message


@given(st.binary(max_size=80))
def test_any_packet_is_a_message_or_says_why_not(packet: bytes) -> None:
    with contextlib.suppress(OscError):
        assert message_bytes(read_message(packet)) is not None


@given(ARGUMENTS, st.data())
def test_a_packet_that_breaks_off_is_refused(arguments: list[int | float | str | bool], data: st.DataObject) -> None:
    whole = message_bytes(Message("/a", tuple(arguments)))
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(OscError):
        read_message(whole[:cut])


@pytest.mark.parametrize(
    ("packet", "why"),
    [
        (b"", "breaks off"),
        (b"#bundle\0" + bytes(8), "bundles"),
        (b"take\0\0\0\0,\0\0\0", "does not begin with /"),
        (b"/take\0\0\0i\0\0\0", "no type tags"),
        (b"/take\0\0\0,b\0\0" + struct.pack(">i", 0), "type 'b'"),
        (b"/take\0\0\0,\0\0\0\0\0\0\0", "4 bytes too many"),
        (b"/take\0x\0,\0\0\0", "padding"),
        (b"/\xff\0\0,\0\0\0", "UTF-8"),
        (b"/a\0\0,TTTTTTTTT\0\0", "more than 8"),
        (b"/" + bytes(2000), "longer than"),
    ],
)
def test_packets_that_are_no_message(packet: bytes, why: str) -> None:
    with pytest.raises(OscError, match=why):
        read_message(packet)
