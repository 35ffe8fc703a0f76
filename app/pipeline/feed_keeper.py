"""A feed whose reading thread hangs inside a decoder or a dead disk is left behind: another begins at the next source.

The channel stays on air meanwhile, on its slate, without a seam.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from fractions import Fraction

from app.model.errors import SourceError
from app.model.feed_cue import FeedCue
from app.model.timebase import FrameRate
from app.pipeline.feed import Feed, Taken
from app.pipeline.feed_status import FeedStatus
from app.pipeline.gate import Gate
from app.pipeline.source_alarms import PublishAlarm

logger = logging.getLogger(__name__)

HUNG_S, LONGEST_HUNG_S = 10.0, 640.0  # without a sign of life: a disk that has to wake up takes less
BACK_S = 30.0  # of life, until the alarm is over
ALARM = "source.hung"


class FeedKeeper:
    """As a Feed. ``make(sources, publish_alarm)``: one that is not started. ``start``, ``take``, ``stop``: as there."""

    def __init__(
        self,
        sources: tuple[str, ...],
        make: Callable[[tuple[str, ...], PublishAlarm], Feed],
        *,
        rate: FrameRate,
        publish_alarm: PublishAlarm,
        clock: Callable[[], float],
    ) -> None:
        self._sources, self._make, self._publish_alarm, self._clock = sources, make, publish_alarm, clock
        self._rate, self._hung_s = rate, HUNG_S
        self._gate = Gate()
        self._feed = make(sources, self._gate.guarding(publish_alarm))
        self._left: list[Feed] = []
        self._beats = -1
        self._moved_s = self._began_s = clock()
        self._still_frames = 0
        self._told = False

    def start(self) -> None:
        """Begin to open sources."""
        self._feed.start()

    def wait_for_picture(self, timeout_s: float) -> bool:
        """As Feed's."""
        return self._feed.wait_for_picture(timeout_s)

    def take(self, frame: int, samples: int) -> Taken:
        """As Feed's; notices, too, when the feed hangs."""
        taken = self._feed.take(frame, samples)
        now_s = self._clock()
        if self._feed.beats != self._beats:
            self._beats, self._moved_s, self._still_frames = self._feed.beats, now_s, 0
            if self._told and now_s - self._began_s > BACK_S:
                self._told, self._hung_s = False, HUNG_S
                self._publish_alarm(ALARM, "warning", None)
        else:
            self._still_frames += 1
            # Frames as well: a process that was stopped sees the clock jump, but not its own frames.
            still_s = min(now_s - self._moved_s, float(self._rate.seconds(self._still_frames)))
            if still_s > self._hung_s:
                self._begin_anew(now_s)
        return taken

    def cues(self) -> list[FeedCue]:
        """As Feed's; those of a feed that was left behind are gone."""
        return self._feed.cues()

    @property
    def session(self) -> int:
        """As Feed's; no two feeds of this process share a number."""
        return self._feed.session

    def frames_until(self, source_ticks: int, session: int | None = None) -> Fraction | None:
        """As Feed's."""
        return self._feed.frames_until(source_ticks, session)

    def picture_ticks(self, frames: int, session: int) -> int | None:
        """As Feed's."""
        return self._feed.picture_ticks(frames, session)

    def status(self) -> FeedStatus:
        """As Feed's."""
        return self._feed.status()

    def stop(self, timeout_s: float) -> None:
        """As Feed's. What it listened on is let go of even when it hangs."""
        try:
            self._feed.stop(timeout_s)
        except SourceError:
            self._left.append(self._feed)
            self._feed.let_go()
            self._gate.shut()
            raise
        finally:
            if self._told:
                self._publish_alarm(ALARM, "warning", None)

    def left_behind(self) -> tuple[str, ...]:
        """The threads that hang still."""
        self._left = [feed for feed in self._left if feed.alive]
        return tuple(feed.name for feed in self._left)

    def _begin_anew(self, now_s: float) -> None:
        hung = self._feed
        said = f"reading {hung.url} hangs; another source is tried"
        logger.error("%s: %s", hung.name, said)
        hung.abandon()
        self._gate.shut()
        self._left.append(hung)
        self._publish_alarm(ALARM, "warning", said)
        # Each leaves a thread behind: of the only source, on a disk that is dead, there must not be many.
        self._told, self._hung_s = True, min(2 * self._hung_s, LONGEST_HUNG_S)
        turn = (self._sources.index(hung.url) + 1) % len(self._sources)
        self._sources = self._sources[turn:] + self._sources[:turn]
        self._gate = Gate()
        self._feed = self._make(self._sources, self._gate.guarding(self._publish_alarm))
        self._feed.start()
        self._beats, self._moved_s, self._began_s, self._still_frames = -1, now_s, now_s, 0
