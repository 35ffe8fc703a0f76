"""The canvas in layers: rows are painted into a picture that stays until they change; ghost and labels lie over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from app.ui import text
from app.ui.fonts import BOLD, MEDIUM
from app.ui.grammar import ON_AIR
from app.ui.schedule.block import length_text
from app.ui.schedule.head_paint import RowHead, flag_box, paint_flag, paint_row_head, paint_ruler
from app.ui.schedule.moments import moment_of
from app.ui.schedule.places import BAR, Places
from app.ui.schedule.rows_paint import Rows, RowsPainter
from app.ui.schedule.ruler import Tick, house_offset_us, ticks
from app.ui.tile_face import tile_face
from app.ui.trail import proof_count
from app.ui.widgets.painting import MIDDLE, draw_edge, fill_round, width_of, write

if TYPE_CHECKING:
    from app.ui.schedule.canvas import TimelineCanvas
    from app.ui.schedule.gestures import Ghost

_TIP_PAD = 10.0


class CanvasPainter:
    """Paints one canvas."""

    def __init__(self, canvas: TimelineCanvas) -> None:
        self._canvas = canvas
        self._rows = RowsPainter()
        self._kept: QPixmap | None = None
        self._kept_for: tuple[object, ...] = ()
        self._ticks_for: tuple[object, ...] = ()
        self._ticks: list[Tick] = []
        self._second = -1
        self._heads: QPixmap | None = None
        self._heads_for: tuple[object, ...] = ()

    def forget(self) -> None:
        """Another density or palette: paint all anew."""
        self._kept, self._kept_for = None, ()
        self._heads, self._heads_for = None, ()

    def behind(self) -> bool:
        """Whether time has gone on so far that it shows: a pixel, or a second."""
        canvas = self._canvas
        second = canvas.now_us // 1_000_000
        return second != self._second or self._key(canvas.places) != self._kept_for

    def _key(self, places: Places) -> tuple[object, ...]:
        canvas = self._canvas
        return (
            places,
            canvas.scale,
            tuple(canvas.rows),
            canvas.desk.selected,
            canvas.schedule.blocks.lanes.generation,
            canvas.scale.x_of(canvas.now_us),
            canvas.selected,
            canvas.focused,
            canvas.hasFocus(),
            frozenset() if canvas.ghost is None else canvas.ghost.keys,
            canvas.devicePixelRatioF(),
        )

    def paint(self) -> None:
        """The whole canvas."""
        canvas = self._canvas
        places, p = canvas.places, canvas.skin.palette
        self._second = canvas.now_us // 1_000_000
        painter = QPainter(canvas)
        self._know_ticks(places)
        self._paint_rows(painter, places)
        bottom = QRect(0, places.rows_top + len(canvas.rows) * places.row, canvas.width(), canvas.height())
        painter.fillRect(bottom, p.bg1)
        self._paint_heads(painter, places)
        day = text.date(moment_of(canvas.scale.us_at(0)), canvas.desk.zone, with_year=False)
        now_x, clock = canvas.scale.x_of(canvas.now_us), text.clock(canvas.desk.now, canvas.desk.zone)
        in_sight = 0 <= now_x < places.time_width
        flag = flag_box(places, places.head + now_x, clock, canvas.skin) if in_sight else QRectF()
        paint_ruler(painter, places, canvas.scale, self._ticks, day, canvas.skin, flag)
        if in_sight:
            painter.fillRect(QRect(places.head + now_x - 1, places.lane, 2, places.ruler), p.sel)
            paint_flag(painter, flag, clock, canvas.skin)
        if canvas.ghost is not None:
            self._paint_ghost(painter, places, canvas.ghost)
        self._paint_band(painter, places)
        self._paint_bar(painter, places)
        if canvas.saying:
            self._paint_saying(painter, places)
        if canvas.hasFocus():
            draw_edge(painter, QRectF(canvas.rect()), p.blue, 2)

    def _know_ticks(self, places: Places) -> None:
        canvas = self._canvas
        rate = text.rate_of(canvas.desk.channel)
        wanted = canvas.scale, places.time_width, rate
        if wanted != self._ticks_for:
            least = 68 if canvas.skin.density.roomy else 62
            if canvas.scale.us_per_px < 30_000:
                least = 96
            self._ticks = ticks(canvas.scale, places.time_width, canvas.desk.zone, rate, least)
            self._ticks_for = wanted

    def _paint_rows(self, painter: QPainter, places: Places) -> None:
        canvas, key = self._canvas, self._key(places)
        if key != self._kept_for or self._kept is None:
            ratio = canvas.devicePixelRatioF()
            width, height = places.time_width, max(1, len(canvas.rows) * places.row)
            if self._kept is None or self._kept.deviceIndependentSize().toSize().toTuple() != (width, height):
                self._kept = QPixmap(round(width * ratio), round(height * ratio))
                self._kept.setDevicePixelRatio(ratio)
            onto = QPainter(self._kept)
            self._rows.paint(onto, self._shown(places), canvas.skin)
            onto.end()
            self._kept_for = key
        painter.drawPixmap(places.head, places.rows_top, self._kept)

    def _shown(self, places: Places) -> Rows:
        canvas = self._canvas
        status = {channel.name: channel for channel in canvas.desk.status.channels}

        def pre_roll_us(name: str) -> int:
            return status[name].pre_roll_ticks * 100 // 9 if name in status else 0

        return Rows(
            places=places,
            scale=canvas.scale,
            names=canvas.rows,
            pinned=canvas.desk.selected,
            lanes=canvas.schedule.blocks.lanes,
            now_us=canvas.now_us,
            horizon_us=lambda name: canvas.now_us + pre_roll_us(name),
            pre_roll_us=pre_roll_us,
            ticks=self._ticks,
            selected=canvas.selected,
            focused=canvas.focused,
            fading=frozenset() if canvas.ghost is None else canvas.ghost.keys,
            active=canvas.hasFocus(),
        )

    def _paint_heads(self, painter: QPainter, places: Places) -> None:
        """From memory, unless one of them says something else."""
        canvas = self._canvas
        heads, ratio = self._row_heads(), canvas.devicePixelRatioF()
        key = (heads, places.head, places.row, ratio)
        if key != self._heads_for or self._heads is None:
            self._heads = QPixmap(round(places.head * ratio), round(max(1, len(heads) * places.row) * ratio))
            self._heads.setDevicePixelRatio(ratio)
            onto = QPainter(self._heads)
            for index, head in enumerate(heads):
                paint_row_head(onto, QRectF(0, index * places.row, places.head, places.row), head, canvas.skin)
            onto.fillRect(QRectF(places.head - 1, 0, 1, len(heads) * places.row), canvas.skin.palette.line)
            onto.end()
            self._heads_for = key
        painter.drawPixmap(0, places.rows_top, self._heads)

    def _row_heads(self) -> tuple[RowHead, ...]:
        canvas, desk = self._canvas, self._canvas.desk
        status = {channel.name: channel for channel in desk.status.channels}
        lanes, made = canvas.schedule.blocks.lanes, []
        offset_us = house_offset_us(desk.zone, canvas.now_us)
        for name in canvas.rows:
            channel, mark = status.get(name), None
            if channel is not None:
                shown = tile_face(channel, proof_count(desk.trails.of(channel), channel), desk.now).mark
                mark = None if shown == ON_AIR else shown
            minutage = lanes.lane(name).minutage_us(canvas.now_us, offset_us=offset_us) if canvas.minutage else None
            title = name if channel is None else channel.title or name
            limit = canvas.schedule.blocks.hour_limit_us(name)
            made.append(RowHead(desk.number(name), title, name == desk.selected, mark, minutage, limit))
        return tuple(made)

    def _paint_ghost(self, painter: QPainter, places: Places, ghost: Ghost) -> None:
        canvas, p, rows = self._canvas, self._canvas.skin.palette, self._canvas.rows
        painter.save()
        painter.setClipRect(QRectF(places.head, 0, places.time_width, canvas.height()))
        if ghost.snap is not None:
            x = places.head + canvas.scale.x_of(ghost.snap.target.us)
            pen = QPen(p.blue, 2, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawLine(x, places.lane, x, places.rows_top + len(rows) * places.row)
        bad = bool(ghost.refusal or ghost.overlap_us)
        last = None
        for name, (start, end) in ghost.spans:
            if name not in rows:
                continue
            left, right = canvas.scale.x_of(start), canvas.scale.x_of(end)
            box = QRectF(places.head + left, places.y_of(rows.index(name)) + 3, max(3, right - left), places.row - 7)
            fill_round(painter, box, p.redb if ghost.refusal else p.amberb if bad else p.blueb, 3)
            edge = p.red if ghost.refusal else p.amber if bad else p.sel
            draw_edge(painter, box, edge, 2, dashed=True, radius=3)
            size = 13 if canvas.skin.density.roomy else 12
            if width_of(label := length_text(end - start), size) + 6 <= box.width():
                write(painter, box, label, p.hi, size, BOLD, MIDDLE)
            last = last or box
        painter.restore()
        if ghost.snap is not None:
            us = ghost.snap.target.us
            rate = text.rate_of(canvas.desk.channel)
            words = f"{text.timecode(moment_of(us), canvas.desk.zone, rate)}  {ghost.snap.target.says}"
            box = flag_box(places, places.head + canvas.scale.x_of(us), words, canvas.skin, snap=True)
            paint_flag(painter, box, words, canvas.skin, snap=True)
        if last is not None and ghost.tip:
            self._paint_tip(painter, last, ghost)

    def _paint_tip(self, painter: QPainter, box: QRectF, ghost: Ghost) -> None:
        canvas, p, size = self._canvas, self._canvas.skin.palette, 13 if self._canvas.skin.density.roomy else 12
        lines = list(ghost.tip)
        wide = max(width_of(line, size, BOLD) for line in lines) + 2 * _TIP_PAD
        high = len(lines) * (size + 5) + _TIP_PAD
        left = box.right() + 12 if box.right() + 12 + wide < canvas.width() else box.left() - 12 - wide
        left = min(max(4.0, left), canvas.width() - wide - 4)
        top = box.bottom() + 6 if box.bottom() + 6 + high < canvas.height() else box.top() - 6 - high
        tip = QRectF(left, max(2.0, top), wide, high)
        fill_round(painter, tip, p.bg0, 4)
        colour = p.red if ghost.refusal else p.amber if ghost.overlap_us else p.blue
        draw_edge(painter, tip, colour, 1.5, radius=4)
        for index, line in enumerate(lines):
            row = QRectF(tip.left() + _TIP_PAD, tip.top() + 5 + index * (size + 5), wide, size + 4)
            ink = p.hi if index == 0 else colour if index == 1 and colour is not p.blue else p.text
            write(painter, row, line, ink, size, BOLD if index == 0 else MEDIUM)

    def _paint_band(self, painter: QPainter, places: Places) -> None:
        canvas = self._canvas
        if canvas.band is None:
            return
        band, at = canvas.band
        rows = canvas.rows
        if band.since.channel not in rows or at.channel not in rows:
            return
        first, last = sorted((rows.index(band.since.channel), rows.index(at.channel)))
        left, right = sorted((canvas.scale.x_of(band.since.us), canvas.scale.x_of(at.us)))
        box = QRectF(
            places.head + max(0, left),
            places.y_of(first),
            min(right, places.time_width) - max(0, left),
            (last - first + 1) * places.row,
        )
        draw_edge(painter, box, canvas.skin.palette.blue, 1.5, dashed=True)

    def _paint_bar(self, painter: QPainter, places: Places) -> None:
        """How far the rows are scrolled."""
        canvas, p = self._canvas, self._canvas.skin.palette
        high = max(1, len(canvas.rows) * places.row)
        painter.fillRect(QRectF(canvas.width() - BAR, places.rows_top, BAR, high), p.bg1)
        if places.most_top:
            shown = high * places.shown / places.count
            top = places.rows_top + (high - shown) * places.top / places.most_top
            fill_round(painter, QRectF(canvas.width() - 9, top + 2, 6, shown - 4), p.planl, 3)

    def _paint_saying(self, painter: QPainter, places: Places) -> None:
        canvas, p, size = self._canvas, self._canvas.skin.palette, 12
        words = canvas.saying
        wide = min(width_of(words, size) + 24, canvas.width() - places.head - 20.0)
        box = QRectF(places.head + 8, canvas.height() - 32, wide, 26)
        fill_round(painter, box, p.amberb, 4)
        draw_edge(painter, box, p.amber, 1.5, radius=4)
        write(painter, box.adjusted(12, 0, 0, 0), words, p.amber, size, BOLD)
