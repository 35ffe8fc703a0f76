"""Where in an output an expected splice is: in which of its timelines, in which row; or why it is nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from app.model.states import ProofState
from app.model.timebase import PTS_WRAP, TICKS_PER_SECOND, difference, ticks_of, wrapped
from app.monitoring.expected import Expected
from app.monitoring.markers import markers_of
from app.monitoring.report import Row
from app.monitoring.timeline import Rendition, starts_of

BEHIND = "the origin's playlists do not reach it yet"
_TOO_LATE = "came after its segment had been listed without them"
_SAME_CLOCK = timedelta(seconds=0.5)  # a life of a channel lasts longer than this before the next one can begin
_ROUNDED = timedelta(milliseconds=10)


def row_of(expected: Expected, rows: Sequence[Row], renditions: Sequence[Rendition]) -> Row | None:
    """The row on this splice; one with another time than the program's is misplaced, whatever else it says.

    Each life of a channel has its own timeline, and their ticks may coincide: a row of another one is no row of it.
    """
    timelines = None if not _dated(renditions) else {epoch for one in renditions for epoch in _timelines(expected, one)}
    ours = [
        row
        for row in rows
        if (row.splice_event_id, row.direction) == (expected.splice_event_id, expected.direction)
        and (timelines is None or row.discontinuity_sequence is None or row.discontinuity_sequence in timelines)
    ]
    pts = wrapped(expected.pts)
    near = min(ours, key=lambda row: PTS_WRAP if row.pts is None else abs(difference(row.pts, pts)), default=None)
    if near is None or near.pts is None or near.pts == pts:
        return near
    off = f"it is announced {difference(near.pts, pts):+} ticks from where the program put it"
    verdict = near.verdict if near.verdict is ProofState.MISSING else ProofState.MISPLACED
    return replace(near, verdict=verdict, reason="; ".join(filter(None, (off, near.reason))))


def late_tags(before: Row | None, row: Row) -> Row:
    """The row where its segment was listed without its tags a look ago: who read it then will not see them."""
    if before is None or before.error_ticks != 0 or row.verdict is not ProofState.LANDED:
        return row
    if before.reason.endswith(_TOO_LATE):
        return replace(row, verdict=ProofState.LATE, reason=before.reason)
    bare = [name for name, told in before.dialects.items() if told != "ok" and row.dialects.get(name) == "ok"]
    if not bare:
        return row
    return replace(row, verdict=ProofState.LATE, reason=f"its {' and '.join(bare)} tags {_TOO_LATE}")


def whereabouts(expected: Expected, renditions: Sequence[Rendition]) -> str:
    """Why a splice has no row: the playlists are behind it, ahead of it, or hold nothing of it."""
    for rendition in renditions:
        told = _by_date(expected, rendition) if _dated([rendition]) else _by_ticks(expected, rendition)
        if told:
            return told
    return "neither a section nor a tag of it was found"


def _dated(renditions: Sequence[Rendition]) -> bool:
    return any(segment.listed.starts_at for rendition in renditions for segment in rendition.segments)


def _timelines(expected: Expected, rendition: Rendition) -> Iterator[int]:
    """The discontinuity sequences in which the splice's ticks fall on its moment."""
    for start, segment in zip(starts_of(rendition.segments), rendition.segments, strict=True):
        if start is not None and segment.listed.starts_at is not None:
            since = timedelta(seconds=difference(wrapped(expected.pts), start) / TICKS_PER_SECOND)
            if abs(segment.listed.starts_at + since - expected.at) < _SAME_CLOCK:
                yield segment.listed.discontinuity_sequence


def _by_date(expected: Expected, rendition: Rendition) -> str:
    at = expected.at + _ROUNDED
    dated = [(one.listed.starts_at, one.listed) for one in rendition.segments if one.listed.starts_at is not None]
    spans = [(starts_at, starts_at + timedelta(seconds=float(listed.duration_s))) for starts_at, listed in dated]
    ended = rendition.playlist is not None and rendition.playlist.ended
    if at >= spans[-1][1] and not ended:
        return BEHIND
    if at < spans[0][0]:
        return _left(rendition)
    if at < spans[-1][1] and not any(starts_at <= at < ends_at for starts_at, ends_at in spans):
        return f"{rendition.name} has no picture of its moment: it was lost with the segment that was open"
    return ""


def _by_ticks(expected: Expected, rendition: Rendition) -> str:
    starts = zip(starts_of(rendition.segments), rendition.segments, strict=True)
    known = [(start, ticks_of(segment.listed.duration_s)) for start, segment in starts if start is not None]
    ended = rendition.playlist is not None and rendition.playlist.ended
    pts = wrapped(expected.pts)
    if not known or (difference(pts, known[-1][0]) >= known[-1][1] and not ended):
        return BEHIND
    return _left(rendition) if difference(pts, known[0][0]) < 0 else ""


def _left(rendition: Rendition) -> str:
    return f"it left the window of {rendition.name} before it could be read"


def tag_of(event_id: int, renditions: Sequence[Rendition], *, ahead: bool) -> str:
    """A tag that speaks of an event, with its place; empty where there is none.

    ``ahead``: one counts too that tells, behind the last segment of a live playlist, of what is to come: such a one
    goes with the next version of the playlist.
    """
    for rendition in renditions:
        playlist = rendition.playlist
        for marker in markers_of(playlist)[0] if playlist else ():
            if playlist and not ahead and not playlist.ended and marker.segment == len(playlist.segments):
                continue
            if marker.names(event_id, "out") or marker.names(event_id, "in"):
                return f"{marker.tag.name} (line {marker.tag.line} of {rendition.name})"
    return ""
