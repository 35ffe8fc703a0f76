"""Text as coverage, for pictures that are made here: the slate and the test bars."""

from __future__ import annotations

import functools
import itertools

import numpy as np

from app.pipeline.outline_font import Contour, OutlineFont
from app.resources import resource

type Coverage = np.ndarray[tuple[int, int], np.dtype[np.float32]]

_SCANLINES = 5  # a row of pixels


@functools.cache
def font(name: str) -> OutlineFont:
    """A bundled font by its file's name, such as ``Inter-Bold``."""
    return OutlineFont(resource(f"fonts/{name}.ttf"))


def width(text: str, size: int, face: OutlineFont) -> float:
    """Width of a line in pixels; ``size`` is the em."""
    return sum(face.advance(face.glyph(sign)) for sign in text) * size / face.units_per_em


def draw(text: str, size: int, face: OutlineFont) -> Coverage:
    """One line from 0 (paper) to 1 (ink), as high as the font's ascent and descent, as wide as its advance."""
    scale = size / face.units_per_em
    height = round((face.ascent - face.descent) * scale)
    canvas = np.zeros((height, max(1, round(width(text, size, face)) + 1)), np.float32)
    at = 0.0
    for sign in text:
        glyph = face.glyph(sign)
        contours = [
            [(at + x * scale, (face.ascent - y) * scale) for x, y in contour] for contour in face.outline(glyph)
        ]
        _fill(canvas, contours)
        at += face.advance(glyph) * scale
    return canvas.clip(0, 1)


def _fill(canvas: Coverage, contours: list[Contour]) -> None:
    """Add the inside of a glyph by the non-zero winding rule: exact across, sampled down."""
    edges = [(*start, *end) for contour in contours for start, end in itertools.pairwise([*contour, *contour[:1]])]
    if not edges:
        return
    x0, y0, x1, y1 = np.array(edges).T
    rows, columns = canvas.shape
    heights = (np.arange(rows * _SCANLINES) + 0.5) / _SCANLINES
    lines, hits = np.nonzero((np.minimum(y0, y1) <= heights[:, None]) & (heights[:, None] < np.maximum(y0, y1)))
    slopes = (x1[hits] - x0[hits]) / (y1[hits] - y0[hits])
    xs = (x0[hits] + (heights[lines] - y0[hits]) * slopes).clip(0, columns - 1)
    order = np.lexsort((xs, lines))
    lines, xs = lines[order], xs[order]
    winding = np.cumsum(np.where(y1[hits] > y0[hits], 1, -1)[order])
    # Ink begins where the winding leaves zero and ends where it comes back; each line ends at zero.
    inside = winding != 0
    turns = inside.astype(np.float32) - np.concatenate([[False], inside[:-1]])
    pixels = lines // _SCANLINES * (columns + 1) + xs.astype(np.intp)
    part = xs - np.floor(xs)
    steps = np.bincount(pixels, turns * (1 - part), rows * (columns + 1))
    steps += np.bincount(pixels + 1, turns * part, rows * (columns + 1) + 1)[: steps.size]
    canvas += (np.cumsum(steps.reshape(rows, columns + 1), axis=1)[:, :columns] / _SCANLINES).astype(np.float32)
