"""Where a rendition's multiplexer writes: its tables are completed, sections slipped in, and IDR pictures noted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.model.timebase import unwrapped
from app.pipeline.ts import (
    PACKET_SIZE,
    PAT_PID,
    PMT_PID,
    SCTE35_PID,
    SDT_PID,
    VIDEO_PID,
    SectionPid,
    is_random_access,
    packet_pid,
    pes_pts,
    pmt_with_scte35,
    section_in,
)

_TABLES = frozenset({PAT_PID, PMT_PID, SDT_PID})
_UNIT_STARTS = re.compile(rb"[\x40-\x5f]")  # second bytes of packets with payload_unit_start_indicator


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where a segment can begin: at ``offset`` bytes PAT and PMT, then the IDR with PTS ``ticks``."""

    offset: int
    ticks: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole packets of one rendition, in order, and the cuts among them."""

    body: bytes
    cuts: tuple[Cut, ...] = ()


class TsSink:
    """A file object for libav's mpegts muxer. Packager thread only.

    Cost counts here (every byte of every rendition passes): only packets that begin a unit are looked at, found by
    one search over the second bytes of all packets. libav puts PAT and PMT before an IDR, but not before one that
    follows another at once; there they are put in, so their continuity is counted here.
    """

    def __init__(self, near_ticks: int) -> None:
        """``near_ticks``: about the first PTS, so that 33 bits can be read as unwrapped ticks."""
        self.newest_idr_ticks: int | None = None
        self._near_ticks = near_ticks
        self._rest = b""
        self._chunks: list[Chunk] = []
        self._early: list[bytes] = []
        self._cue_pid = SectionPid(SCTE35_PID)
        self._table_pids = {PAT_PID: SectionPid(PAT_PID), PMT_PID: SectionPid(PMT_PID)}
        self._tables: dict[int, bytes] = {}
        self._plain_pmt = b""

    def write(self, piece: bytes) -> int:
        """Take what the muxer has written. Tables at the end wait for the packet they belong to."""
        body = self._rest + piece
        whole = len(body) - len(body) % PACKET_SIZE
        while whole and packet_pid(body, whole - PACKET_SIZE) in _TABLES:
            whole -= PACKET_SIZE
        self._rest = body[whole:]
        if whole:
            self._chunks.append(self._completed(body[:whole]))
        return len(piece)

    def send(self, section: bytes) -> None:
        """Put a section behind what has been written; before the first picture: right in front of it."""
        if self.newest_idr_ticks is None:
            self._early.append(section)
        else:
            self._chunks.append(Chunk(self._cue_pid.packets(section)))

    def take(self) -> list[Chunk]:
        """What has come up since the last call."""
        chunks, self._chunks = self._chunks, []
        return chunks

    def _completed(self, body: bytes) -> Chunk:
        done, out, cuts = 0, bytearray(), []
        tables: set[int] = set()  # those directly before ``done``
        tables_at = 0  # where in ``out`` they begin
        for match in _UNIT_STARTS.finditer(body[1::PACKET_SIZE]):
            at = match.start() * PACKET_SIZE
            pid = packet_pid(body, at)
            if pid not in _TABLES and not (pid == VIDEO_PID and is_random_access(body, at)):
                continue
            out += body[done:at]
            if at != done or not tables:
                tables, tables_at = set(), len(out)
            done = at
            if pid in _TABLES:
                out += self._table(pid, body[at : at + PACKET_SIZE])
                tables.add(pid)
                done += PACKET_SIZE
            else:
                cuts.append(Cut(tables_at, self._idr_ticks(body, at)))
                out += self._before_idr(tables)
                tables = set()
        if not (out or cuts):
            return Chunk(body)
        out += body[done:]
        return Chunk(bytes(out), tuple(cuts))

    def _table(self, pid: int, packet: bytes) -> bytes:
        if pid == SDT_PID:
            return packet
        section = section_in(packet)
        if pid == PMT_PID and section != self._plain_pmt:
            self._plain_pmt, self._tables[pid] = section, pmt_with_scte35(section, SCTE35_PID)
        elif pid == PAT_PID:
            self._tables[pid] = section
        return self._table_pids[pid].packets(self._tables[pid])

    def _before_idr(self, tables: set[int]) -> bytes:
        """What libav left out in front of an IDR, and the sections that waited for the first one."""
        early, self._early = self._early, []
        missing = [self._table_pids[pid].packets(self._tables[pid]) for pid in (PAT_PID, PMT_PID) if pid not in tables]
        return b"".join([*missing, *map(self._cue_pid.packets, early)])

    def _idr_ticks(self, body: bytes, at: int) -> int:
        ticks = unwrapped(pes_pts(body, at), self._near_ticks)
        self.newest_idr_ticks = self._near_ticks = ticks
        return ticks
