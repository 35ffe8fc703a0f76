"""What outages cost: pictures missing between two lives of a channel, as its playlists show them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.monitoring.playlist import MediaPlaylist, Segment
from app.monitoring.report import Finding, Severity
from app.monitoring.sequences import Sequences

IN_HAND = timedelta(seconds=1)  # pictures that were on their way through the encoders
_ROUNDED = timedelta(milliseconds=10)


@dataclass(frozen=True, slots=True)
class Outage:
    """From the last sign of one life of a channel to the first frame of the next."""

    channel: str
    lost_at: datetime
    back_at: datetime


def judge_pictures(
    looks: Iterable[tuple[str, MediaPlaylist]], outages: Iterable[Outage], *, segment_s: float
) -> list[Finding]:
    """Over all looks at the playlists of one channel's output, in their order, each with its playlist's name.

    Faults: a sequence number that ran backwards; a picture that is missing though no outage took it; more of them than
    the open segment and the outage. Notes: how much each outage cost.
    """
    sequences, outages = Sequences(), tuple(outages)
    listed: dict[str, dict[int, Segment]] = {}
    findings: list[Finding] = []
    for name, playlist in looks:
        findings += [Finding(Severity.FAULT, text) for text in sequences.note(name, playlist)]
        listed.setdefault(name, {}).update({segment.sequence: segment for segment in playlist.segments})
    for name, segments in listed.items():
        findings += [finding for gap in _gaps(segments) for finding in _judged(name, gap, outages, segment_s)]
    return findings


@dataclass(frozen=True, slots=True)
class _Gap:
    """Between the end of one segment and the start of the next."""

    ends_at: datetime
    starts_at: datetime
    uri: str
    broken: bool

    @property
    def lost(self) -> timedelta:
        return self.starts_at - self.ends_at


def _gaps(segments: dict[int, Segment]) -> Iterator[_Gap]:
    for sequence, after in sorted(segments.items()):
        before = segments.get(sequence - 1)
        if before is None or before.starts_at is None or after.starts_at is None:
            continue
        ends_at = before.starts_at + timedelta(seconds=float(before.duration_s))
        broken = before.discontinuity_sequence != after.discontinuity_sequence
        yield _Gap(ends_at, after.starts_at, after.uri, broken)


def _judged(name: str, gap: _Gap, outages: tuple[Outage, ...], segment_s: float) -> Iterator[Finding]:
    if abs(gap.lost) <= _ROUNDED and not gap.broken:
        return
    if gap.lost < -_ROUNDED:
        yield Finding(Severity.FAULT, f"{name}: {gap.uri} begins before the segment ahead of it ends")
        return
    ours = [one for one in outages if gap.ends_at < one.back_at <= gap.starts_at + _ROUNDED]
    if not gap.broken or not any(abs(one.back_at - gap.starts_at) <= _ROUNDED for one in ours):
        where = "behind EXT-X-DISCONTINUITY" if gap.broken else "without EXT-X-DISCONTINUITY"
        what = f"{name}: {gap.lost.total_seconds():.3f} s are missing before {gap.uri}, {where}"
        yield Finding(Severity.FAULT, f"{what}, and no outage ended there")
        return
    down = sum((one.back_at - one.lost_at for one in ours), timedelta(0))
    lives = f"{len(ours)} outages" if len(ours) > 1 else "an outage"
    told = f"{name}: {gap.lost.total_seconds():.3f} s of pictures lost with {lives} of {down.total_seconds():.3f} s"
    if gap.lost > down + len(ours) * (timedelta(seconds=segment_s) + IN_HAND):
        yield Finding(Severity.FAULT, f"{told}: more than that and the open segment of {segment_s:g} s")
    else:
        yield Finding(Severity.NOTE, told)
