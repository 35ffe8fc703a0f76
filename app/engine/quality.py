"""The probes of a channel between its pipeline, which hands in looks, and its alarms and status."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from app.engine.alarms import Alarms
from app.engine.source_carries import SourceCarries
from app.model.quality import QualityStatus
from app.model.quality_limits import QualityLimits
from app.model.show import Channel
from app.monitoring.picture_quality import Planes
from app.monitoring.programme_quality import ProgrammeQuality
from app.monitoring.quality_rules import QualityJudge
from app.pipeline.feed import SLATE
from app.pipeline.feed_status import FeedStatus
from app.pipeline.look import Look
from app.pipeline.workers import Worker

logger = logging.getLogger(__name__)

WAKE_S = 0.2
JUDGE_S = 0.2  # of the channel's clock: looks that waited are judged by their own times
LOOKS = 250  # frames that may wait: a few seconds; what is more is not measured, and counted
GONE_S = 2.0  # without a frame: the channel is not on air
NICE = 12  # below the encoders
ALARM = "quality"
TEST = "test:"  # bars and tone that the show itself asks for are measured, and right
SOUND_ALONE = "source.no_video"  # the alarm of a source whose sound is on air with the slate


class ChannelQuality:
    """``take`` on the program thread, ``read`` on any; the rest on a thread of its own, which harms nobody by dying.

    ``feed``: what is measured of the source, None before there is one.
    """

    def __init__(self, channel: Channel, alarms: Alarms) -> None:
        self._channel, self._alarms = channel, alarms
        self._limits = self._judged_by = channel.quality
        self._judge = QualityJudge(self._judged_by, alarms.set)
        self._looks: deque[Look] = deque(maxlen=LOOKS)
        self._unmeasured = 0
        self._blind = False
        self._measured = self._begun()
        self._carried = SourceCarries()
        self._at_s, self._judged_at_s, self._idle_s = -1.0, 0.0, 0.0
        self._status: QualityStatus | None = None
        self._ending = threading.Event()
        self._worker = Worker(f"{channel.name} probes", self._run, self._failed, nice=NICE)
        self.feed: Callable[[], FeedStatus | None] = lambda: None

    def start(self) -> None:
        """Begin to measure what is taken."""
        self._worker.start()

    def stop(self, timeout_s: float) -> bool:
        """End, and clear every alarm; False when it has not ended in time."""
        self._ending.set()
        return self._worker.join(timeout_s)

    def change(self, limits: QualityLimits) -> None:
        """Judge by these rules soon; what stands by the old ones is cleared. Any thread."""
        self._limits = limits

    def take(self, look_of: Callable[[], Look]) -> None:
        """One frame; never blocks. A picture that can't be sampled ends the measuring, never the programme."""
        if self._blind:
            return
        try:
            look = look_of()
        except Exception as error:  # noqa: BLE001 - this is the program thread: what is on air comes first
            self._blind = True
            self._failed("sampling", error)
            return
        if len(self._looks) == LOOKS:
            self._unmeasured += 1
        self._looks.append(look)

    def read(self) -> QualityStatus | None:
        """The newest figures; None off air. Any thread."""
        return self._status

    def _run(self) -> None:
        try:
            while not self._ending.wait(WAKE_S):
                self._look()
        finally:
            self._status = None
            self._judge.rest()

    def _take_on(self) -> None:
        limits = self._limits
        if limits is not self._judged_by:
            self._judged_by = limits
            self._judge.rest()
            self._judge = QualityJudge(limits, self._alarms.set)
            self._measured.change(limits)

    def _look(self) -> None:
        self._take_on()
        looks = [self._looks.popleft() for _ in range(len(self._looks))]
        self._idle_s = 0.0 if looks else self._idle_s + WAKE_S
        if not looks:
            if self._idle_s >= GONE_S and self._status is not None:
                self._status = None
                self._judge.rest()
            return
        causes = frozenset(alarm.key for alarm in self._alarms.standing())
        for look in looks:
            if look.at_s < self._at_s:  # the channel began anew
                self._measured, self._judged_at_s = self._begun(), look.at_s
                self._carried = SourceCarries()
                self._judge.rest()
            self._at_s = look.at_s
            self._measure(look, sound_alone=SOUND_ALONE in causes)
            if look.at_s - self._judged_at_s >= JUDGE_S or look is looks[-1]:
                self._tell(look, causes)

    def _tell(self, look: Look, causes: frozenset[str]) -> None:
        self._judged_at_s = look.at_s
        feed = self.feed()
        status = self._carried.told(_with_source(self._measured.read(), feed), feed, look.at_s)
        status = replace(status, unmeasured=self._unmeasured)
        self._status = status
        if look.hidden or look.source.startswith(TEST):
            self._judge.rest()
        else:
            self._judge.look(status, look.at_s, causes=causes)

    def _measure(self, look: Look, *, sound_alone: bool) -> None:
        seen = look.source != SLATE and not look.hidden
        if look.planes is not None:
            self._measured.see(Planes(*look.planes), look.at_s)
        elif not seen:
            self._measured.stop_seeing()
        if seen or (sound_alone and not look.hidden):
            self._measured.hear(look.audio)
        else:
            self._measured.stop_hearing()

    def _begun(self) -> ProgrammeQuality:
        return ProgrammeQuality(self._channel.audio.channels, self._judged_by)

    def _failed(self, thread: str, error: Exception) -> None:
        logger.error("%s", thread, exc_info=error)
        self._alarms.set(ALARM, "warning", f"sound and picture are not measured any more: {error!r}")


def _with_source(status: QualityStatus, feed: FeedStatus | None) -> QualityStatus:
    if feed is None or feed.source == SLATE:
        return status
    return replace(
        status,
        cc_errors=feed.lost_packets,
        received_bytes=feed.received_bytes,
        pts_gaps=feed.timestamp_jumps,
        corrupt_frames=feed.corrupt_frames,
        decode_errors=feed.decode_errors,
        sound_behind_ms=feed.sound_behind_ms,
    )
