"""The multiviewer: one plain widget for the whole grid, over the newest picture of each channel."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPaintEvent, QRegion, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.engine import PreviewFrame
from app.model.status import ChannelStatus
from app.ui.bridge import Pictures
from app.ui.desk import Desk
from app.ui.grid import Cell, tile_grid
from app.ui.loudness import EMPTY, loudness_of
from app.ui.meter import Needle
from app.ui.theme import Skin
from app.ui.tile_face import TileFace, quiet_key, tile_face
from app.ui.tile_flags import flag_words
from app.ui.trail import proof_count
from app.ui.widgets.meter_painter import MeterPainter
from app.ui.widgets.overlay import Overlay
from app.ui.widgets.painting import draw_edge
from app.ui.widgets.safe_areas import paint_safe_areas
from app.ui.widgets.tile_handle import TileHandle
from app.ui.widgets.tile_menu import attach_menu
from app.ui.widgets.tile_painter import (
    TileLabel,
    paint_ground,
    paint_no_picture,
    paint_picture,
)

MOST_TILES = 36


class Tile:
    """One channel's picture and face. ``frame`` keeps the picture's memory alive while ``image`` lies over it.

    The memory may be the engine's: a picture that is not drawn in time is overwritten by a newer one.
    """

    def __init__(self, name: str, number: int, mailbox: Pictures, handle: TileHandle, face: TileFace) -> None:
        self.mailbox, self.handle, self.face = mailbox, handle, face
        self.label = TileLabel(number, name)
        self.needles: list[Needle] = []
        self.image: QImage | None = None
        self.frame: PreviewFrame | None = None
        self.seq = -1  # whatever lies there already is new to this window
        self.taken_s: float | None = None
        self.fresh = False
        self.shown: object = None  # what its face was worked out from, while it is quiet
        self.overlay, self.meter, self.loudness = Overlay(), MeterPainter(), EMPTY

    def take(self, now_s: float) -> bool:
        """Take the newest picture, if there is one."""
        if self.mailbox.seq == self.seq:
            return False
        self.seq = self.mailbox.seq
        frame = self.mailbox.frame
        if frame is None:
            return False
        wrapped = QImage(frame.pixels, frame.width, frame.height, frame.stride, QImage.Format.Format_RGB32)
        self.image, self.frame, self.taken_s = wrapped, frame, now_s
        if len(self.needles) != len(frame.peaks_dbfs):
            self.needles = [Needle() for _ in frame.peaks_dbfs]
        for needle, peak in zip(self.needles, frame.peaks_dbfs, strict=True):
            needle.feed(peak, now_s)
        return True

    def intact(self) -> bool:
        """Whether the picture's memory still holds it."""
        return self.frame is None or self.frame.intact()

    def drawable(self, now_s: float) -> QImage | None:
        """The picture, or a newer one where its memory was taken for that; None where there is none any more."""
        if not self.intact() and not self.take(now_s):
            self.image = self.frame = None
        return self.image

    def picture_s(self, now_s: float) -> float | None:
        """How old the picture is."""
        return None if self.taken_s is None else now_s - self.taken_s


class Multiviewer(QWidget):
    """1 to 36 tiles. ``look`` (on every beat) takes new pictures; faces follow the desk."""

    def __init__(self, desk: Desk, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._skin = desk, skin
        self._tiles: list[Tile] = []
        self._cells: tuple[Cell, ...] = ()
        self._fresh = QRegion()
        self.taken = 0  # pictures, over all tiles
        self._safe_areas = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Multiviewer")
        desk.refreshed.connect(self.refresh)
        desk.selection_changed.connect(self.refresh)
        self.refresh()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Where the tiles are, in the order of the channels."""
        return self._cells

    @property
    def pictures(self) -> int:
        """How many tiles have a picture."""
        return sum(tile.image is not None for tile in self._tiles)

    @property
    def faces(self) -> tuple[TileFace, ...]:
        """What the tiles say."""
        return tuple(tile.face for tile in self._tiles)

    def dress(self, skin: Skin) -> None:
        """Take on another density or palette."""
        self._skin = skin
        self.update()

    def show_safe_areas(self, *, on: bool) -> None:
        """Draw the safe areas over every picture, or no more."""
        self._safe_areas = on
        self.update()

    def look(self) -> None:
        """Take the pictures that are new; repaint those and nothing else."""
        now_s, fresh = self._desk.clock(), QRegion()
        for tile, cell in zip(self._tiles, self._cells, strict=False):
            tile.fresh = tile.take(now_s)
            if tile.fresh:
                self.taken += 1
                fresh += cell.picture
                fresh += cell.meter
        self._fresh = fresh
        if not fresh.isEmpty():
            self.update(fresh)

    def refresh(self, _cause: object = None) -> None:
        """Show the states of a new snapshot."""
        channels = self._desk.status.channels[:MOST_TILES]
        if [tile.handle.name for tile in self._tiles] != [channel.name for channel in channels]:
            self._rebuild(channels)
        for tile, cell, channel in zip(self._tiles, self._cells, channels, strict=False):
            self._show(tile, cell, channel)

    def _rebuild(self, channels: tuple[ChannelStatus, ...]) -> None:
        for tile in self._tiles:
            tile.handle.deleteLater()
        self._tiles = [self._tile(number, channel) for number, channel in enumerate(channels, 1)]
        self._place()

    def _tile(self, number: int, channel: ChannelStatus) -> Tile:
        handle = TileHandle(channel.name, self)
        handle.pressed.connect(lambda name=channel.name: self._choose(name, ganging=handle.ganging))
        attach_menu(handle, self._desk)
        handle.show()
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

    def _show(self, tile: Tile, cell: Cell, channel: ChannelStatus) -> None:
        desk, picture_s = self._desk, tile.picture_s(self._desk.clock())
        tile.loudness = EMPTY if tile.face.off else loudness_of(channel.quality)
        number, name = tile.label.number, channel.title or channel.name
        label = TileLabel(number, name, channel.name == desk.selected, channel.name in desk.gang)
        quiet = quiet_key(channel, desk.shown_now, picture_s, lost=desk.absence is not None)
        if quiet is not None and quiet == tile.shown and label == tile.label:
            return
        tile.shown = quiet
        face = self._face(channel, picture_s)
        if label != tile.label or face.mark != tile.face.mark or face.next_in != tile.face.next_in:
            self.update(cell.cell)
        elif face != tile.face:
            self.update(cell.picture.united(cell.meter))
        tile.label, tile.face = label, face
        wrong = "".join(
            f", {words}" for words in (face.wrong.words if face.wrong else "", flag_words(face.flags)) if words
        )
        ganged = ", in the gang" if label.ganged else ""
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
        for tile in self._tiles:
            tile.mailbox.size = None

    def _place(self) -> None:
        self._cells = tile_grid(len(self._tiles), self.width(), self.height())
        ratio = self.devicePixelRatioF()
        for tile, cell in zip(self._tiles, self._cells, strict=False):
            tile.handle.setGeometry(cell.cell)
            size = cell.picture.size()
            wanted = (round(size.width() * ratio), round(size.height() * ratio))
            tile.mailbox.size = wanted if self.isVisible() and not self.window().isMinimized() else None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only what was asked to be repainted: mostly new pictures, and nothing but pictures."""
        painter, region, p = QPainter(self), event.region(), self._skin.palette
        if region == self._fresh:
            for tile, cell in zip(self._tiles, self._cells, strict=False):
                if tile.fresh:
                    self._paint_picture(painter, tile, cell)
            return
        around = region
        for tile, cell in zip(self._tiles, self._cells, strict=False):
            if region.intersects(cell.cell):
                painter.setClipRect(cell.cell)
                self._paint_tile(painter, region, tile, cell)
                around = around.subtracted(QRegion(cell.cell))
        painter.setClipRegion(around)
        painter.fillRect(self.rect(), p.bg0)

    def _paint_tile(self, painter: QPainter, region: QRegion, tile: Tile, cell: Cell) -> None:
        if _reaches_beyond(region, cell):
            paint_ground(painter, cell, tile.label, tile.face, self._skin.palette)
        self._paint_picture(painter, tile, cell)

    def _paint_picture(self, painter: QPainter, tile: Tile, cell: Cell) -> None:
        """Each part in a clip of one rectangle: through a region of many Qt paints pixel by pixel, on many threads."""
        p = self._skin.palette
        painter.setClipRect(cell.picture)
        image = tile.drawable(self._desk.clock())
        if image is None:
            paint_no_picture(painter, cell, p)
        else:
            paint_picture(painter, cell, image, tile.face, self.devicePixelRatioF())
            if self._safe_areas:
                paint_safe_areas(painter, cell.picture, p)
        if not tile.intact():  # overwritten while it was drawn: rare, and gone at the next beat
            self.update(cell.picture)
        tile.overlay.paint(painter, cell, tile.face, p)
        if tile.handle.hasFocus():
            draw_edge(painter, QRectF(cell.picture), p.blue, 3)
        painter.setClipRect(cell.meter)
        needles = [] if tile.face.off else tile.needles
        tile.meter.paint(painter, cell.meter, needles, self._desk.clock(), p, tile.loudness)


def _reaches_beyond(region: QRegion, cell: Cell) -> bool:
    """Whether more of the tile is to be painted than its picture and its meter."""
    inside: QRect = cell.picture.united(cell.meter)
    return not region.intersected(QRegion(cell.cell)).subtracted(QRegion(inside)).isEmpty()
