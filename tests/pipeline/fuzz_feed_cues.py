"""Harmed transport streams through all that reads a feed's markers: ``python -m tests.pipeline.fuzz_feed_cues 600``.

Nothing may be raised, no section may come out valid that was not sent, and nothing may grow.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator

from app.model.timebase import wrapped
from app.pipeline.source_cues import SourceCues
from app.pipeline.sources.ts_file import WholePackets
from app.pipeline.sources.ts_watch import TsWatch
from app.pipeline.timeline import Timeline
from app.pipeline.ts import PAT_PID, PMT_PID, VIDEO_PID, SectionPid, pmt_with_scte35
from app.scte35 import messages
from app.scte35.crc import crc_bytes
from tests.pipeline.cued_ts import CUE_PID
from tests.pipeline.test_cue_line import STEP, pes
from tests.pipeline.test_sections import long_section

_PICTURES = 60
_PIDS = (CUE_PID, CUE_PID + 1)


def _table(body: bytes) -> bytes:
    section = body[:1] + (0xB000 | len(body) + 3).to_bytes(2) + body[1:]
    return section + crc_bytes(section)


_PAT = _table(bytes.fromhex("00 0001 c1 00 00 0001") + (0xE000 | PMT_PID).to_bytes(2))
_PMT = _table(
    bytes.fromhex("02 0001 c1 00 00")
    + (0xE000 | VIDEO_PID).to_bytes(2)
    + b"\xf0\x00\x1b"
    + (0xE000 | VIDEO_PID).to_bytes(2)
    + b"\xf0\x00"
)


def stream(chance: random.Random) -> tuple[bytes, set[bytes], list[int]]:
    """Packets, the sections in them and the PTS of the pictures, with a jump or two."""
    pat, pmt, outs = SectionPid(PAT_PID), SectionPid(PMT_PID), {pid: SectionPid(pid) for pid in _PIDS}
    listed = _PMT
    for pid in _PIDS:
        listed = pmt_with_scte35(listed, pid)
    sent: set[bytes] = set()
    out, pictures, pts = bytearray(), [], chance.getrandbits(33)
    for number in range(_PICTURES):
        if number % 10 == 0:
            out += pat.packets(_PAT) + pmt.packets(listed)
        if chance.random() < 0.05:
            pts = chance.getrandbits(33)
        for _ in range(chance.randrange(3)):
            timed = messages.splice_out(number, wrapped(pts + chance.randrange(10**6)), 900_000).encoded
            section = long_section(number, chance.randrange(17, 4000)) if chance.random() < 0.2 else timed
            sent.add(section)
            out += outs[chance.choice(_PIDS)].packets(section)
        out += pes(pts, pts, pts - 45_000)
        pictures.append(wrapped(pts))
        pts += STEP
    return bytes(out), sent, pictures


def harmed(body: bytes, chance: random.Random) -> bytes:
    """Bytes changed, taken out, put in, packets swapped, dropped and doubled."""
    packets = [body[at : at + 188] for at in range(0, len(body), 188)]
    for _ in range(chance.randrange(8)):
        at, other = chance.randrange(len(packets)), chance.randrange(len(packets))
        match chance.randrange(4):
            case 0:
                packets[at], packets[other] = packets[other], packets[at]
            case 1:
                packets.insert(at, packets[other])
            case 2:
                del packets[at]
            case _:
                packets[at] = packets[at][:4] + chance.randbytes(184)
    whole = bytearray(b"".join(packets))
    for _ in range(chance.randrange(30)):
        whole[chance.randrange(len(whole))] = chance.getrandbits(8)
    if chance.random() < 0.3:
        at = chance.randrange(len(whole))
        whole[at : at + chance.randrange(400)] = chance.randbytes(chance.randrange(400))
    return bytes(whole)


def pieces(body: bytes, chance: random.Random) -> Iterator[bytes]:
    """The bytes as a network or a disk would give them."""
    at = 0
    while at < len(body):
        size = chance.choice((188, 1316, chance.randrange(1, 5000)))
        yield body[at : at + size]
        at += size


def once(seed: int) -> int:
    """One stream; how many markers came out of it. AssertionError where it is wrong."""
    chance = random.Random(seed)
    body, sent, pictures = stream(chance)
    now_s = [0.0]
    own = SourceCues("udp://x:1", (), paced=chance.random() < 0.3, clock=lambda: now_s[0])
    watch, packets, timeline = TsWatch(cues=own.watch), WholePackets(), Timeline()
    cues = []
    for piece in pieces(harmed(body, chance), chance):
        for run in packets.of(piece):
            watch.read(run)
        for _ in range(chance.randrange(3)):
            if pictures:
                pts = pictures.pop(0)
                own.line.placed(pts, timeline.place("video", pts, STEP))
        now_s[0] += chance.choice((0.01, 0.04, 1.0))
        own.line.look()
        cues += own.queue.drain()
    own.begin_pass()
    cues += own.queue.drain()
    valid = [cue for cue in cues if not cue.problem]
    assert all(cue.section in sent for cue in valid), seed
    assert len(own.line._waiting) == 0, seed
    assert len(own.line._held) <= 100, seed
    assert all(len(reader._open) <= 4096 for reader in own.watch._readers.values()), seed
    return len(cues)


def main(seconds: float) -> None:
    """Go on for so long, and tell how much."""
    end_s, seed, cues = time.monotonic() + seconds, time.time_ns(), 0
    first = seed
    while time.monotonic() < end_s:
        cues += once(seed)
        seed += 1
    sys.stdout.write(f"{seed - first} harmed streams from seed {first}, {cues} markers came out, none wrong\n")


if __name__ == "__main__":
    main(float(sys.argv[1]))
