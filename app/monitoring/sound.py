"""Audio access units of a stream: when each PES packet starts and how long it lasts (ISO 13818-1 §2.4.3.6, 13818-7)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from app.model.timebase import TICKS_PER_SECOND, difference
from app.monitoring.packets import Ints, Packets
from app.monitoring.pictures import timestamp

ADTS = 0x0F
AUDIO_STREAMS = frozenset({0x03, 0x04, ADTS, 0x11, 0x81, 0x87, 0xC2})
_SHORTEST_PES = 14  # up to and with a PTS
_ADTS_HEADER = 7
_RATES_HZ = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_SAMPLES = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """One audio PID, in byte order. ``starts``: 33-bit PTS of its PES packets; ``lasts``: ticks; ``rows``: packets.

    ``frames``: how many each holds, 0 where they can't be counted.
    """

    pid: int
    rows: Ints
    starts: Ints
    lasts: Ints
    frames: Ints

    def between(self, begin: int, end: int) -> Sound:
        """What begins in these rows, without the end of another timeline before it."""
        inside = np.flatnonzero((self.rows >= begin) & (self.rows < end))
        starts = self.starts[inside].tolist()
        jumps = [
            index
            for index, (before, after) in enumerate(itertools.pairwise(starts), 1)
            if difference(after, before) < -TICKS_PER_SECOND
        ]
        inside = inside[jumps[-1] if jumps else 0 :]
        return Sound(self.pid, self.rows[inside], self.starts[inside], self.lasts[inside], self.frames[inside])


def sound_on(packets: Packets, pid: int, stream_type: int) -> Sound:
    """The PES packets of an audio PID that have a PTS."""
    rows = packets.rows_of(pid)
    begins = np.flatnonzero(packets.unit_start[rows]).tolist()
    found: list[tuple[int, int, int, int]] = []
    for begin, end in itertools.pairwise([*begins, len(rows)]):
        own = rows[begin:end].tolist()
        pes = b"".join(packets.payload(row) for row in own)
        if len(pes) < _SHORTEST_PES or pes[:3] != b"\0\0\1" or not pes[7] & 0x80:
            continue
        pts = timestamp(pes[9:14])
        if pts is not None:
            found.append((own[0], pts, *(_adts(pes[9 + pes[8] :]) if stream_type == ADTS else (0, 0))))
    columns = np.array(found, np.int64).reshape(-1, 4)
    starts, lasts = columns[:, 1], _known(columns[:, 1], columns[:, 2])
    return Sound(pid, columns[:, 0], starts, lasts, columns[:, 3])


def _known(starts: Ints, lasts: Ints) -> Ints:
    """How long each lasts; where its frames do not tell, the usual distance of two."""
    if lasts.all() or len(starts) < 2:  # noqa: PLR2004 - a distance needs two
        return lasts
    steps = [difference(after, before) for before, after in itertools.pairwise(starts.tolist())]
    return np.where(lasts > 0, lasts, int(np.median(steps)))


def _adts(frames: bytes) -> tuple[int, int]:
    """What ADTS frames last together, and how many there are; 0 where there is none."""
    ticks, count, at = 0, 0, 0
    while at + _ADTS_HEADER <= len(frames) and frames[at] == 0xFF and frames[at + 1] & 0xF6 == 0xF0:  # noqa: PLR2004 - ADTS syncword
        length = (frames[at + 3] & 0x03) << 11 | frames[at + 4] << 3 | frames[at + 5] >> 5
        rate = frames[at + 2] >> 2 & 0x0F
        if length < _ADTS_HEADER or rate >= len(_RATES_HZ):
            break
        ticks += _SAMPLES * (1 + (frames[at + 6] & 0x03)) * TICKS_PER_SECOND // _RATES_HZ[rate]
        count += 1
        at += length
    return ticks, count
