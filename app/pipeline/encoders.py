"""The door to video encoders: which one a codec means, its options, and the proof that it works here.

Keyframes are never left to an encoder: keyint infinite, no scene cuts, closed GOPs, IDR where the frame says so.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av

from app.model.errors import EncoderError
from app.model.show import Audio, Rendition, VideoCodec
from app.model.timebase import TICKS_PER_SECOND, FrameRate
from app.pipeline.packets import Packet

SAMPLE_RATE_HZ = 48_000
AUDIO_FRAME_SAMPLES = 1024  # AAC: 1920 ticks exactly at 48 kHz
MEDIA_TIME_BASE = Fraction(1, TICKS_PER_SECOND)

_KEYFRAMES_BY_US = {
    "libx264": ("x264-params", "keyint=infinite:min-keyint=1:scenecut=0:open-gop=0"),
    "libx265": (
        "x265-params",
        "keyint=-1:min-keyint=1:scenecut=0:open-gop=0:repeat-headers=1:log-level=none:pools=none:frame-threads=1",
    ),
    "libsvtav1": ("svtav1-params", "keyint=100000:scd=0"),
}
_SVT_PRESETS = {"veryfast": "10", "faster": "9", "fast": "8", "medium": "7", "slow": "5"}


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    """An encoder of libav and the options it must consume."""

    name: str
    options: dict[str, str]


def choose(rendition: Rendition) -> EncoderChoice:
    """The software encoder of a rendition's codec."""
    name = {VideoCodec.H264: "libx264", VideoCodec.H265: "libx265", VideoCodec.AV1: "libsvtav1"}[rendition.codec]
    key, params = _KEYFRAMES_BY_US[name]
    preset = rendition.preset
    if name == "libsvtav1":
        return EncoderChoice(name, {"preset": _SVT_PRESETS.get(preset, preset), key: params})
    return EncoderChoice(name, {"preset": preset, "forced-idr": "1", key: params})


@contextmanager
def _no_real_time() -> Iterator[None]:
    """Undo that SVT-AV1, where root runs it, makes itself and the thread that opens it real-time (SCHED_FIFO 99).

    Whatever that thread starts later would be so too, and starve all other channels and programs.
    """
    if sys.platform != "linux" or os.sched_getscheduler(0) == os.SCHED_FIFO:
        yield
        return
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        for task in Path("/proc/self/task").iterdir():
            with suppress(ProcessLookupError):
                if os.sched_getscheduler(int(task.name)) == os.SCHED_FIFO:
                    os.sched_setscheduler(int(task.name), policy, parameters)


class NullSink:
    """The file of a holder container: takes everything, keeps nothing."""

    def write(self, data: bytes) -> int:
        """Forget the bytes."""
        return len(data)


class VideoEncoder:
    """One open encoder in a holder container that writes nowhere; its stream is the template of every muxer.

    ``stream`` belongs to the holder: muxers copy it before ``close``. Not thread-safe.
    """

    def __init__(self, rendition: Rendition, rate: FrameRate, *, threads: int) -> None:
        choice = choose(rendition)
        # mp4 wants the parameter sets in extradata (GLOBAL_HEADER), which muxers and CODECS need before a picture
        self._holder = av.open(NullSink(), "w", format="mp4", container_options={"movflags": "empty_moov+frag_custom"})
        try:
            self.stream = self._opened(choice, rendition, rate, threads)
        except (av.FFmpegError, ValueError) as error:
            self._holder.close()
            raise EncoderError(
                f"rendition {rendition.name}: {choice.name} refused {rendition.width}x{rendition.height}, "
                f"preset {rendition.preset!r}, {rendition.bitrate_bps} b/s: {error}"
            ) from error

    def _opened(self, choice: EncoderChoice, rendition: Rendition, rate: FrameRate, threads: int) -> av.VideoStream:
        stream = self._holder.add_stream(choice.name, rate=rate.fraction, options=dict(choice.options))
        if not isinstance(stream, av.VideoStream):
            raise EncoderError(f"{choice.name} is no video encoder")
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = rendition.width, rendition.height, "yuv420p"
        context.time_base = MEDIA_TIME_BASE
        context.bit_rate = rendition.bitrate_bps
        context.thread_count = threads
        if choice.name == "libx264":
            context.max_bit_rate = context.rc_buffer_size = rendition.bitrate_bps
            context.profile = "High"
        with _no_real_time():
            self._holder.start_encoding()
        left = dict(context.options)
        if left:
            raise EncoderError(f"rendition {rendition.name}: {choice.name} does not know {', '.join(sorted(left))}")
        return stream

    def encode(self, frame: av.VideoFrame | None) -> list[Packet]:
        """Packets with pts and dts in ticks; None flushes."""
        return self.stream.encode(frame)

    def close(self) -> None:
        """Free the encoder."""
        try:
            self._holder.close()
        except av.FFmpegError as error:
            raise EncoderError(f"closing the encoder: {error}") from error


class AudioEncoder:
    """AAC for all renditions; packets leave in ticks."""

    def __init__(self, audio: Audio) -> None:
        self._holder = av.open(NullSink(), "w", format="mp4", container_options={"movflags": "empty_moov+frag_custom"})
        try:
            self.stream = cast("av.AudioStream", self._holder.add_stream(audio.codec, rate=SAMPLE_RATE_HZ))
            context = self.stream.codec_context
            context.layout = "stereo" if audio.channels == 2 else "mono"  # noqa: PLR2004 - checked at load
            context.format = "fltp"
            context.bit_rate = audio.bitrate_bps
            self._holder.start_encoding()
        except (av.FFmpegError, ValueError) as error:
            self._holder.close()
            raise EncoderError(f"audio: {audio.codec} refused {audio.channels} channels: {error}") from error

    def encode(self, frame: av.AudioFrame | None, first_pts: int) -> list[Packet]:
        """Packets of a frame whose pts counts samples from ``first_pts`` ticks; None flushes."""
        packets = self.stream.encode(frame)
        for packet in packets:
            if packet.pts is None or packet.dts is None:
                raise EncoderError("the audio encoder gave a packet without a time")
            duration = packet.duration or AUDIO_FRAME_SAMPLES
            packet.pts = first_pts + packet.pts * TICKS_PER_SECOND // SAMPLE_RATE_HZ
            packet.dts = packet.pts
            packet.duration = duration * TICKS_PER_SECOND // SAMPLE_RATE_HZ
            packet.time_base = MEDIA_TIME_BASE
        return packets

    def close(self) -> None:
        """Free the encoder."""
        try:
            self._holder.close()
        except av.FFmpegError as error:
            raise EncoderError(f"closing the audio encoder: {error}") from error
