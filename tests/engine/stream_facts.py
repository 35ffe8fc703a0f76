"""What a continuous output holds, by demuxing and decoding it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

FRAME_TICKS = 3600  # at 25 a second
SOUND_TICKS = 1920  # 1024 samples at 48 kHz
STILL = 1.0  # mean difference of two coded pictures that show the same; a moving test picture differs by more


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """PTS in ticks, sorted; ``moving``: whether a picture shows something else than the one before it."""

    video_pts: list[int]
    audio_pts: list[int]
    moving: list[bool]

    def longest_still(self, start: int, end: int) -> int:
        """The most pictures in a row, between two PTS, that only repeat the one before."""
        longest = run = 0
        for pts, moving in zip(self.video_pts, self.moving, strict=True):
            if start <= pts < end:
                run = 0 if moving else run + 1
                longest = max(longest, run)
        return longest


def facts_of(stream: Path) -> StreamFacts:
    """Of a transport stream on disk."""
    with av.open(stream) as container:
        pts: dict[str, list[int]] = {"video": [], "audio": []}
        for packet in container.demux(video=0, audio=0):
            if packet.pts is not None:
                pts[packet.stream.type].append(packet.pts)
    moving, before = [], None
    with av.open(stream) as container:
        for frame in container.decode(video=0):
            picture = frame.to_ndarray(format="gray").astype(np.int16)
            moving.append(before is None or float(np.abs(picture - before).mean()) > STILL)
            before = picture
    return StreamFacts(sorted(pts["video"]), sorted(pts["audio"]), moving)
