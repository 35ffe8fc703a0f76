"""A TrueType font's outlines, as polygons: what a text needs to be drawn without a window system.

OpenType tables cmap (formats 4 and 12), glyf, loca, hmtx; no kerning, no hinting.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

type Contour = list[tuple[float, float]]
type _Curve = Sequence[tuple[float, float, bool]]

_ON_CURVE, _X_SHORT, _Y_SHORT, _REPEAT, _X_SAME, _Y_SAME = 1, 2, 4, 8, 16, 32
_ARE_WORDS, _ARE_XY, _HAS_SCALE, _MORE, _HAS_XY_SCALE, _HAS_MATRIX = 1, 2, 8, 32, 64, 128
_CURVE_STEPS = 8
_DEEPEST = 8  # nesting of composite glyphs


class OutlineFont:
    """A font file, read once. Units are the font's own, ``units_per_em`` to the em, y upwards from the baseline."""

    def __init__(self, path: Path) -> None:
        self._bytes = path.read_bytes()
        count = struct.unpack_from(">H", self._bytes, 4)[0]
        records = (struct.unpack_from(">4s4xII", self._bytes, 12 + 16 * index) for index in range(count))
        self._tables: dict[bytes, int] = {tag: offset for tag, offset, _ in records}
        self.units_per_em: int = self._unpack(b"head", 18, ">H")[0]
        self._long_offsets: bool = self._unpack(b"head", 50, ">h")[0] == 1
        self.ascent, self.descent = self._unpack(b"hhea", 4, ">hh")
        self._metrics: int = self._unpack(b"hhea", 34, ">H")[0]
        self._glyphs = self._read_cmap()

    def glyph(self, sign: str) -> int:
        """The number of a character's glyph; 0 where the font has none."""
        return self._glyphs.get(ord(sign), 0)

    def advance(self, glyph: int) -> int:
        """How far the next glyph is."""
        return self._unpack(b"hmtx", 4 * min(glyph, self._metrics - 1), ">H")[0]

    def _unpack(self, table: bytes, at: int, form: str) -> tuple[int, ...]:
        return struct.unpack_from(form, self._bytes, self._tables[table] + at)

    def _read_cmap(self) -> dict[int, int]:
        glyphs: dict[int, int] = {}
        for index in range(self._unpack(b"cmap", 2, ">H")[0]):
            offset = self._unpack(b"cmap", 8 + 8 * index, ">I")[0]
            form = self._unpack(b"cmap", offset, ">H")[0]
            if form == 12:  # noqa: PLR2004 - segmented coverage
                groups = self._unpack(b"cmap", offset + 12, ">I")[0]
                for group in range(groups):
                    first, last, glyph = self._unpack(b"cmap", offset + 16 + 12 * group, ">III")
                    glyphs.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True))
            elif form == 4:  # noqa: PLR2004 - segment mapping to delta values
                glyphs = self._read_segments(offset) | glyphs
        return glyphs

    def _read_segments(self, offset: int) -> dict[int, int]:
        twice = self._unpack(b"cmap", offset + 6, ">H")[0]
        ends, starts, deltas, ranges = (
            offset + 14,
            offset + 16 + twice,
            offset + 16 + 2 * twice,
            offset + 16 + 3 * twice,
        )
        glyphs: dict[int, int] = {}
        for segment in range(0, twice, 2):
            end, start, delta, reach = (
                self._unpack(b"cmap", at + segment, ">H")[0] for at in (ends, starts, deltas, ranges)
            )
            for code in range(start, min(end, 0xFFFE) + 1):
                glyph = code
                if reach:
                    glyph = self._unpack(b"cmap", ranges + segment + reach + 2 * (code - start), ">H")[0]
                if glyph:
                    glyphs[code] = (glyph + delta) & 0xFFFF
        return glyphs

    def outline(self, glyph: int, depth: int = 0) -> list[Contour]:
        """Closed contours as polygons; where they overlap, ink stays ink."""
        if self._long_offsets:
            start, end = self._unpack(b"loca", 4 * glyph, ">II")
        else:
            start, end = (2 * half for half in self._unpack(b"loca", 2 * glyph, ">HH"))
        if start == end or depth > _DEEPEST:
            return []
        at = self._tables[b"glyf"] + start
        contours = struct.unpack_from(">h", self._bytes, at)[0]
        return self._simple(at + 10, contours) if contours >= 0 else self._composite(at + 10, depth)

    def _simple(self, at: int, contours: int) -> list[Contour]:
        ends = struct.unpack_from(f">{contours}H", self._bytes, at)
        at += 2 * contours
        at += 2 + struct.unpack_from(">H", self._bytes, at)[0]
        flags: list[int] = []
        while len(flags) <= ends[-1]:
            flag = self._bytes[at]
            at += 1
            repeats = 0
            if flag & _REPEAT:
                repeats = self._bytes[at]
                at += 1
            flags += [flag] * (1 + repeats)
        xs, at = self._coordinates(flags, at, _X_SHORT, _X_SAME)
        ys, at = self._coordinates(flags, at, _Y_SHORT, _Y_SAME)
        points = [(x, y, bool(flag & _ON_CURVE)) for x, y, flag in zip(xs, ys, flags, strict=False)]
        starts = [0, *(end + 1 for end in ends[:-1])]
        return [_flattened(points[start : end + 1]) for start, end in zip(starts, ends, strict=True)]

    def _coordinates(self, flags: list[int], at: int, short: int, same: int) -> tuple[list[int], int]:
        values: list[int] = []
        value = 0
        for flag in flags:
            if flag & short:
                value += self._bytes[at] if flag & same else -self._bytes[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", self._bytes, at)[0]
                at += 2
            values.append(value)
        return values, at

    def _composite(self, at: int, depth: int) -> list[Contour]:
        contours: list[Contour] = []
        flags = _MORE
        while flags & _MORE:
            flags, glyph = struct.unpack_from(">HH", self._bytes, at)
            form = ">hh" if flags & _ARE_WORDS else ">bb"
            dx, dy = struct.unpack_from(form, self._bytes, at + 4) if flags & _ARE_XY else (0, 0)
            at += 4 + struct.calcsize(form)
            count = 1 if flags & _HAS_SCALE else 2 if flags & _HAS_XY_SCALE else 4 if flags & _HAS_MATRIX else 0
            scales = [part / 0x4000 for part in struct.unpack_from(f">{count}h", self._bytes, at)]
            at += 2 * count
            a, b, c, d = scales if count == 4 else ([*scales, 1, 1][0], 0, 0, [*scales, *scales, 1, 1][1])  # noqa: PLR2004 - the four parts of a matrix
            contours += [
                [(a * x + c * y + dx, b * x + d * y + dy) for x, y in contour]
                for contour in self.outline(glyph, depth + 1)
            ]
        return contours


def _flattened(points: _Curve) -> Contour:
    """A closed contour of quadratic curves as a polygon."""
    if not any(on for *_, on in points):
        x, y = (points[0][0] + points[-1][0]) / 2, (points[0][1] + points[-1][1]) / 2
        points = [(x, y, True), *points]
    first = next(index for index, (*_, on) in enumerate(points) if on)
    points = [*points[first:], *points[:first], points[first]]
    polygon: Contour = [points[0][:2]]
    control: tuple[float, float] | None = None
    for x, y, on in points[1:]:
        if control is None:
            if on:
                polygon.append((x, y))
            control = None if on else (x, y)
            continue
        end = (x, y) if on else ((control[0] + x) / 2, (control[1] + y) / 2)
        polygon += _curve(polygon[-1], control, end)
        control = None if on else (x, y)
    return polygon


def _curve(start: tuple[float, float], control: tuple[float, float], end: tuple[float, float]) -> Contour:
    points: Contour = []
    for step in range(1, _CURVE_STEPS + 1):
        t = step / _CURVE_STEPS
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        points.append((a * start[0] + b * control[0] + c * end[0], a * start[1] + b * control[1] + c * end[1]))
    return points
