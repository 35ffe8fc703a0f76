"""Ad marker tags as the rules look at them: the attributes as written, the sections that they carry, what they say."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from app.model.cue import Section, SpliceInsert
from app.model.errors import CueError
from app.model.timebase import seconds_of
from app.monitoring.playlist import Tag, seconds_text
from app.scte35.codec import decode, from_text
from app.scte35.retiming import told_duration
from app.scte35.signalling import SPLICE_ENDS, SPLICE_STARTS, SectionRole, section_role

DATERANGE, CUE_OUT_IN, OATCLS, SCTE35 = "daterange", "cue-out-in", "oatcls-scte35", "scte35"
ASSET, SPLICEPOINT, ADOBE = "asset", "splicepoint", "adobe"
OUT, IN, CONT, OTHER = "out", "in", "cont", ""
TAGS = {
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
        """OUT or IN of an ad splice, OUT of a section that is both; OTHER for any other section."""
        return OTHER if self.section is None else _ROLES.get(section_role(self.section), OTHER)

    @property
    def roles(self) -> frozenset[str]:
        """OUT, IN, or both where one event closes and another opens."""
        return frozenset() if self.section is None else frozenset(_ROLES[each] for each in splice_roles(self.section))

    def events(self, kind: str) -> frozenset[int]:
        """The ids that it opens (OUT) or closes (IN): they pair an OUT with its IN."""
        if self.section is None:
            return frozenset()
        if isinstance(self.section.command, SpliceInsert):
            return frozenset({self.section.command.splice_event_id})
        types = SPLICE_STARTS if kind == OUT else SPLICE_ENDS
        every = self.section.segmentation_descriptors
        told = [one for one in every if one.segmentation_type_id in types or not self.roles]
        return frozenset(one.segmentation_event_id for one in told)

    @property
    def duration_s(self) -> Fraction | None:
        """The break's length as the section has it."""
        ticks = None if self.section is None else told_duration(self.section)
        return None if ticks is None else seconds_of(ticks)


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


def splice_roles(section: Section) -> frozenset[SectionRole]:
    """What a section is to ad breaks, by its command or its descriptors: OUT, IN, both, or nothing."""
    first = section_role(section)
    if first is not SectionRole.OUT or isinstance(section.command, SpliceInsert):
        return frozenset({first} & _ROLES.keys())
    types = {each.segmentation_type_id for each in section.segmentation_descriptors if not each.cancel}
    return frozenset({first} if types.isdisjoint(SPLICE_ENDS) else _ROLES.keys())


def attributes_of(value: str) -> dict[str, str]:
    """An attribute list, values as written; of a name that stands twice the first."""
    found: dict[str, str] = {}
    for name, written in _ATTRIBUTE.findall(value):
        found.setdefault(name, written.strip())
    return found


def mark_of(tag: Tag, index: int, following: tuple[Tag, ...], open_ids: set[str]) -> Mark:
    """One that has a name of TAGS. ``open_ids``: of the breaks that EXT-X-CUE has opened, kept here."""
    dialect = TAGS[tag.name]
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
            cue = next((_CUES[other.name] for other in following if other.name in _CUES), OTHER)
            kind = cue if not kind or any(cue in one.roles for one in carried) else kind
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
