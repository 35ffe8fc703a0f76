"""The highest level between the samples, as a player's converter will make it: ITU-R BS.1770-4, annex 2."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from app.monitoring.loudness import BLOCK_SAMPLES, Block

OVERSAMPLING = 4
_TAPS = 12  # of each phase, as in the annex
_STRIDE = 16  # samples that one product gives the values between
_WINDOW = _STRIDE + _TAPS - 1
_PARTS = 2  # a product beyond 2^18 steps would be parted among threads, at a far greater cost than its own


class TruePeak:
    """Of blocks that follow each other; never below the highest sample."""

    def __init__(self, channels: int) -> None:
        self._samples = np.zeros((channels, _TAPS - 1 + BLOCK_SAMPLES), np.float32)

    def of(self, block: Block) -> float:
        """The next block's, full scale being 1.0; it lags 6 samples behind."""
        samples = self._samples
        samples[:, : _TAPS - 1] = samples[:, BLOCK_SAMPLES:]
        samples[:, _TAPS - 1 :] = block
        highest = float(np.abs(samples).max())
        if highest == 0:
            return 0.0
        windows = sliding_window_view(samples, _WINDOW, axis=1)[:, ::_STRIDE]
        parts = np.ascontiguousarray(windows).reshape(samples.shape[0] * _PARTS, -1, _WINDOW)
        between = parts @ _between()
        return max(highest, float(between.max()), -float(between.min()))


@cache
def _between() -> NDArray[np.float32]:
    """What makes of a window the values between its samples: shape (_WINDOW, 3 * _STRIDE)."""
    taps = OVERSAMPLING * _TAPS + 1
    at = (np.arange(taps) - taps // 2) / OVERSAMPLING
    response = np.sinc(at) * np.hanning(taps)
    rows = np.zeros((_WINDOW, (OVERSAMPLING - 1) * _STRIDE))
    for phase in range(1, OVERSAMPLING):
        part = response[phase::OVERSAMPLING][:_TAPS]
        for n in range(_STRIDE):
            rows[n : n + _TAPS, (phase - 1) * _STRIDE + n] = part[::-1]
    return rows.astype(np.float32)
