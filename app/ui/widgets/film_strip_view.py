"""The pictures either side of a splice: those before it above, those from it on below, the splice framed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.fonts import MEDIUM, font
from app.ui.strip import Frame, Strip
from app.ui.theme import Skin
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import draw_edge, write
from app.ui.words import _

_COLUMNS, _GAP, _LABEL = 5, 6.0, 16.0


class FilmStripView(Painted[Strip]):
    """Paints a ``Strip``. Its pictures keep their shape."""

    def __init__(self, skin: Skin, parent: QWidget | None = None) -> None:
        super().__init__(skin, Strip(), parent)

    def show_value(self, shown: Strip) -> None:
        """Paint this from now on."""
        super().show_value(shown)
        count = len(shown.frames)
        self.setAccessibleName(
            _("Film-strip, {about}: {count} pictures").format(about=shown.about, count=count)
            if count
            else _("No pictures: {nothing}").format(nothing=shown.nothing)
        )
        self.updateGeometry()

    def height_for(self, width: int) -> int:
        """What two rows need."""
        each = (width - _GAP * (_COLUMNS - 1)) / _COLUMNS
        return round(2 * (each * 9 / 16 + _LABEL) + _GAP)

    def sizeHint(self) -> QSize:
        """Any width: the page places it."""
        return QSize(300, self.height_for(300))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Two rows of five, or a sentence."""
        painter, box, p, d = QPainter(self), QRectF(self.rect()), self.skin.palette, self.skin.density
        if not self.shown.frames:
            painter.setFont(font(d.body, MEDIUM))
            painter.setPen(p.dim)
            painter.drawText(box, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, self.shown.nothing)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for frame, place in zip(self.shown.frames, self._places(box), strict=True):
            self._paint_frame(painter, frame, place)

    def _places(self, box: QRectF) -> list[QRectF]:
        """A cell for each: the row by its side of the splice, the column by its distance. One alone has all room."""
        if len(self.shown.frames) == 1:
            height = min(box.height() - _LABEL, box.width() * 9 / 16)
            return [QRectF(box.left(), box.top(), height * 16 / 9, height)]
        width = (box.width() - _GAP * (_COLUMNS - 1)) / _COLUMNS
        height = min(width * 9 / 16, (box.height() - _GAP) / 2 - _LABEL)
        cells = []
        for frame in self.shown.frames:
            row, column = (0, frame.offset + _COLUMNS) if frame.offset < 0 else (1, frame.offset)
            top = box.top() + row * (height + _LABEL + _GAP)
            cells.append(QRectF(box.left() + column * (width + _GAP), top, width, height))
        return cells

    def _paint_frame(self, painter: QPainter, frame: Frame, cell: QRectF) -> None:
        p, splice = self.skin.palette, frame.offset == 0
        painter.fillRect(cell, p.bg0)
        size = frame.image.size().scaled(cell.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        picture = QRectF(0, 0, size.width(), size.height())
        picture.moveCenter(cell.center())
        painter.drawImage(picture, frame.image)
        draw_edge(painter, cell, p.sel if splice else p.line, 2 if splice else 1)
        below = QRectF(cell.left(), cell.bottom() + 1, cell.width(), _LABEL - 1)
        label = frame.label or (f"{frame.offset:+d}".replace("-", "−") if frame.offset else _("splice"))
        write(painter, below, label, p.hi if splice else p.dim, self.skin.density.small)
