"""A transport stream written by hand for the tests of the reader: nothing here is shared with app/pipeline."""

from __future__ import annotations

from dataclasses import dataclass, field

VIDEO, AUDIO, SCTE35, PMT = 0x100, 0x101, 0x1F0, 0x1000
AAC_FRAME = 1920  # ticks at 48 kHz
WRAP = 1 << 33


def crc32(octets: bytes) -> int:
    """CRC-32/MPEG-2, bit by bit."""
    crc = 0xFFFFFFFF
    for octet in octets:
        crc ^= octet << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7) & 0xFFFFFFFF if crc & 0x80000000 else crc << 1
    return crc


def with_crc(octets: bytes) -> bytes:
    return octets + crc32(octets).to_bytes(4, "big")


def splice_info(command_type: int, command: bytes, descriptors: bytes = b"", tier: int = 0xFFF) -> bytes:
    body = b"\0" + b"\0" * 5 + b"\0" + (tier << 12 | len(command)).to_bytes(3, "big") + bytes([command_type]) + command
    body += len(descriptors).to_bytes(2, "big") + descriptors
    return with_crc(bytes([0xFC]) + (0x3000 | len(body) + 4).to_bytes(2, "big") + body)


def pts_field(pts: int) -> bytes:
    return (0xFE << 32 | pts % WRAP).to_bytes(5, "big")


def splice_insert(
    event_id: int,
    pts: int | None,
    *,
    out: bool,
    duration: int | None = None,
    auto: bool = True,
    tier: int = 0xFFF,
    descriptors: bytes = b"",
) -> bytes:
    flags = (0x80 if out else 0) | 0x40 | (0x20 if duration is not None else 0) | (0x10 if pts is None else 0) | 0x0F
    command = event_id.to_bytes(4, "big") + b"\x7f" + bytes([flags])
    command += b"" if pts is None else pts_field(pts)
    if duration is not None:
        command += ((0xFE if auto else 0x7E) << 32 | duration).to_bytes(5, "big")
    return splice_info(5, command + b"\0\1\0\0", descriptors, tier=tier)


def cancel(event_id: int) -> bytes:
    return splice_info(5, event_id.to_bytes(4, "big") + b"\xff")


def descriptor(event_id: int, type_id: int, duration: int | None = None, upid: bytes = b"") -> bytes:
    """A segmentation_descriptor; a UPID is text of type 9."""
    flags = 0x80 | (0x40 if duration is not None else 0) | 0x20 | 0x1F
    body = b"CUEI" + event_id.to_bytes(4, "big") + b"\x7f" + bytes([flags])
    body += b"" if duration is None else duration.to_bytes(5, "big")
    body += bytes([9 if upid else 0, len(upid)]) + upid + bytes([type_id, 0, 0])
    return bytes([2, len(body)]) + body


def segmentation(event_id: int, type_id: int, pts: int, duration: int | None = None, upid: bytes = b"") -> bytes:
    return splice_info(6, pts_field(pts), descriptor(event_id, type_id, duration, upid))


def segmentation_cancel(event_id: int) -> bytes:
    body = b"CUEI" + event_id.to_bytes(4, "big") + b"\xff"
    return splice_info(6, pts_field(0), bytes([2, len(body)]) + body)


def stamp(prefix: int, ticks: int) -> bytes:
    t = ticks % WRAP
    return bytes(
        [prefix << 4 | t >> 29 & 0x0E | 1, t >> 22 & 0xFF, t >> 14 & 0xFE | 1, t >> 7 & 0xFF, t << 1 & 0xFE | 1]
    )


def nal(kind: int, size: int = 20) -> bytes:
    return b"\0\0\0\1" + bytes([kind]) + b"\x55" * size


@dataclass
class LittleTs:
    """Packets of one rendition; counters run on over the segments that are taken from it."""

    cuei: bool = True
    has_scte35: bool = True
    has_sound: bool = False
    has_video: bool = True
    counters: dict[int, int] = field(default_factory=dict)
    out: bytearray = field(default_factory=bytearray)

    def packet(self, pid: int, payload: bytes, *, start: bool, pcr: int | None = None, stuff: bool = False) -> None:
        """One packet; a short payload is stuffed in the adaptation field, or behind it for sections."""
        count = self.counters.get(pid, -1) + 1 & 0x0F
        self.counters[pid] = count
        adaptation = b""
        if pcr is not None:
            base = pcr % WRAP
            adaptation = b"\x10" + (base << 15 | 0x3F << 9).to_bytes(6, "big")
        room = 184 - (len(adaptation) + 1 if adaptation else 0)
        assert len(payload) <= room
        if stuff:
            payload += b"\xff" * (room - len(payload))
        elif len(payload) < room:
            missing = 184 - len(payload) - 1
            flags = adaptation or (b"\0" if missing else b"")
            adaptation = flags + b"\xff" * (missing - len(flags))
            adaptation = bytes([len(adaptation)]) + adaptation
        if adaptation and len(adaptation) != adaptation[0] + 1:
            adaptation = bytes([len(adaptation)]) + adaptation
        control = (0x30 if adaptation else 0x10) | count
        head = bytes([0x47, (0x40 if start else 0) | pid >> 8, pid & 0xFF, control])
        whole = head + adaptation + payload
        assert len(whole) == 188, len(whole)
        self.out += whole

    def tables(self) -> None:
        """PAT and PMT."""
        pat = with_crc(b"\0\xb0\x0d\0\1\xc1\0\0\0\1" + (0xE000 | PMT).to_bytes(2, "big"))
        self.packet(0, b"\0" + pat, start=True, stuff=True)
        info = b"\x05\x04CUEI" if self.cuei else b""
        streams = bytes([0x1B]) + (0xE000 | VIDEO).to_bytes(2, "big") + b"\xf0\0" if self.has_video else b""
        if self.has_sound:
            streams += bytes([0x0F]) + (0xE000 | AUDIO).to_bytes(2, "big") + b"\xf0\0"
        if self.has_scte35:
            streams += bytes([0x86]) + (0xE000 | SCTE35).to_bytes(2, "big") + b"\xf0\0"
        body = b"\0\1\xc1\0\0" + (0xE000 | VIDEO).to_bytes(2, "big") + (0xF000 | len(info)).to_bytes(2, "big")
        body += info + streams
        pmt = with_crc(b"\x02" + (0xB000 | len(body) + 4).to_bytes(2, "big") + body)
        self.packet(PMT, b"\0" + pmt, start=True, stuff=True)

    def section(self, section: bytes) -> None:
        """An SCTE-35 section, over as many packets as it needs."""
        payload = b"\0" + section
        for at in range(0, len(payload), 184):
            self.packet(SCTE35, payload[at : at + 184], start=at == 0, stuff=True)

    def picture(
        self, pts: int, dts: int, *, idr: bool, parameter_sets: bool = True, sei: int = 0, pad: int = 0
    ) -> None:
        """One access unit in one PES packet; ``sei`` bytes before the slice, ``pad`` bytes in it."""
        units = nal(9, 1)
        if idr and parameter_sets:
            units += nal(0x67, 12) + nal(0x68, 4)
        if sei:
            units += nal(6, sei)
        units += nal(0x65 if idr else 0x41, 20 + pad)
        pes = b"\0\0\1\xe0\0\0\x84\xc0\x0a" + stamp(3, pts) + stamp(1, dts) + units
        first = min(len(pes), 176)
        self.packet(VIDEO, pes[:first], start=True, pcr=dts - 63_000)
        for at in range(first, len(pes), 184):
            self.packet(VIDEO, pes[at : at + 184], start=False)

    def sound(self, pts: int, frames: int = 1) -> None:
        """One PES packet of silent-looking ADTS frames, 48 kHz."""
        body = bytes([0xFF, 0xF1, 0x4C, 0x80, 3, 0x1F, 0xFC]) + b"\0" * 17
        pes = b"\0\0\1\xc0\0\0\x80\x80\x05" + stamp(2, pts) + body * frames
        for at in range(0, len(pes), 184):
            self.packet(AUDIO, pes[at : at + 184], start=at == 0)

    def taken(self) -> bytes:
        """What was written since the last time."""
        octets = bytes(self.out)
        self.out.clear()
        return octets
