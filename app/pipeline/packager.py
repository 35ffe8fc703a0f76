"""The packager: encoded packets, cues and boundaries in; segments, playlists and continuous streams out."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from types import MappingProxyType

import av

from app.model.errors import EncoderError, SplicedeckError
from app.model.events import Event
from app.model.segment import Delivery
from app.model.show import Channel, HlsOutput, TsOutput
from app.model.timebase import TICKS_PER_SECOND
from app.pipeline.anchor import Anchor
from app.pipeline.hls_keeping import Written, playlists_key
from app.pipeline.hls_output import HlsOutlet, HlsWriter
from app.pipeline.marks import BreakMarks
from app.pipeline.muxer import RenditionMuxer
from app.pipeline.packets import (
    AudioPacket,
    Boundary,
    End,
    MarkExtend,
    MarkIn,
    MarkOut,
    MarkSignal,
    PackagerItem,
    Packet,
    SendSection,
    VideoPacket,
)
from app.pipeline.section_desk import SectionDesk
from app.pipeline.ts_sink import Cut
from app.pipeline.variants import variants_of
from app.pipeline.workers import Pulse, Worker

HEARTBEAT_S = 5.0  # a splice_null at least this often: far below the minutes after which receivers alarm (§6.3)
INBOX_ITEMS = 2048  # several seconds of a tall ladder: a producer waits before anything is lost
_POLL_S = 0.2


class Packager:
    """One thread a channel. Items arrive from any thread; each rendition's packets in their own order.

    ``deliver`` and ``push`` go by the index in ``channel.outputs``; they and ``publish`` are called on the packager's
    thread and must not block. ``on_fault`` gets the error that ended the thread; nothing is written after it.
    ``before``: ``written()`` of the packager this one follows after a restart.
    """

    def __init__(  # noqa: PLR0913 - every way out of the packager is named at its one call
        self,
        channel: Channel,
        anchor: Anchor,
        video_templates: Mapping[str, av.VideoStream],
        audio_template: av.AudioStream | None,
        *,
        deliver: Callable[[int, Delivery], None],
        push: Mapping[int, Callable[[bytes], None]],
        publish: Callable[[Event], None],
        on_fault: Callable[[Exception], None],
        heartbeat_s: float = HEARTBEAT_S,
        before: Written = MappingProxyType({}),
    ) -> None:
        self.dropped = 0
        self._inbox: queue.Queue[PackagerItem] = queue.Queue(INBOX_ITEMS)
        self._over = threading.Event()
        self._worker = Worker(f"packager {channel.name}", self._work, lambda _name, error: on_fault(error))
        self._writing = False
        self._muxers = {
            name: RenditionMuxer(name, template, audio_template, title=channel.title, near_ticks=anchor.first_pts)
            for name, template in video_templates.items()
        }
        self._anchor, self._marks = anchor, BreakMarks()
        self._desk = SectionDesk(channel.name, self._muxers, publish)
        self._heartbeat_ticks = round(heartbeat_s * TICKS_PER_SECOND)
        self._next_null_ticks: int | None = None
        self._boundaries = {name: deque[Boundary]() for name in self._muxers}
        self._newest_cuts: dict[str, int] = {}
        variants = variants_of(channel, anchor.rate, video_templates, audio_template)
        self._writers = {
            index: HlsWriter(
                output,
                anchor,
                variants(output.segment_s),
                self._marks,
                HlsOutlet(channel.name, playlists_key(channel.name, index), partial(deliver, index), publish),
                before.get(index, {}),
            )
            for index, output in enumerate(channel.outputs)
            if isinstance(output, HlsOutput)
        }
        self._pushed = [
            (output.rendition, push[index])
            for index, output in enumerate(channel.outputs)
            if isinstance(output, TsOutput)
        ]

    def start(self) -> None:
        """Begin."""
        self._worker.start()

    def put(self, item: PackagerItem) -> None:
        """Queue an item; waits while the inbox is full. After the end or a fault it is dropped and counted."""
        while not self._over.is_set():
            try:
                self._inbox.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            return
        self.dropped += 1

    def abandon(self) -> None:
        """End at once, as after a fault elsewhere: nothing is flushed, no EXT-X-ENDLIST. A clean end is an ``End``."""
        self._over.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False when it has not come in time."""
        return self._worker.join(timeout_s)

    def pulse(self) -> Pulse:
        """How far it has got. Any thread."""
        return self._worker.pulse(owes=self._writing or not self._inbox.empty())

    def written(self) -> Written:
        """How far each output has got; after ``join``, for a packager that goes on from here."""
        return {index: writer.written for index, writer in self._writers.items()}

    def _work(self) -> None:
        try:
            while not self._over.is_set():
                try:
                    item = self._inbox.get(timeout=_POLL_S)
                except queue.Empty:
                    continue
                self._writing = True
                self._carry_out(item)
                self._worker.moves += 1
                self._writing = False
        finally:
            self._over.set()
            for muxer in self._muxers.values():
                with suppress(SplicedeckError):  # after a fault it may fail again, which tells nothing new
                    muxer.close()

    def _carry_out(self, item: PackagerItem) -> None:
        match item:
            case VideoPacket(rendition=rendition, packet=packet):
                self._keep_heartbeat(packet)
                self._muxers[rendition].write_video(packet)
                self._hand_on(rendition)
            case AudioPacket(packet=packet):
                for rendition, muxer in self._muxers.items():
                    muxer.write_audio(packet)
                    self._hand_on(rendition)
            case SendSection():
                self._desk.accept(item)
                self._marks.announce(item, self._anchor.moment(item.pts_ticks or 0))
                for rendition in self._muxers:
                    self._hand_on(rendition)
            case Boundary():
                for expected in self._boundaries.values():
                    expected.append(item)
            case MarkOut() | MarkSignal() | MarkExtend() | MarkIn():
                self._marks.add(item)
            case End():
                self._finish(item)

    def _keep_heartbeat(self, packet: Packet) -> None:
        """By the fastest rendition, so that all carry the same nulls; the first once all have begun."""
        if len(self._newest_cuts) < len(self._muxers):
            return
        now_ticks = packet.pts or 0
        if self._next_null_ticks is None or now_ticks >= self._next_null_ticks:
            self._next_null_ticks = now_ticks + self._heartbeat_ticks
            self._desk.heartbeat()

    def _hand_on(self, rendition: str) -> None:
        """Let the sections go that may, give the outputs what has been written, and say which sections are in it."""
        muxer = self._muxers[rendition]
        self._desk.release(rendition)
        for chunk in muxer.take():
            for wanted, push in self._pushed:
                if wanted == rendition:
                    push(chunk.body)
            wanted_by = [(cut, self._outputs_cutting(rendition, cut)) for cut in chunk.cuts]
            for index, writer in self._writers.items():
                writer.feed(rendition, chunk, [cut for cut, outputs in wanted_by if index in outputs])
        self._desk.settle(rendition)

    def _outputs_cutting(self, rendition: str, cut: Cut) -> frozenset[int]:
        expected = self._boundaries[rendition]
        first = rendition not in self._newest_cuts
        outputs = frozenset(self._writers) if first else frozenset()
        while expected and expected[0].ticks <= cut.ticks:
            boundary = expected.popleft()
            if boundary.ticks < cut.ticks:
                raise EncoderError(f"rendition {rendition}: no IDR came for PTS {boundary.ticks}, a splice or a cut")
            outputs |= boundary.outputs
        self._newest_cuts[rendition] = cut.ticks
        if len(self._newest_cuts) == len(self._muxers):
            self._marks.forget_before(min(self._newest_cuts.values()))
        return outputs

    def _finish(self, end: End) -> None:
        for rendition, muxer in self._muxers.items():
            muxer.close()
            self._hand_on(rendition)
        for writer in self._writers.values():
            writer.end(end.ticks, for_good=end.for_good)
        self._over.set()
