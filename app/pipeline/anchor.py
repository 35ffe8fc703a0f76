"""The channel's clock: frame numbers, ticks, audio samples and wall time, all from one anchor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.model.timebase import TICKS_PER_SECOND, FrameRate, span_of

FIRST_PTS = 10 * TICKS_PER_SECOND  # so that no DTS and no priming packet is ever negative


@dataclass(frozen=True, slots=True)
class Anchor:
    """Frame 0 has ``first_pts`` ticks and left at ``first_frame_at`` (aware UTC)."""

    rate: FrameRate
    first_frame_at: datetime
    first_pts: int = FIRST_PTS

    def pts(self, frame: int) -> int:
        """Ticks of a frame, not wrapped."""
        return self.first_pts + self.rate.ticks(frame)

    def at(self, frame: int) -> datetime:
        """Wall time of a frame, to the microsecond."""
        return self.moment(self.pts(frame))

    def moment(self, ticks: int) -> datetime:
        """Wall time of a PTS, to the microsecond, rounded down: PDT steps are PTS steps."""
        return self.first_frame_at + span_of(ticks - self.first_pts)
