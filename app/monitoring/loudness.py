"""Loudness as EBU R 128 has it: K-weighting and gating of ITU-R BS.1770-4, metering of EBU Tech 3341.

Sound comes in blocks of 100 ms. The two filters of the K-weighting are one impulse response here, laid over a block by
FFT: it has died away to a hundred thousandth within its 71 ms, and numpy has no recursive filter.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
BLOCK_SAMPLES = RATE_HZ // 10
BLOCKS_A_MOMENT, BLOCKS_A_SHORT = 4, 30  # 0.4 s and 3 s; the gate's blocks are 0.4 s too, each overlapping by 75 %
MINUTES = 60  # that the integrated loudness goes back
_BLOCKS_A_MINUTE = 600
_FFT = 8192
_TAPS = _FFT - BLOCK_SAMPLES + 1
_OFFSET_LU = -0.691
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_LU = -70.0, -10.0
_STEPS_A_LU, _LOUDEST_LUFS = 20, 20.0
_STEPS = int((_LOUDEST_LUFS - _ABSOLUTE_GATE_LUFS) * _STEPS_A_LU) + 1

type Block = NDArray[np.float32]
"""Sound of shape (channels, BLOCK_SAMPLES) at 48 kHz, full scale 1.0."""


@dataclass(frozen=True, slots=True)
class Biquad:
    """``b`` and ``a`` of a second-order filter, a0 being 1."""

    b: tuple[float, float, float]
    a: tuple[float, float]

    def filtered(self, samples: list[float]) -> list[float]:
        """Sample for sample, from rest."""
        first = second = 0.0  # transposed direct form II
        out = []
        for sample in samples:
            value = self.b[0] * sample + first
            first = self.b[1] * sample - self.a[0] * value + second
            second = self.b[2] * sample - self.a[1] * value
            out.append(value)
        return out


# ITU-R BS.1770-4, tables 1 and 2, at 48 kHz: the head's shelf, and the revised low-frequency B curve.
SHELF = Biquad((1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585))
HIGH_PASS = Biquad((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))


@cache
def k_response() -> NDArray[np.complex64]:
    """The spectrum of both filters' impulse response."""
    impulse = HIGH_PASS.filtered(SHELF.filtered([1.0] + [0.0] * (_TAPS - 1)))
    return np.fft.rfft(np.array(impulse, np.float64), _FFT).astype(np.complex64)


class KWeighting:
    """K-weights blocks that follow each other."""

    def __init__(self, channels: int) -> None:
        self._window = np.zeros((channels, _FFT), np.float32)

    def rest(self) -> None:
        """Begin from silence."""
        self._window[:] = 0

    def power(self, block: Block) -> float:
        """The weighted mean square, summed over the channels (BS.1770-4, formula 2; left and right weigh 1)."""
        window = self._window
        window[:, : _TAPS - 1] = window[:, BLOCK_SAMPLES:]
        window[:, _TAPS - 1 :] = block
        if not window.any():
            return 0.0
        weighted = np.fft.irfft(np.fft.rfft(window) * k_response(), _FFT)[:, _TAPS - 1 :]
        return sum(float(np.dot(one, one)) for one in weighted) / BLOCK_SAMPLES


def lufs(power: float) -> float:
    """Loudness of a weighted mean square; -inf for none."""
    return _OFFSET_LU + 10 * math.log10(power) if power > 0 else -math.inf


class Loudness:
    """Momentary, short-term and gated integrated loudness of what was taken in."""

    def __init__(self, channels: int) -> None:
        self._weighting = KWeighting(channels)
        self._powers: deque[float] = deque(maxlen=BLOCKS_A_SHORT)
        self._gated = GatedPowers()

    def take(self, block: Block) -> None:
        """The next 100 ms."""
        self._powers.append(self._weighting.power(block))
        moment = self._mean(BLOCKS_A_MOMENT)
        if moment is not None:
            self._gated.add(moment)

    def pause(self) -> None:
        """What comes next does not follow what was heard."""
        self._weighting.rest()
        self._powers.clear()

    @property
    def momentary_lufs(self) -> float | None:
        """Over 0.4 s; None before so much was heard."""
        return _lufs(self._mean(BLOCKS_A_MOMENT))

    @property
    def short_lufs(self) -> float | None:
        """Over 3 s; None before so much was heard."""
        return _lufs(self._mean(BLOCKS_A_SHORT))

    @property
    def integrated_lufs(self) -> float | None:
        """Over the last hour at most; None where nothing was above the gate."""
        return self._gated.lufs()

    def _mean(self, blocks: int) -> float | None:
        if len(self._powers) < blocks:
            return None
        return sum(self._powers[-1 - n] for n in range(blocks)) / blocks


class GatedPowers:
    """The powers of the gate's blocks in steps of 0.05 LU, minute by minute; those of the oldest are forgotten.

    A step keeps the sum of its powers: only whether one step, that of the relative gate, is in or out is rounded.
    """

    def __init__(self, blocks_a_minute: int = _BLOCKS_A_MINUTE, minutes: int = MINUTES) -> None:
        self._blocks_a_minute = blocks_a_minute
        self._sums = np.zeros((minutes, _STEPS))
        self._counts = np.zeros((minutes, _STEPS), np.int32)
        self._all_sums, self._all_counts = np.zeros(_STEPS), np.zeros(_STEPS, np.int64)
        self._minute = self._blocks = 0

    def add(self, power: float) -> None:
        """One block of 0.4 s, below the absolute gate too: time goes on."""
        if self._blocks == self._blocks_a_minute:
            self._turn()
        self._blocks += 1
        loudness = lufs(power)
        if loudness > _ABSOLUTE_GATE_LUFS:
            step = min(_STEPS - 1, int((loudness - _ABSOLUTE_GATE_LUFS) * _STEPS_A_LU))
            for sums, counts in (
                (self._sums[self._minute], self._counts[self._minute]),
                (self._all_sums, self._all_counts),
            ):
                sums[step] += power
                counts[step] += 1

    def _turn(self) -> None:
        self._blocks = 0
        self._minute = (self._minute + 1) % len(self._sums)
        self._sums[self._minute] = self._counts[self._minute] = 0
        self._all_sums, self._all_counts = self._sums.sum(axis=0), self._counts.sum(axis=0)  # no error adds up

    def lufs(self) -> float | None:
        """BS.1770-4, formulas 5 to 7; None where nothing is above the absolute gate."""
        count = int(self._all_counts.sum())
        if not count:
            return None
        gate = lufs(float(self._all_sums.sum()) / count) + _RELATIVE_GATE_LU
        first = max(0, math.ceil((gate - _ABSOLUTE_GATE_LUFS) * _STEPS_A_LU))
        above = int(self._all_counts[first:].sum())
        return lufs(float(self._all_sums[first:].sum()) / above) if above else None


def _lufs(power: float | None) -> float | None:
    return None if power is None else lufs(power)
