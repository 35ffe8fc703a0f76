"""A transport stream read for its proof: sections with their arrival, pictures with their times, and every damage."""

from __future__ import annotations

import itertools
from collections.abc import Buffer
from dataclasses import dataclass, replace

import numpy as np

from app.model.cue import Section
from app.model.errors import CueError
from app.model.timebase import PTS_WRAP, TICKS_PER_SECOND, difference
from app.monitoring.packets import Ints, Packets, packets_of
from app.monitoring.pictures import H264, H265, VIDEO_STREAMS, Picture, pictures_on
from app.monitoring.psi import Program, RawSection, programs_of, sections_on
from app.monitoring.sound import AUDIO_STREAMS, Sound, sound_on
from app.scte35.codec import decode

_STUFFED = 0xFF
_BACK_TICKS, _AHEAD_TICKS = TICKS_PER_SECOND, 10 * TICKS_PER_SECOND  # DTS steps beyond these begin a new timeline


@dataclass(frozen=True, slots=True)
class SectionSeen:
    """An SCTE-35 section as it arrived. ``section`` None: refused, ``error`` says why.

    ``arrival_ticks``: the PCR (33 bits, 90 kHz) when its last packet arrived; None where there is no PCR.
    """

    pid: int
    encoded: bytes
    row: int
    end_row: int
    arrival_ticks: int | None
    section: Section | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class TransportRead:
    """One stream or segment. ``program`` None: it has no readable tables; ``findings``: damage, in words.

    ``faults``: what makes its markers unusable (sections refused, CUEI missing). Ticks are 33 bits.
    ``pat_rows``: packets in which a PAT begins; ``sounds``: one an audio PID.
    """

    packet_count: int
    program: Program | None
    video: str
    pictures: tuple[Picture, ...]
    sections: tuple[SectionSeen, ...]
    first_pcr_ticks: int | None
    last_pcr_ticks: int | None
    findings: tuple[str, ...]
    faults: tuple[str, ...]
    pat_rows: tuple[int, ...] = ()
    sounds: tuple[Sound, ...] = ()

    @property
    def frame_ticks(self) -> int:
        """The usual distance of two pictures; 0 with fewer than two."""
        if len(self.pictures) < 2:  # noqa: PLR2004 - a distance needs two
            return 0
        first = self.pictures[0].pts
        times = np.sort(np.array([difference(picture.pts, first) for picture in self.pictures], np.int64))
        return int(np.median(np.diff(times)))

    @property
    def end_pts(self) -> int | None:
        """PTS just after the last picture shown; None without pictures."""
        if not self.pictures:
            return None
        first = self.pictures[0].pts
        last = max(difference(picture.pts, first) for picture in self.pictures)
        return (first + last + self.frame_ticks) % PTS_WRAP


def read_transport(stream: Buffer) -> TransportRead:
    """Read a whole stream; any bytes are taken, what is wrong with them is told."""
    packets = packets_of(stream)
    findings = list(packets.findings)
    if not len(packets.rows):
        return TransportRead(0, None, "", (), (), None, None, (*findings, "there is no packet in it"), ())
    programs, found = programs_of(packets)
    findings += found
    program = next((p for p in programs if set(p.streams.values()) & VIDEO_STREAMS.keys()), next(iter(programs), None))
    if program is None:
        return TransportRead(len(packets.rows), None, "", (), (), None, None, tuple(findings), ())
    video, pictures, found = _pictures(packets, program)
    findings += found
    rows, ticks = _clock(packets, program.pcr_pid)
    sections, found, faults = _sections(packets, program, rows, ticks)
    findings += found
    first, last = (int(ticks[0]), int(ticks[-1])) if len(ticks) else (None, None)
    return TransportRead(
        len(packets.rows),
        program,
        video,
        tuple(pictures),
        tuple(sections),
        first,
        last,
        tuple(findings),
        tuple(faults),
        tuple(np.flatnonzero(packets.unit_start & (packets.pid == 0)).tolist()),
        tuple(sound_on(packets, pid, kind) for pid, kind in program.streams.items() if kind in AUDIO_STREAMS),
    )


def runs_of(read: TransportRead) -> list[TransportRead]:
    """A stream cut where its timeline begins anew: a file that several runs were appended to."""
    starts = [
        next((row for row in read.pat_rows if before.row < row < after.row), after.row)  # it begins with its tables
        for before, after in itertools.pairwise(read.pictures)
        if not -_BACK_TICKS <= difference(after.dts, before.dts) <= _AHEAD_TICKS
    ]
    runs = []
    for begin, end in itertools.pairwise([-1, *starts, read.packet_count]):
        pictures = tuple(picture for picture in read.pictures if begin <= picture.row < end)
        sections = tuple(seen for seen in read.sections if begin <= seen.row < end)
        sounds = tuple(sound.between(begin, end) for sound in read.sounds)
        runs.append(replace(read, pictures=pictures, sections=sections, findings=(), faults=(), sounds=sounds))
    runs[0] = replace(runs[0], findings=read.findings, faults=read.faults)
    return runs


def _pictures(packets: Packets, program: Program) -> tuple[str, list[Picture], list[str]]:
    """The first video stream's name and pictures."""
    found = next(((pid, kind) for pid, kind in program.streams.items() if kind in VIDEO_STREAMS), None)
    if found is None:
        return "", [], ["there is no video stream in it"]
    pid, kind = found
    pictures, findings = pictures_on(packets, pid, kind)
    if kind not in {H264, H265}:
        findings.append(f"IDR pictures of {VIDEO_STREAMS[kind]} video can't be told apart: H.264 and H.265 are read")
    if not pictures:
        findings.append(f"there is no picture on the video PID {pid:#x}")
    return VIDEO_STREAMS[kind], pictures, findings


def _clock(packets: Packets, pcr_pid: int) -> tuple[Ints, Ints]:
    own = packets.pcr_pids == pcr_pid
    return packets.pcr_rows[own], packets.pcr_ticks[own]


def _arrival(row: int, rows: Ints, ticks: Ints) -> int | None:
    """The program clock when packet ``row`` arrived: between two PCRs by the share of packets, else the nearest."""
    if not len(rows):
        return None
    after = int(np.searchsorted(rows, row, side="right"))
    if after == 0:
        return int(ticks[0])
    before_row, before = int(rows[after - 1]), int(ticks[after - 1])
    if after == len(rows):
        return before
    step = difference(int(ticks[after]), before)
    return (before + step * (row - before_row) // (int(rows[after]) - before_row)) % PTS_WRAP


def _sections(
    packets: Packets, program: Program, rows: Ints, ticks: Ints
) -> tuple[list[SectionSeen], list[str], list[str]]:
    """The SCTE-35 sections in byte order, findings and faults."""
    seen: list[SectionSeen] = []
    findings: list[str] = []
    pids = program.scte35_pids()
    for pid in pids:
        raw, found = sections_on(packets, pid)
        findings += found
        seen += [_decoded(pid, one, _arrival(one.end_row, rows, ticks)) for one in raw if one.encoded[0] != _STUFFED]
    seen.sort(key=lambda one: (one.end_row, one.row))
    faults = [f"section on PID {one.pid:#x} at packet {one.row} is refused: {one.error}" for one in seen if one.error]
    if pids and not program.cuei:
        faults.append("the PMT does not register CUEI: receivers may ignore the SCTE-35 PID")
    return seen, findings, faults


def _decoded(pid: int, raw: RawSection, arrival_ticks: int | None) -> SectionSeen:
    try:
        section, error = decode(raw.encoded), ""
    except CueError as refused:
        section, error = None, str(refused)
    return SectionSeen(pid, raw.encoded, raw.row, raw.end_row, arrival_ticks, section, error)
