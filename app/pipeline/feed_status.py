"""What is measured of a channel's feed."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.pipeline.source_cues import CueCounts


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """What is measured of a feed; the counts are of the session with the present source, ``losses`` of all.

    ``sound_behind_ms``: how far the newest sound lies behind the newest picture as they come, negative ahead.
    ``captioned``: pictures that carried captions. ``lost_packets``, by their continuity counters, and
    ``received_bytes``: of what comes live; None for others.
    """

    source: str
    losses: int
    buffer_ms: int = 0
    sound_behind_ms: float | None = None
    packets: int = 0
    pictures: int = 0
    captioned: int = 0
    corrupt_frames: int = 0
    decode_errors: int = 0
    timestamp_jumps: int = 0
    skipped_pictures: int = 0
    clock_corrections: int = 0
    sound_gaps: int = 0
    lost_packets: int | None = None
    received_bytes: int | None = None
    cues: CueCounts = field(default_factory=CueCounts)
