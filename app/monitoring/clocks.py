"""Whether a playlist's clocks, EXTINF and EXT-X-PROGRAM-DATE-TIME, go as its pictures do (RFC 8216 §4.3.2)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from app.model.timebase import difference, round_half_up, seconds_of
from app.monitoring.report import Finding, Severity
from app.monitoring.timeline import ReadSegment, Track

_SAME_S = Fraction(1, 100)
_SAME = timedelta(milliseconds=10)


def clock_findings(track: Track, *, dated: bool) -> list[Finding]:
    """Steps between neighbouring segments that differ by over 10 ms; ``dated``: markers hang on the program date."""
    if track.rendition.playlist is None:
        return []
    findings = _over_target(track)
    for before, after in itertools.pairwise(track.rendition.segments):
        findings += _over_discontinuity(track, before, after, dated=dated)
        step_s = _step(before, after)
        if step_s is None:
            findings += _undated_step(track, before, after)
            continue
        where = f"{track.name} {after.listed.uri}"
        if abs(before.listed.duration_s - step_s) > _SAME_S:
            says = f"{before.listed.uri}, whose EXTINF is {float(before.listed.duration_s):.3f}"
            text = f"{where} starts {float(step_s):.3f} s after {says}"
            findings.append(Finding(Severity.WARNING, text))
        if not after.listed.dated or after.listed.starts_at is None or before.listed.starts_at is None:
            continue
        date_s = Fraction((after.listed.starts_at - before.listed.starts_at) // timedelta(microseconds=1), 1_000_000)
        if abs(date_s - step_s) > _SAME_S:
            text = f"{where}: its EXT-X-PROGRAM-DATE-TIME is {float(date_s - step_s):+.3f} s off its pictures"
            findings.append(Finding(Severity.FAULT if dated else Severity.WARNING, text))
    return findings


def _undated_step(track: Track, before: ReadSegment, after: ReadSegment) -> list[Finding]:
    """Where pictures can't be read: the program date goes as EXTINF does."""
    begins_at, began_at = after.listed.starts_at, before.listed.starts_at
    same = before.listed.discontinuity_sequence == after.listed.discontinuity_sequence
    if not (same and before.closed and after.listed.dated and begins_at and began_at):
        return []
    off = begins_at - began_at - timedelta(seconds=float(before.listed.duration_s))
    if abs(off) <= _SAME:
        return []
    told = f"its EXT-X-PROGRAM-DATE-TIME is {off.total_seconds():+.3f} s off the EXTINF before it"
    return [Finding(Severity.WARNING, f"{track.name} {after.listed.uri}: {told}")]


def unlike_findings(tracks: Sequence[Track]) -> list[Finding]:
    """Renditions whose timelines do not break at the same segments (§6.2.4)."""
    epochs = [
        {segment.listed.sequence: segment.listed.discontinuity_sequence for segment in track.rendition.segments}
        for track in tracks
        if track.rendition.playlist is not None
    ]
    findings: list[Finding] = []
    for track, other in zip(tracks[1:], epochs[1:], strict=False):
        unlike = [number for number in sorted(epochs[0].keys() & other.keys()) if epochs[0][number] != other[number]]
        if unlike:
            text = f"{track.name} has other EXT-X-DISCONTINUITY than {tracks[0].name}, from segment {unlike[0]} on"
            findings.append(Finding(Severity.FAULT, text))
    return findings


def _over_discontinuity(track: Track, before: ReadSegment, after: ReadSegment, *, dated: bool) -> list[Finding]:
    """Time goes forward over a discontinuity, and one that nothing broke at should not be there."""
    begins_at, began_at = after.listed.starts_at, before.listed.starts_at
    if before.listed.discontinuity_sequence == after.listed.discontinuity_sequence or not begins_at or not began_at:
        return []
    hole = begins_at - began_at - timedelta(seconds=float(before.listed.duration_s))
    where = f"{track.name} {after.listed.uri}"
    if hole < -_SAME:
        text = f"{where}: its EXT-X-PROGRAM-DATE-TIME is {hole.total_seconds():+.3f} s from the end before it"
        return [Finding(Severity.FAULT if dated else Severity.WARNING, text)]
    if before.read is None or after.read is None or not after.read.pictures or before.read.end_pts is None:
        return []
    if hole <= _SAME and abs(seconds_of(difference(after.read.pictures[0].pts, before.read.end_pts))) <= _SAME_S:
        text = f"{where}: EXT-X-DISCONTINUITY stands before it, and nothing is broken there"
        return [Finding(Severity.WARNING, text)]
    return []


def _over_target(track: Track) -> list[Finding]:
    """Segments that are longer than EXT-X-TARGETDURATION, rounded (§4.3.3.1)."""
    playlist = track.rendition.playlist
    target_s = playlist.target_duration_s if playlist else None
    listed = [segment.listed for segment in track.rendition.segments]
    over = [one for one in listed if target_s is not None and round_half_up(one.duration_s) > target_s]
    if not over:
        return []
    told = f"{over[0].uri} lasts {float(over[0].duration_s):.3f} s, EXT-X-TARGETDURATION is {target_s}"
    return [Finding(Severity.WARNING, f"{track.name} {told}; {len(over)} segments are too long")]


def _step(before: ReadSegment, after: ReadSegment) -> Fraction | None:
    """From the first picture of one to that of the next; None where either is unread or the timeline breaks."""
    if before.listed.discontinuity_sequence != after.listed.discontinuity_sequence:
        return None
    if before.read is None or after.read is None or not before.read.pictures or not after.read.pictures:
        return None
    return seconds_of(difference(after.read.pictures[0].pts, before.read.pictures[0].pts))
