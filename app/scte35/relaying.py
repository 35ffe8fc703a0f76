"""Passing a section on to another clock, SCTE 35 §6.6 and §9.6.1: pts_adjustment and CRC_32 change, no other bit.

Reserved bits, unknown descriptors, alignment stuffing and ciphertext go through as they came.
"""

from __future__ import annotations

from app.model.errors import CueError
from app.model.timebase import wrapped
from app.scte35.codec import CRC_BYTES, framed
from app.scte35.crc import crc_bytes

_SHORTEST = 18  # up to splice_command_type, and CRC_32: what every section has, encrypted or not
_ADJUSTMENT = slice(4, 9)  # encrypted_packet, encryption_algorithm, pts_adjustment
_NOT_TIME = 0x7F << 33


def relayed(section: bytes, delta_ticks: int) -> bytes:
    """The section for a clock that is ``delta_ticks`` ahead of its own (any integer); CueError for what is no section.

    Bytes after the section are left behind. Whether the command makes sense is not looked at: ``decode`` does that.
    """
    encoded = framed(section)
    if encoded[3]:
        raise CueError(f"{encoded[3]} is unknown, 0 is defined", offset=3, field="protocol_version")
    if len(encoded) < _SHORTEST:
        raise CueError(f"{len(encoded) - 3} leaves no room for the head", offset=1, field="section_length")
    head = int.from_bytes(encoded[_ADJUSTMENT], "big")
    moved = head & _NOT_TIME | wrapped(head + delta_ticks)
    body = encoded[: _ADJUSTMENT.start] + moved.to_bytes(5, "big") + encoded[_ADJUSTMENT.stop : -CRC_BYTES]
    return body + crc_bytes(body)
