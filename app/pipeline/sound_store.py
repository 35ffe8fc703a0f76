"""Sound by sample number: written in blocks as it arrives, read anywhere, silence where there is none."""

from __future__ import annotations

from collections import deque

import numpy as np

from app.pipeline.normalise import Sound


class SoundStore:
    """Blocks of shape (channels, samples), without overlaps. Not thread-safe: its owner holds a lock.

    A block that begins within ``join`` samples of the end is taken to continue it: timestamps are rounded.
    """

    def __init__(self, channels: int, *, join: int, most: int) -> None:
        self.channels = channels
        self.dropped = 0
        self._join, self._most = join, most
        self._blocks: deque[tuple[int, Sound]] = deque()

    @property
    def start(self) -> int | None:
        """Number of the first sample held."""
        return self._blocks[0][0] if self._blocks else None

    @property
    def end(self) -> int | None:
        """Number of the first sample not held yet."""
        return self._blocks[-1][0] + self._blocks[-1][1].shape[1] if self._blocks else None

    def write(self, first: int, block: Sound) -> None:
        """Add a block; what lies before the end is cut off; the oldest go when there are more than ``most`` samples."""
        end = self.end
        if end is not None:
            if abs(first - end) <= self._join:
                first = end
            elif first < end:
                block, first = block[:, end - first :], end
        if not block.shape[1]:
            return
        self._blocks.append((first, block))
        while self._blocks[-1][0] + self._blocks[-1][1].shape[1] - self._blocks[0][0] > self._most:
            _, oldest = self._blocks.popleft()
            self.dropped += oldest.shape[1]

    def read(self, first: int, count: int) -> tuple[Sound, int]:
        """``count`` samples from ``first`` on, and how many of them are there; what lies before is forgotten."""
        sound = np.zeros((self.channels, count), np.float32)
        found = 0
        for start, block in self._blocks:
            left, right = max(start, first), min(start + block.shape[1], first + count)
            if left < right:
                sound[:, left - first : right - first] = block[:, left - start : right - start]
                found += right - left
            elif start >= first + count:
                break
        self.forget(first + count)
        return sound, found

    def forget(self, before: int) -> None:
        """Drop blocks that end before a sample."""
        while self._blocks and self._blocks[0][0] + self._blocks[0][1].shape[1] <= before:
            self._blocks.popleft()

    def cut(self, end: int) -> None:
        """Let the sound end at exactly this sample: drop what is beyond, fill up with silence what is missing."""
        while self._blocks and self._blocks[-1][0] >= end:
            self._blocks.pop()
        if not self._blocks:
            return
        start, block = self._blocks[-1]
        missing = end - start - block.shape[1]
        if missing < 0:
            self._blocks[-1] = (start, block[:, :missing])
        elif missing:
            self._blocks.append((end - missing, np.zeros((self.channels, missing), np.float32)))

    def clear(self) -> None:
        """Forget everything."""
        self._blocks.clear()


def stretched(sound: Sound, samples: int) -> Sound:
    """The same sound in a few samples more or fewer."""
    count = sound.shape[1]
    places = np.linspace(0, count - 1, samples)
    return np.stack([np.interp(places, np.arange(count), plane) for plane in sound]).astype(np.float32)
