"""Rows of renditions that are judged by their tags: joined over renditions, and with what sections told elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.model.states import ProofState
from app.model.timebase import difference
from app.monitoring.placement import Fault, gravest, in_words
from app.monitoring.report import Row
from app.monitoring.tag_judging import TagCase
from app.monitoring.tag_splice import TagSplice
from app.monitoring.timeline import Track
from app.monitoring.words import SPLICE_KINDS

_SAME_DATE = timedelta(milliseconds=10)
_SOUND_DATE = timedelta(milliseconds=100)  # an audio rendition's segments end with whole frames
_NEAR = 2  # segments: a tag that is further off belongs to another splice
BY_TAGS = "told by its tags alone"


@dataclass(slots=True)
class _Place:
    """One splice over renditions. ``row``: what sections told of it; ``at``, ``sequence``: of the first that has it."""

    direction: str
    is_splice: bool
    at: datetime | None
    sequence: int | None
    row: Row | None = None
    told: dict[str, tuple[TagCase, TagSplice]] = field(default_factory=dict)
    faults: list[tuple[str, Fault]] = field(default_factory=list)


def rows_by_tags(cases: Sequence[TagCase], rows: Iterable[Row], heard: Sequence[Track]) -> tuple[list[Row], list[str]]:
    """All rows: those that sections gave, worse where a rendition's tags do not agree, and those of tags alone.

    And in words the splices that can't be judged: their tags are right, and nothing of their media can be read.
    """
    places = [_of_row(row, heard) for row in rows]
    for case in cases:
        for splice in case.splices:
            place = _found(places, case, splice)
            if place is None:
                place = _Place(splice.direction, splice.is_splice, _at(case, splice), _sequence(case, splice))
                places.append(place)
                if heard:
                    text = "its tags are there, and no section of another rendition announces it"
                    place.faults.append((case.track.name, Fault(ProofState.MISPLACED, text)))
            _join(place, case, splice)
    for place in places:
        for case in cases:
            if case.track.name not in place.told and _covers(case, place) and case.book.markers:
                place.faults.append((case.track.name, Fault(ProofState.MISSING, "no tag tells of it")))
    unread = [place for place in places if _is_unread(place)]
    told = [_row(place, len(heard) + len(cases)) for place in places if place not in unread]
    told += [_missing(opening, why) for case in cases[:1] for opening, why in case.missing if not heard]
    return told, [_not_judged(place) for place in unread]


def _is_unread(place: _Place) -> bool:
    """Whether nothing can be said of a splice but that its tags are right; else what is not read is at fault."""
    why = [(name, case.unread[own]) for name, (case, own) in place.told.items() if own in case.unread]
    alone = bool(why) and len(why) == len(place.told) and place.row is None
    if alone and not place.faults:
        return True
    verdict = ProofState.LANDED if alone else ProofState.MISSING  # beside what is wrong in the tags it weighs nothing
    place.faults += [(name, Fault(verdict, text)) for name, text in why]
    return False


def _not_judged(place: _Place) -> str:
    case, own = next(iter(place.told.values()))
    event = "" if own.event is None else f" {own.event}"
    return f"{own.direction}{event} is not judged, its tags are right: {case.unread[own]}"


def _of_row(row: Row, heard: Sequence[Track]) -> _Place:
    sequence = None
    for track in heard:
        uri = row.segments.get(track.name)
        sequence = next((one.listed.sequence for one in track.rendition.segments if one.listed.uri == uri), sequence)
    return _Place(row.direction, is_splice=_is_splice(row), at=row.at, sequence=sequence, row=row)


def _is_splice(row: Row) -> bool:
    words = row.signal.rpartition(" ")[0].lower()
    return not words or words in SPLICE_KINDS


def _at(case: TagCase, splice: TagSplice) -> datetime | None:
    segments = case.track.rendition.segments
    if splice.segment < len(segments):
        return segments[splice.segment].listed.starts_at
    last = segments[-1].listed if segments else None
    return last.starts_at + timedelta(seconds=float(last.duration_s)) if last and last.starts_at else None


def _sequence(case: TagCase, splice: TagSplice) -> int | None:
    playlist = case.track.rendition.playlist
    return None if playlist is None else playlist.media_sequence + splice.segment


def _found(places: list[_Place], case: TagCase, splice: TagSplice) -> _Place | None:
    """The place of a splice: by its program date or number; else one near it that this rendition has not yet."""
    at, sequence, name = _at(case, splice), _sequence(case, splice), case.track.name
    kind = (splice.direction, splice.is_splice)
    free = [one for one in places if (one.direction, one.is_splice) == kind and name not in one.told]
    for place in free:
        if at is not None and place.at is not None:
            if abs(at - place.at) <= _SOUND_DATE:
                return place
        elif sequence == place.sequence:
            return place
    near = [one for one in free if one.sequence is not None and sequence is not None]
    return next((one for one in near if abs((one.sequence or 0) - (sequence or 0)) <= _NEAR), None)


def _join(place: _Place, case: TagCase, splice: TagSplice) -> None:
    """One rendition's say."""
    name, at, sequence = case.track.name, _at(case, splice), _sequence(case, splice)
    allowed = _SOUND_DATE if case.track.rendition.kind == "AUDIO" else _SAME_DATE
    if at is not None and place.at is not None and abs(at - place.at) > allowed:
        off_ms = (at - place.at) / timedelta(milliseconds=1)
        text = f"its tags put it {off_ms:+.0f} ms from where the first rendition has it"
        place.faults.append((name, Fault(ProofState.MISPLACED, text)))
    elif (at is None or place.at is None) and None not in {sequence, place.sequence} and sequence != place.sequence:
        text = f"its tags put it on segment {sequence}, those of the first rendition on {place.sequence}"
        place.faults.append((name, Fault(ProofState.MISPLACED, text)))
    event = splice.event
    others = (one.event.number for _, one in place.told.values() if one.event is not None)
    known = next(others, None) if place.row is None else place.row.splice_event_id
    if event is not None and known is not None and event.number != known:
        place.faults.append((name, Fault(ProofState.MISPLACED, f"its tags are about event {event}, not {known}")))
    place.faults += [(name, fault) for fault in (*case.own[splice], *splice.faults.values())]
    place.told[name] = case, splice


def _covers(case: TagCase, place: _Place) -> bool:
    """Whether a rendition lists the place."""
    listed = [segment.listed for segment in case.track.rendition.segments]
    if place.at is not None and listed and listed[0].starts_at is not None and listed[-1].starts_at is not None:
        return listed[0].starts_at <= place.at <= listed[-1].starts_at
    return any(one.sequence == place.sequence for one in listed)


def _row(place: _Place, renditions: int) -> Row:
    """The row of a place, or what sections told of it with the tags of other renditions."""
    if place.row is not None:
        return _worse(place, place.row, renditions)
    remarks = [text for case, own in place.told.values() for text in case.remarks[own]]
    row = _bare(*next(iter(place.told.values())))
    return _worse(place, replace(row, reason="; ".join(dict.fromkeys([BY_TAGS, *remarks]))), renditions)


def _worse(place: _Place, row: Row, renditions: int) -> Row:
    segments = {case.track.name: case.track.uri(splice.segment) for case, splice in place.told.values()}
    dialects = dict(row.dialects)
    for _, splice in place.told.values():
        for dialect in (*splice.markers, *splice.faults):
            told = splice.faults[dialect].text if dialect in splice.faults else "ok"
            dialects[dialect] = told if dialects.get(dialect, "ok") == "ok" else dialects[dialect]
    skew = {among: dict(apart) for among, apart in row.skew_ms.items()}
    for name, (case, splice) in place.told.items():
        at = _at(case, splice)
        if at is not None and place.at is not None:
            skew.setdefault("renditions", {})[name] = round((at - place.at) / timedelta(milliseconds=1), 1)
    faults = [fault for _, fault in place.faults]
    landed = row.verdict is ProofState.LANDED
    reason = "; ".join(filter(None, ("" if landed and faults else row.reason, in_words(place.faults, renditions))))
    verdict = gravest([Fault(row.verdict, ""), *faults])
    ordered = dict(sorted(dialects.items()))
    return replace(
        row, segments=row.segments | segments, dialects=ordered, verdict=verdict, reason=reason, skew_ms=skew
    )


def _bare(case: TagCase, splice: TagSplice) -> Row:
    """What one rendition shows of a splice."""
    segments, event = case.track.rendition.segments, splice.event
    here = segments[splice.segment] if splice.segment < len(segments) else None
    pictures = here.read.pictures if here is not None and here.read else ()
    idr_pts = pictures[0].pts if pictures and pictures[0].idr else None
    pts = splice.pts if splice.pts is not None else idr_pts
    return Row(
        splice_event_id=None if event is None else event.number,
        direction=splice.direction,
        pts=pts,
        idr_pts=idr_pts,
        error_ticks=None if idr_pts is None or pts is None else difference(idr_pts, pts),
        segments={},
        dialects={},
        verdict=ProofState.LANDED,
        discontinuity_sequence=None if here is None else here.listed.discontinuity_sequence,
        signal=splice.signal,
        at=_at(case, splice),
    )


def _missing(opening: TagSplice, why: str) -> Row:
    event = opening.event
    number = None if event is None else event.number
    return Row(number, "in", None, None, None, {}, {}, ProofState.MISSING, why, signal=opening.signal)
