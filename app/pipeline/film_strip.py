"""The pictures either side of a splice as small stills, decoded from the transport stream that viewers get."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
from av.video.reformatter import VideoReformatter

from app.model.errors import ProofError
from app.model.timebase import difference, wrapped

type Packet = av.Packet[av.VideoStream]

EACH_SIDE = 5
STILL_WIDTH, STILL_HEIGHT = 256, 144  # at most; the shape stays
_QUALITY = 4  # of JPEG's quantiser: 2 is the best; a still has about 8 kB
_MOST_PICTURES = 4000  # in the parts: a segment has a few hundred
_EXTRA_PACKETS = 64  # past the last picture that is wanted: more than any encoder reorders


@dataclass(frozen=True, slots=True)
class Still:
    """``jpeg``: its bytes. ``pts``: 33 bits; ``offset_frames`` 0: the first picture at the splice or behind it."""

    jpeg: bytes
    pts: int
    offset_frames: int


def film_strip(ts_parts: Sequence[bytes], pts: int, each_side: int = EACH_SIDE) -> list[Still]:
    """``each_side`` pictures before ``pts`` (33 bits), and as many from it on, as far as the parts hold them.

    ``ts_parts``: the splice's segment, and the one before it in front. Nothing is decoded but what those need: from
    the last random-access point before them on. Any thread; ProofError for what can't be decoded.
    """
    try:
        with av.open(io.BytesIO(b"".join(ts_parts)), "r", format="mpegts", options=_QUICK) as container:
            if not container.streams.video:
                raise ProofError("there is no video in the segments around the splice")
            stream = container.streams.video[0]
            packets = _packets(container, stream)
            wanted = _wanted(packets, pts, each_side)
            if not wanted:
                return []
            return list(_stills(stream, _needed(packets, pts, wanted), pts, wanted))
    except (av.FFmpegError, ValueError, MemoryError) as error:
        raise ProofError(f"the segments around the splice can't be decoded: {error}") from error


_QUICK = {"probesize": "500000", "analyzeduration": "0", "correct_ts_overflow": "0"}


def _packets(container: av.container.InputContainer, stream: av.VideoStream) -> list[Packet]:
    packets = []
    for packet in container.demux(stream):
        if packet.pts is not None:
            packets.append(packet)
        if len(packets) > _MOST_PICTURES:
            raise ProofError(f"more than {_MOST_PICTURES} pictures in the segments around the splice")
    return packets


def _after(ticks: int, pts: int) -> int:
    """From the splice to a time of the demuxer, which may have taken the wrap of 33 bits out or put it in."""
    return difference(wrapped(ticks), wrapped(pts))


def _wanted(packets: Sequence[Packet], pts: int, each_side: int) -> dict[int, int]:
    """By distance from the splice in ticks, the offsets in frames of the pictures that are wanted."""
    times = sorted({_after(packet.pts or 0, pts) for packet in packets})
    before = [time for time in times if time < 0][-each_side:]
    behind = [time for time in times if time >= 0][:each_side]
    return {time: place - len(before) for place, time in enumerate([*before, *behind])}


def _needed(packets: Sequence[Packet], pts: int, wanted: dict[int, int]) -> list[Packet]:
    """In decoding order, from the last random-access point that shows nothing later than the first wanted picture."""
    first, last = min(wanted), max(wanted)
    starts = [
        place for place, packet in enumerate(packets) if packet.is_keyframe and _after(packet.pts or 0, pts) <= first
    ]
    ends = [place for place, packet in enumerate(packets) if _after(packet.pts or 0, pts) <= last]
    return list(packets[starts[-1] if starts else 0 : ends[-1] + 1 + _EXTRA_PACKETS])


def _stills(stream: av.VideoStream, packets: Sequence[Packet], pts: int, wanted: dict[int, int]) -> Iterator[Still]:
    scaler, left, first = VideoReformatter(), dict(wanted), min(wanted)
    for frame in _decoded(stream, packets, pts, first):
        offset = left.pop(_after(frame.pts, pts), None) if frame.pts is not None else None
        if offset is not None:
            yield Still(_jpeg(scaler, frame), wrapped(frame.pts or 0), offset)
        if not left:
            return


def _decoded(stream: av.VideoStream, packets: Sequence[Packet], pts: int, first: int) -> Iterator[av.VideoFrame]:
    """Pictures that nobody wants and no other is made from are not decoded."""
    context = stream.codec_context
    context.thread_count = 1  # on its caller's thread, at its caller's niceness
    for packet in packets:
        context.skip_frame = "NONREF" if _after(packet.pts or 0, pts) < first else "DEFAULT"
        try:
            yield from packet.decode()
        except av.InvalidDataError:
            continue  # a damaged picture costs itself; the others may still be had
    yield from context.decode(None)


def _jpeg(scaler: VideoReformatter, frame: av.VideoFrame) -> bytes:
    shape = Fraction(frame.width, frame.height)
    width = min(frame.width, STILL_WIDTH, int(STILL_HEIGHT * shape)) // 2 * 2
    height = int(width / shape) // 2 * 2
    small = scaler.reformat(frame, width, height, "yuvj420p", interpolation="AREA", threads=1)
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.time_base, encoder.thread_count = Fraction(1, 25), 1
    encoder.qmin = encoder.qmax = _QUALITY
    small.pts, small.pict_type = 0, av.video.frame.PictureType.NONE
    return b"".join(bytes(packet) for packet in [*encoder.encode(small), *encoder.encode(None)])
