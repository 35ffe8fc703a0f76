"""What it costs to read a feed's markers: in passing, in crowds, and as noise, against the same packets without."""

from __future__ import annotations

import random
import time

from app.bench.figures import Figure, Outcome, median
from app.model.timebase import TICKS_PER_SECOND
from app.pipeline.source_cues import SourceCues
from app.pipeline.sources.cue_watch import SCTE35_TYPE
from app.pipeline.sources.ts_watch import PACKET_BYTES, ElementaryStream, ProgramMap, TsWatch
from app.pipeline.ts import PMT_PID, VIDEO_PID, SectionPid
from app.scte35 import messages

PIDS, SECTIONS_PER_S = 200, 1000
LIMIT_PERCENT = 5.0
NOISE_BYTES, NOISE_LIMIT_S = 100_000_000, 30.0
_SECONDS, _PICTURES_PER_S, _ROUNDS = 4, 25, 5
_BITRATE_BPS = 20_000_000
_DATAGRAM_BYTES = 7 * PACKET_BYTES
_FIRST_PID = 0x200
_STEP_TICKS = TICKS_PER_SECOND // _PICTURES_PER_S


def run() -> Outcome:
    """The same stream with and without its markers being read, by turns, then noise."""
    quiet, crowded = _stream(1, 2), _stream(PIDS, SECTIONS_PER_S)
    bare, passing, crowd = [], [], []
    for _ in range(_ROUNDS):
        bare.append(_percent(quiet, 0))
        passing.append(_percent(quiet, 1))
        crowd.append(_percent(crowded, PIDS))
    noise_s, noise_rest = _noise()
    return Outcome(
        "feed",
        "the same packets watched without SCTE-35",
        (
            Figure("a feed with a marker now and then", median(passing), "% of a core"),
            Figure("reference", median(bare), "% of a core"),
            Figure(f"{SECTIONS_PER_S} sections/s over {PIDS} PIDs", median(crowd), "% of a core"),
            Figure("of that the sections", median(crowd) - median(bare), "% of a core", LIMIT_PERCENT),
            Figure("100 MB of noise on the PID", noise_s, "s", NOISE_LIMIT_S),
        ),
        (f"{_BITRATE_BPS / 1e6:g} Mbit/s of packets; each section decoded and placed; {noise_rest}",),
    )


def _program(pids: int) -> ProgramMap:
    cues = (ElementaryStream(_FIRST_PID + number, SCTE35_TYPE, "") for number in range(pids))
    return ProgramMap(1, PMT_PID, (ElementaryStream(VIDEO_PID, 0x1B, "video"), *cues), VIDEO_PID)


def _stream(pids: int, sections_per_s: int) -> bytes:
    """Pictures that begin, what fills them, and sections between them."""
    outs = [SectionPid(_FIRST_PID + number) for number in range(pids)]
    filling = b"\x47" + VIDEO_PID.to_bytes(2) + b"\x10" + bytes(PACKET_BYTES - 4)
    out, sent = bytearray(), 0
    for picture in range(_SECONDS * _PICTURES_PER_S):
        pts = (picture + 100) * _STEP_TICKS
        out += _begun_picture(pts)
        while sent * _PICTURES_PER_S < (picture + 1) * sections_per_s:
            section = messages.splice_out(sent, pts + 5 * TICKS_PER_SECOND, 30 * TICKS_PER_SECOND).encoded
            out += outs[sent % pids].packets(section)
            sent += 1
        while len(out) * 8 * _PICTURES_PER_S < (picture + 1) * _BITRATE_BPS:
            out += filling
    return bytes(out)


def _begun_picture(pts: int) -> bytes:
    stamp = bytes((0x21, pts >> 22 & 0xFF, pts >> 14 & 0xFE | 1, pts >> 7 & 0xFF, pts << 1 & 0xFE | 1))
    header = b"\x00\x00\x01\xe0\x00\x00\x80\x80\x05" + stamp
    clock = bytes((7, 0x10)) + (pts << 15 | 0x7E00).to_bytes(6)
    return (b"\x47" + (0x4000 | VIDEO_PID).to_bytes(2) + b"\x30" + clock + header).ljust(PACKET_BYTES, b"\x00")


def _percent(stream: bytes, pids: int) -> float:
    """Of one core, while the stream passes in its own time."""
    own = SourceCues("udp://127.0.0.1:1", (), paced=False, clock=time.monotonic)
    watch = TsWatch(cues=own.watch if pids else None)
    if pids:
        own.watch.program(_program(pids))
        watch.program = _program(pids)
    began_s, found = time.thread_time(), 0
    for at in range(0, len(stream), _DATAGRAM_BYTES):
        watch.read(stream[at : at + _DATAGRAM_BYTES])
        if at == 0:
            own.line.placed(100 * _STEP_TICKS, 0)
        found += len(own.queue.drain())
    return 100 * (time.thread_time() - began_s) / _SECONDS


def _noise() -> tuple[float, str]:
    """Noise in packets that are in order on the PID: what gets furthest."""
    chance = random.Random(1)  # noqa: S311 - noise, no secret
    own = SourceCues("udp://127.0.0.1:1", (), paced=False, clock=time.monotonic)
    own.watch.program(_program(1))
    head = [b"\x47" + (0x4000 | _FIRST_PID).to_bytes(2) + bytes((0x10 | counter,)) for counter in range(16)]
    packets = [head[number % 16] + chance.randbytes(PACKET_BYTES - 4) for number in range(16_000)]
    began_s, read, shown = time.thread_time(), 0, 0
    while read < NOISE_BYTES:
        for packet in packets:
            own.watch.packet(_FIRST_PID, packet)
        read += len(packets) * PACKET_BYTES
        shown += len(own.queue.drain())
    counts = own.counts()
    return (
        time.thread_time() - began_s,
        f"of the noise {counts.sections} sections, {shown} told, {counts.cut} not whole",
    )
