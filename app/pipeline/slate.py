"""What viewers see while there is no source: the show's own image, or a quiet card with the channel's title."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

from app.model.errors import UsageError
from app.pipeline.canvas import Canvas, Rgb
from app.pipeline.lettering import draw, font, width
from app.pipeline.normalise import PictureNormaliser
from app.pipeline.outline_font import OutlineFont

_PROMISE = "We’ll be right back"
_PAPER: Rgb = (16, 20, 26)
_RULE: Rgb = (51, 71, 94)
_INK: Rgb = (245, 248, 251)
_QUIET: Rgb = (152, 165, 179)


def slate_frame(title: str, width_px: int, height_px: int, image: str | None = None) -> av.VideoFrame:
    """The slate as yuv420p of this size; ``image``: a picture file that takes the card's place.

    UsageError (the file, what is wrong) when the image can't be read.
    """
    return _card(title, width_px, height_px) if image is None else _picture(image, width_px, height_px)


def check_slate(image: str) -> None:
    """Refuse a file that is no picture: UsageError."""
    _picture(image, 64, 36)


def _card(title: str, width_px: int, height_px: int) -> av.VideoFrame:
    canvas = Canvas(width_px, height_px)
    canvas.rectangle(0, 0, width_px, height_px, _PAPER)
    unit = min(height_px, width_px * 9 // 16) / 1080
    middle = height_px // 2
    _centred(canvas, title, round(112 * unit), middle - round(130 * unit), _INK, font("InterDisplay-ExtraBold"))
    rule = round(160 * unit)
    canvas.rectangle((width_px - rule) // 2, middle + round(28 * unit), rule, max(2, round(6 * unit)), _RULE)
    _centred(canvas, _PROMISE, round(46 * unit), middle + round(70 * unit), _QUIET, font("Inter-Medium"))
    return canvas.frame()


def _centred(canvas: Canvas, text: str, size: int, top: int, colour: Rgb, face: OutlineFont) -> None:
    room = canvas.width * 0.86
    needed = width(text, size, face)
    if needed > room:
        smaller = max(8, int(size * room / needed))
        top, size = top + (size - smaller) // 2, smaller
    drawn = draw(text, max(8, size), face)
    canvas.text((canvas.width - drawn.shape[1]) // 2, top, drawn, colour)


def _picture(image: str, width_px: int, height_px: int) -> av.VideoFrame:
    if not Path(image).exists():
        raise UsageError(image, "there is no such slate image")
    fitted: list[tuple[int, av.VideoFrame]] = []
    normaliser = PictureNormaliser(width_px, height_px)
    try:
        with av.open(image, "r") as container:
            for picture in container.decode(video=0):
                fitted = normaliser.fitted(picture, 0, Fraction(1)) + normaliser.flush()
                break
    except (av.FFmpegError, OSError, IndexError, ValueError) as error:
        raise UsageError(image, "it can't be read as a picture", "give a PNG or JPEG file") from error
    finally:
        normaliser.close()
    if not fitted:
        raise UsageError(image, "there is no picture in it", "give a PNG or JPEG file")
    return fitted[0][1]
