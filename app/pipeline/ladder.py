"""From one picture and its sound to packets: the cascade on one thread, an encoder thread a rung."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import av
import numpy as np
from av.video.frame import PictureType
from numpy.typing import NDArray

from app.model.errors import EncoderError
from app.model.readings import Readings
from app.model.show import Audio, Rendition
from app.model.timebase import FrameRate
from app.pipeline.anchor import Anchor
from app.pipeline.encoders import (
    AUDIO_FRAME_SAMPLES,
    MEDIA_TIME_BASE,
    SAMPLE_RATE_HZ,
    AudioEncoder,
    VideoEncoder,
)
from app.pipeline.filters import Cascade
from app.pipeline.packets import AudioPacket, Packet, VideoPacket
from app.pipeline.preview import Mailbox
from app.pipeline.preview_budget import PreviewBudget
from app.pipeline.rung import Rung
from app.pipeline.thumbnail import Thumbnailer
from app.pipeline.workers import Pulse, Worker

SCALER_NICE = 5
LADDER_QUEUE = 24  # pictures the ladder may lag: about a second


@dataclass(frozen=True, slots=True)
class Shot:
    """One tick for the ladder. ``audio``: float32 (channels, samples), sound that starts with this picture.

    ``late_s``: how far the tick was behind the channel's clock.
    """

    frame: int
    pts: int
    video: av.VideoFrame
    idr: bool
    audio: NDArray[np.float32]
    peaks_dbfs: tuple[float, ...]
    late_s: float = 0.0


class Ladder:
    """All encoders of a channel. ``emit`` gets packets from several threads, each rendition's in order.

    EncoderError when one of them refuses its settings. After ``start`` comes ``finish`` or ``abandon``, then ``close``.
    """

    def __init__(
        self,
        name: str,
        renditions: Sequence[Rendition],
        audio: Audio,
        rate: FrameRate,
        *,
        threads: int,
        emit: Callable[[VideoPacket | AudioPacket], None],
        on_fault: Callable[[str, Exception], None],
        mailbox: Mailbox,
    ) -> None:
        self.width = max(rung.width for rung in renditions)
        self.height = max(rung.height for rung in renditions)
        self._emit, self._rate = emit, rate
        self.rungs: list[Rung] = []
        try:
            for rung in renditions:
                encoder = VideoEncoder(rung, rate, threads=threads)
                self.rungs.append(Rung(rung, encoder, emit, on_fault, f"{name} {rung.name}"))
            self.audio_encoder = AudioEncoder(audio)
        except EncoderError:
            self._close_rungs()
            raise
        self._cascade = Cascade(self.width, self.height, renditions)
        self._layout = "stereo" if audio.channels == 2 else "mono"  # noqa: PLR2004 - the two there are
        self._sound = np.zeros((audio.channels, 0), np.float32)
        self._samples_encoded = 0
        self._shots: queue.Queue[Shot | None] = queue.Queue(LADDER_QUEUE)
        self._over = threading.Event()
        self._thumbnails = Thumbnailer(mailbox)
        self._previews = PreviewBudget(float(rate.fraction))
        self._worker = Worker(f"{name} ladder", self._work, on_fault, nice=SCALER_NICE)
        self._scaling = False
        self._anchor: Anchor | None = None

    def start(self, anchor: Anchor) -> None:
        """Begin, with the clock that all pts come from."""
        self._anchor = anchor
        self._worker.start()
        for rung in self.rungs:
            rung.start()

    @property
    def preview_rate(self) -> float:
        """Pictures a second that whoever looks may have at present. Any thread."""
        return self._previews.rate

    @property
    def readings(self) -> Readings:
        """What its encoders have done so far. Any thread."""
        rungs = tuple(rung.reading() for rung in self.rungs)
        return Readings(rungs=rungs, waiting=self._shots.qsize(), room=LADDER_QUEUE)

    def put(self, shot: Shot, timeout_s: float) -> bool:
        """Queue one tick; False when the encoders lag so far that it was not taken. After the end it is let go."""
        if self._over.is_set():
            return True
        try:
            self._shots.put(shot, timeout=timeout_s)
        except queue.Full:
            return False
        return True

    def pulses(self) -> tuple[Pulse, ...]:
        """How far each thread has got, the encoders' first. Any thread."""
        own = self._worker.pulse(owes=self._scaling or not self._shots.empty())
        return (*(rung.pulse() for rung in self.rungs), own)

    def finish(self, timeout_s: float) -> bool:
        """Encode what waits, flush every encoder, end the threads; False when one did not end in time."""
        try:
            self._shots.put(None, timeout=timeout_s)
        except queue.Full:
            return False
        ended = self._worker.join(timeout_s)
        return self.join(timeout_s) and ended

    def abandon(self, timeout_s: float) -> bool:
        """End every thread at its next picture, nothing is flushed; False when one hangs inside an encoder."""
        self._over.set()
        with suppress(queue.Full):  # then the ladder has something to wake up for
            self._shots.put_nowait(None)
        for rung in self.rungs:
            rung.abandon()
        return self.join(timeout_s)

    def join(self, timeout_s: float) -> bool:
        """Wait for the end of every thread; False when one has not come in time."""
        until_s = time.monotonic() + timeout_s
        ended = [self._worker.join(timeout_s)]  # a list: each one is waited for
        ended += [rung.join(max(0.0, until_s - time.monotonic())) for rung in self.rungs]
        return all(ended)

    def left_behind(self) -> tuple[str, ...]:
        """After ``abandon``: the threads that have not ended."""
        rungs = tuple(rung.name for rung in self.rungs if not rung.join(0))
        return rungs if self._worker.join(0) else (*rungs, self._worker.name)

    def close(self) -> None:
        """Free encoders and graph, after ``finish`` and after every muxer made from their streams is closed."""
        self._thumbnails.close()
        self._cascade.close()
        self._close_rungs()
        self.audio_encoder.close()

    def _close_rungs(self) -> None:
        for rung in self.rungs:
            rung.encoder.close()

    def _work(self) -> None:
        try:
            while (shot := self._shots.get()) is not None and not self._over.is_set():
                self._scaling = True
                self._picture(shot)
                self._hear(shot)
                self._worker.moves += 1
                self._scaling = False
            if not self._over.is_set():
                self._flush_sound()
        except BaseException:
            self._over.set()
            for rung in self.rungs:
                rung.abandon()
            raise
        for rung in self.rungs:
            rung.put(None)

    def _picture(self, shot: Shot) -> None:
        picture = shot.video
        picture.pts, picture.time_base = shot.pts, MEDIA_TIME_BASE
        # Never left alone: a decoded picture carries its source's type, and the encoder would obey it.
        picture.pict_type = PictureType.I if shot.idr else PictureType.NONE
        scaled = self._cascade.scaled(picture)
        for rung, frame in zip(self.rungs, scaled, strict=True):
            rung.put(frame)
        if self._previews.wants(shot.frame, self._shots.qsize() / LADDER_QUEUE, shot.late_s):
            self._thumbnails.post(scaled, shot.frame, shot.peaks_dbfs)

    def _hear(self, shot: Shot) -> None:
        missing = self._rate.samples(shot.frame, SAMPLE_RATE_HZ) - self._samples_encoded - self._sound.shape[1]
        silence = np.zeros((self._sound.shape[0], max(0, missing)), np.float32)  # of pictures that were given up
        self._sound = np.concatenate((self._sound, silence, shot.audio), axis=1)
        while self._sound.shape[1] >= AUDIO_FRAME_SAMPLES:
            block, self._sound = np.split(self._sound, [AUDIO_FRAME_SAMPLES], axis=1)
            self._encode_sound(block)

    def _encode_sound(self, block: NDArray[np.float32]) -> None:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=self._layout)
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.pts = self._samples_encoded
        self._samples_encoded += AUDIO_FRAME_SAMPLES
        self._emit_sound(self.audio_encoder.encode(frame, self._first_pts()))

    def _flush_sound(self) -> None:
        self._emit_sound(self.audio_encoder.encode(None, self._first_pts()))

    def _emit_sound(self, packets: Sequence[Packet]) -> None:
        for packet in packets:
            self._emit(AudioPacket(packet))

    def _first_pts(self) -> int:
        return 0 if self._anchor is None else self._anchor.first_pts
