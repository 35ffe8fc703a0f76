"""One channel on air: feed, program, ladder and packager, built together, started and ended in the right order."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from types import MappingProxyType

from app.model import commands, events
from app.model.errors import SourceError
from app.model.segment import Delivery
from app.model.show import Channel, HlsOutput
from app.model.timebase import FrameRate
from app.pipeline.anchor import Anchor
from app.pipeline.conditioning import SegmentGrid
from app.pipeline.encoders import choose
from app.pipeline.feed import Feed
from app.pipeline.ladder import Ladder
from app.pipeline.packager import Packager, Playlists
from app.pipeline.packets import AudioPacket, End, VideoPacket
from app.pipeline.preview import Mailbox
from app.pipeline.program import Program, Reading
from app.pipeline.slate import slate_frame
from app.pipeline.sources import probe_rate
from app.pipeline.splicer import Clocks, Splicer
from app.pipeline.trial import require

FIRST_PICTURE_WAIT_S = 4.0  # for the first source and one more, before the channel starts on its slate
PROBE_TIMEOUT_S = 5.0
DEFAULT_RATE = FrameRate(25)
TS_ONLY_GOP_S = Fraction(2)  # IDR distance of a channel that has no output which cuts
END_STEP_S = 2.0


@dataclass(frozen=True, slots=True)
class Hooks:
    """What a channel calls: each from a thread of its own, never blocking for long.

    ``deliver(output index, delivery)`` for HLS outputs, ``push[output index](bytes)`` for TS outputs,
    ``alarm(key, severity, text)`` with text None to clear, ``fault(thread name, error)`` when a thread died.
    """

    publish: Callable[[events.Event], None]
    alarm: Callable[[str, str, str | None], None]
    deliver: Callable[[int, Delivery], None]
    push: Mapping[int, Callable[[bytes], None]]
    fault: Callable[[str, Exception], None]
    next_event_id: Callable[[], int]


class LiveChannel:
    """A channel from its first frame to its last. ``mailbox`` outlives it, for whoever looks."""

    def __init__(
        self,
        channel: Channel,
        timezone: str,
        *,
        threads: int,
        hooks: Hooks,
        mailbox: Mailbox,
        before: Playlists = MappingProxyType({}),
    ) -> None:
        self.channel, self._timezone, self._hooks, self._before = channel, timezone, hooks, before
        for encoder in {choose(rendition).name for rendition in channel.renditions} | {channel.audio.codec}:
            require(encoder)
        self.rate = channel.frame_rate or self._source_rate()
        self._ladder = Ladder(
            channel.name,
            channel.renditions,
            channel.audio,
            self.rate,
            threads=threads,
            emit=self._emit,
            on_fault=hooks.fault,
            mailbox=mailbox,
        )
        self._slate = slate_frame(channel.title, self._ladder.width, self._ladder.height, channel.slate)
        self._feed = Feed(
            channel.sources,
            channel=channel.name,
            title=channel.title,
            rate=self.rate,
            width=self._ladder.width,
            height=self._ladder.height,
            audio_channels=channel.audio.channels,
            publish_alarm=hooks.alarm,
        )
        self.anchor: Anchor | None = None

    def _emit(self, packet: VideoPacket | AudioPacket) -> None:
        self._packager.put(packet)  # the packager is made after the encoders, from their streams

    def _source_rate(self) -> FrameRate:
        for source in self.channel.sources:
            try:
                return probe_rate(source, PROBE_TIMEOUT_S)
            except SourceError:
                continue
        self._hooks.alarm("rate", "warning", f"no source tells its frame rate: the channel runs at {DEFAULT_RATE}")
        return DEFAULT_RATE

    def start(self, waiting: Callable[[], Iterable[commands.Command]] = tuple) -> None:
        """Open the sources, wait a little for a picture, then put frame 0 out. Blocks for a few seconds at most.

        ``waiting`` is asked once, when commands can be taken, before ChannelStarted and frame 0: what it gives is
        carried out before that frame.
        """
        self._feed.start()
        self._feed.wait_for_picture(FIRST_PICTURE_WAIT_S)
        started_s = time.monotonic()
        anchor = self.anchor = Anchor(self.rate, datetime.now(UTC))
        pre_roll_frames = self.rate.frames_covering(self.channel.pre_roll_s)
        clocks = Clocks(lambda: datetime.now(UTC), time.monotonic, self._hooks.next_event_id)
        splicer = Splicer(self.channel.name, anchor, pre_roll_frames, self._timezone, clocks)
        self._packager = Packager(
            self.channel,
            anchor,
            {rung.rendition.name: rung.encoder.stream for rung in self._ladder.rungs},
            self._ladder.audio_encoder.stream,
            deliver=self._hooks.deliver,
            push=self._hooks.push,
            publish=self._hooks.publish,
            on_fault=lambda error: self._hooks.fault(f"{self.channel.name} packager", error),
            before=self._before,
        )
        self._program = Program(
            self.channel.name,
            feed=self._feed,
            ladder=self._ladder,
            splicer=splicer,
            grids=self._grids(),
            slate=self._slate,
            to_packager=self._packager.put,
            publish=self._hooks.publish,
            alarm=self._hooks.alarm,
            now=lambda: datetime.now(UTC),
            clock=time.monotonic,
            on_fault=self._hooks.fault,
        )
        self._packager.start()
        self._ladder.start(anchor)
        for command in waiting():
            self._program.submit(command)
        self._hooks.publish(
            events.ChannelStarted(
                at=datetime.now(UTC),
                channel=self.channel.name,
                first_pts=anchor.first_pts,
                first_frame_at=anchor.first_frame_at,
                frame_rate=str(self.rate),
            )
        )
        self._program.start(started_s)

    def _grids(self) -> dict[int, SegmentGrid]:
        grids = {
            index: SegmentGrid(self.rate.frames_within(output.segment_s))
            for index, output in enumerate(self.channel.outputs)
            if isinstance(output, HlsOutput)
        }
        return grids or {-1: SegmentGrid(self.rate.frames_within(TS_ONLY_GOP_S))}

    def submit(self, command: commands.Command) -> None:
        """Any thread, after ``start``."""
        self._program.submit(command)

    @property
    def reading(self) -> Reading | None:
        """The latest frame's figures; None before the first."""
        return self._program.reading

    def playlists(self) -> Playlists:
        """The newest playlists after the end, for the channel that goes on from here."""
        return self._packager.playlists()

    def end(self) -> bool:
        """End cleanly: close an open break, flush every encoder and segment. False when a thread hung."""
        self._program.end()
        ended = self._program.join(END_STEP_S)
        self._feed.stop(END_STEP_S)
        ended = self._ladder.finish(END_STEP_S) and ended
        if self._program.end_ticks is not None:
            self._packager.put(End(self._program.end_ticks))
        else:
            self._packager.abandon()
        ended = self._packager.join(END_STEP_S) and ended
        if ended:
            self._ladder.close()
        return ended


def encoder_threads(rungs: int) -> int:
    """x264 threads a rung: one where the rungs fill the cores by themselves (lowest CPU), else libav's choice."""
    return 1 if rungs >= (os.cpu_count() or 1) else 0
