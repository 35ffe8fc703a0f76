"""CRC_32 of SCTE 35 §9.6.1 (MPEG-2: polynomial 04C11DB7, all ones at first, no final inversion).

zlib's CRC-32 is the same polynomial over mirrored bits, so mirroring the bytes in and the sum out borrows its speed.
"""

from __future__ import annotations

import zlib

_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_ALL_ONES = 0xFFFFFFFF


def crc_bytes(body: bytes) -> bytes:
    """The four bytes of CRC_32 that close ``body``."""
    mirrored_sum = zlib.crc32(body.translate(_MIRRORED)) ^ _ALL_ONES
    return mirrored_sum.to_bytes(4, "little").translate(_MIRRORED)


def crc_holds(section: bytes) -> bool:
    """Whether the sum over a whole section, its CRC_32 included, comes to zero."""
    return zlib.crc32(section.translate(_MIRRORED)) == _ALL_ONES
