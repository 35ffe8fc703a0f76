"""Transport streams read packet by packet, by hand: nothing of the program is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Packet:
    offset: int
    pid: int
    starts: bool
    counter: int
    has_payload: bool
    random_access: bool
    payload: bytes
    pcr: int | None = None  # its base, 90 kHz


@dataclass
class Walk:
    """``sections``: by PID, with the packet each began in; ``idrs``: offset and raw PTS; ``pictures``: all raw PTS."""

    packets: list[Packet] = field(default_factory=list)
    sections: dict[int, list[tuple[int, bytes]]] = field(default_factory=dict)
    idrs: list[tuple[int, int]] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


def packets(stream: bytes) -> Iterator[Packet]:
    assert len(stream) % 188 == 0
    for at in range(0, len(stream), 188):
        one = stream[at : at + 188]
        assert one[0] == 0x47, f"no sync byte at {at}"
        payload_at, random_access, pcr = 4, False, None
        if one[3] & 0x20:
            payload_at = 5 + one[4]
            random_access = one[4] > 0 and bool(one[5] & 0x40)
            if one[4] and one[5] & 0x10:
                pcr = int.from_bytes(one[6:11]) >> 7
        yield Packet(
            offset=at,
            pid=(one[1] & 0x1F) * 256 + one[2],
            starts=bool(one[1] & 0x40),
            counter=one[3] & 15,
            has_payload=bool(one[3] & 0x10),
            random_access=random_access,
            payload=one[payload_at:] if one[3] & 0x10 else b"",
            pcr=pcr,
        )


def walk(stream: bytes, *, video: int = 0x100, tables: tuple[int, ...] = (0, 0x1000, 0x1F0)) -> Walk:
    found = Walk()
    counters: dict[int, int] = {}
    open_sections: dict[int, tuple[int, bytes]] = {}
    for packet in packets(stream):
        found.packets.append(packet)
        if packet.has_payload:
            last = counters.get(packet.pid)
            if last is not None and packet.counter != (last + 1) % 16:
                found.gaps.append(f"PID {packet.pid:#x} at {packet.offset}: {packet.counter} after {last}")
            counters[packet.pid] = packet.counter
        if packet.pid == video and packet.starts:
            found.pictures.append(pts_of(packet.payload))
            if packet.random_access:
                found.idrs.append((packet.offset, pts_of(packet.payload)))
        if packet.pid in tables:
            if packet.starts:
                assert packet.payload[0] == 0, "pointer_field"
                assert packet.pid not in open_sections, "a section was left unfinished"
                open_sections[packet.pid] = (packet.offset, packet.payload[1:])
            else:
                offset, so_far = open_sections[packet.pid]
                open_sections[packet.pid] = (offset, so_far + packet.payload)
            offset, so_far = open_sections[packet.pid]
            length = 3 + (so_far[1] & 15) * 256 + so_far[2]
            if len(so_far) >= length:
                assert set(so_far[length:]) <= {0xFF}
                found.sections.setdefault(packet.pid, []).append((offset, so_far[:length]))
                del open_sections[packet.pid]
    return found


def pts_of(pes: bytes) -> int:
    assert pes[:3] == b"\0\0\1"
    bits = int.from_bytes(pes[9:14], "big")
    return (bits >> 33 & 7) << 30 | (bits >> 17 & 0x7FFF) << 15 | bits >> 1 & 0x7FFF


def crc(section: bytes) -> int:
    """CRC_32 bit by bit; 0 over a whole section."""
    remainder = 0xFFFFFFFF
    for byte in section:
        for bit in range(7, -1, -1):
            top = remainder >> 31 ^ byte >> bit & 1
            remainder = remainder << 1 & 0xFFFFFFFF ^ (0x04C11DB7 if top else 0)
    return remainder


def streams_of(pmt: bytes) -> dict[int, int]:
    """stream_type by PID."""
    at = 12 + (pmt[10] & 15) * 256 + pmt[11]
    found = {}
    while at < len(pmt) - 4:
        found[(pmt[at + 1] & 31) * 256 + pmt[at + 2]] = pmt[at]
        at += 5 + (pmt[at + 3] & 15) * 256 + pmt[at + 4]
    return found
