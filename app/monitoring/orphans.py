"""Tags that no section speaks for: left over from a withdrawn break, rolled out of the window, or simply wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from app.model.states import ProofState
from app.model.timebase import difference
from app.monitoring.announcing import Splice
from app.monitoring.case import ROLLED_TICKS, Key
from app.monitoring.markers import DATERANGE, INTERSTITIALS, Marker
from app.monitoring.playlist import moment_of
from app.monitoring.report import Row
from app.monitoring.tags import TagBook
from app.monitoring.timeline import Track


@dataclass(slots=True)
class _Group:
    """Tags of all renditions and dialects that stand on one segment in one direction."""

    event_ids: set[int] = field(default_factory=set)
    pts: int | None = None
    epoch: int | None = None
    segments: dict[str, str] = field(default_factory=dict)
    dialects: dict[str, str] = field(default_factory=dict)
    problems: set[str] = field(default_factory=set)
    withdrawn: bool = False


def orphan_rows(
    tracks: list[Track],
    books: list[TagBook],
    cancelled: list[list[Splice]],
    skipped: Mapping[Key, Splice],
    note: Callable[[str], None],
) -> list[Row]:
    """A row for each place with tags that belong to no judged splice; what a window has lost is only noted."""
    groups: dict[tuple[int, str], _Group] = {}
    for track, book, gone in zip(tracks, books, cancelled, strict=True):
        for marker in book.markers:
            known = marker in book.claimed or _spoken_for(track, marker, skipped)
            if marker.role == "cont" or known or _unasked(track, marker) or marker.dialect == INTERSTITIALS:
                continue  # an interstitial needs no section
            if _ahead(track, marker):
                note(f"{marker.tag.name} at line {marker.tag.line} of {track.name} tells of what is not there yet")
                continue
            withdrawn = _withdrawn(track, marker, gone)
            if not withdrawn and _rolled(track, marker):
                note(
                    f"{marker.tag.name} at line {marker.tag.line} of {track.name} is not judged: its section has rolled"
                )
                continue
            sequence = _sequence(track, marker)
            _add(groups.setdefault((sequence, marker.role), _Group()), track, marker, withdrawn=withdrawn)
    return [_row(role, group) for (_, role), group in sorted(groups.items())]


def stray_conts(track: Track, book: TagBook, splices: Iterable[Splice]) -> list[str]:
    """CONT tags where no break is open; those of a break whose OUT has left the window are let be.

    A break may go on behind a discontinuity: what happened last in the timeline before it still holds.
    """
    stray = []
    for marker in book.markers:
        start = track.starts[marker.segment] if marker.segment < len(track.starts) else None
        if marker.role != "cont" or marker in book.claimed or start is None:
            continue
        last = _last_before(track, track.epoch(marker.segment), start, splices)
        if last == "in" or (not last and not track.rolled):
            stray.append(f"{marker.tag.name} at line {marker.tag.line} of {track.name} stands outside any break")
    return stray


def _last_before(track: Track, epoch: int, start: int, splices: Iterable[Splice]) -> str:
    """The direction of the last splice up to a time; empty where there is none."""
    found: list[tuple[int, int, str]] = []
    for splice in splices:
        if splice.pts is None:
            continue
        if splice.epoch == epoch and difference(start, splice.pts) >= 0:
            found.append((epoch, difference(splice.pts, start), splice.direction))
        elif splice.epoch < epoch and (splice.epoch, splice.pts) in track.pictures:
            end = (track.span(splice.epoch) or (0, splice.pts))[1]
            found.append((splice.epoch, difference(splice.pts, end), splice.direction))
    return max(found)[2] if found else ""


def _ahead(track: Track, marker: Marker) -> bool:
    """Whether it stands behind the last segment of a playlist that goes on: its section may be in the next one."""
    return marker.dialect == DATERANGE and not track.ended and marker.segment >= len(track.rendition.segments)


def _unasked(track: Track, marker: Marker) -> bool:
    """Whether its segment was left unread because nobody wanted it judged."""
    segments = track.rendition.segments
    return marker.segment < len(segments) and not segments[marker.segment].read and not segments[marker.segment].problem


def _spoken_for(track: Track, marker: Marker, skipped: Mapping[Key, Splice]) -> bool:
    """Whether the tag belongs to a splice that was set aside."""
    start = track.starts[marker.segment] if marker.segment < len(track.starts) else None
    return any(
        marker.names(key[0], key[1]) or (marker.payload is None and key[1] == marker.role and start == splice.pts)
        for key, splice in skipped.items()
    )


def _withdrawn(track: Track, marker: Marker, cancelled: list[Splice]) -> bool:
    start = track.starts[marker.segment] if marker.segment < len(track.starts) else None
    return any(
        marker.names(splice.event, "out")
        or marker.names(splice.event, "in")
        or (marker.payload is None and start is not None and start == splice.pts)
        for splice in cancelled
    )


def _rolled(track: Track, marker: Marker) -> bool:
    """Whether the section of this tag may have left the window."""
    if not track.rolled:
        return False
    listed = [segment.listed for segment in track.rendition.segments]
    begins = listed[0].starts_at if listed else None
    if marker.dialect == DATERANGE and begins is not None:
        date = marker.tag.attributes().get("START-DATE" if marker.role == "out" else "END-DATE", "")
        try:
            if moment_of(date) < begins:
                return True
        except ValueError:
            pass
    if marker.segment >= len(track.starts) or not track.rendition.segments[marker.segment].read:
        return False
    start, first = track.starts[marker.segment], track.first_clock(track.epoch(marker.segment))
    return start is not None and first is not None and difference(start, first) < ROLLED_TICKS


def _sequence(track: Track, marker: Marker) -> int:
    segments = track.rendition.segments
    if marker.segment < len(segments):
        return segments[marker.segment].listed.sequence
    return segments[-1].listed.sequence + 1 if segments else 0


def _add(group: _Group, track: Track, marker: Marker, *, withdrawn: bool) -> None:
    segments = track.rendition.segments
    group.withdrawn |= withdrawn
    group.segments[track.name] = track.uri(marker.segment)
    if marker.segment < len(segments):
        start, problem = track.starts[marker.segment], segments[marker.segment].problem
        group.pts = start if group.pts is None else group.pts
        group.epoch = track.epoch(marker.segment)
        if problem:
            group.problems.add(problem)
    if marker.payload is not None:
        group.event_ids |= {event.number for event, _ in marker.payload.names}
        group.pts = marker.payload.pts if marker.payload.pts is not None else group.pts
    told = marker.payload.problem if marker.payload and marker.payload.problem else "no section announces it"
    group.dialects.setdefault(marker.dialect, "it was withdrawn" if withdrawn else told)


def _row(role: str, group: _Group) -> Row:
    names = " and ".join(sorted(group.dialects))
    if group.withdrawn:
        verdict, reason = ProofState.MISPLACED, f"the break was withdrawn (cancelled), its {names} tags are still there"
    elif group.problems:
        verdict = ProofState.MISSING
        reason = f"{names} tags stand there, and the segment can't be judged: {min(group.problems)}"
    else:
        verdict, reason = ProofState.MISSING, f"{names} tags stand there, but no section announces a splice"
    event_id = min(group.event_ids, default=None)
    return Row(event_id, role, group.pts, None, None, group.segments, group.dialects, verdict, reason, group.epoch)
