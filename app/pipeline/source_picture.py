"""One picture of a source, as PNG: what whoever sets a channel up looks at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction

import av

from app.model.errors import SourceError
from app.pipeline.probe import ARRIVES_WITHIN_S
from app.pipeline.sources.address import Bars, MediaFile, UdpAddress, parse_address
from app.pipeline.sources.bars import DEFAULT_RATE, BarsPicture
from app.pipeline.sources.opening import best_streams, opened_file, opened_stream
from app.pipeline.sources.udp import UdpInput

_WIDTH = 480
_DECODES_WITHIN_S = 6.0  # a long group of pictures has passed by then


def source_picture(url: str) -> bytes | None:
    """The first picture that can be decoded, 480 wide; None where there is no video. SourceError: nothing arrives."""
    address = parse_address(url)
    with ExitStack() as resources:
        match address:
            case Bars():
                return _png(BarsPicture(DEFAULT_RATE, "Test picture", 960, 540).frame(0))
            case MediaFile(path=path):
                container = resources.enter_context(opened_file(url, path))
            case UdpAddress():
                end_s = time.monotonic() + ARRIVES_WITHIN_S + _DECODES_WITHIN_S
                stream = UdpInput(url, address, lambda: time.monotonic() < end_s)
                resources.enter_context(stream).wait_for_program(ARRIVES_WITHIN_S)
                container = resources.enter_context(opened_stream(url, stream))
        video, _ = best_streams(container)
        if video is None:
            return None
        for frame in _readable(container.decode(video)):
            return _png(frame)
    raise SourceError(f"{url}: no picture of it can be decoded")


def _readable(frames: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    """Those that are whole; a stream that is joined amid a group begins with some that are not."""
    for frame in frames:
        if not frame.is_corrupt:
            yield frame


def _png(frame: av.VideoFrame) -> bytes:
    height = max(2, frame.height * _WIDTH // frame.width // 2 * 2)
    encoder = av.CodecContext.create("png", "w")
    if not isinstance(encoder, av.VideoCodecContext):
        raise SourceError("there is no PNG encoder in this FFmpeg")
    small = frame.reformat(_WIDTH, height, "rgb24")
    small.pts = 0
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = _WIDTH, height, "rgb24", Fraction(1, 25)
    return b"".join(bytes(packet) for packet in [*encoder.encode(small), *encoder.encode(None)])
