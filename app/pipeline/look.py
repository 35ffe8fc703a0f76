"""What the probes of a channel are handed: its programme's sound and a coarse sample of its picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from app.model.timebase import FrameRate
from app.pipeline.feed import Taken

LOOKS_A_S = 5  # pictures that are sampled in a second
_COLUMNS, _ROWS = 160, 90

type Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Look:
    """One frame. ``at_s``: its time on the channel's clock. ``audio``: float32 (channels, samples) at 48 kHz.

    ``planes``: luma, blue and red difference of the source's picture, None where none is due. ``source``: its URL, or
    ``slate`` when it has no picture; ``hidden``: the slate covers it, by hand or for the length of a source's break.
    """

    at_s: float
    audio: NDArray[np.float32]
    planes: tuple[Plane, Plane, Plane] | None
    source: str
    hidden: bool


type Measure = Callable[[Callable[[], Look]], None]
"""Is handed how the look is taken: whoever measures takes it, and answers for what goes wrong with it."""


def not_measured(_look_of: Callable[[], Look]) -> None:
    """For whoever has no probes."""


def look_at(taken: Taken, frame: int, rate: FrameRate, *, hidden: bool) -> Look:
    """A frame as it was taken from the feed."""
    due = frame % max(1, rate.nominal // LOOKS_A_S) == 0
    planes = None if taken.video is None or hidden or not due else sampled(taken.video)
    return Look(frame * rate.denominator / rate.numerator, taken.audio, planes, taken.source, hidden)


def sampled(picture: av.VideoFrame) -> tuple[Plane, Plane, Plane]:
    """Copies of about 160 by 90 samples of each component of a yuv420p picture."""
    luma, blue, red = (_sampled(picture, n) for n in range(3))
    return luma, blue, red


def _sampled(picture: av.VideoFrame, n: int) -> Plane:
    plane = picture.planes[n]
    lines = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    down, across = max(1, plane.height // _ROWS), max(1, plane.width // _COLUMNS)
    return lines[: plane.height : down, : plane.width : across].copy()
