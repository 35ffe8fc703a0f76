"""Blocks that have no room for words: sorted out by their width, then painted many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPen

from app.ui.schedule.block import DONE, Block, Kind
from app.ui.schedule.block_paint import look_of
from app.ui.schedule.lanes import Lane
from app.ui.schedule.places import Places
from app.ui.schedule.time_scale import TimeScale
from app.ui.theme import Skin

if TYPE_CHECKING:  # the first picture, with few breaks in sight, does not wait for it
    import numpy as np
    from numpy.typing import NDArray

FEW = 24  # in sight: one by one they are sorted out as fast
SLIM_FROM, ICON_FROM, WORDS_FROM = 6, 14, 30
_DONE_FIRST = (*sorted(DONE, key=lambda kind: kind.value), *(kind for kind in Kind if kind not in DONE))
type Columns = NDArray[np.int64] | list[int]


@dataclass(frozen=True, slots=True)
class SortedOut:
    """``wide``: left, right and block; ``slim``: left and width by kind; ``thin``: lefts and rights by kind."""

    width: int
    wide: list[tuple[int, int, Block]] = field(default_factory=list)
    slim: Mapping[Kind, list[tuple[int, int]]] = field(default_factory=dict)
    thin: Mapping[Kind, tuple[Columns, Columns]] = field(default_factory=dict)


def sort_out(lane: Lane, scale: TimeScale, width: int, now_us: int, kept: Sequence[int] = ()) -> SortedOut:
    """A lane's blocks in sight by their width in pixels; those at the places ``kept`` are wide in any case."""
    first, last = lane.between(scale.us_at(0), scale.us_at(width))
    if last - first <= FEW:
        return _sorted_few(lane, (first, last), scale, width, now_us, kept)
    return _sorted_many(lane, (first, last), scale, width, now_us, kept)


def _sorted_few(
    lane: Lane, places: tuple[int, int], scale: TimeScale, width: int, now_us: int, kept: Sequence[int]
) -> SortedOut:
    wide: list[tuple[int, int, Block]] = []
    slim: dict[Kind, list[tuple[int, int]]] = {}
    thin: dict[Kind, tuple[list[int], list[int]]] = {}
    for place, block in enumerate(lane.blocks[slice(*places)], places[0]):
        left = (block.start_us - scale.origin_us) // scale.us_per_px
        right = (block.end_us - scale.origin_us) // scale.us_per_px
        if right < 0:
            continue
        planned, kind = block.kind in {Kind.PLANNED, Kind.CONFLICT}, block.kind
        if planned and block.end_us < now_us:
            kind = Kind.NOT_AIRED
        wide_from = SLIM_FROM if block.level > 0 else WORDS_FROM if kind is Kind.PLANNED else ICON_FROM
        if right - left >= wide_from or place in kept:
            wide.append((left, max(right, left + 3), block))
        elif right - left >= SLIM_FROM:
            slim.setdefault(kind, []).append((left, right - left))
        else:
            lefts, rights = thin.setdefault(kind, ([], []))
            lefts.append(left)
            rights.append(max(right, left + 1))
    return SortedOut(width, wide, slim, thin)


def _sorted_many(
    lane: Lane, places: tuple[int, int], scale: TimeScale, width: int, now_us: int, kept: Sequence[int]
) -> SortedOut:
    import numpy as np  # noqa: PLC0415 - see above

    (first, last), columns = places, lane.columns
    ends = columns.ends_us[first:last]
    lefts = (columns.starts_us[first:last] - scale.origin_us) // scale.us_per_px
    rights = (ends - scale.origin_us) // scale.us_per_px
    kinds, levels = columns.kinds[first:last].copy(), columns.levels[first:last]
    planned = (kinds == Kind.PLANNED.value) | (kinds == Kind.CONFLICT.value)
    kinds[planned & (ends < now_us)] = Kind.NOT_AIRED.value
    wide_from = np.where(kinds == Kind.PLANNED.value, WORDS_FROM, ICON_FROM)
    wide_from[levels > 0] = SLIM_FROM
    seen, widths = rights >= 0, rights - lefts
    wide = widths >= wide_from
    for place in kept:
        if first <= place < last:
            wide[place - first] = True
    slim, thin = seen & ~wide & (widths >= SLIM_FROM), seen & ~wide & (widths < SLIM_FROM)
    blocks = lane.blocks
    shown = [
        (int(lefts[n]), max(int(rights[n]), int(lefts[n]) + 3), blocks[first + n]) for n in np.flatnonzero(seen & wide)
    ]
    slims: dict[Kind, list[tuple[int, int]]] = {}
    for n in np.flatnonzero(slim):
        slims.setdefault(Kind(int(kinds[n])), []).append((int(lefts[n]), int(widths[n])))
    thins = {}
    for value in sorted(
        set(kinds[thin].tolist())
    ):  # np.unique loads masked arrays, for which the first paint would wait
        of_kind = thin & (kinds == value)
        thins[Kind(value)] = lefts[of_kind], np.maximum(rights[of_kind], lefts[of_kind] + 1)
    return SortedOut(width, shown, slims, thins)


def paint_thin(painter: QPainter, found: SortedOut, places: Places, skin: Skin) -> None:
    """As one line of pixels, stretched to the height of the row: what is live lies over what is over."""
    if not found.thin:
        return
    import numpy as np  # noqa: PLC0415 - see above

    line = np.zeros(found.width, np.uint32)
    for kind in _DONE_FIRST:
        if kind in found.thin:
            colour = skin.palette.line if kind in DONE else look_of(kind, skin.palette).edge
            line[covered(*found.thin[kind], found.width)] = colour.rgba()
    image = QImage(line.tobytes(), found.width, 1, QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(QRect(0, 3, found.width, places.row - 6), image)


def covered(lefts: Columns, rights: Columns, width: int) -> NDArray[np.bool_]:
    """Which pixels of a line lie in one of the stretches at least."""
    import numpy as np  # noqa: PLC0415 - see above

    steps = np.bincount(np.clip(lefts, 0, width), minlength=width + 1)
    steps -= np.bincount(np.clip(rights, 0, width), minlength=width + 1)
    found: NDArray[np.bool_] = np.cumsum(steps)[:width] > 0
    return found


def paint_slim(painter: QPainter, found: SortedOut, places: Places, skin: Skin) -> None:
    """As boxes with their edge, and the pattern of those that are in conflict."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for kind, some in found.slim.items():
        boxes = [QRect(left, 3, width - 1, places.row - 7) for left, width in some]
        look = look_of(kind, skin.palette)
        pen = QPen(look.edge)
        if look.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(look.fill)
        painter.drawRects(boxes)
        if look.hatched:
            painter.setBrush(QBrush(look.edge, Qt.BrushStyle.BDiagPattern))
            painter.drawRects(boxes)
