"""The rows of the timeline: grounds, lines of the ruler, the playhead, and all blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from app.ui.schedule.block import DONE, ICONS, Block, Kind, length_text
from app.ui.schedule.block_paint import BlockFace, BlockFaces, look_of, paint_block
from app.ui.schedule.lanes import Lane, Lanes
from app.ui.schedule.narrow_paint import ICON_FROM, WORDS_FROM, paint_slim, paint_thin, sort_out
from app.ui.schedule.pending import Key
from app.ui.schedule.places import Places
from app.ui.schedule.ruler import Tick
from app.ui.schedule.time_scale import TimeScale
from app.ui.theme import Skin
from app.ui.widgets.painting import draw_edge, fill_round, icon_and_words, width_of
from app.ui.words import _

_TITLE_FROM, _AD_FROM = 90, 34


@dataclass(frozen=True, slots=True)
class Rows:
    """What is to be painted. ``horizon_us``: of a channel, what begins before it is locked; ``fading``: is dragged."""

    places: Places
    scale: TimeScale
    names: Sequence[str]
    pinned: str
    lanes: Lanes
    now_us: int
    horizon_us: Callable[[str], int]
    pre_roll_us: Callable[[str], int]
    ticks: Sequence[Tick]
    selected: frozenset[Key] = frozenset()
    focused: Key | None = None
    fading: frozenset[Key] = frozenset()
    active: bool = False

    def kept(self, lane: Lane) -> list[int]:
        """Places of the blocks that are shown by themselves however narrow they are."""
        keys = {*self.selected, *self.fading, self.focused}
        return [lane.places[key] for key in keys if key in lane.places]


class RowsPainter:
    """Paints ``Rows`` with its left edge at the first pixel of time and its top at the first row."""

    def __init__(self) -> None:
        self._faces = BlockFaces()

    def paint(self, painter: QPainter, rows: Rows, skin: Skin) -> None:
        """All of it."""
        places, p = rows.places, skin.palette
        width, height = places.time_width, len(rows.names) * places.row
        now_x = rows.scale.x_of(rows.now_us)
        painter.fillRect(QRect(0, 0, width, height), p.bg1)
        painter.fillRect(QRect(0, 0, min(max(0, now_x), width), height), p.bg0)
        for index, name in enumerate(rows.names):
            if name == rows.pinned:
                painter.fillRect(QRect(0, index * places.row, width, places.row), p.bg2)
                painter.fillRect(QRect(0, index * places.row, min(max(0, now_x), width), places.row), p.past)
            self._paint_horizon(painter, rows, index, name, now_x, skin)
            painter.fillRect(QRect(0, (index + 1) * places.row - 1, width, 1), p.line)
        for tick in rows.ticks:
            colour = p.edge if tick.day else p.bg3
            painter.fillRect(QRect(rows.scale.x_of(tick.us), 0, 1, height), colour)
        if 0 <= now_x < width:
            painter.fillRect(QRect(now_x - 1, 0, 2, height), p.sel)
        for index, name in enumerate(rows.names):
            painter.save()
            painter.translate(0, index * places.row)
            self._paint_lane(painter, rows, rows.lanes.lane(name), name, skin)
            painter.restore()

    def _paint_horizon(self, painter: QPainter, rows: Rows, index: int, name: str, now_x: int, skin: Skin) -> None:
        """What is locked looks it: hatched from the playhead to the horizon."""
        places = rows.places
        left, right = max(0, now_x), min(rows.scale.x_of(rows.horizon_us(name)), places.time_width)
        if right > left:
            brush = QBrush(skin.palette.line, Qt.BrushStyle.FDiagPattern)
            painter.fillRect(QRect(left, index * places.row, right - left, places.row - 1), brush)

    def _paint_lane(self, painter: QPainter, rows: Rows, lane: Lane, name: str, skin: Skin) -> None:
        """Those with room for words one by one; the others, which may be thousands, as boxes or as one line."""
        scale, places = rows.scale, rows.places
        sorted_out = sort_out(lane, scale, places.time_width, rows.now_us, rows.kept(lane))
        paint_thin(painter, sorted_out, places, skin)
        paint_slim(painter, sorted_out, places, skin)
        pre_roll_px = rows.pre_roll_us(name) // scale.us_per_px
        for left, right, block in sorted_out.wide:
            self._paint_one(painter, rows, block, (left, right), pre_roll_px, skin)

    @staticmethod
    def _in_sight(face: BlockFace, cuts: tuple[int, ...], left: int) -> tuple[str, ...]:
        """The ads from the first whose end is in sight; the others' names lie beyond the left edge."""
        return face.ads[sum(1 for cut in cuts if cut + left < -8) :] if left < -8 else face.ads

    def _paint_one(
        self, painter: QPainter, rows: Rows, block: Block, ends: tuple[int, int], pre_roll_px: int, skin: Skin
    ) -> None:
        scale, places, p = rows.scale, rows.places, skin.palette
        kind = block.kind_at(rows.now_us)
        left, right = ends
        top, high = _half(block.level, places.row)
        if kind not in DONE and pre_roll_px >= 2 and right - left >= ICON_FROM:
            painter.fillRect(QRect(left - pre_roll_px, top + high // 2, pre_roll_px, 1), look_of(kind, p).edge)
        width = max(3, right - left)
        label = length_text(block.end_us - block.start_us)
        cuts = tuple(cut // scale.us_per_px for cut in block.cuts_us) if width >= WORDS_FROM else ()
        title, ads = (block.title, block.ads) if width >= _TITLE_FROM else ("", ())
        if cuts and min(b - a for a, b in pairwise((0, *cuts, width))) < _AD_FROM:
            ads = ()
        face = BlockFace(kind, width, high, label, block.lamp, cuts, title, ads if cuts else (), block.mode)
        painter.setOpacity(0.35 if block.key in rows.fading else 1.0)
        if kind is Kind.ON_AIR or left < 0 or width > places.time_width // 2:
            # Its words stay in sight; what reaches far beyond the edges is cut, since a picture of it would be large.
            seen_left, seen_right = max(left, -8), min(right, places.time_width + 8)
            gone = scale.x_of(rows.now_us) - seen_left if kind is Kind.ON_AIR else 0
            box = QRectF(seen_left, top, max(3, seen_right - seen_left), high)
            shifted = tuple(cut + left - seen_left for cut in cuts if 0 <= cut + left - seen_left < box.width())
            room = QRectF(max(0, left), top, min(right, places.time_width) - max(0, left), high)
            cut_face = replace(face, width=int(box.width()), cuts_px=shifted, ads=self._in_sight(face, cuts, left))
            paint_block(painter, box, cut_face, skin, gone_px=gone, room=room)
        else:
            self._faces.draw(painter, left, top, face, skin)
        painter.setOpacity(1.0)
        if block.airs_us is not None:
            airs = QRectF(scale.x_of(block.airs_us), top, width, high)
            draw_edge(painter, airs, look_of(kind, p).edge, 1, dashed=True, radius=3)
        if block.overlap_us and block.level == 1 and kind not in DONE:
            _paint_badge(painter, block, left, top, places, skin)
        box = QRectF(left, top, width, high)
        if block.key in rows.selected:
            draw_edge(painter, box.adjusted(-3, -3, 3, 3), p.bg0, 3, radius=5)
            draw_edge(painter, box.adjusted(-3, -3, 3, 3), p.sel, 2, radius=5)
        if block.key == rows.focused and rows.active:
            draw_edge(painter, box.adjusted(1, 1, -1, -1), p.blue, 2, radius=3)


def _half(level: int, row: int) -> tuple[int, int]:
    """Where a block stands in its row: top and height. Those that overlap share it."""
    if not level:
        return 3, row - 7
    half = (row - 4) // 2
    return (2, half) if level == 1 else (2 + half, half)


def _paint_badge(painter: QPainter, block: Block, left: int, top: int, places: Places, skin: Skin) -> None:
    """How long it overlaps, beside it; at the left, or where there is no room, at the right."""
    p, size = skin.palette, 12
    words = _("OVERLAP {length_text}").format(length_text=length_text(block.overlap_us))
    wide = width_of(words, size) + size + 22
    high = min(24, places.row - 4)
    x = left - wide - 8 if left - wide - 8 >= 0 else left + 12
    box = QRectF(x, max(1, top), wide, high)
    fill_round(painter, box, p.amber, 4)
    icon_and_words(painter, box.adjusted(8, 0, 0, 0), ICONS[Kind.CONFLICT], words, QColor(p.ink), size)
