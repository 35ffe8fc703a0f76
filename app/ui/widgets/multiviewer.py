"""The multiviewer: one plain widget for the whole grid, over the newest picture of each channel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QRegion, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.model.status import ChannelStatus
from app.ui.desk import Desk
from app.ui.grid import Cell
from app.ui.loudness import EMPTY, loudness_of
from app.ui.multiview.outlook import Told, outlook
from app.ui.multiview.tile import Tile
from app.ui.multiview.tile_bar import TileBar
from app.ui.multiview.tile_hands import TileHands
from app.ui.multiview.tile_view import TileView
from app.ui.theme import Skin
from app.ui.tile_face import TileFace, quiet_key, tile_face
from app.ui.tile_flags import flag_words
from app.ui.trail import proof_count
from app.ui.widgets.painting import draw_edge
from app.ui.widgets.safe_areas import paint_safe_areas
from app.ui.widgets.tile_handle import TileHandle
from app.ui.widgets.tile_painter import (
    TileLabel,
    paint_ground,
    paint_no_picture,
    paint_picture,
)
from app.ui.words import _


class Multiviewer(QWidget):
    """All channels in pages of 1 to 36 tiles. ``look`` (on every beat) takes new pictures; faces follow the desk.

    ``view`` says which tiles stand where; ``apart``: it has a window of its own, and its bar is always there.
    """

    def __init__(
        self,
        desk: Desk,
        skin: Skin,
        parent: QWidget | None = None,
        *,
        view: TileView | None = None,
        apart: bool = False,
    ) -> None:
        super().__init__(parent)
        self._desk, self._skin, self._apart = desk, skin, apart
        self.view = view or TileView(desk)
        self.hands = TileHands(self, self.view, desk)
        self.bar = TileBar(skin, self)
        self._tiles: list[Tile] = []
        self._shown: list[Tile] = []
        self._cells: tuple[Cell, ...] = ()
        self._fresh = QRegion()
        self._reader = object()  # by which the engine knows this one's wishes
        self.taken = 0  # pictures, over all tiles
        self._safe_areas = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(_("Multiviewer"))
        desk.refreshed.connect(self.refresh)
        desk.selection_changed.connect(self.refresh)
        self.view.changed.connect(self._place)
        self.bar.serve(self.view)
        self.refresh()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Where the tiles in sight are."""
        return self._cells

    @property
    def pictures(self) -> int:
        """How many tiles in sight have a picture."""
        return sum(tile.image is not None for tile in self._shown)

    @property
    def faces(self) -> tuple[TileFace, ...]:
        """What the tiles say, those out of sight too, in the order of the channels."""
        return tuple(tile.face for tile in self._tiles)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.bar.dress(skin)
        self._place()

    def show_safe_areas(self, *, on: bool) -> None:
        """Draw the safe areas over every picture, or no more."""
        self._safe_areas = on
        self.update()

    def look(self) -> None:
        """Take the pictures that are new; repaint those and nothing else."""
        now_s, fresh = self._desk.clock(), QRegion()
        for tile, cell in zip(self._shown, self._cells, strict=True):
            tile.fresh = tile.look(now_s)
            if tile.fresh:
                self.taken += 1
                fresh += cell.live
        self._fresh = fresh
        if not fresh.isEmpty():
            self.update(fresh)

    def refresh(self, _cause: object = None) -> None:
        """Show the states of a new snapshot."""
        channels = self._desk.status.channels
        if [tile.handle.name for tile in self._tiles] != [channel.name for channel in channels]:
            self._rebuild(channels)
        cells = dict(zip(self.view.wall.shown, self._cells, strict=True))
        for tile, channel in zip(self._tiles, channels, strict=True):
            self._show(tile, cells.get(channel.name), channel)
        self._tell()

    def _tell(self) -> None:
        """The bar: where one is, and what is out of sight."""
        if self.bar.isHidden():
            return
        named = [Told(tile.handle.name, f"{tile.label.number} {tile.label.name}", tile.face) for tile in self._tiles]
        self.bar.tell(self.view, outlook(self.view.wall, named, self.view.arrangement.layout, self._desk.selected))

    def _rebuild(self, channels: tuple[ChannelStatus, ...]) -> None:
        self.hands.forget()
        for tile in self._tiles:
            tile.mailbox.want(self._reader, None)
            tile.handle.deleteLater()
        self._tiles = [self._tile(number, channel) for number, channel in enumerate(channels, 1)]
        self._place()

    def _tile(self, number: int, channel: ChannelStatus) -> Tile:
        handle = TileHandle(channel.name, self)
        handle.pressed.connect(lambda name=channel.name: self._choose(name, ganging=handle.ganging))
        self.hands.hold(handle)
        mailbox = self._desk.engine.preview(channel.name)
        return Tile(channel.title or channel.name, number, mailbox, handle, self._face(channel, None))

    def _choose(self, name: str, *, ganging: bool) -> None:
        if ganging:
            self._desk.choose_for_gang(name)
        else:
            self._desk.select(name)

    def _face(self, channel: ChannelStatus, picture_s: float | None) -> TileFace:
        desk = self._desk
        proof = proof_count(desk.trails.of(channel), channel)
        return tile_face(channel, proof, desk.shown_now, picture_s=picture_s, lost=desk.absence is not None)

    def _show(self, tile: Tile, cell: Cell | None, channel: ChannelStatus) -> None:
        desk, picture_s = self._desk, tile.picture_s(self._desk.clock())
        tile.loudness = EMPTY if tile.face.off else loudness_of(channel.quality)
        number, name = tile.label.number, channel.title or channel.name
        label = TileLabel(number, name, channel.name == desk.selected, channel.name in desk.gang)
        quiet = quiet_key(channel, desk.shown_now, picture_s, lost=desk.absence is not None)
        if quiet is not None and quiet == tile.shown and label == tile.label:
            return
        tile.shown = quiet
        face = self._face(channel, picture_s)
        if cell is None:
            pass  # out of sight: the bar tells of it
        elif label != tile.label or face.mark != tile.face.mark or face.next_in != tile.face.next_in:
            self.update(cell.cell)
        elif face != tile.face:
            self.update(cell.picture.united(cell.meter))
        tile.label, tile.face = label, face
        wrong = "".join(
            f", {words}" for words in (face.wrong.words if face.wrong else "", flag_words(face.flags)) if words
        )
        ganged = _(", in the gang") if label.ganged else ""
        tile.handle.describe(f"{number} {name}, {face.mark.word}{wrong}{ganged}")

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """New places, and other sizes wanted of the engine."""
        self._place()

    def showEvent(self, _event: QShowEvent) -> None:
        """Pictures are wanted again."""
        self._place()

    def window_changed(self) -> None:
        """The window was minimised, or restored."""
        self._place()

    def hideEvent(self, _event: QHideEvent) -> None:
        """Nobody looks: the engine need not scale pictures."""
        self.hands.let_go()
        for tile in self._tiles:
            tile.mailbox.want(self._reader, None)

    def _room(self, bars: int) -> tuple[int, int]:
        """For the tiles, beside so many bars."""
        return self.width(), self.height() - self.bar.high * max(bars, self._apart)

    def _place(self) -> None:
        if [tile.handle.name for tile in self._tiles] != list(self.view.names):
            self.refresh()  # another show: its tiles are made, and placed, first
            return
        wall, ratio = self.view.placed(self._room), self.devicePixelRatioF()
        by_name = {tile.handle.name: tile for tile in self._tiles}
        self._cells = wall.cells
        self._shown = [by_name[name] for name in wall.shown]
        looked_at = self.isVisible() and not self.window().isMinimized()
        for tile in self._tiles:
            if tile not in self._shown:
                tile.mailbox.want(self._reader, None)
        self.hands.place([tile.handle for tile in self._shown])
        for tile, cell in zip(self._shown, self._cells, strict=True):
            size = cell.picture.size()
            wanted = (round(size.width() * ratio), round(size.height() * ratio))
            tile.mailbox.want(self._reader, wanted if looked_at else None)
        self.bar.setVisible(self._apart or self.view.speaks)
        self.bar.setGeometry(0, self.height() - self.bar.high, self.width(), self.bar.high)
        self._tell()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only what was asked to be repainted: mostly new pictures, and nothing but pictures."""
        painter, region, p = QPainter(self), event.region(), self._skin.palette
        now_s, ratio = self._desk.clock(), self.devicePixelRatioF()
        if region == self._fresh:
            for tile, cell in zip(self._shown, self._cells, strict=True):
                if tile.fresh:
                    self._paint_picture(painter, tile, cell, now_s, ratio)
            return
        around = region
        for tile, cell in zip(self._shown, self._cells, strict=True):
            if region.intersects(cell.cell):
                painter.setClipRect(cell.cell)
                if cell.needs_ground(region):
                    paint_ground(painter, cell, tile.label, tile.face, p)
                self._paint_picture(painter, tile, cell, now_s, ratio)
                around = around.subtracted(QRegion(cell.cell))
        painter.setClipRegion(around)
        painter.fillRect(self.rect(), p.bg0)

    def _paint_picture(self, painter: QPainter, tile: Tile, cell: Cell, now_s: float, ratio: float) -> None:
        """In a clip of one rectangle: through a region of many Qt paints pixel by pixel, on many threads."""
        p = self._skin.palette
        painter.setClipRect(cell.live)
        image = tile.drawable(now_s)
        if image is None:
            paint_no_picture(painter, cell, p)
        else:
            paint_picture(painter, cell, image, tile.face, ratio)
            if self._safe_areas:
                paint_safe_areas(painter, cell.picture, p)
        if not tile.intact():  # overwritten while it was drawn: rare, and gone at the next beat
            self.update(cell.picture)
        tile.overlay.paint(painter, cell, tile.face, p, ratio)
        if self.hands.dragged:
            self.hands.paint(painter, cell, tile.handle.name, p)
        if tile.handle.hasFocus():
            draw_edge(painter, QRectF(cell.picture), p.blue, 3)
        needles = [] if tile.face.off else tile.needles
        tile.meter.paint(painter, cell.meter, needles, now_s, p, tile.loudness, ratio)
