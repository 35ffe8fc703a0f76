"""HLS playlists as they stand (RFC 8216): every tag kept with its line, other people's mistakes told, not raised."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from app.model.errors import ProofError

_ATTRIBUTE = re.compile(r'(?:[^,"]+|"[^"]*"?)+')
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,18})?")
_COUNT = re.compile(r"\d{1,18}")
_RENDITIONS = {"EXT-X-MEDIA": "", "EXT-X-I-FRAME-STREAM-INF": "I-FRAME"}
_YEARS = range(1000, 9000)  # so that the durations in a playlist lead to no year beyond 9999
_MOST_LINES = 500_000
_MOST_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class Tag:
    """One ``#EXT…`` line: ``name`` without the hash, ``value`` after the colon."""

    name: str
    value: str
    line: int

    def attributes(self) -> dict[str, str]:
        """The value as an attribute list, quotes taken off."""
        pairs = (part.partition("=") for part in _ATTRIBUTE.findall(self.value))
        return {name.strip(): value.strip().strip('"') for name, equals, value in pairs if equals}


@dataclass(frozen=True, slots=True)
class Segment:
    """One media segment. ``tags``: the lines before its URI that are not read here (the markers).

    ``starts_at``: its EXT-X-PROGRAM-DATE-TIME, or that of an earlier segment and the durations since; aware UTC.
    ``discontinuity_sequence`` counts the EXT-X-DISCONTINUITY up to it. ``byte_range``: offset and length.
    """

    sequence: int
    uri: str
    duration_s: Fraction
    line: int
    discontinuity_sequence: int = 0
    dated: bool = False
    starts_at: datetime | None = None
    gap: bool = False
    encrypted: bool = False
    map_uri: str = ""
    byte_range: tuple[int, int] | None = None
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """A media playlist. ``tail``: marker tags after the last segment; ``ended``: EXT-X-ENDLIST is there."""

    segments: tuple[Segment, ...]
    target_duration_s: int | None
    media_sequence: int
    version: int
    ended: bool
    tail: tuple[Tag, ...]
    findings: tuple[str, ...]
    discontinuity_sequence: int = 0


@dataclass(frozen=True, slots=True)
class Variant:
    """A playlist that a multivariant playlist names; ``kind`` is VIDEO for EXT-X-STREAM-INF, else the TYPE."""

    uri: str
    kind: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class MultivariantPlaylist:
    """A multivariant playlist: its variants, then its other renditions that have a URI."""

    variants: tuple[Variant, ...]
    findings: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """The state of a media playlist between two lines."""

    segments: list[Segment] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    target_duration_s: int | None = None
    media_sequence: int = 0
    discontinuity_sequence: int = 0
    version: int = 1
    ended: bool = False
    discontinuities: int = 0
    duration_s: Fraction | None = None
    clock: datetime | None = None
    dated: bool = False
    gap: bool = False
    encrypted: bool = False
    map_uri: str = ""
    byte_range: tuple[int, int] | None = None

    def fault(self, tag: Tag, what: str) -> None:
        """A tag that can't be understood."""
        self.findings.append(f"line {tag.line}: {tag.name}: {what}")


def parse_playlist(text: str, where: str) -> MultivariantPlaylist | MediaPlaylist:
    """Either kind of playlist; ProofError naming ``where`` if it is none."""
    text = text.removeprefix("\ufeff")
    if not text.startswith("#EXTM3U"):
        raise ProofError(f"{where}: line 1: this is no HLS playlist: it does not begin with #EXTM3U")
    lines = text.split("\n")
    if len(lines) > _MOST_LINES:
        raise ProofError(f"{where}: a playlist of {len(lines)} lines is not read, {_MOST_LINES} are")
    entries = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if any(line.startswith("#EXT-X-STREAM-INF") for _, line in entries):
        return _multivariant(entries)
    return _media(entries)


def _tag(line: str, number: int) -> Tag | None:
    """A line as a tag; None for a comment."""
    if not line.startswith("#EXT"):
        return None
    name, _, value = line[1:].partition(":")
    return Tag(name, value.strip(), number)


def _multivariant(entries: list[tuple[int, str]]) -> MultivariantPlaylist:
    variants: list[Variant] = []
    others: list[Variant] = []
    findings: list[str] = []
    stream: Tag | None = None
    for number, line in entries:
        tag = _tag(line, number)
        if tag is None and not line.startswith("#"):
            if stream is None:
                findings.append(f"line {number}: a URI without EXT-X-STREAM-INF before it")
            else:
                variants.append(Variant(line, "VIDEO", stream.attributes()))
            stream = None
        elif tag is not None and tag.name == "EXT-X-STREAM-INF":
            stream = tag
        elif tag is not None and tag.name in _RENDITIONS:
            attributes = tag.attributes()
            if "URI" in attributes:
                others.append(Variant(attributes["URI"], attributes.get("TYPE", _RENDITIONS[tag.name]), attributes))
    if stream is not None:
        findings.append(f"line {stream.line}: EXT-X-STREAM-INF: no URI follows it")
    return MultivariantPlaylist((*variants, *others), tuple(findings[:_MOST_FINDINGS]))


def _media(entries: list[tuple[int, str]]) -> MediaPlaylist:
    reading = _Reading()
    for number, line in entries:
        tag = _tag(line, number)
        if tag is not None:
            _take(reading, tag)
        elif not line.startswith("#"):
            _close(reading, line, number)
    if reading.duration_s is not None:
        reading.findings.append("the last EXTINF has no URI after it")
    segments = tuple(
        replace(segment, sequence=reading.media_sequence + index) for index, segment in enumerate(reading.segments)
    )
    return MediaPlaylist(
        segments,
        reading.target_duration_s,
        reading.media_sequence,
        reading.version,
        reading.ended,
        tuple(reading.tags),
        tuple(reading.findings[:_MOST_FINDINGS]),
        reading.discontinuity_sequence,
    )


def _take(reading: _Reading, tag: Tag) -> None:  # noqa: C901, PLR0912 - one branch a tag of the standard
    """Take one tag into the state."""
    match tag.name:
        case "EXTINF":
            reading.duration_s = _seconds(reading, tag, tag.value.split(",")[0])
        case "EXT-X-TARGETDURATION":
            reading.target_duration_s = _number(reading, tag)
        case "EXT-X-MEDIA-SEQUENCE":
            reading.media_sequence = _number(reading, tag) or 0
        case "EXT-X-DISCONTINUITY-SEQUENCE":
            reading.discontinuity_sequence = _number(reading, tag) or 0
            reading.discontinuities += reading.discontinuity_sequence
        case "EXT-X-VERSION":
            reading.version = _number(reading, tag) or 1
        case "EXT-X-ENDLIST":
            reading.ended = True
        case "EXT-X-DISCONTINUITY":
            reading.discontinuities += 1
            reading.clock = reading.clock if reading.dated else None
        case "EXT-X-PROGRAM-DATE-TIME":
            reading.clock = _moment(reading, tag)
            reading.dated = reading.clock is not None
        case "EXT-X-GAP":
            reading.gap = True
        case "EXT-X-KEY":
            reading.encrypted = tag.attributes().get("METHOD", "NONE") != "NONE"
        case "EXT-X-MAP":
            reading.map_uri = tag.attributes().get("URI", "")
        case "EXT-X-BYTERANGE":
            reading.byte_range = _byte_range(reading, tag)
        case "EXTM3U":
            pass
        case _:
            reading.tags.append(tag)


def _close(reading: _Reading, uri: str, line: int) -> None:
    """A URI line: the segment is complete."""
    if reading.duration_s is None:
        reading.findings.append(f"line {line}: {uri}: no EXTINF before it")
    duration_s = reading.duration_s or Fraction(0)
    reading.segments.append(
        Segment(
            sequence=0,
            uri=uri,
            duration_s=duration_s,
            line=line,
            discontinuity_sequence=reading.discontinuities,
            dated=reading.dated,
            starts_at=reading.clock,
            gap=reading.gap,
            encrypted=reading.encrypted,
            map_uri=reading.map_uri,
            byte_range=reading.byte_range,
            tags=tuple(reading.tags),
        ),
    )
    if reading.clock is not None:
        reading.clock += timedelta(microseconds=round(duration_s * 1_000_000))
        reading.clock = reading.clock if reading.clock.year in _YEARS else None
    reading.duration_s, reading.byte_range = None, None
    reading.dated = reading.gap = False
    reading.tags = []


def _seconds(reading: _Reading, tag: Tag, text: str) -> Fraction | None:
    if not _SECONDS.fullmatch(text.strip()):
        reading.fault(tag, f"{text[:40]!r} is no duration in seconds")
        return Fraction(0)
    return Fraction(text.strip())


def _number(reading: _Reading, tag: Tag) -> int | None:
    if not _COUNT.fullmatch(tag.value):
        reading.fault(tag, f"{tag.value[:40]!r} is no whole number")
        return None
    return int(tag.value)


def _moment(reading: _Reading, tag: Tag) -> datetime | None:
    try:
        return moment_of(tag.value)
    except ValueError as error:
        reading.fault(tag, str(error))
        return None


def _byte_range(reading: _Reading, tag: Tag) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d{1,18})(?:@(\d{1,18}))?", tag.value)
    if match is None:
        reading.fault(tag, f"{tag.value[:40]!r} is no byte range")
        return None
    if match[2] is not None:
        return int(match[2]), int(match[1])
    before = reading.segments[-1].byte_range if reading.segments else None
    return (sum(before) if before else 0), int(match[1])


def seconds_text(text: str | None) -> Fraction | None:
    """Decimal seconds, exact; None where the text is none."""
    return Fraction(text.strip()) if text is not None and _SECONDS.fullmatch(text.strip()) else None


def moment_of(text: str) -> datetime:
    """An ISO 8601 date-time with a zone as aware UTC; ValueError in words."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is not None and moment.year in _YEARS:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text[:40]!r} is no ISO 8601 date-time") from error
    what = "has no time zone" if moment.tzinfo is None else "is of no year that a stream could have"
    raise ValueError(f"{text[:40]!r} {what}")
