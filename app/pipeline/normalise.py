"""Pictures of any size and kind as yuv420p of the master's size; sound of any kind as 48 kHz float planes."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from fractions import Fraction

import av
import av.filter
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from app.model.timebase import TICKS_PER_SECOND

TICK_TIME_BASE = Fraction(1, TICKS_PER_SECOND)
LAYOUTS = {1: "mono", 2: "stereo", 4: "quad", 6: "5.1", 8: "7.1"}
SD_HEIGHT_MAX = 576  # up to here untagged video is BT.601, above it BT.709, as every receiver assumes
_FILLS_WITHIN = Fraction(1, 100)  # so close to the master's shape, a picture fills it
_ROTATIONS = {90: "transpose=cclock", -90: "transpose=clock", 180: "hflip,vflip", -180: "hflip,vflip"}
_UNSPECIFIED = 2  # AVCOL_SPC_UNSPECIFIED
_BT601 = {int(Colorspace.ITU601), int(Colorspace.ITU624), int(Colorspace.SMPTE170M)}

type Sound = np.ndarray[tuple[int, int], np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class PictureKind:
    """What a filter graph is built for. ``shape``: pixel aspect ratio; ``matrix`` and ``full`` as they will be read."""

    width: int
    height: int
    pix_fmt: str
    shape: Fraction
    interlaced: bool
    rotation: int
    matrix: str
    full: bool

    def __str__(self) -> str:
        return f"{self.width}x{self.height} {self.pix_fmt}{' interlaced' if self.interlaced else ''}"


class PictureNormaliser:
    """Fits pictures into the master's size: scaled with their own aspect ratio, bars in black, deinterlaced.

    A picture that is right already is handed on as it is, not copied. The graph is rebuilt when the kind changes.
    Not thread-safe. ``close`` frees the graph, which is a reference cycle.
    """

    def __init__(self, width: int, height: int) -> None:
        self.kind: PictureKind | None = None
        self._width, self._height = width, height
        self._matrix = matrix_of(height)
        self._graph: av.filter.Graph | None = None
        self._ends: tuple[av.filter.FilterContext, av.filter.FilterContext] | None = None

    def fitted(self, picture: av.VideoFrame, ticks: int, shape: Fraction) -> list[tuple[int, av.VideoFrame]]:
        """Finished pictures with their times: mostly one; none or two where deinterlacing holds one back."""
        kind = self._kind_of(picture, shape)
        done: list[tuple[int, av.VideoFrame]] = []
        if kind != self.kind:
            done = self.flush()
            self._rebuild(kind)
        picture.pts, picture.time_base = ticks, TICK_TIME_BASE
        if self._ends is None:
            return [*done, (ticks, self._tagged(picture))]
        self._ends[0].push(picture)
        return done + self._pulled()

    def flush(self) -> list[tuple[int, av.VideoFrame]]:
        """What the graph still holds; it begins anew with the next picture."""
        if self._ends is None:
            return []
        self._ends[0].push(None)
        done = self._pulled()
        self.close()
        return done

    def close(self) -> None:
        """Free the graph."""
        self.kind = None
        if self._graph is not None:
            self._graph = self._ends = None
            gc.collect()

    def _kind_of(self, picture: av.VideoFrame, shape: Fraction) -> PictureKind:
        tagged = int(picture.colorspace)
        matrix = "bt709" if tagged == Colorspace.ITU709 else "bt601" if tagged in _BT601 else matrix_of(picture.height)
        pix_fmt = picture.format.name
        full = picture.color_range == ColorRange.JPEG or pix_fmt.startswith("yuvj")
        return PictureKind(
            picture.width, picture.height, pix_fmt, shape, picture.interlaced_frame, picture.rotation, matrix, full
        )

    def _rebuild(self, kind: PictureKind) -> None:
        self.close()
        self.kind = kind
        if kind == PictureKind(self._width, self._height, "yuv420p", Fraction(1), False, 0, kind.matrix, False):  # noqa: FBT003 - the fields' own order
            return
        graph = av.filter.Graph()
        graph.threads = 1
        source = graph.add_buffer(width=kind.width, height=kind.height, format=kind.pix_fmt, time_base=TICK_TIME_BASE)
        tap = source
        for name, _, arguments in (step.partition("=") for step in self._steps(kind)):
            step = graph.add(name, arguments or None)
            tap.link_to(step)
            tap = step
        sink = graph.add("buffersink")
        tap.link_to(sink)
        graph.configure()
        self._graph, self._ends = graph, (source, sink)

    def _steps(self, kind: PictureKind) -> list[str]:
        steps = ["bwdif=mode=send_frame:deint=interlaced"] if kind.interlaced else []
        if kind.rotation in _ROTATIONS:
            steps += _ROTATIONS[kind.rotation].split(",")
        turned = abs(kind.rotation) == 90  # noqa: PLR2004 - degrees
        width, height = (kind.height, kind.width) if turned else (kind.width, kind.height)
        inner = fit(width, height, 1 / kind.shape if turned else kind.shape, self._width, self._height)
        scale = f"scale={inner[0]}:{inner[1]}:flags=bicubic:out_range=tv"
        if kind.full:
            scale += ":in_range=pc"
        if kind.matrix != self._matrix or not kind.pix_fmt.startswith("yuv"):
            scale += f":out_color_matrix={self._matrix}"
            scale += f":in_color_matrix={kind.matrix}" if kind.pix_fmt.startswith("yuv") else ""
        steps += [scale, "format=yuv420p"]
        if inner != (self._width, self._height):
            left, top = (self._width - inner[0]) // 4 * 2, (self._height - inner[1]) // 4 * 2
            steps.append(f"pad={self._width}:{self._height}:{left}:{top}:black")
        return [*steps, "setsar=1"]

    def _pulled(self) -> list[tuple[int, av.VideoFrame]]:
        done: list[tuple[int, av.VideoFrame]] = []
        while self._ends is not None:
            try:
                picture = self._ends[1].pull()
            except (av.BlockingIOError, av.EOFError):
                break
            if isinstance(picture, av.VideoFrame) and picture.pts is not None:
                done.append((_rescaled(picture, TICKS_PER_SECOND), self._tagged(picture)))
        return done

    def _tagged(self, picture: av.VideoFrame) -> av.VideoFrame:
        if picture.colorspace == _UNSPECIFIED:
            picture.colorspace = Colorspace.ITU709 if self._matrix == "bt709" else Colorspace.SMPTE170M
        return picture


def matrix_of(height: int) -> str:
    """The colour matrix that goes without saying at this height."""
    return "bt601" if height <= SD_HEIGHT_MAX else "bt709"


def fit(width: int, height: int, shape: Fraction, into_width: int, into_height: int) -> tuple[int, int]:
    """The largest even size of the picture's own aspect ratio inside another; all of it when they nearly agree."""
    aspect, target = Fraction(width, height) * shape, Fraction(into_width, into_height)
    if abs(aspect / target - 1) <= _FILLS_WITHIN:
        return into_width, into_height
    if aspect > target:
        return into_width, max(2, round(into_width / aspect / 2) * 2)
    return max(2, round(into_height * aspect / 2) * 2), into_height


class SoundNormaliser:
    """Resamples to float planes at one rate and channel count; rebuilt when the sound's kind changes.

    Not thread-safe. ``close`` frees the resampler's graph.
    """

    def __init__(self, channels: int, sample_rate_hz: int) -> None:
        self.kind = ""
        self._channels, self._sample_rate_hz = channels, sample_rate_hz
        self._input_rate_hz = 0
        self._resampler: av.AudioResampler | None = None

    def resampled(self, sound: av.AudioFrame, ticks: int) -> list[tuple[int, Sound]]:
        """Blocks of shape (channels, samples) with the sample number, counted from time 0, of each one's first."""
        kind = f"{sound.format.name} {sound.sample_rate} Hz {sound.layout.name}"
        done: list[tuple[int, Sound]] = []
        if kind != self.kind:
            done = self.flush()
            self.kind, self._input_rate_hz = kind, sound.sample_rate
            self._resampler = av.AudioResampler(
                format="fltp", layout=LAYOUTS[self._channels], rate=self._sample_rate_hz
            )
        sound.time_base = Fraction(1, sound.sample_rate)
        sound.pts = ticks * sound.sample_rate // TICKS_PER_SECOND
        return done + self._blocks(sound)

    def flush(self) -> list[tuple[int, Sound]]:
        """What the resampler still holds; it begins anew with the next block. Without resampling it holds nothing."""
        if self._resampler is None or self._input_rate_hz == self._sample_rate_hz:
            return []
        done = self._blocks(None)
        self.close()
        return done

    def close(self) -> None:
        """Free the resampler."""
        self.kind = ""
        self._resampler = None

    def _blocks(self, sound: av.AudioFrame | None) -> list[tuple[int, Sound]]:
        if self._resampler is None:
            return []
        blocks: list[tuple[int, Sound]] = []
        for block in self._resampler.resample(sound):
            if block.pts is not None:
                first = _rescaled(block, self._sample_rate_hz)
                blocks.append((first, block.to_ndarray().astype(np.float32, copy=False)))
        return blocks


def _rescaled(frame: av.VideoFrame | av.AudioFrame, per_second: int) -> int:
    """A frame's time in another unit; filters choose their own (a deinterlacer halves it)."""
    base = frame.time_base or TICK_TIME_BASE
    return round(Fraction((frame.pts or 0) * base.numerator * per_second, base.denominator))
