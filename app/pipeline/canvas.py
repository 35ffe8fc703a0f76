"""A yuv420p picture that is painted with rectangles and text, in RGB, and handed out as frames."""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import Colorspace

from app.pipeline.lettering import Coverage
from app.pipeline.normalise import matrix_of

type Rgb = tuple[int, int, int]
type Plane = np.ndarray[tuple[int, int], np.dtype[np.uint8]]

_LUMA = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722)}  # of red and blue


class Canvas:
    """Planes of limited range. Sizes and places in luma pixels; chroma follows at half of them."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._matrix = matrix_of(height)
        self.luma: Plane = np.full((height, width), 16, np.uint8)
        self._chroma: tuple[Plane, Plane] = (_grey(width, height), _grey(width, height))

    def rectangle(self, left: int, top: int, width: int, height: int, colour: Rgb) -> None:
        """Fill a rectangle; what lies outside is left out."""
        right, bottom = left + width, top + height
        left, top = max(0, left), max(0, top)
        luma, *chroma = self._parts(colour)
        self.luma[top:bottom, left:right] = luma
        for plane, part in zip(self._chroma, chroma, strict=True):
            plane[top // 2 : (bottom + 1) // 2, left // 2 : (right + 1) // 2] = part

    def text(self, left: int, top: int, coverage: Coverage, colour: Rgb) -> None:
        """Paint text over what is there; what lies outside is cut off."""
        left, top = max(0, left // 2 * 2), max(0, top // 2 * 2)
        coverage = coverage[: self.height - top, : self.width - left]
        coverage = coverage[: coverage.shape[0] // 2 * 2, : coverage.shape[1] // 2 * 2]
        halved = coverage.reshape(coverage.shape[0] // 2, 2, coverage.shape[1] // 2, 2).mean(axis=(1, 3))
        luma, *chroma = self._parts(colour)
        _blend(self.luma, left, top, coverage, luma)
        for plane, part in zip(self._chroma, chroma, strict=True):
            _blend(plane, left // 2, top // 2, halved, part)

    def frame(self) -> av.VideoFrame:
        """A new frame with a copy of the planes; 0.2 ms at 1920x1080."""
        frame = av.VideoFrame(self.width, self.height, "yuv420p")
        frame.colorspace = Colorspace.ITU709 if self._matrix == "bt709" else Colorspace.SMPTE170M
        for index, plane in enumerate((self.luma, *self._chroma)):
            plane_of(frame, index)[:, : plane.shape[1]] = plane
        return frame

    def _parts(self, colour: Rgb) -> tuple[int, int, int]:
        red, green, blue = (part / 255 for part in colour)
        of_red, of_blue = _LUMA[self._matrix]
        luma = of_red * red + (1 - of_red - of_blue) * green + of_blue * blue
        blue_difference, red_difference = (blue - luma) / (2 - 2 * of_blue), (red - luma) / (2 - 2 * of_red)
        return round(16 + 219 * luma), round(128 + 224 * blue_difference), round(128 + 224 * red_difference)


def plane_of(frame: av.VideoFrame, index: int) -> Plane:
    """A frame's plane as rows, to be written to while nobody else holds the frame; rows may be longer than shown."""
    plane = frame.planes[index]
    return np.frombuffer(plane, np.uint8)[: plane.height * plane.line_size].reshape(plane.height, plane.line_size)


def _grey(width: int, height: int) -> Plane:
    return np.full(((height + 1) // 2, (width + 1) // 2), 128, np.uint8)


def _blend(plane: Plane, left: int, top: int, coverage: Coverage, value: int) -> None:
    rows, columns = coverage.shape
    area = plane[top : top + rows, left : left + columns]
    area[:] = np.rint(area + (value - area.astype(np.float32)) * coverage).astype(np.uint8)
