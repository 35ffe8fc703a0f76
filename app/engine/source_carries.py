"""Captions and markers of a channel's source, from its feed's counts into its quality."""

from __future__ import annotations

from dataclasses import replace

from app.model.quality import QualityStatus
from app.monitoring.carried import Carried, CountedPictures
from app.pipeline.feed import SLATE
from app.pipeline.feed_status import FeedStatus


class SourceCarries:
    """Of one channel's life on air, over its sources: what the first had and the second lacks is lost. One thread."""

    def __init__(self) -> None:
        self._captions, self._scte35 = Carried(), Carried()
        self._counted = CountedPictures()

    def told(self, status: QualityStatus, feed: FeedStatus | None, at_s: float) -> QualityStatus:
        """The status with both. While there is no source nothing is told, and nothing forgotten."""
        if feed is None or feed.source == SLATE:
            return status
        captioned = self._counted.look(feed.pictures, feed.captioned)
        listed = bool(feed.cues.pids) and not feed.cues.unknown_pids
        scte35 = self._scte35.look(listed, at_s)
        return replace(
            status,
            captions=self._captions.look(captioned, at_s),
            scte35=False if feed.cues.unknown_pids else scte35,
        )
