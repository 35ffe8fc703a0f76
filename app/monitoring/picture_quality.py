"""What is seen on a channel: black, freeze and colour bars, from a coarse sample of a picture a few times a second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.monitoring.colour_bars import are_bars

type Plane = NDArray[np.uint8]
"""One component of a picture, shape (rows, columns)."""

_BLACK_SHARE = 0.98  # of the samples: a channel's logo does not make a black picture a programme
_ROWS, _COLUMNS = 9, 16  # parts of a picture: what moves in one of them moves
_MOVED = 2.0  # mean difference of a part's luma that an encoder's noise does not make of a still


@dataclass(frozen=True, slots=True)
class Planes:
    """Samples of a yuv420p picture, in video range."""

    luma: Plane
    blue: Plane
    red: Plane


@dataclass(frozen=True, slots=True)
class PictureReading:
    """``black_s``, ``frozen_s``: for how long it has been so."""

    black: bool
    black_s: float
    frozen_s: float
    bars: bool


class PictureProbe:
    """One thread. ``black_luma``: what is up to there is black; ``moved``: see ``_MOVED``."""

    def __init__(self, black_luma: int, moved: float = _MOVED) -> None:
        self._black_luma, self._moved = black_luma, moved
        self._still: NDArray[np.int16] | None = None  # the picture that the others are held against
        self._still_at_s = 0.0
        self._black_at_s: float | None = None
        self._reading: PictureReading | None = None

    def take(self, planes: Planes, at_s: float) -> None:
        """A picture and its time on the channel's clock, which never runs backwards."""
        black = bool(np.mean(planes.luma <= self._black_luma) >= _BLACK_SHARE)
        if not black:
            self._black_at_s = None
        elif self._black_at_s is None:
            self._black_at_s = at_s
        luma = planes.luma.astype(np.int16)
        still = self._still
        # Against the first still, not the one before: a slow move adds up.
        if still is None or still.shape != luma.shape or most_moved(still, luma) > self._moved:
            self._still, self._still_at_s = luma, at_s
        self._reading = PictureReading(
            black=black,
            black_s=0.0 if self._black_at_s is None else at_s - self._black_at_s,
            frozen_s=at_s - self._still_at_s,
            bars=not black and are_bars(planes.luma, planes.blue, planes.red),
        )

    def read(self) -> PictureReading | None:
        """The newest; None before the first picture."""
        return self._reading


def most_moved(before: NDArray[np.int16], now: NDArray[np.int16]) -> float:
    """The mean difference in that part of a picture where it is greatest."""
    difference = np.abs(now - before)
    rows, columns = (min(most, size) for most, size in zip((_ROWS, _COLUMNS), difference.shape, strict=True))
    height, width = difference.shape[0] // rows, difference.shape[1] // columns
    parts = difference[: rows * height, : columns * width].reshape(rows, height, columns, width)
    return float(parts.mean(axis=(1, 3)).max())
