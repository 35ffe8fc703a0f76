"""``test:bars``: colour bars with a running time code, a moving block, and a tone whose beep meets a flash."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np

from app.model.timebase import FrameRate
from app.pipeline.canvas import Canvas, Plane, Rgb, plane_of
from app.pipeline.lettering import draw, font, width
from app.pipeline.normalise import Sound
from app.pipeline.playout import Playout

DEFAULT_RATE = FrameRate(25)  # where the show says frame_rate = "source" and this is the source
_WAIT_S = 0.1
_GREY, _WHITE, _BLACK = (191, 191, 191), (255, 255, 255), (0, 0, 0)
_COLOURS: tuple[Rgb, ...] = (
    _GREY,
    (191, 191, 0),
    (0, 191, 191),
    (0, 191, 0),
    (191, 0, 191),
    (191, 0, 0),
    (0, 0, 191),
)
_LAST_CODE_HOUR = 24
_LUMA_BLACK, _LUMA_WHITE, _LUMA_BLOCK = 16, 235, 126
_TONE_HZ, _BEEP_HZ, _BEEP_S = 1000, 2000, Fraction(8, 100)
_TONE_LEVEL = 10 ** (-18 / 20)  # -18 dBFS, EBU R 68
_BEEP_LEVEL = 10 ** (-12 / 20)


class BarsPicture:
    """Draws frame n: the base is copied and only the strip in the middle is drawn anew."""

    def __init__(self, rate: FrameRate, title: str, width_px: int, height_px: int) -> None:
        self._rate = rate
        self._canvas = _base(title, width_px, height_px)
        self._top, self._bottom = _even(height_px * 58 // 100), _even(height_px * 72 // 100)
        size = (self._bottom - self._top) * 6 // 10
        self._signs = _glyphs(size)
        self._code_width = sum(self._signs[sign].shape[1] for sign in "00:00:00:00")

    def frame(self, number: int) -> av.VideoFrame:
        """A new picture; not written to afterwards."""
        picture = self._canvas.frame()
        strip = plane_of(picture, 0)[self._top : self._bottom, : self._canvas.width]
        height, across = strip.shape
        block = height // 2
        sweep = number % (4 * self._rate.nominal) / (4 * self._rate.nominal)
        at = int(sweep * (across - block))
        strip[height - height // 8 :, at : at + block] = _LUMA_BLOCK
        if flash_at(self._rate, number):
            strip[: height - height // 8, : height * 2] = _LUMA_WHITE
            strip[: height - height // 8, across - height * 2 :] = _LUMA_WHITE
        self._write_code(strip, number)
        return picture

    def _write_code(self, strip: Plane, number: int) -> None:
        at = max(0, (strip.shape[1] - self._code_width) // 2)
        top = max(0, (strip.shape[0] * 7 // 8 - self._signs["0"].shape[0]) // 2)
        for sign in time_code(self._rate, number):
            glyph = self._signs[sign]
            rows = min(glyph.shape[0], strip.shape[0] - top)
            strip[top : top + rows, at : at + glyph.shape[1]] = glyph[:rows, : strip.shape[1] - at]
            at += glyph.shape[1]


def time_code(rate: FrameRate, number: int) -> str:
    """``HH:MM:SS:FF`` of a frame, counted without drops."""
    seconds, frames = divmod(number, rate.nominal)
    hours = seconds // 3600 % _LAST_CODE_HOUR
    return f"{hours:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frames:02}"


def flash_at(rate: FrameRate, number: int) -> bool:
    """Whether a frame shows the flash: the first that begins in a second, and the next."""
    seconds = [math.floor(rate.seconds(frame)) for frame in (number - 2, number - 1, number)]
    return seconds[0] != seconds[2]


def bars_sound(rate: FrameRate, number: int, channels: int, sample_rate_hz: int) -> Sound:
    """The sound of frame n, shape (channels, samples): a tone, and a beep that begins with each flash."""
    first, end = (rate.samples(frame, sample_rate_hz) for frame in (number, number + 1))
    at = np.arange(first, end)
    tone = _TONE_LEVEL * np.sin(2 * np.pi * _TONE_HZ / sample_rate_hz * (at % sample_rate_hz))
    flash = rate.frames_covering(Fraction(math.floor(rate.seconds(number))))  # the first frame of this second
    since = at - rate.samples(flash, sample_rate_hz)
    beeping = (since >= 0) & (since < int(_BEEP_S * sample_rate_hz))
    beep = _BEEP_LEVEL * np.sin(2 * np.pi * _BEEP_HZ / sample_rate_hz * since)
    return np.tile(np.where(beeping, beep, tone).astype(np.float32), (channels, 1))


def play_bars(
    picture: BarsPicture, rate: FrameRate, sound: tuple[int, int], playout: Playout, keep_going: Callable[[], bool]
) -> None:
    """Feed the playout until ``keep_going`` is False; ``sound``: channels and sample rate."""
    channels, sample_rate_hz = sound
    number = 0
    while keep_going():
        if playout.pictures_full():
            playout.wait_for_room(_WAIT_S)
            continue
        playout.put_sound(rate.samples(number, sample_rate_hz), bars_sound(rate, number, channels, sample_rate_hz))
        playout.put_picture(rate.ticks(number), picture.frame(number))
        number += 1


def _even(value: int) -> int:
    return value // 2 * 2


def _base(title: str, width_px: int, height_px: int) -> Canvas:
    canvas = Canvas(width_px, height_px)
    top, bottom = _even(height_px * 58 // 100), _even(height_px * 72 // 100)
    for index, colour in enumerate(_COLOURS):
        left, right = (_even(width_px * edge // len(_COLOURS)) for edge in (index, index + 1))
        canvas.rectangle(left, 0, right - left, top, colour)
    ramp = np.linspace(_LUMA_BLACK, _LUMA_WHITE, width_px)
    canvas.luma[bottom:] = np.rint(ramp).astype(np.uint8)
    size = max(8, height_px // 12)
    face = font("InterDisplay-ExtraBold")
    size = max(8, int(min(size, size * width_px * 0.8 / max(1.0, width(title, size, face)))))
    drawn = draw(title, size, face)
    left, margin = (width_px - drawn.shape[1]) // 2, size // 2
    box_top = height_px * 30 // 100
    canvas.rectangle(_even(left - margin), _even(box_top), drawn.shape[1] + 2 * margin, drawn.shape[0] + margin, _BLACK)
    canvas.text(left, box_top + margin // 2, drawn, _WHITE)
    return canvas


def _glyphs(size: int) -> dict[str, Plane]:
    """The signs of a time code as luma, the figures all in cells of one width: it must not dance."""
    drawn = {sign: draw(sign, max(8, size), font("InterDisplay-Bold")) for sign in "0123456789:"}
    cell = max(coverage.shape[1] for coverage in drawn.values())
    planes: dict[str, Plane] = {}
    for sign, coverage in drawn.items():
        spare = cell - coverage.shape[1] if sign.isdigit() else 0
        centred = np.pad(coverage, ((0, 0), (spare // 2, spare - spare // 2)))
        planes[sign] = np.rint(_LUMA_BLACK + (_LUMA_WHITE - _LUMA_BLACK) * centred).astype(np.uint8)
    return planes
