"""What is heard on a channel: loudness, true peak, clipping, silence and phase, every 100 ms."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.monitoring.loudness import BLOCK_SAMPLES, RATE_HZ, Block, Loudness
from app.monitoring.true_peak import TruePeak

BLOCK_S = BLOCK_SAMPLES / RATE_HZ
_PEAK_BLOCKS, _PHASE_BLOCKS = 30, 10
_FULL_SCALE, _CLIPPED_RUN = 0.9999, 3  # a run of so many samples at full scale is no accident of the signal's own
_CORRELATES = 1e-10  # mean power below which left and right have no phase: -100 dBFS
_STEREO = 2


@dataclass(frozen=True, slots=True)
class SoundReading:
    """As in QualityStatus. ``silent_s``: how long nothing was above the level of silence."""

    momentary_lufs: float | None
    short_lufs: float | None
    integrated_lufs: float | None
    true_peak_dbtp: float
    phase: float | None
    clipped: int
    silent_s: float


class SoundProbe:
    """Takes sound in pieces of any length; one thread. ``silence_dbfs``: peaks up to there are silence."""

    def __init__(self, channels: int, silence_dbfs: float) -> None:
        self._channels, self.silence_dbfs = channels, silence_dbfs
        self._loudness, self._true_peak = Loudness(channels), TruePeak(channels)
        self._rest = np.zeros((channels, 0), np.float32)
        self._peaks: deque[float] = deque(maxlen=_PEAK_BLOCKS)
        self._clipped: deque[int] = deque(maxlen=_PEAK_BLOCKS)
        self._products: deque[tuple[float, float, float]] = deque(maxlen=_PHASE_BLOCKS)
        self._silent_blocks = 0

    def take(self, sound: NDArray[np.float32]) -> bool:
        """Float32 of shape (channels, samples) at 48 kHz; whether there is something new to read."""
        joined = np.concatenate((self._rest, sound), axis=1)
        whole = int(joined.shape[1]) // BLOCK_SAMPLES * BLOCK_SAMPLES
        for at in range(0, whole, BLOCK_SAMPLES):
            self._take_block(np.nan_to_num(joined[:, at : at + BLOCK_SAMPLES], posinf=1.0, neginf=-1.0))
        self._rest = joined[:, whole:]
        return whole > 0

    def read(self) -> SoundReading | None:
        """The newest figures; None before the first 100 ms."""
        if not self._peaks:
            return None
        return SoundReading(
            momentary_lufs=self._loudness.momentary_lufs,
            short_lufs=self._loudness.short_lufs,
            integrated_lufs=self._loudness.integrated_lufs,
            true_peak_dbtp=_db(max(self._peaks)),
            phase=self._phase(),
            clipped=sum(self._clipped),
            silent_s=self._silent_blocks * BLOCK_S,
        )

    def pause(self) -> None:
        """What comes next does not follow what was heard: only the integrated loudness goes on."""
        self._loudness.pause()
        self._rest = self._rest[:, :0]
        self._silent_blocks = 0
        for each in (self._peaks, self._clipped, self._products):
            each.clear()

    def _take_block(self, block: Block) -> None:
        self._loudness.take(block)
        self._peaks.append(self._true_peak.of(block))
        peak = float(np.abs(block).max())
        self._clipped.append(_runs(block) if peak >= _FULL_SCALE else 0)
        self._silent_blocks = self._silent_blocks + 1 if peak <= 10 ** (self.silence_dbfs / 20) else 0
        if self._channels == _STEREO:
            left, right = block
            self._products.append((float(left @ right), float(left @ left), float(right @ right)))

    def _phase(self) -> float | None:
        if not self._products:
            return None
        both, left, right = (sum(each) for each in zip(*self._products, strict=True))
        least = _CORRELATES * BLOCK_SAMPLES * len(self._products)
        return max(-1.0, min(1.0, both / math.sqrt(left * right))) if min(left, right) > least else None


def _runs(block: Block) -> int:
    """How often samples stand at full scale one after the other."""
    full = np.abs(block) >= _FULL_SCALE
    run = full[:, : 1 - _CLIPPED_RUN].copy()
    for n in range(1, _CLIPPED_RUN):
        run &= full[:, n : full.shape[1] - _CLIPPED_RUN + 1 + n]
    begins = run[:, 1:] & ~run[:, :-1]
    return int(begins.sum()) + int(run[:, 0].sum())


def _db(level: float) -> float:
    return 20 * math.log10(level) if level > 0 else -math.inf
