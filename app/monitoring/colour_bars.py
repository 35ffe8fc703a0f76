"""Colour bars as test generators make them: EBU and SMPTE, of 75 and 100 %, over the whole width or within grey sides.

What tells them from a programme is the order of their colours, so that neither levels nor the matrix matter.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_TOP, _BOTTOM = 0.04, 0.28  # the rows that are looked at: all kinds of bars have theirs there
_SPANS = ((0.0, 1.0), (1 / 8, 7 / 8))  # SMPTE RP 219 has a grey eighth on either side
_KINDS = (8, 7)  # with the black bar of the EBU, and without
_CORE = 0.5  # the middle of a bar: an encoder blurs its edges
_EVEN = 3.0  # deviation within a bar
_FALLS = 4.0  # luma from bar to bar
_GREY, _COLOURED = 8.0, 24.0  # distance from no colour
_HUES = (172.8, 285.7, 230.7, 50.6, 105.7, 352.8)  # yellow, cyan, green, magenta, red, blue; between the two matrices
_HUE_WITHIN = 15.0  # degrees; BT.601 and BT.709 lie within 6 of each other
_NO_COLOUR = 128.0

type _Plane = NDArray[np.uint8]


def are_bars(luma: _Plane, blue: _Plane, red: _Plane) -> bool:
    """Of one picture's components, samples of any size."""
    strips = [plane[int(len(plane) * _TOP) : max(1, int(len(plane) * _BOTTOM))] for plane in (luma, blue, red)]
    return any(_are_bars(strips, kind, span) for span in _SPANS for kind in _KINDS)


def _are_bars(strips: list[_Plane], kind: int, span: tuple[float, float]) -> bool:
    means = []
    for strip in strips:
        cores = _cores(strip, kind, span)
        if any(core.size == 0 or float(core.std()) > _EVEN for core in cores):
            return False
        means.append([float(core.mean()) for core in cores])
    lumas, blues, reds = means
    if any(before - after < _FALLS for before, after in pairwise(lumas)):
        return False
    colours = list(zip(blues, reds, strict=True))
    hues = colours[1:7]
    return all(_is_grey(*grey) for grey in (colours[0], *colours[7:])) and all(
        _has_hue(*colour, hue) for colour, hue in zip(hues, _HUES, strict=True)
    )


def _cores(strip: _Plane, kind: int, span: tuple[float, float]) -> list[_Plane]:
    left, width = span[0] * strip.shape[1], (span[1] - span[0]) * strip.shape[1] / kind
    margin = width * (1 - _CORE) / 2
    return [strip[:, round(left + n * width + margin) : round(left + (n + 1) * width - margin)] for n in range(kind)]


def _is_grey(blue: float, red: float) -> bool:
    return math.hypot(blue - _NO_COLOUR, red - _NO_COLOUR) < _GREY


def _has_hue(blue: float, red: float, hue: float) -> bool:
    across, up = blue - _NO_COLOUR, red - _NO_COLOUR
    apart = abs((math.degrees(math.atan2(up, across)) - hue + 180) % 360 - 180)
    return math.hypot(across, up) > _COLOURED and apart < _HUE_WITHIN
