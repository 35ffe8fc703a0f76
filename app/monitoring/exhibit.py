"""What a verdict on a splice rests on, in words: its sections, the manifest lines around it, the row itself."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.model.cue import Section, SpliceInsert
from app.model.timebase import decimal_text, difference, wrapped
from app.model.wire import Plain, utc_text
from app.monitoring.expected import Expected, Place
from app.monitoring.playlist import MediaPlaylist, Segment
from app.monitoring.report import Row
from app.monitoring.timeline import Rendition
from app.monitoring.transport import SectionSeen
from app.scte35.explain import explained, summary

_MOST_SECTIONS = 20  # different ones of a splice; one that is extended again and again has a few
_NEAR = timedelta(milliseconds=5)  # program dates have milliseconds, and no frame is shorter


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A verdict as it was reached. ``renditions``: as the reader had them then, none where it had none.

    ``url``: of the multivariant playlist; ``alone``: it is its channel's only output at this origin.
    """

    expected: Expected
    place: Place
    row: Row
    renditions: tuple[Rendition, ...]
    url: str
    alone: bool


@dataclass(slots=True)
class _Heard:
    """One section: where it was heard, first how long before the picture, and how often in one rendition."""

    seen: SectionSeen
    lead_ticks: int | None
    renditions: dict[str, int] = field(default_factory=dict)


def sections_text(exhibit: Exhibit) -> str:
    """Each section that speaks of the splice, as bytes and in words."""
    heard: dict[bytes, _Heard] = {}
    pts = wrapped(exhibit.expected.pts)
    for rendition in exhibit.renditions:
        for seen in _sections(rendition, exhibit.expected.splice_event_id):
            arrival = seen.arrival_ticks
            lead = None if arrival is None else difference(pts, arrival)
            one = heard.setdefault(seen.encoded, _Heard(seen, lead))
            one.renditions[rendition.name] = one.renditions.get(rendition.name, 0) + 1
    if not heard:
        return "no section of this splice was found\n"
    return "\n".join(_told(one) for one in list(heard.values())[:_MOST_SECTIONS])


def _sections(rendition: Rendition, event_id: int) -> Iterator[SectionSeen]:
    for segment in rendition.segments:
        for seen in segment.read.sections if segment.read is not None else ():
            if seen.section is not None and speaks_of(seen.section, event_id):
                yield seen


def speaks_of(section: Section, event_id: int) -> bool:
    """Whether a section is about an event: by its command, or by one of its descriptors."""
    command = section.command
    if isinstance(command, SpliceInsert) and command.splice_event_id == event_id:
        return True
    return any(descriptor.segmentation_event_id == event_id for descriptor in section.segmentation_descriptors)


def _told(one: _Heard) -> str:
    section = one.seen.section
    if section is None:
        return ""
    lead = "" if one.lead_ticks is None else f", first {decimal_text(one.lead_ticks)} s before the splice"
    times = ", ".join(f"{name} {count} times" for name, count in one.renditions.items())
    lines = [
        summary(section),
        f"PID {one.seen.pid:#x}{lead}; in {times}",
        f"hex     {one.seen.encoded.hex().upper()}",
        f"base64  {base64.b64encode(one.seen.encoded).decode('ascii')}",
        *(f"  {line}" for line in explained(section)),
    ]
    return "\n".join(lines) + "\n"


def splice_segment(exhibit: Exhibit, rendition: str, playlist: MediaPlaylist) -> int | None:
    """The index of the splice's segment: as the verdict has it, else by the program date; None where it is not there.

    As long as the list: the splice is its end.
    """
    uri = exhibit.row.segments.get(rendition)
    named = next((index for index, segment in enumerate(playlist.segments) if segment.uri == uri), None)
    if named is not None:
        return named
    at = exhibit.expected.at
    for index, segment in enumerate(playlist.segments):
        if segment.starts_at is not None and segment.starts_at - _NEAR <= at < _ends_at(segment) - _NEAR:
            return index
    last = playlist.segments[-1] if playlist.segments else None
    if last is not None and last.starts_at is not None and abs(_ends_at(last) - at) <= _NEAR:
        return len(playlist.segments)
    return None


def _ends_at(segment: Segment) -> datetime:
    starts_at = segment.starts_at or datetime.max.replace(tzinfo=UTC)
    return starts_at + timedelta(microseconds=int(segment.duration_s * 1_000_000))


def manifest_text(name: str, url: str, text: str, playlist: MediaPlaylist, index: int | None) -> str:
    """The lines of a rendition's playlist from the segment before the splice to its own, and what follows at once."""
    lines = text.splitlines()
    if index is None:
        return f"{name}: the splice is not in {url} as it was read for this\n"
    first = playlist.segments[index - 2].line + 1 if index > 1 else 1
    last = playlist.segments[min(index + 1, len(playlist.segments) - 1)].line if playlist.segments else len(lines)
    if index >= len(playlist.segments):
        last = len(lines)
    shown = "\n".join(f"{number:5}  {line}" for number, line in enumerate(lines[first - 1 : last], first))
    return f"{name}: {url}, lines {first} to {last} of {len(lines)}\n{shown}\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """What lies beside the verdict. ``pictures``: file, offset in frames, PTS; ``problems``: what is not there."""

    rendition: str
    pictures: Sequence[tuple[str, int, int]]
    problems: Iterable[str]


def verdict_plain(exhibit: Exhibit, kept: Kept) -> dict[str, Plain]:
    """The file ``verdict.json``."""
    expected = exhibit.expected
    return {
        "channel": expected.channel,
        "break_id": expected.break_id,
        "title": expected.title,
        "output": exhibit.place[0],
        "origin": exhibit.place[1],
        "at": utc_text(expected.at),
        **exhibit.row.to_plain(),
        "rendition": kept.rendition,
        "pictures": [{"file": file, "offset_frames": offset, "pts": pts} for file, offset, pts in kept.pictures],
        "problems": list(kept.problems),
    }
