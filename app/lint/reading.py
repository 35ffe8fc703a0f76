"""A media playlist as the rules look at it: every ad marker with its place, its attributes as written, its section."""

from __future__ import annotations

import binascii
import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache

from app.model.cue import Section, SpliceInsert
from app.model.errors import CueError
from app.model.lint import LintFinding, Rule
from app.model.timebase import seconds_of
from app.monitoring.playlist import MediaPlaylist, Tag, seconds_text
from app.scte35.codec import decode, from_text
from app.scte35.signalling import SectionRole, section_role

DATERANGE, CUE_OUT_IN, OATCLS, SCTE35 = "daterange", "cue-out-in", "oatcls-scte35", "scte35"
ASSET, SPLICEPOINT, ADOBE = "asset", "splicepoint", "adobe"
OUT, IN, CONT, OTHER = "out", "in", "cont", ""
AT_BOUNDARY = timedelta(milliseconds=20)  # dates have three decimals, and durations add up
COMPLETE_FROM = 1  # media sequence numbers up to which nothing has left a playlist
_TAGS = {
    "EXT-X-DATERANGE": DATERANGE,
    "EXT-X-CUE-OUT": CUE_OUT_IN,
    "EXT-X-CUE-OUT-CONT": CUE_OUT_IN,
    "EXT-X-CUE-CONT": CUE_OUT_IN,
    "EXT-X-CUE-IN": CUE_OUT_IN,
    "EXT-OATCLS-SCTE35": OATCLS,
    "EXT-X-SCTE35": SCTE35,
    "EXT-X-ASSET": ASSET,
    "EXT-X-SPLICEPOINT-SCTE35": SPLICEPOINT,
    "EXT-X-CUE": ADOBE,
}
_CUES = {"EXT-X-CUE-OUT": OUT, "EXT-X-CUE-IN": IN, "EXT-X-CUE-OUT-CONT": CONT, "EXT-X-CUE-CONT": CONT}
_ROLES = {SectionRole.OUT: OUT, SectionRole.IN: IN}
_PAYLOADS = {CUE_OUT_IN: ("SCTE35", "CUE"), SCTE35: ("CUE",), ADOBE: ("CUE",)}
_HEX_PAYLOADS = ("SCTE35-OUT", "SCTE35-IN", "SCTE35-CMD")
_ATTRIBUTE = re.compile(r'\s*([A-Za-z0-9-]+)\s*=\s*("[^"]*"?|[^,]*)(?:,|$)')
_RATIO = re.compile(r"\s*(\d{1,9}(?:\.\d{1,18})?)\s*/\s*(\d{1,9}(?:\.\d{1,18})?)\s*")
_HEXADECIMAL = re.compile(r"0[xX](?:[0-9A-Fa-f]{2})+")
_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Carried:
    """A section in a tag. ``attribute`` "" where it is the tag's whole value; ``problem``: why it is none."""

    attribute: str
    encoded: bytes
    section: Section | None = None
    problem: str = ""

    @property
    def role(self) -> str:
        """OUT or IN of an ad splice; OTHER for any other section."""
        return OTHER if self.section is None else _ROLES.get(section_role(self.section), OTHER)

    @property
    def event_id(self) -> int | None:
        """The id that pairs an OUT with its IN."""
        if self.section is None:
            return None
        if isinstance(self.section.command, SpliceInsert):
            return self.section.command.splice_event_id
        return next((one.segmentation_event_id for one in self.section.segmentation_descriptors), None)

    @property
    def duration_s(self) -> Fraction | None:
        """The break's length as the section has it."""
        if self.section is None:
            return None
        command = self.section.command
        if isinstance(command, SpliceInsert):
            return seconds_of(command.break_duration.duration_ticks) if command.break_duration else None
        ticks = (one.segmentation_duration_ticks for one in self.section.segmentation_descriptors)
        return next((seconds_of(one) for one in ticks if one), None)


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One marker tag. ``segment``: index of the segment that it stands before; ``attributes``: values as written."""

    dialect: str
    kind: str
    tag: Tag
    segment: int
    attributes: dict[str, str] = field(default_factory=dict)
    carried: tuple[Carried, ...] = ()
    declared_s: Fraction | None = None
    elapsed_s: Fraction | None = None

    def text(self, name: str) -> str | None:
        """An attribute without its quotes."""
        value = self.attributes.get(name)
        return None if value is None else value.strip('"')


@dataclass(frozen=True)
class Media:
    """One media playlist. ``name``: what stands before a line in findings, "" for the only one."""

    playlist: MediaPlaylist
    lines: tuple[str, ...]
    name: str = ""

    def at(self, line: int) -> str:
        """A line as ``where``."""
        return f"{self.name}: line {line}" if self.name else f"line {line}"

    @cached_property
    def marks(self) -> list[Mark]:
        """The markers in the order in which they stand."""
        places = [*enumerate(segment.tags for segment in self.playlist.segments)]
        places.append((len(self.playlist.segments), self.playlist.tail))
        open_ids: set[str] = set()
        return [
            _mark(tag, index, tags[order + 1 :], open_ids)
            for index, tags in places
            for order, tag in enumerate(tags)
            if tag.name in _TAGS
        ]

    @cached_property
    def _by_dialect(self) -> dict[str, list[Mark]]:
        found: dict[str, list[Mark]] = {}
        for mark in self.marks:
            found.setdefault(mark.dialect, []).append(mark)
        return found

    def of(self, dialect: str) -> list[Mark]:
        """The markers of one dialect."""
        return self._by_dialect.get(dialect, [])

    @cached_property
    def cues_at(self) -> dict[int, list[Mark]]:
        """The cue tags before each segment."""
        found: dict[int, list[Mark]] = {}
        for mark in self.of(CUE_OUT_IN):
            found.setdefault(mark.segment, []).append(mark)
        return found

    @cached_property
    def starts_s(self) -> list[Fraction]:
        """From the first segment's start to each one's, and to the end of the last."""
        starts = [Fraction(0)]
        for segment in self.playlist.segments:
            starts.append(starts[-1] + segment.duration_s)
        return starts

    @cached_property
    def tags(self) -> list[Tag]:
        """Every tag that the playlist's reader left alone, in order."""
        return [tag for each in (*(s.tags for s in self.playlist.segments), self.playlist.tail) for tag in each]

    def has(self, name: str) -> bool:
        """Whether a tag stands anywhere."""
        return any(line == f"#{name}" or line.startswith(f"#{name}:") for line in self.lines)

    @cached_property
    def finished(self) -> bool:
        """Whether nothing will be added."""
        return self.playlist.ended or "#EXT-X-PLAYLIST-TYPE:VOD" in self.lines

    @cached_property
    def whole(self) -> bool:
        """Whether nothing has left it at its head."""
        return self.playlist.media_sequence <= COMPLETE_FROM or self.has("EXT-X-PLAYLIST-TYPE")

    @cached_property
    def dates(self) -> list[tuple[datetime, int]]:
        """The program dates of the segments' starts, and of the last one's end, in order, each with its index."""
        indices = range(len(self.playlist.segments) + 1)
        return sorted((date, index) for index in indices if (date := self.date(index)) is not None)

    def boundary(self, moment: datetime) -> tuple[timedelta, int] | None:
        """How far a moment is from the nearest segment's start, and that segment; None: nothing is dated."""
        after = bisect(self.dates, (moment, 0))
        near = self.dates[max(0, after - 1) : after + 1]
        return min(((moment - date, index) for date, index in near), key=lambda each: abs(each[0]), default=None)

    def date(self, index: int) -> datetime | None:
        """The program date at the start of a segment; at the end of the last for the index after it."""
        segments = self.playlist.segments
        if index < len(segments):
            return segments[index].starts_at
        last = segments[-1] if segments else None
        if last is None or last.starts_at is None:
            return None
        try:
            return last.starts_at + timedelta(seconds=float(last.duration_s))
        except OverflowError:
            return None


def limited(rule: Rule, found: Iterable[tuple[str, str]], fix: str = "", most: int = 3) -> list[LintFinding]:
    """One rule's findings, as text and place; beyond ``most`` they are only counted."""
    every = [*found]
    told = [rule.found(text, where, fix) for text, where in every[:most]]
    if len(every) > most:
        told.append(rule.found(f"the same {len(every) - most} times more, last at {every[-1][1]}"))
    return told


def attributes_of(value: str) -> dict[str, str]:
    """An attribute list, values as written; of a name that stands twice the first."""
    found: dict[str, str] = {}
    for name, written in _ATTRIBUTE.findall(value):
        found.setdefault(name, written.strip())
    return found


def _mark(tag: Tag, index: int, following: tuple[Tag, ...], open_ids: set[str]) -> Mark:
    """``open_ids``: of the breaks that EXT-X-CUE has opened, kept here."""
    dialect = _TAGS[tag.name]
    attributes = attributes_of(tag.value) if "=" in tag.value and dialect not in {OATCLS, SPLICEPOINT} else {}
    carried = _carried(tag, dialect, attributes)
    kind = next((one.role for one in carried if one.role), OTHER)
    declared, elapsed = attributes.get("DURATION"), attributes.get("ELAPSED")
    match dialect:
        case "daterange":
            kind, declared = _daterange_kind(attributes, kind), None
        case "cue-out-in":
            kind = _CUES[tag.name]
            declared, elapsed = _cue_times(tag, attributes, kind)
        case "oatcls-scte35":
            kind = kind or next((_CUES[other.name] for other in following if other.name in _CUES), OTHER)
        case "scte35":
            kind = _scte35_kind(attributes, kind)
        case "adobe":
            kind = _adobe_kind(attributes.get("ID", ""), kind, open_ids)
        case "asset":
            declared = None
    return Mark(dialect, kind, tag, index, attributes, carried, _seconds(declared), _seconds(elapsed))


def _seconds(text: str | None) -> Fraction | None:
    return seconds_text(text.strip('"')) if text is not None else None


def _daterange_kind(attributes: dict[str, str], role: str) -> str:
    if "SCTE35-OUT" in attributes:
        return OUT
    return IN if "SCTE35-IN" in attributes else role if "SCTE35-CMD" in attributes else OTHER


def _adobe_kind(name: str, role: str, open_ids: set[str]) -> str:
    """The same section on every segment of a break: the first opens it."""
    if role != OUT:
        open_ids.discard(name)
        return role
    kind = CONT if name in open_ids else OUT
    open_ids.add(name)
    return kind


def _scte35_kind(attributes: dict[str, str], role: str) -> str:
    told = attributes.get("CUE-OUT", "").strip('"')
    if told in {"YES", "CONT"}:
        return OUT if told == "YES" else CONT
    return IN if attributes.get("CUE-IN", "").strip('"') == "YES" else role


def _cue_times(tag: Tag, attributes: dict[str, str], kind: str) -> tuple[str | None, str | None]:
    """Duration and elapsed time as written."""
    if kind == CONT:
        ratio = _RATIO.fullmatch(tag.value)
        return (ratio[2], ratio[1]) if ratio else (attributes.get("Duration"), attributes.get("ElapsedTime"))
    return (attributes.get("DURATION") if attributes else tag.value or None), None


def _carried(tag: Tag, dialect: str, attributes: dict[str, str]) -> tuple[Carried, ...]:
    if dialect in {OATCLS, SPLICEPOINT}:
        return (_from_base64("", tag.value.strip('"')),)
    if dialect == DATERANGE:
        return tuple(_from_hexadecimal(name, attributes[name]) for name in _HEX_PAYLOADS if name in attributes)
    names = _PAYLOADS.get(dialect, ())
    return tuple(_from_base64(name, attributes[name].strip('"')) for name in names if name in attributes)


def _from_base64(attribute: str, text: str) -> Carried:
    try:
        encoded = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        return _from_other(attribute, text)
    return _decoded(attribute, encoded)


def _from_other(attribute: str, text: str) -> Carried:
    """What is no proper base64, though its bytes may be told."""
    try:
        found = _decoded(attribute, from_text(text))
    except CueError:
        return Carried(attribute, b"", None, f"{text[:_SHOWN]!r} is no base64")
    return Carried(attribute, found.encoded, found.section, f"{text[:_SHOWN]!r} is not base64 as RFC 4648 has it")


def _from_hexadecimal(attribute: str, written: str) -> Carried:
    text = written.strip('"')
    if not _HEXADECIMAL.fullmatch(text):
        return Carried(attribute, b"", None, f"{text[:_SHOWN]!r} is no hexadecimal sequence (0x and pairs of digits)")
    return _decoded(attribute, bytes.fromhex(text[2:]))


@lru_cache(1024)
def _decoded(attribute: str, encoded: bytes) -> Carried:
    try:
        return Carried(attribute, encoded, decode(encoded))
    except CueError as error:
        return Carried(attribute, encoded, None, f"no section: {error}")
