"""One channel on air: feed, program, ladder and packager, built together, started and ended in the right order."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from fractions import Fraction

import av

from app.model import commands, events
from app.model.errors import SourceError, UsageError
from app.model.readings import Readings
from app.model.show import Channel, HlsOutput
from app.model.timebase import FrameRate
from app.pipeline.anchor import Anchor
from app.pipeline.conditioning import SegmentGrid
from app.pipeline.encoders import choose
from app.pipeline.feed import Feed
from app.pipeline.feed_cues import FeedDesk
from app.pipeline.feed_keeper import FeedKeeper
from app.pipeline.feed_status import FeedStatus
from app.pipeline.gate import Gate
from app.pipeline.handover import Handover
from app.pipeline.hls_keeping import Written, gap_ms
from app.pipeline.hooks import Hooks
from app.pipeline.ladder import Ladder
from app.pipeline.packager import Packager
from app.pipeline.packets import AudioPacket, End, VideoPacket
from app.pipeline.preview import Mailbox
from app.pipeline.program import Program
from app.pipeline.reading import Reading
from app.pipeline.resuming import Listed, resume
from app.pipeline.seam import SEAM_WAIT_S
from app.pipeline.signals import Signals
from app.pipeline.slate import slate_frame
from app.pipeline.source_alarms import PublishAlarm
from app.pipeline.sources import probe_rate
from app.pipeline.splicer import Clocks, Splicer
from app.pipeline.trial import require
from app.pipeline.workers import Pulse

logger = logging.getLogger(__name__)

FIRST_PICTURE_WAIT_S = 4.0  # for the first source and one more, before the channel starts on its slate
LOOK_S = 0.1
PROBE_TIMEOUT_S = 5.0
DEFAULT_RATE = FrameRate(25)
TS_ONLY_GOP_S = Fraction(2)  # IDR distance of a channel that has no output which cuts
END_STEP_S = 4.0  # of each part, where it takes its time; a clean end of a healthy channel takes a fraction of it
ABANDON_S = 1.0  # for the threads of a channel that died: who has not ended by then hangs
ABANDON_LADDER_S = 0.4  # of it for the encoders: what they still do is wanted by nobody


class LiveChannel:
    """A channel from its first frame to its last: ``start``, then ``end`` or ``abandon``.

    ``mailbox`` outlives it, for whoever looks. What was opened is closed again when it or ``start`` fails.
    """

    def __init__(
        self,
        channel: Channel,
        timezone: str,
        *,
        threads: int,
        hooks: Hooks,
        mailbox: Mailbox,
        before: Handover | None = None,
    ) -> None:
        self._gate = Gate()
        hooks = hooks.through(self._gate)
        self.channel, self._timezone, self._hooks, self._before = channel, timezone, hooks, before or Handover()
        self._goes_on = self._before.rate is not None
        if not self._goes_on:  # they have worked: nothing is tried again on the way back to air
            for encoder in {choose(rendition).name for rendition in channel.renditions} | {channel.audio.codec}:
                require(encoder)
        self.rate = channel.frame_rate or self._before.rate or self._source_rate()
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
        try:
            self._slate = self._slate_picture()
            self._feed = self._new_feed()
        except UsageError:
            self._ladder.close()
            raise
        self.anchor: Anchor | None = None
        self._packager: Packager | None = None
        self._program: Program | None = None
        self._closed = False

    def _slate_picture(self) -> av.VideoFrame:
        """Its own, or the built-in one: a file that was lost since the show began must not keep it off the air."""
        size = self._ladder.width, self._ladder.height
        try:
            picture = slate_frame(self.channel.title, *size, self.channel.slate)
        except UsageError as error:
            self._hooks.alarm("slate", "warning", f"{error}: the built-in slate is used")
            return slate_frame(self.channel.title, *size)
        self._hooks.alarm("slate", "warning", None)
        return picture

    def _new_feed(self) -> FeedKeeper:
        return FeedKeeper(
            self.channel.sources, self._made_feed, rate=self.rate, publish_alarm=self._hooks.alarm, clock=time.monotonic
        )

    def _made_feed(self, sources: tuple[str, ...], publish_alarm: PublishAlarm) -> Feed:
        return Feed(
            sources,
            channel=self.channel.name,
            title=self.channel.title,
            rate=self.rate,
            width=self._ladder.width,
            height=self._ladder.height,
            audio_channels=self.channel.audio.channels,
            publish_alarm=publish_alarm,
            cue_pids=self.channel.feed_cues.pids,
        )

    def _source_rate(self) -> FrameRate:
        for source in self.channel.sources:
            if self._hooks.stopping():
                return DEFAULT_RATE  # of a channel that does not go on air
            try:
                return probe_rate(source, PROBE_TIMEOUT_S, self._hooks.stopping)
            except SourceError:
                continue
        self._hooks.alarm("rate", "warning", f"no source tells its frame rate: the channel runs at {DEFAULT_RATE}")
        return DEFAULT_RATE

    def start(self, waiting: Callable[[], Iterable[commands.Command]] = tuple) -> bool:
        """Open the sources, wait a little for a picture, then put frame 0 out. Blocks for a few seconds at most.

        One that goes on from an earlier life waits for nothing: it is on its slate until a source opens.
        ``waiting`` is asked once, when commands can be taken, before ChannelStarted and frame 0: what it gives is
        carried out before that frame. False when a stop came first: then nothing went on air. One that goes on does so
        all the same, for what an earlier life left open is closed on air.
        """
        try:
            self._feed.start()
            if not self._goes_on:
                self._wait_for_picture()
                if self._hooks.stopping():
                    self.abandon()
                    return False
            self._go_on_air(waiting)
        except BaseException:
            self.abandon()
            raise
        return True

    def _wait_for_picture(self) -> None:
        until_s = time.monotonic() + FIRST_PICTURE_WAIT_S
        while time.monotonic() < until_s and not self._hooks.stopping():
            if self._feed.wait_for_picture(LOOK_S):
                return

    def _go_on_air(self, waiting: Callable[[], Iterable[commands.Command]]) -> None:
        started_s = time.monotonic()
        anchor = Anchor(self.rate, datetime.now(UTC))
        packager = self._packager = self._new_packager(anchor)
        program = self._program = self._new_program(anchor, packager)
        self.anchor = anchor
        packager.start()
        self._ladder.start(anchor)
        for command in waiting():
            program.submit(command)
        self._hooks.publish(
            events.ChannelStarted(
                at=datetime.now(UTC),
                channel=self.channel.name,
                first_pts=anchor.first_pts,
                first_frame_at=anchor.first_frame_at,
                frame_rate=str(self.rate),
                gap_ms=gap_ms(self._before.written, anchor.first_frame_at),
            )
        )
        program.start(started_s)

    def _new_packager(self, anchor: Anchor) -> Packager:
        return Packager(
            self.channel,
            anchor,
            {rung.rendition.name: rung.encoder.stream for rung in self._ladder.rungs},
            self._ladder.audio_encoder.stream,
            deliver=self._hooks.deliver,
            push=self._hooks.push,
            publish=self._hooks.publish,
            on_fault=lambda error: self._hooks.fault(f"{self.channel.name} packager", error),
            heartbeat_s=float(self.channel.heartbeat_s),
            before=self._before.written,
        )

    def _emit(self, packet: VideoPacket | AudioPacket) -> None:
        if self._packager is not None:  # it is made after the encoders, from their streams, and started before them
            self._packager.put(packet)

    def _new_program(self, anchor: Anchor, packager: Packager) -> Program:
        pre_roll_frames = self.rate.frames_covering(self.channel.pre_roll_s)
        clocks = Clocks(lambda: datetime.now(UTC), time.monotonic, self._hooks.next_event_id)
        signals = Signals(self.channel.signalling, self.channel.templates)
        splicer = Splicer(self.channel.name, anchor, pre_roll_frames, self._timezone, clocks, signals)
        splicer.known_ids |= self._before.known_ids
        has_playlists = any(isinstance(output, HlsOutput) for output in self.channel.outputs)
        resume(splicer, self._before.breaks, Listed.of(self._before.written) if has_playlists else None)
        return Program(
            self.channel.name,
            feed=self._feed,
            ladder=self._ladder,
            splicer=splicer,
            feed_desk=FeedDesk(self._feed, splicer, self.channel.feed_cues, self._hooks.alarm),
            grids=self._grids(),
            slate=self._slate,
            slate_by_hand=self._before.slate_by_hand,
            to_packager=packager.put,
            publish=self._hooks.publish,
            alarm=self._hooks.alarm,
            now=lambda: datetime.now(UTC),
            clock=time.monotonic,
            on_fault=self._hooks.fault,
            measure=self._hooks.measure,
        )

    def _grids(self) -> dict[int, SegmentGrid]:
        grids = {
            index: SegmentGrid(self.rate.frames_within(output.segment_s))
            for index, output in enumerate(self.channel.outputs)
            if isinstance(output, HlsOutput)
        }
        return grids or {-1: SegmentGrid(self.rate.frames_within(TS_ONLY_GOP_S))}

    @property
    def has_room(self) -> bool:
        """Whether it can take one more command. Any thread."""
        return self._program is None or self._program.has_room

    def submit(self, command: commands.Command) -> None:
        """Any thread, once ``start`` has asked for what is waiting."""
        if self._program is not None:
            self._program.submit(command)

    def fail(self, reason: str) -> None:
        """Have its program thread die: for drills."""
        if self._program is not None:
            self._program.fail(reason)

    @property
    def reading(self) -> Reading | None:
        """The latest frame's figures; None before the first."""
        return None if self._program is None else self._program.reading

    @property
    def readings(self) -> Readings:
        """What its encoders have done so far. Any thread."""
        return self._ladder.readings

    @property
    def preview_rate(self) -> float:
        """Pictures a second that the multiviewer may have. Any thread."""
        return self._ladder.preview_rate

    def feed_status(self) -> FeedStatus:
        """What is measured of its source. Any thread."""
        return self._feed.status()

    def end(self) -> bool:
        """End cleanly: an open break, every encoder and segment is closed. False when something hung: they are not."""
        return self._end(for_good=True)

    def hand_over(self) -> bool:
        """End where a segment may, for another life to go on from there: what is open stays open, nothing is lost."""
        return self._end(for_good=False)

    def _end(self, *, for_good: bool) -> bool:
        program, packager = self._program, self._packager
        if program is None or packager is None:
            return self.abandon()
        if for_good:
            program.end()
        else:
            program.hand_over()
        ended = program.join(END_STEP_S if for_good else END_STEP_S + SEAM_WAIT_S)
        program.refuse_rest()
        self._stop_feed(END_STEP_S)
        ended = self._ladder.finish(END_STEP_S) and ended
        if program.end_ticks is not None:
            packager.put(End(program.end_ticks, for_good=for_good))
            ended = packager.join(END_STEP_S) and ended
        if not ended or program.end_ticks is None:
            self.abandon()
            return False
        return not self._hanging()

    def pulses(self) -> tuple[Pulse, ...]:
        """How far each thread has got, those that write first; none before it is on air. Any thread."""
        program, packager = self._program, self._packager
        if program is None or packager is None:
            return ()
        return (packager.pulse(), *self._ladder.pulses(), program.pulse())

    def abandon(self) -> bool:
        """End at once, as after a fault: nothing is closed or flushed, no EXT-X-ENDLIST. False when a thread hangs.

        One that hangs is not waited for, and nothing comes from it any more: see ``left_behind``.
        """
        until_s = time.monotonic() + ABANDON_S
        program, packager = self._program, self._packager
        if program is not None and packager is not None:
            packager.abandon()
            program.abandon()
        self._ladder.abandon(ABANDON_LADDER_S)
        if program is not None and packager is not None:
            program.join(max(0.0, until_s - time.monotonic()))
            packager.join(max(0.0, until_s - time.monotonic()))
            program.refuse_rest()
        self._stop_feed(ABANDON_S)
        self._gate.shut()
        return not self.left_behind()

    def left_behind(self) -> tuple[str, ...]:
        """After ``abandon``: the threads that still hang. When no encoder's does any more, they are freed."""
        return (*self._hanging(), *self._feed.left_behind())

    def _hanging(self) -> tuple[str, ...]:
        others = (part for part in (self._packager, self._program) if part is not None and not part.join(0))
        hanging = (*self._ladder.left_behind(), *(part.pulse().thread for part in others))
        if not hanging and not self._closed:
            self._closed = True
            self._ladder.close()
        return hanging

    def _stop_feed(self, timeout_s: float) -> None:
        try:
            self._feed.stop(timeout_s)
        except SourceError as error:  # a read that hangs: it harms nobody any more
            logger.error("%s", error)  # noqa: TRY400 - it has no traceback worth reading

    def written(self) -> Written:
        """How far its outputs have got, after ``abandon``: where the next life goes on."""
        return self._before.written if self._packager is None else self._packager.written()


def encoder_threads(rungs: int) -> int:
    """x264 threads a rung: one where the rungs fill the cores by themselves (lowest CPU), else libav's choice."""
    return 1 if rungs >= (os.cpu_count() or 1) else 0
