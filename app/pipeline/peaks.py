"""How loud a frame's sound is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FULL_SCALE_FLOOR = 1e-7  # -140 dBFS: silence


def peaks_dbfs(audio: NDArray[np.float32]) -> tuple[float, ...]:
    """Sample peak of each channel of float32 (channels, samples), in dBFS; -inf for silence."""
    if audio.shape[1] == 0:
        return tuple(float("-inf") for _ in range(audio.shape[0]))
    peaks = np.abs(audio).max(axis=1)
    return tuple(float(20 * np.log10(peak)) if peak > FULL_SCALE_FLOOR else float("-inf") for peak in peaks)
