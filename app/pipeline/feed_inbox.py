"""Markers of a source on their way to the desk: a flood of them takes its turn, the pictures go on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from app.model.feed_cue import FeedCue
from app.pipeline.source_line import SourceFeed

BUDGET_S = 0.004  # of each frame; the shortest lasts 16 ms


class FeedInbox:
    """Program thread only. ``clock``: seconds. What the feed can't hold meanwhile it drops, and counts."""

    def __init__(self, feed: SourceFeed, clock: Callable[[], float]) -> None:
        self._feed, self._clock = feed, clock
        self._coming: deque[FeedCue] = deque()

    def each(self) -> Iterator[FeedCue]:
        """Those that this frame has time for, one at least; the rest stays for the next."""
        until_s = self._clock() + BUDGET_S
        if not self._coming:
            self._coming.extend(self._feed.cues())
        while self._coming:
            yield self._coming.popleft()
            if self._clock() >= until_s:
                return
