"""Transport packets, ISO/IEC 13818-1 §2.4: what the packager reads in them, and the sections it adds. Pure."""

from __future__ import annotations

from app.model.errors import SplicedeckError
from app.scte35.crc import crc_bytes

PACKET_SIZE = 188
PAT_PID, SDT_PID = 0x0000, 0x0011
PMT_PID, VIDEO_PID, SCTE35_PID = 0x1000, 0x0100, 0x01F0
LONGEST_SECTION = 4096  # three bytes of head and a section_length of at most 4093, SCTE 35 §9.6.1

_PAYLOAD_SIZE = PACKET_SIZE - 4
_SCTE35_STREAM_TYPE = 0x86  # SCTE 35 §8
_REGISTRATION_CUEI = b"\x05\x04CUEI"  # registration_descriptor(), SCTE 35 §8.1
_PMT_HEAD = 12  # bytes up to and with program_info_length


def packet_pid(stream: bytes, at: int) -> int:
    """The PID of the packet that starts at byte ``at``."""
    return (stream[at + 1] & 0x1F) << 8 | stream[at + 2]


def is_random_access(stream: bytes, at: int) -> bool:
    """Whether the packet at ``at`` begins a PES packet and sets random_access_indicator: an IDR, on a video PID."""
    starts = stream[at + 1] & 0x40
    has_flags = stream[at + 3] & 0x20 and stream[at + 4]
    return bool(starts and has_flags and stream[at + 5] & 0x40)


def pes_pts(stream: bytes, at: int) -> int:
    """The 33 bits of PTS in the PES header that starts in the packet at ``at``, §2.4.3.7."""
    header = _payload_at(stream, at)
    if stream[header : header + 3] != b"\x00\x00\x01" or not stream[header + 7] & 0x80:
        raise SplicedeckError("a picture left the multiplexer without a PTS")
    first, high, middle, low, last = stream[header + 9 : header + 14]
    return (first >> 1 & 7) << 30 | high << 22 | (middle >> 1) << 15 | low << 7 | last >> 1


def section_in(packet: bytes) -> bytes:
    """The section that begins and ends in one packet, as the multiplexer's own tables do."""
    pointer = _payload_at(packet, 0)
    start = pointer + 1 + packet[pointer]
    end = start + 3 + (int.from_bytes(packet[start + 1 : start + 3], "big") & 0x0FFF)
    if end > PACKET_SIZE:
        raise SplicedeckError(f"the table on PID 0x{packet_pid(packet, 0):X} does not fit one packet")
    return packet[start:end]


def pmt_with_scte35(pmt: bytes, scte35_pid: int) -> bytes:
    """A PMT section that also lists ``scte35_pid``, with the program's CUEI registration. SCTE 35 §8.

    The version is one more than the original's: whoever has seen that one reads this one anew.
    """
    info_length = int.from_bytes(pmt[10:12], "big") & 0x0FFF
    streams_at = _PMT_HEAD + info_length
    program_info = pmt[_PMT_HEAD:streams_at] + _REGISTRATION_CUEI
    streams = pmt[streams_at:-4] + bytes((_SCTE35_STREAM_TYPE, 0xE0 | scte35_pid >> 8, scte35_pid & 0xFF, 0xF0, 0))
    version = (pmt[5] >> 1) + 1 & 0x1F
    body = (
        pmt[3:5]
        + bytes((pmt[5] & 0xC1 | version << 1,))
        + pmt[6:10]
        + (0xF000 | len(program_info)).to_bytes(2, "big")
        + program_info
        + streams
    )
    table = pmt[:1] + (0xB000 | len(body) + 4).to_bytes(2, "big") + body
    return table + crc_bytes(table)


class SectionPid:
    """A PID that carries sections alone: one a packet, each beginning at its payload, counted in its continuity."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._continuity_counter = 0

    def packets(self, section: bytes) -> bytes:
        """The section in whole packets: pointer_field 0, payload_unit_start on the first, then 0xFF (SCTE 35 §9.6)."""
        payload = b"\x00" + section
        return b"".join(
            self._header(starts=at == 0) + payload[at : at + _PAYLOAD_SIZE].ljust(_PAYLOAD_SIZE, b"\xff")
            for at in range(0, len(payload), _PAYLOAD_SIZE)
        )

    def _header(self, *, starts: bool) -> bytes:
        counter = self._continuity_counter
        self._continuity_counter = counter + 1 & 0x0F
        return bytes((0x47, (0x40 if starts else 0) | self.pid >> 8, self.pid & 0xFF, 0x10 | counter))


def _payload_at(stream: bytes, at: int) -> int:
    return at + 4 + (1 + stream[at + 4] if stream[at + 3] & 0x20 else 0)
