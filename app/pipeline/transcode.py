"""A file through the ladder as fast as it goes: what the benchmark compares with ffmpeg's own cascade."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from app.model.errors import EncoderError, SourceError
from app.model.show import Audio, Rendition
from app.model.timebase import FrameRate
from app.pipeline.anchor import Anchor
from app.pipeline.encoders import SAMPLE_RATE_HZ
from app.pipeline.ladder import Ladder, Shot
from app.pipeline.packets import AudioPacket, VideoPacket
from app.pipeline.preview import Mailbox

STEP_S = 60.0


@dataclass(frozen=True, slots=True)
class Transcoded:
    """Pictures in, bytes out by rendition ("audio" for the sound)."""

    pictures: int
    sizes: dict[str, int]


def transcode(path: Path, renditions: Sequence[Rendition], rate: FrameRate, *, gop_frames: int) -> Transcoded:
    """Decode ``path``, scale and encode every picture of it and its sound; an IDR every ``gop_frames``."""
    sizes: dict[str, int] = {}
    lock = threading.Lock()
    faults: queue.SimpleQueue[tuple[str, Exception]] = queue.SimpleQueue()

    def count(packet: VideoPacket | AudioPacket) -> None:
        name = packet.rendition if isinstance(packet, VideoPacket) else "audio"
        with lock:
            sizes[name] = sizes.get(name, 0) + packet.packet.size

    ladder = Ladder(
        "transcode",
        renditions,
        Audio(),
        rate,
        threads=1,
        emit=count,
        on_fault=lambda thread, error: faults.put((thread, error)),
        mailbox=Mailbox(),
    )
    anchor = Anchor(rate, datetime.now(UTC))
    ladder.start(anchor)
    pictures = _feed(path, ladder, anchor, gop_frames)
    ended = ladder.finish(STEP_S)
    if not faults.empty():
        thread, error = faults.get()
        raise EncoderError(f"{thread}: {error}") from error
    if not ended:
        raise EncoderError("the ladder did not end")
    ladder.close()
    return Transcoded(pictures, sizes)


def _feed(path: Path, ladder: Ladder, anchor: Anchor, gop_frames: int) -> int:
    rate = anchor.rate
    number = 0
    sound = np.zeros((2, 0), np.float32)
    try:
        with av.open(path) as source:
            for stream in source.streams.video:
                stream.codec_context.thread_count = 1
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE_HZ)
            for frame in source.decode(video=0, audio=0):
                if not isinstance(frame, av.VideoFrame):
                    sound = np.concatenate([sound, *_resampled(resampler, frame)], axis=1)
                    continue
                wanted = rate.samples(number + 1, SAMPLE_RATE_HZ) - rate.samples(number, SAMPLE_RATE_HZ)
                block, sound = np.split(sound, [min(wanted, sound.shape[1])], axis=1)
                shot = Shot(number, anchor.pts(number), frame, number % gop_frames == 0, block, ())
                if not ladder.put(shot, STEP_S):
                    raise EncoderError("the encoders hang")
                number += 1
    except av.FFmpegError as error:
        raise SourceError(f"{path}: {error}") from error
    return number


def _resampled(resampler: av.AudioResampler, frame: object) -> list[NDArray[np.float32]]:
    if not isinstance(frame, av.AudioFrame):
        return []
    return [part.to_ndarray().astype(np.float32, copy=False) for part in resampler.resample(frame)]
