"""What a transport stream says of itself, read in passing: programs, streams, lost packets, entry points.

ISO/IEC 13818-1 §2.4.3 (packets), §2.4.4 (PAT, PMT).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.scte35.crc import crc_holds

if TYPE_CHECKING:
    from app.pipeline.sources.cue_watch import CueWatch

PACKET_BYTES = 188
_SYNC = 0x47
_PAT_PID = 0
_NULL_PID = 0x1FFF
_PAT_TABLE, _PMT_TABLE = 0x00, 0x02
_SECTION_LENGTH_END = 3  # table_id and section_length
_SECTION_HEADER_BYTES = 8  # table_id to last_section_number
_CRC_BYTES = 4
_VIDEO_TYPES = frozenset({0x01, 0x02, 0x10, 0x1B, 0x24, 0x33, 0xD1, 0xEA})
_AUDIO_TYPES = frozenset({0x03, 0x04, 0x0F, 0x11, 0x1C, 0x81, 0x83, 0x84, 0x85, 0x87})
_PRIVATE_TYPE = 0x06
_PRIVATE_AUDIO_TAGS = frozenset({0x6A, 0x7A, 0x7B, 0x7C})  # DVB: AC-3, E-AC-3, DTS, AAC
_REGISTRATION_TAG = 0x05
_DISC_REGISTRATION, _DISC_AUDIO_TYPE = b"HDMV", 0x86  # there DTS-HD has the number that SCTE 35 §8 gives to markers
_AUDIO_REGISTRATIONS = frozenset({b"AC-3", b"EAC3", b"Opus", b"DTS1", b"DTS2", b"DTS3", b"BSSD"})
_VIDEO_REGISTRATIONS = frozenset({b"HEVC", b"AV01", b"VC-1", b"drac"})


@dataclass(frozen=True, slots=True)
class ElementaryStream:
    """One line of a PMT. ``media``: video, audio or ''."""

    pid: int
    stream_type: int
    media: str


@dataclass(frozen=True, slots=True)
class ProgramMap:
    """The first program of the stream."""

    program_number: int
    pmt_pid: int
    streams: tuple[ElementaryStream, ...]
    pcr_pid: int = -1

    def first(self, media: str) -> int | None:
        """PID of the first video or audio stream."""
        return next((stream.pid for stream in self.streams if stream.media == media), None)


@dataclass(slots=True)
class _Table:
    packets: list[bytes]
    section: bytes


@dataclass(slots=True)
class TsWatch:
    """Reads 188-byte packets as they pass. ``program`` None: no PMT yet; ``changes`` counts different ones after it.

    ``lost`` counts breaks of a continuity counter; ``entry`` is set by ``read`` when a video random access point began.
    ``cues`` is handed what concerns SCTE-35.
    """

    packets: int = 0
    strays: int = 0
    lost: int = 0
    changes: int = 0
    program: ProgramMap | None = None
    entry: bool = False
    tables: dict[int, bytes] = field(default_factory=dict)  # the latest packets of PAT and PMT, by PID
    cues: CueWatch | None = None
    _pmt_pid: int = -1
    _program_number: int = 0
    _video_pid: int = -1
    _counters: dict[int, int] = field(default_factory=dict)
    _open: dict[int, _Table] = field(default_factory=dict)

    def read(self, chunk: bytes) -> None:
        """Look at the packets of a datagram, which must begin with one; what is no packet counts as a stray."""
        self.entry = False
        cues = self.cues
        for at in range(0, len(chunk) - PACKET_BYTES + 1, PACKET_BYTES):
            if chunk[at] != _SYNC:
                self.strays += 1
                continue
            self.packets += 1
            pid = (chunk[at + 1] & 0x1F) << 8 | chunk[at + 2]
            flags = chunk[at + 3]
            if pid == _NULL_PID:
                continue
            if flags & 0x10:
                self._count(pid, flags & 0x0F)
            if pid == self._video_pid:
                if flags & 0x20 and chunk[at + 4] and chunk[at + 5] & 0x40:
                    self.entry = True
            elif pid in (_PAT_PID, self._pmt_pid):
                self._table(pid, chunk[at : at + PACKET_BYTES])
            if cues is not None and (flags & 0x20 or chunk[at + 1] & 0x40 or pid in cues.wanted_pids):
                cues.packet(pid, chunk[at : at + PACKET_BYTES])

    def _count(self, pid: int, counter: int) -> None:
        before = self._counters.get(pid)
        if before is not None and counter not in (before, (before + 1) & 0x0F):
            self.lost += 1
        self._counters[pid] = counter

    def _table(self, pid: int, packet: bytes) -> None:
        table = self._open.get(pid)
        payload = _payload(packet)
        if packet[1] & 0x40 and payload:
            table = self._open[pid] = _Table([], payload[1 + payload[0] :])
        elif table is not None:
            table.section += payload
        if table is None:
            return
        table.packets.append(packet)
        length = int.from_bytes(table.section[1:3]) & 0x0FFF
        end = max(_SECTION_LENGTH_END + length, _SECTION_HEADER_BYTES + _CRC_BYTES)
        if len(table.section) < end:
            return
        del self._open[pid]
        section = table.section[:end]
        if section[5] & 1 and crc_holds(section):  # current_next_indicator
            self.tables[pid] = b"".join(table.packets)
            self._section(pid, section)

    def _section(self, pid: int, section: bytes) -> None:
        if pid == _PAT_PID and section[0] == _PAT_TABLE:
            self._programs(section)
        elif section[0] == _PMT_TABLE and int.from_bytes(section[3:5]) == self._program_number:
            pcr_pid = int.from_bytes(section[8:10]) & 0x1FFF
            program = ProgramMap(self._program_number, pid, tuple(_streams(section)), pcr_pid)
            if program != self.program:
                self.changes += self.program is not None
                self.program = program
                self._video_pid = program.first("video") or -1
                if self.cues is not None:
                    self.cues.program(program)

    def _programs(self, section: bytes) -> None:
        for at in range(_SECTION_HEADER_BYTES, len(section) - _CRC_BYTES - 3, 4):
            number = int.from_bytes(section[at : at + 2])
            if number:  # 0 is the network PID
                self._program_number = number
                pid = int.from_bytes(section[at + 2 : at + 4]) & 0x1FFF
                if pid != self._pmt_pid:
                    self.tables.pop(self._pmt_pid, None)
                    self._pmt_pid = pid
                return


def _payload(packet: bytes) -> bytes:
    if not packet[3] & 0x10:
        return b""
    return packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]


def _streams(section: bytes) -> list[ElementaryStream]:
    streams: list[ElementaryStream] = []
    at = _SECTION_HEADER_BYTES + 4 + (int.from_bytes(section[10:12]) & 0x0FFF)
    program = section[_SECTION_HEADER_BYTES + 4 : at]
    is_disc = (_REGISTRATION_TAG, _DISC_REGISTRATION) in _descriptors(program)
    while at + 5 <= len(section) - _CRC_BYTES:
        stream_type = section[at]
        pid = int.from_bytes(section[at + 1 : at + 3]) & 0x1FFF
        length = int.from_bytes(section[at + 3 : at + 5]) & 0x0FFF
        descriptors = section[at + 5 : at + 5 + length]
        on_disc = is_disc and stream_type == _DISC_AUDIO_TYPE
        streams.append(ElementaryStream(pid, stream_type, "audio" if on_disc else _media(stream_type, descriptors)))
        at += 5 + length
    return streams


def _media(stream_type: int, descriptors: bytes) -> str:
    if stream_type in _VIDEO_TYPES:
        return "video"
    if stream_type in _AUDIO_TYPES:
        return "audio"
    for tag, identifier in _descriptors(descriptors) if stream_type == _PRIVATE_TYPE else ():
        registration = identifier if tag == _REGISTRATION_TAG else b""
        if tag in _PRIVATE_AUDIO_TAGS or registration in _AUDIO_REGISTRATIONS:
            return "audio"
        if registration in _VIDEO_REGISTRATIONS:
            return "video"
    return ""


def _descriptors(loop: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and the first four bytes of each."""
    at = 0
    while at + 2 <= len(loop):
        length = loop[at + 1]
        yield loop[at], loop[at + 2 : at + 2 + min(length, 4)]
        at += 2 + length
