"""One rendition's encoder and its thread."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import av

from app.model.errors import EncoderError
from app.model.readings import RungReading
from app.model.show import Rendition
from app.pipeline.encoders import VideoEncoder
from app.pipeline.packets import Packet, VideoPacket
from app.pipeline.workers import Pulse, Worker

ENCODER_NICE = 10
QUEUE_PICTURES = 8  # a rung may lag so far
STALL_S = 10.0  # without room for so long, the encoder hangs
SWALLOWED_FIRST = 300  # pictures an encoder may look ahead before its first packet
SWALLOWED_MORE = 50  # and later, beyond the most it has held back and then given
_LOOK_S = 0.2


class Rung:
    """``put`` pictures, then ``end``; or ``abandon`` it. ``emit`` is called on its own thread, in order.

    When the thread is over, for whatever reason, pictures are let go: who puts them never waits for a dead encoder.
    """

    def __init__(
        self,
        rendition: Rendition,
        encoder: VideoEncoder,
        emit: Callable[[VideoPacket], None],
        on_fault: Callable[[str, Exception], None],
        name: str,
    ) -> None:
        self.rendition, self.encoder, self._emit = rendition, encoder, emit
        self._pictures: queue.Queue[av.VideoFrame | None] = queue.Queue(QUEUE_PICTURES)
        self._over = threading.Event()
        self._worker = Worker(name, self._encode_all, on_fault, nice=ENCODER_NICE)
        self.name = name
        self._encoding = False
        self._encoding_s, self._encoded_bytes = 0.0, 0
        self._held_back = 0  # pictures taken without a packet for them
        self._most_held_back: int | None = None  # of those that came out in the end

    def start(self) -> None:
        """Begin."""
        self._worker.start()

    def put(self, picture: av.VideoFrame | None) -> None:
        """Queue a picture, None to flush and end; EncoderError when the encoder hangs."""
        give_up_s = time.monotonic() + STALL_S
        while not self._over.is_set():
            try:
                self._pictures.put(picture, timeout=_LOOK_S)
            except queue.Full:
                if time.monotonic() < give_up_s:
                    continue
                raise EncoderError(f"rendition {self.rendition.name}: no picture encoded for {STALL_S:g} s") from None
            return

    def abandon(self) -> None:
        """End at the next picture, nothing is flushed. Any thread."""
        self._over.set()
        self._let_go()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False when it has not come in time."""
        return self._worker.join(timeout_s)

    def pulse(self) -> Pulse:
        """How far the encoder has got. Any thread."""
        return self._worker.pulse(owes=self._encoding or not self._pictures.empty())

    def reading(self) -> RungReading:
        """What it has done so far. Any thread."""
        return RungReading(
            name=self.rendition.name,
            pictures=self._worker.moves,
            encoded_bytes=self._encoded_bytes,
            encoding_s=self._encoding_s,
            waiting=self._pictures.qsize(),
        )

    def _encode_all(self) -> None:
        try:
            while (picture := self._pictures.get()) is not None:
                self._encoding = True
                began_s = time.perf_counter()
                packets = self.encoder.encode(picture)
                self._encoding_s += time.perf_counter() - began_s
                self._note_given(len(packets))
                self._hand_on(packets)
                self._worker.moves += 1
                self._encoding = False
            if not self._over.is_set():
                self._hand_on(self.encoder.encode(None))
        finally:
            self._over.set()
            self._let_go()

    def _note_given(self, packets: int) -> None:
        """EncoderError when it takes pictures and gives nothing for them, as a driver does whose device is gone."""
        self._held_back += 1
        if packets:
            self._most_held_back = max(self._most_held_back or 0, self._held_back)
            self._held_back -= packets
        most = SWALLOWED_FIRST if self._most_held_back is None else self._most_held_back + SWALLOWED_MORE
        if self._held_back > most:
            raise EncoderError(f"rendition {self.rendition.name}: {self._held_back} pictures went in and none came out")

    def _let_go(self) -> None:
        """Empty the queue, so that who waits to put goes on, and wake who waits to get."""
        with suppress(queue.Empty):
            while True:
                self._pictures.get_nowait()
        with suppress(queue.Full):
            self._pictures.put_nowait(None)

    def _hand_on(self, packets: Sequence[Packet]) -> None:
        for packet in packets:
            self._encoded_bytes += packet.size
            self._emit(VideoPacket(self.rendition.name, packet))
