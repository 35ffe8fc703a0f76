"""The picture on a Stream Deck's key: word, countdown and line of the button, in its dress. Any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QTransform

from app.ui.surfaces.key_face import KeyFace
from app.ui.theme import Palette
from app.ui.widgets.cue_button import draw_body

_QUALITY = 92
_LEAST_PX = 9
_CENTRED = Qt.AlignmentFlag.AlignHCenter
_WRAPPED = _CENTRED | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True, slots=True)
class Picture:
    """How a deck wants its keys' pictures: ``form`` JPEG or BMP; ``turned`` in degrees against the clock."""

    width: int
    height: int
    form: str
    flips: tuple[bool, bool]
    turned: int

    @classmethod
    def of(cls, shape: Mapping[str, Any]) -> Picture:
        """Out of what the library tells of a deck."""
        width, height = shape["size"]
        across, down = shape["flip"]
        return cls(int(width), int(height), str(shape["format"]), (bool(across), bool(down)), int(shape["rotation"]))


def key_image(face: KeyFace, picture: Picture, palette: Palette) -> bytes:
    """As the deck wants it."""
    image = painted(face, picture, palette)
    if picture.turned:
        image = image.transformed(QTransform().rotate(-picture.turned))
    across, down = picture.flips
    if across and down:
        image = image.transformed(QTransform().rotate(180))
    elif across or down:
        image = image.transformed(QTransform().scale(-1 if across else 1, -1 if down else 1))
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(kept, picture.form, _QUALITY)  # type: ignore[call-overload]  # Qt takes the form as text
    return bytes(kept.data().data())


def painted(face: KeyFace, picture: Picture, palette: Palette) -> QImage:
    """As people see it."""
    image = QImage(picture.width, picture.height, QImage.Format.Format_RGB32)
    image.fill(palette.bg0)
    if face.kind is None:
        return image
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(image.rect())
    ink, soft = draw_body(painter, box.adjusted(1, 1, -1, -1), face.kind, palette)
    _write(painter, box, face, ink, soft)
    painter.end()
    return image


def _write(painter: QPainter, box: QRectF, face: KeyFace, ink: QColor, soft: QColor) -> None:
    inner = box.adjusted(5, 4, -5, -4)
    third = inner.height() / 3
    word = QRectF(inner.left(), inner.top(), inner.width(), third)
    _line(painter, word, face.word, ink, round(third * 0.8), QFont.Weight.ExtraBold)
    below = QRectF(inner.left(), word.bottom(), inner.width(), inner.height() - third)
    if face.right:
        middle = QRectF(below.left(), below.top(), below.width(), third)
        _line(painter, middle, face.right, ink, round(third * 1.0), QFont.Weight.ExtraBold)
        below.setTop(middle.bottom())
    _wrapped(painter, below, face.line, soft, round(third * 0.62))


def _font(size_px: int, weight: QFont.Weight) -> QFont:
    """One of its own: the window's shared ones stay on its thread."""
    made = QFont(["Inter", "sans-serif"])
    made.setPixelSize(size_px)
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def _line(painter: QPainter, box: QRectF, words: str, colour: QColor, most_px: int, weight: QFont.Weight) -> None:
    """As large as it fits in one line."""
    sizes = range(most_px, _LEAST_PX - 1, -1)
    fits = (px for px in sizes if QFontMetricsF(_font(px, weight)).horizontalAdvance(words) <= box.width())
    font = _font(next(fits, _LEAST_PX), weight)
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, _CENTRED | Qt.AlignmentFlag.AlignVCenter, shown)


def _wrapped(painter: QPainter, box: QRectF, words: str, colour: QColor, most_px: int) -> None:
    """As large as it fits in as many lines as there is room for; else as much of it as fits."""
    for px in range(most_px, _LEAST_PX - 1, -1):
        font = _font(px, QFont.Weight.Medium)
        needed = QFontMetricsF(font).boundingRect(box, int(_WRAPPED), words)
        painter.setFont(font)
        if needed.height() <= box.height() and needed.width() <= box.width():
            break
    painter.setPen(colour)
    painter.drawText(box, int(_WRAPPED), words)
