"""Open Sound Control 1.0: one message a packet, read strictly and written. No bundles, no blobs."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MOST_BYTES = 1024
MOST_ARGUMENTS = 8
_WORD = 4

type Argument = int | float | str | bool


class OscError(ValueError):
    """No message of ours: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Message:
    """``address``: with its leading slash."""

    address: str
    arguments: tuple[Argument, ...] = ()


def read_message(packet: bytes) -> Message:
    """A packet's message; OscError."""
    if len(packet) > MOST_BYTES:
        raise OscError(f"longer than {MOST_BYTES} bytes")
    if packet.startswith(b"#bundle\0"):
        raise OscError("bundles are not taken: send one message a packet")
    address, at = _text(packet, 0)
    if not address.startswith("/"):
        raise OscError("its address does not begin with /")
    kinds, at = _text(packet, at)
    if not kinds.startswith(","):
        raise OscError("it has no type tags")
    if len(kinds) > MOST_ARGUMENTS + 1:
        raise OscError(f"more than {MOST_ARGUMENTS} arguments")
    arguments: list[Argument] = []
    for kind in kinds[1:]:
        value, at = _argument(kind, packet, at)
        arguments.append(value)
    if at != len(packet):
        raise OscError(f"{len(packet) - at} bytes too many")
    return Message(address, tuple(arguments))


def _argument(kind: str, packet: bytes, at: int) -> tuple[Argument, int]:
    if kind == "s":
        return _text(packet, at)
    if kind in {"T", "F"}:
        return kind == "T", at
    if kind not in {"i", "f"}:
        raise OscError(f"arguments of type {kind!r} are not taken")
    if at + _WORD > len(packet):
        raise OscError("it breaks off")
    value: int | float = struct.unpack_from(">i" if kind == "i" else ">f", packet, at)[0]
    return value, at + _WORD


def _text(packet: bytes, at: int) -> tuple[str, int]:
    end = packet.find(b"\0", at)
    after = end + _WORD - end % _WORD
    if end < 0 or after > len(packet):
        raise OscError("it breaks off")
    if packet[end:after].strip(b"\0"):
        raise OscError("its padding is not zero")
    try:
        return packet[at:end].decode("utf-8"), after
    except UnicodeDecodeError as error:
        raise OscError("its text is not UTF-8") from error


def message_bytes(message: Message) -> bytes:
    """The inverse of ``read_message``."""
    kinds, body = ",", b""
    for value in message.arguments:
        if isinstance(value, bool):
            kinds += "T" if value else "F"
        elif isinstance(value, str):
            kinds, body = kinds + "s", body + _padded(value)
        elif isinstance(value, int):
            kinds, body = kinds + "i", body + struct.pack(">i", value)
        else:
            kinds, body = kinds + "f", body + struct.pack(">f", value)
    return _padded(message.address) + _padded(kinds) + body


def _padded(text: str) -> bytes:
    raw = text.encode().replace(b"\0", b"")
    return raw + b"\0" * (_WORD - len(raw) % _WORD)
