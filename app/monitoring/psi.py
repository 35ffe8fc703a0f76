"""Sections out of packets, and the two tables that name the streams: PAT and PMT (ISO 13818-1 §2.4.4)."""

from __future__ import annotations

import itertools
import zlib
from dataclasses import dataclass, field

from app.model.cue import CUEI
from app.monitoring.packets import Packets

SCTE35_STREAM = 0x86
_PAT, _PMT = 0, 2
_REGISTRATION = 5
_LONGEST_SECTION = 3 + 4093
_SHORTEST_TABLE = 12
_STUFFING = 0xFF
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class RawSection:
    """A section's bytes and the packets (row numbers) where it begins and ends."""

    encoded: bytes
    row: int
    end_row: int


@dataclass(frozen=True, slots=True)
class Program:
    """What a PMT says. ``streams``: stream_type by PID; ``cuei``: the program registers as CUEI."""

    number: int
    pmt_pid: int
    version: int
    pcr_pid: int
    streams: dict[int, int]
    cuei: bool

    def scte35_pids(self) -> tuple[int, ...]:
        """PIDs with stream_type 0x86."""
        return tuple(pid for pid, stream_type in self.streams.items() if stream_type == SCTE35_STREAM)


@dataclass(slots=True)
class _Assembly:
    """Sections growing out of the payloads of one PID."""

    pid: int
    sections: list[RawSection] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    started: int = -1

    def start(self, row: int, payload: bytes) -> None:
        """A packet with payload_unit_start_indicator: pointer_field, the old section's end, new sections."""
        pointer = payload[0] if payload else 0
        if 1 + pointer >= len(payload):
            self.findings.append(f"pointer_field {pointer} on PID {self.pid:#x} points out of packet {row}")
            self.pending.clear()
            return
        if self.pending:
            self.extend(row, payload[1 : 1 + pointer])
            self.drop(row)
        self.started = row
        self.extend(row, payload[1 + pointer :])

    def extend(self, row: int, payload: bytes) -> None:
        """More bytes of the section that is open; whole ones are taken out."""
        self.pending += payload
        while self.pending and self.pending[0] != _STUFFING:
            if len(self.pending) < 3:  # noqa: PLR2004 - table_id and section_length
                return
            length = 3 + ((self.pending[1] & 0x0F) << 8 | self.pending[2])
            if length > _LONGEST_SECTION:
                self.findings.append(f"section_length {length - 3} on PID {self.pid:#x} at packet {row} is over 4093")
                break
            if len(self.pending) < length:
                return
            self.sections.append(RawSection(bytes(self.pending[:length]), self.started, row))
            del self.pending[:length]
            self.started = row
        self.pending.clear()

    def drop(self, row: int) -> None:
        """A section that never became whole."""
        if self.pending:
            self.findings.append(f"a section on PID {self.pid:#x} is cut off before packet {row}")
            self.pending.clear()


def sections_on(packets: Packets, pid: int) -> tuple[list[RawSection], list[str]]:
    """The sections of one PID in byte order, and what is broken."""
    assembly = _Assembly(pid)
    previous: tuple[int, bytes] | None = None
    for row in packets.rows_of(pid).tolist():
        counter, payload = int(packets.counter[row]), packets.payload(row)
        if previous == (counter, payload):
            continue  # a packet may be sent twice
        if previous is not None and counter != (previous[0] + 1) & 0x0F:
            assembly.drop(row)
        previous = (counter, payload)
        if packets.unit_start[row]:
            assembly.start(row, payload)
        elif assembly.pending:
            assembly.extend(row, payload)
    if assembly.pending:
        assembly.drop(len(packets.rows))
    return assembly.sections, assembly.findings


def crc_is_right(section: bytes) -> bool:
    """CRC_32 over the whole section is 0: zlib's CRC with the bits of each byte mirrored is the same sum."""
    return zlib.crc32(section[:-4].translate(_MIRRORED)).to_bytes(4, "little") == _inverted(section[-4:])


def _inverted(crc: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in crc.translate(_MIRRORED))


def programs_of(packets: Packets) -> tuple[list[Program], list[str]]:
    """The programs of the stream, and what is wrong with its tables."""
    pat, findings = _tables(packets, 0, _PAT)
    if not pat:
        return [], [*findings, "there is no PAT"]
    programs = []
    seen = set()
    for section in pat:
        for at in range(8, len(section) - 7, 4):
            number, pid = section[at] << 8 | section[at + 1], (section[at + 2] & 0x1F) << 8 | section[at + 3]
            if number == 0 or (number, pid) in seen:
                continue
            seen.add((number, pid))
            tables, found = _tables(packets, pid, _PMT)
            findings += found
            tables = [table for table in tables if table[3] << 8 | table[4] == number]
            if not tables:
                findings.append(f"program {number} has no PMT on PID {pid:#x}")
            read = [_program(table, pid) for table in tables]
            findings += _changes(read)
            programs += read[:1]
    return programs, findings


def _tables(packets: Packets, pid: int, table_id: int) -> tuple[list[bytes], list[str]]:
    """The different sections of a table on a PID, CRC right, in the order they came first."""
    sections, findings = sections_on(packets, pid)
    distinct = dict.fromkeys(section.encoded for section in sections if section.encoded[0] == table_id)
    good = []
    for encoded in distinct:
        if len(encoded) < _SHORTEST_TABLE or not crc_is_right(encoded):
            name = "PAT" if table_id == _PAT else "PMT"
            findings.append(f"the CRC of a {name} on PID {pid:#x} is wrong")
        else:
            good.append(encoded)
    return good, findings


def _changes(read: list[Program]) -> list[str]:
    """A PMT that changes has to say so in its version_number."""
    return [
        f"the PMT of program {new.number} changes from version {old.version} to {new.version}"
        if new.version != old.version
        else f"the PMT of program {new.number} changes without a new version_number"
        for old, new in itertools.pairwise(read)
    ]


def _program(section: bytes, pid: int) -> Program:
    """A PMT section's content; loops that run out of it end there."""
    body = section[: len(section) - 4]
    info_end = 12 + ((body[10] & 0x0F) << 8 | body[11]) if len(body) >= _SHORTEST_TABLE else len(body)
    streams: dict[int, int] = {}
    at = info_end
    while at + 5 <= len(body):
        streams[(body[at + 1] & 0x1F) << 8 | body[at + 2]] = body[at]
        at += 5 + ((body[at + 3] & 0x0F) << 8 | body[at + 4])
    pcr_pid = (body[8] & 0x1F) << 8 | body[9] if len(body) >= _SHORTEST_TABLE else 0
    number, version = body[3] << 8 | body[4], body[5] >> 1 & 0x1F
    return Program(number, pid, version, pcr_pid, streams, _registers_cuei(body[12:info_end]))


def _registers_cuei(descriptors: bytes) -> bool:
    """Whether a registration_descriptor says CUEI (SCTE 35 §8.1)."""
    at = 0
    while at + 2 <= len(descriptors):
        tag, length = descriptors[at], descriptors[at + 1]
        if tag == _REGISTRATION and descriptors[at + 2 : at + 2 + length][:4] == CUEI:
            return True
        at += 2 + length
    return False
