"""Transport streams with markers: sections put between the packets of a stream, in a file or as it passes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app.pipeline.ts import SectionPid, is_random_access, packet_pid, pes_pts, pmt_with_scte35, section_in

PMT_PID, VIDEO_PID = 0x1000, 0x100  # where libav's multiplexer puts them
CUE_PID = 500


@dataclass
class Inserter:
    """Lists ``pids`` in the PMT, and puts sections between packets. ``pts``: of the newest picture that has passed."""

    pids: tuple[int, ...] = (CUE_PID,)
    pts: int | None = None
    pictures: int = 0
    _out: dict[int, SectionPid] = field(default_factory=dict)
    _pmt: SectionPid = field(default_factory=lambda: SectionPid(PMT_PID))

    def section(self, section: bytes, pid: int = CUE_PID) -> bytes:
        """Its packets, to be sent next."""
        return self._out.setdefault(pid, SectionPid(pid)).packets(section)

    def packet(self, packet: bytes) -> bytes:
        """A packet as it is to be sent."""
        pid = packet_pid(packet, 0)
        if pid == PMT_PID:
            pmt = section_in(packet)
            for cue_pid in self.pids:
                pmt = pmt_with_scte35(pmt, cue_pid)
            return self._pmt.packets(pmt)
        if begins_picture(packet):
            self.pts = pes_pts(packet, 0)
            self.pictures += 1
        return packet


def begins_picture(packet: bytes) -> bool:
    """Whether the packet begins a PES packet of the video."""
    return packet_pid(packet, 0) == VIDEO_PID and bool(packet[1] & 0x40)


def is_entry(packet: bytes) -> bool:
    """Whether a decoder can begin with it."""
    return packet_pid(packet, 0) == VIDEO_PID and is_random_access(packet, 0)


def packets_of(stream: bytes) -> Iterable[bytes]:
    """Its packets."""
    return (stream[at : at + 188] for at in range(0, len(stream), 188))


@dataclass(frozen=True)
class Cue:
    """``section`` goes in front of picture ``before`` (counted from 0)."""

    before: int
    section: bytes
    pid: int = CUE_PID


def with_cues(stream: bytes, cues: Iterable[Cue], pids: tuple[int, ...] = (CUE_PID,)) -> bytes:
    """A stream with these sections in it."""
    inserter, out = Inserter(pids), bytearray()
    waiting = sorted(cues, key=lambda cue: cue.before)
    for packet in packets_of(stream):
        if begins_picture(packet):
            while waiting and waiting[0].before <= inserter.pictures:
                cue = waiting.pop(0)
                out += inserter.section(cue.section, cue.pid)
        out += inserter.packet(packet)
    for cue in waiting:
        out += inserter.section(cue.section, cue.pid)
    return bytes(out)


def cued(path: Path, *cues: Cue, pids: tuple[int, ...] = (CUE_PID,)) -> Path:
    """The file, written again with these sections."""
    path.write_bytes(with_cues(path.read_bytes(), cues, pids))
    return path
