"""splice_info_section as bytes and text, SCTE 35 §9.6: decode and encode, nothing kept between calls.

Every input either is a valid section or raises CueError with the byte and the field; no other exception, for any bytes.
"""

from __future__ import annotations

import base64
import binascii
import re

from app.model.cue import Command, Descriptor, EncryptedCommand, Section
from app.model.errors import CueError
from app.scte35 import bits
from app.scte35.bits import Layout, Reader
from app.scte35.commands import PRIVATE, command_bytes, read_command
from app.scte35.crc import crc_bytes, crc_holds
from app.scte35.descriptors import descriptor_bytes, read_descriptors

LENGTH_NOT_GIVEN = 0xFFF  # splice_command_length of encoders older than its definition
LONGEST_SECTION_LENGTH = 4093
CRC_BYTES = 4
_TABLE_ID = 0xFC
_BEFORE_LENGTH = 3  # bytes up to and with section_length
_CONTROL_BITS = 0xC0  # section_syntax_indicator, private_indicator
_ENCRYPTED = 0x80
_LENGTH = "splice_command_length"
_HEAD = Layout("BBIBBH", "protocol_version", "encrypted_packet", "pts_adjustment", "cw_index", "tier", _LENGTH)
_HEXADECIMAL = re.compile("[0-9A-Fa-f]+")
_NOT_HEXADECIMAL = re.compile("[^0-9A-Fa-f]")
_NOT_BASE64 = re.compile("[^A-Za-z0-9+/]")


def decode(payload: bytes) -> Section:
    """The section that ``payload`` begins with; what follows it is counted in ``trailing_bytes``."""
    encoded = framed(payload)
    reader = Reader(encoded, _BEFORE_LENGTH, len(encoded) - CRC_BYTES, "the section")
    protocol_version, first, ticks, cw_index, tier_first, lengths = reader.unpacked(_HEAD)
    if protocol_version:
        raise CueError(f"{protocol_version} is unknown, 0 is defined", offset=3, field="protocol_version")
    splice_command_length = lengths & 0xFFF
    command: Command
    descriptors: tuple[Descriptor, ...] = ()
    if first & _ENCRYPTED:
        command = EncryptedCommand(reader.raw(reader.left, "encrypted_packet"))
    else:
        command, descriptors = _read_body(reader, splice_command_length)
    return Section(
        command,
        descriptors,
        (first & 1) << 32 | ticks,  # pts_adjustment
        tier_first << 4 | lengths >> 12,
        cw_index,
        encoded[1] >> 4 & 3,  # sap_type
        0,
        first >> 1 & 0x3F,  # encryption_algorithm
        encoded[reader.offset : reader.end],  # alignment_stuffing
        splice_command_length,
        len(payload) - len(encoded),
        encoded,
    )


def framed(payload: bytes) -> bytes:
    """Exactly the bytes of the section that ``payload`` begins with, once table_id, section_length and CRC_32 hold."""
    payload = bytes(payload)
    if len(payload) < _BEFORE_LENGTH:
        raise CueError(f"{len(payload)} bytes are no section", offset=len(payload), field="section_length")
    if payload[0] != _TABLE_ID:
        raise CueError(f"0x{payload[0]:02X} is not 0xFC", offset=0, field="table_id")
    if payload[1] & _CONTROL_BITS:
        name = "section_syntax_indicator" if payload[1] & 0x80 else "private_indicator"
        raise CueError("is 1, must be 0", offset=1, field=name)
    section_length = (payload[1] & 0x0F) << 8 | payload[2]
    if section_length > LONGEST_SECTION_LENGTH:
        raise CueError(f"{section_length} is over {LONGEST_SECTION_LENGTH}", offset=1, field="section_length")
    end = _BEFORE_LENGTH + section_length
    if len(payload) < end:
        raise CueError(f"truncated: says {end} bytes in all, got {len(payload)}", offset=1, field="section_length")
    if section_length < CRC_BYTES:
        raise CueError(f"{section_length} leaves no room for CRC_32", offset=1, field="section_length")
    encoded = payload[:end]
    if not crc_holds(encoded):
        written, wanted = encoded[-CRC_BYTES:].hex(), crc_bytes(encoded[:-CRC_BYTES]).hex()
        raise CueError(f"is {written}, the bytes before it give {wanted}", offset=end - CRC_BYTES, field="CRC_32")
    return encoded


def _read_body(reader: Reader, splice_command_length: int) -> tuple[Command, tuple[Descriptor, ...]]:
    splice_command_type = reader.byte("splice_command_type")
    if splice_command_length == LENGTH_NOT_GIVEN:
        if splice_command_type == PRIVATE:
            raise CueError("not given, and a private command does not end by itself", offset=11, field=_LENGTH)
        command = read_command(splice_command_type, reader)
    else:
        part = reader.part(splice_command_length, _LENGTH, "the command")
        command = read_command(splice_command_type, part)
        part.finish(_LENGTH)
    loop_length = reader.uint(2, "descriptor_loop_length")
    return command, read_descriptors(reader.part(loop_length, "descriptor_loop_length", "the descriptor loop"))


def encode(section: Section) -> bytes:
    """The section as bytes: lengths and CRC_32 reckoned, reserved bits 1; CueError where a value does not fit."""
    splice_command_type, command = command_bytes(section.command)
    loop = b"".join([descriptor_bytes(descriptor) for descriptor in section.descriptors])
    flags = bits.checked(section.encryption_algorithm, 6, "encryption_algorithm") << 33
    lengths = bits.checked(section.tier, 12, "tier") << 12 | len(command)
    body = b"".join(
        (
            bits.uint(section.protocol_version, 1, "protocol_version"),
            (flags | bits.checked(section.pts_adjustment, 33, "pts_adjustment")).to_bytes(5, "big"),
            bits.uint(section.cw_index, 1, "cw_index"),
            lengths.to_bytes(3, "big"),
            bytes((splice_command_type,)),
            command,
            bits.uint(len(loop), 2, "descriptor_loop_length"),
            loop,
            section.alignment_stuffing,
        )
    )
    section_length = len(body) + CRC_BYTES
    if section_length > LONGEST_SECTION_LENGTH:
        raise CueError(f"{section_length} is over {LONGEST_SECTION_LENGTH}", field="section_length")
    first = bits.checked(section.sap_type, 2, "sap_type") << 12 | section_length
    encoded = bytes((_TABLE_ID,)) + first.to_bytes(2, "big") + body
    return encoded + crc_bytes(encoded)


def from_text(text: str) -> bytes:
    """The bytes of a payload in hexadecimal, with or without 0x, or in base64, whose padding may be missing or short.

    Otherwise both are strict: no junk is skipped.
    """
    stripped = text.strip()
    if not stripped:
        raise CueError("the payload is empty")
    digits = stripped[2:] if stripped[:2] in ("0x", "0X") else stripped
    if digits is not stripped or _HEXADECIMAL.fullmatch(digits):
        return _from_hexadecimal(digits)
    return from_base64(stripped)


def from_base64(text: str) -> bytes:
    """The bytes of base64, whose padding may be missing or short; CueError for any other character."""
    symbols = text.removesuffix("=").removesuffix("=")
    strange = _NOT_BASE64.search(symbols)
    if strange:
        raise CueError(f"character {strange.start() + 1}, {strange[0]!r}, is neither base64 nor hexadecimal")
    try:
        return binascii.a2b_base64(symbols + "=" * (-len(symbols) % 4), strict_mode=True)
    except binascii.Error as error:
        raise CueError(f"not base64: {str(error).lower()}") from error


def _from_hexadecimal(digits: str) -> bytes:
    strange = _NOT_HEXADECIMAL.search(digits)
    if strange:
        raise CueError(f"digit {strange.start() + 1}, {strange[0]!r}, is not hexadecimal")
    if len(digits) % 2 or not digits:
        raise CueError(f"{len(digits)} hexadecimal digits make no whole number of bytes")
    return bytes.fromhex(digits)


def to_base64(section: bytes) -> str:
    """The bytes as base64."""
    return base64.b64encode(section).decode("ascii")


def to_hex(section: bytes) -> str:
    """The bytes as 0x and capital digits, the hexadecimal-sequence of RFC 8216 §4.2."""
    return f"0x{section.hex().upper()}"
