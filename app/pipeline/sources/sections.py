"""Sections out of the packets of one PID: pointer_field, parts, losses. ISO/IEC 13818-1 §2.4.3, §2.4.4.1; SCTE 35 §9.6.

Whatever comes costs its own bytes alone: at most one section (4096 bytes) is kept, and a part that is missing ends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PACKET_BYTES = 188
SPLICE_TABLE = 0xFC
_HEADER_BYTES = 3  # table_id and section_length
_LONGEST_LENGTH = 4093
_SHORTEST_BYTES = 17  # of a splice_info_section: what comes before the command, and CRC_32
_STUFFING = 0xFF
_FIRST_PAYLOAD_BYTE = 4
_ERROR, _STARTS = 0x80, 0x40  # transport_error_indicator, payload_unit_start_indicator
_SCRAMBLED, _ADAPTATION, _PAYLOAD, _COUNTER = 0xC0, 0x20, 0x10, 0x0F
_DISCONTINUITY = 0x80


@dataclass(slots=True)
class SectionTally:
    """What came on PIDs of sections, counted up on one thread and read on others.

    ``sections``: whole splice_info_sections, valid or not. ``cut``: begun, but not whole.
    ``lost``: breaks of a continuity counter; ``scrambled``, ``damaged``: packets that can't be read. ``foreign``:
    sections of other tables; ``overlong``: a section_length that none may have; ``strays``: packets with no beginning.
    """

    sections: int = 0
    cut: int = 0
    lost: int = 0
    scrambled: int = 0
    damaged: int = 0
    foreign: int = 0
    overlong: int = 0
    strays: int = 0


class SectionReader:
    """One PID. ``packet`` takes its packets in order and gives the splice_info_sections that end in each, unchecked."""

    def __init__(self) -> None:
        self.tally = SectionTally()
        self._counter: int | None = None
        self._last = b""
        self._open = bytearray()  # what there is of a section that goes on in the next packet

    def packet(self, packet: bytes) -> list[bytes]:
        """The sections that are whole with these 188 bytes; their CRC_32 is not looked at."""
        if packet[1] & _ERROR or not packet[3] & (_PAYLOAD | _ADAPTATION):
            self._damaged()
            return []
        if not packet[3] & _PAYLOAD:
            return []
        at = _FIRST_PAYLOAD_BYTE + (1 + packet[4] if packet[3] & _ADAPTATION else 0)
        if at >= PACKET_BYTES:
            self._damaged()
            return []
        if not self._follows(packet):
            return []
        if packet[3] & _SCRAMBLED:
            self.tally.scrambled += 1
            self._give_up()
            return []
        return list(self._starting(packet, at) if packet[1] & _STARTS else self._going_on(packet[at:]))

    def restart(self) -> None:
        """The next packet begins anew: nothing is missing before it."""
        self._counter, self._last = None, b""
        self._open.clear()

    def _follows(self, packet: bytes) -> bool:
        """Whether it is new; what was begun before a missing packet is given up."""
        counter, before = packet[3] & _COUNTER, self._counter
        if counter == before and packet == self._last:
            return False  # each packet may be sent twice
        self._counter, self._last = counter, packet
        if before is not None and counter != (before + 1) & _COUNTER:
            self._give_up()
            told = packet[3] & _ADAPTATION and packet[4] and packet[5] & _DISCONTINUITY
            self.tally.lost += not told
        return True

    def _damaged(self) -> None:
        self.tally.damaged += 1
        self._counter = None
        self._give_up()

    def _give_up(self) -> None:
        if self._open:
            self.tally.cut += 1
            self._open.clear()

    def _starting(self, packet: bytes, at: int) -> Iterator[bytes]:
        begins = at + 1 + packet[at]  # pointer_field
        if begins > PACKET_BYTES:
            self.tally.damaged += 1
            self._give_up()
            return
        if self._open:
            self._open += packet[at + 1 : begins]
            yield from self._ended()
            self._give_up()
        yield from self._begun(packet, begins)

    def _going_on(self, payload: bytes) -> Iterator[bytes]:
        if not self._open:
            self.tally.strays += 1
            return
        self._open += payload
        yield from self._ended()

    def _ended(self) -> Iterator[bytes]:
        """The open section, once it is whole; what follows it in the packet is stuffing."""
        if len(self._open) < _HEADER_BYTES:
            return
        end = _whole_bytes(self._open, 0)
        if end > _HEADER_BYTES + _LONGEST_LENGTH:
            self.tally.overlong += 1
            self._open.clear()
        elif len(self._open) >= end:
            section = bytes(self._open[:end])
            self._open.clear()
            yield from self._wanted(section)

    def _begun(self, packet: bytes, at: int) -> Iterator[bytes]:
        while at < PACKET_BYTES and packet[at] != _STUFFING:
            if at + _HEADER_BYTES > PACKET_BYTES:
                self._open += packet[at:]
                return
            end = at + _whole_bytes(packet, at)
            if end - at > _HEADER_BYTES + _LONGEST_LENGTH:
                self.tally.overlong += 1
                return
            if end > PACKET_BYTES:
                self._open += packet[at:]
                return
            if packet[at] == SPLICE_TABLE and end - at < _SHORTEST_BYTES:
                self.tally.damaged += 1
                return  # dozens of these in every packet would cost more than a stream's pictures
            yield from self._wanted(packet[at:end])
            at = end

    def _wanted(self, section: bytes) -> Iterator[bytes]:
        if section[0] == SPLICE_TABLE:
            self.tally.sections += 1
            yield section
        else:
            self.tally.foreign += 1


def _whole_bytes(section: bytes | bytearray, at: int) -> int:
    return _HEADER_BYTES + ((section[at + 1] & 0x0F) << 8 | section[at + 2])
