"""One tile of a multiviewer: its channel's newest picture, its face, and the button behind it."""

from __future__ import annotations

from PySide6.QtGui import QImage

from app.engine import PreviewFrame
from app.ui.bridge import Pictures
from app.ui.loudness import EMPTY
from app.ui.meter import Needle
from app.ui.tile_face import TileFace
from app.ui.widgets.meter_painter import MeterPainter
from app.ui.widgets.overlay import Overlay
from app.ui.widgets.tile_handle import TileHandle
from app.ui.widgets.tile_painter import TileLabel

NONE_BEFORE_S = 0.028  # previews come 25 times a second at most, and some of them late


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

    def look(self, now_s: float) -> bool:
        """As ``take``, but right behind a picture there is no other to be looked for."""
        soon = self.taken_s is not None and 0 <= now_s - self.taken_s < NONE_BEFORE_S
        return not soon and self.take(now_s)

    def take(self, now_s: float) -> bool:
        """Take the newest picture, if there is one."""
        seq = self.mailbox.seq
        if seq == self.seq:
            return False
        self.seq = seq
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
