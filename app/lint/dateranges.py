"""Rules of EXT-X-DATERANGE, RFC 8216 §4.3.2.7: each tag, then all tags of one ID."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from app.lint.interstitials import interstitial_findings
from app.lint.marks import DATERANGE, IN, OUT, Mark, splice_roles
from app.lint.reading import AT_BOUNDARY, Media
from app.model.cue import Section
from app.model.lint import LintFinding, error, note, warning
from app.model.profiles import INTERSTITIAL_CLASS
from app.monitoring.playlist import moment_of, seconds_text
from app.scte35.signalling import SectionRole, section_role

_CLAUSE = "RFC 8216 §4.3.2.7"
_SCTE_CLAUSE = "RFC 8216 §4.3.2.7.1"
_SAME_S = Fraction(2, 1000)  # END-DATE and DURATION are written in milliseconds
_A_FRAME_S = Fraction(1, 20)
_SECTIONS = ("SCTE35-OUT", "SCTE35-IN", "SCTE35-CMD")
_OPENING = frozenset({SectionRole.OUT, SectionRole.START})
_CLOSING = frozenset({SectionRole.IN, SectionRole.END})

NO_ID = error("daterange.no-id", _CLAUSE)
NO_START = error("daterange.no-start-date", _CLAUSE)
DATE = error("daterange.date", _CLAUSE)
DURATION = error("daterange.duration", _CLAUSE)
END_BEFORE_START = error("daterange.end-before-start", _CLAUSE)
END_DATE = error("daterange.end-date", _CLAUSE)
END_ON_NEXT = error("daterange.end-on-next", _CLAUSE)
CLASS_OVERLAP = error("daterange.class-overlap", _CLAUSE)
ATTRIBUTES = error("daterange.attributes-differ", _CLAUSE)
QUOTED = error("daterange.quoted", _SCTE_CLAUSE)
SECTION = error("daterange.section", _SCTE_CLAUSE)
ATTRIBUTE = error("daterange.wrong-attribute", _SCTE_CLAUSE)
SPLICE_IN_CMD = warning("daterange.splice-in-cmd", _SCTE_CLAUSE)
OPEN_IN = warning("daterange.open-in", _SCTE_CLAUSE)
OUT_DURATION = note("daterange.out-duration", _SCTE_CLAUSE)
PLANNED = warning("daterange.planned-duration", _SCTE_CLAUSE)
REUSED = error("daterange.id-reused", _CLAUSE)
NO_OUT = error("daterange.in-without-out", _SCTE_CLAUSE)
OUT_LEFT = note("daterange.out-has-left", _SCTE_CLAUSE)
EVENT_ID = error("daterange.event-id", "SCTE 35 §9.9.1")
TYPES = warning("daterange.types", _SCTE_CLAUSE)
MILLISECONDS = note("daterange.no-milliseconds", _CLAUSE)
BOUNDARY = warning("daterange.within-segment", "SCTE 35 §12.2")


@dataclass(frozen=True, slots=True)
class Range:
    """One tag as read: what could not be is None."""

    mark: Mark
    where: str
    start_at: datetime | None
    end_at: datetime | None
    duration_s: Fraction | None

    @property
    def ends_at(self) -> datetime | None:
        """Where it ends, however that is told."""
        if self.end_at is not None or self.start_at is None or self.duration_s is None:
            return self.end_at
        try:
            return self.start_at + timedelta(seconds=float(self.duration_s))
        except OverflowError:
            return None


def daterange_findings(media: Media) -> Iterator[LintFinding]:
    """What the rules say of a playlist's EXT-X-DATERANGE tags."""
    by_id: defaultdict[str, list[Range]] = defaultdict(list)
    for mark in media.of(DATERANGE):
        where = media.at(mark.tag.line)
        read = Range(mark, where, _date(mark, "START-DATE"), _date(mark, "END-DATE"), _duration(mark, "DURATION"))
        yield from _of_tag(read)
        yield from _of_sections(read)
        if mark.text("CLASS") == INTERSTITIAL_CLASS:
            yield from interstitial_findings(mark, where)
        by_id[mark.text("ID") or ""].append(read)
    by_id.pop("", None)
    for name, ranges in by_id.items():
        yield from _of_id(name, ranges, media)
    yield from _of_types(by_id, media)
    yield from _of_class([ranges[-1] for ranges in by_id.values()])
    yield from _of_places([read for ranges in by_id.values() for read in ranges], media)


def _of_tag(read: Range) -> Iterator[LintFinding]:
    mark, where = read.mark, read.where
    if not mark.text("ID"):
        yield NO_ID.found("there is no ID", where)
    if "START-DATE" not in mark.attributes:
        yield NO_START.found("there is no START-DATE", where)
    for name, parsed in (("START-DATE", read.start_at), ("END-DATE", read.end_at)):
        if name in mark.attributes and parsed is None:
            what = f"{name} {mark.attributes[name][:40]} is no ISO 8601 date-time with a zone"
            yield DATE.found(what, where, 'as in "2026-11-22T20:15:32.440Z"')
    for name in ("DURATION", "PLANNED-DURATION"):
        if name in mark.attributes and _duration(mark, name) is None:
            yield DURATION.found(f"{name} {mark.attributes[name][:40]} is no number of seconds from 0 up", where)
    if read.start_at and read.end_at:
        lasts_s = Fraction((read.end_at - read.start_at) // timedelta(microseconds=1), 1_000_000)
        if lasts_s < 0:
            yield END_BEFORE_START.found("END-DATE is before START-DATE", where)
        elif read.duration_s is not None and abs(lasts_s - read.duration_s) > _SAME_S:
            what = f"END-DATE is {float(lasts_s):.3f} s after START-DATE, DURATION {float(read.duration_s):.3f} s"
            yield END_DATE.found(what, where, "END-DATE = START-DATE + DURATION")
    yield from _of_end_on_next(read)


def _of_end_on_next(read: Range) -> Iterator[LintFinding]:
    told = read.mark.attributes.get("END-ON-NEXT")
    if told is None:
        return
    if told != "YES":
        yield END_ON_NEXT.found(f"END-ON-NEXT is {told[:20]}", read.where, "right is YES, unquoted, or to leave it out")
    if not read.mark.text("CLASS"):
        yield END_ON_NEXT.found("END-ON-NEXT without a CLASS: next of what?", read.where, "name a CLASS")
    named = [name for name in ("DURATION", "END-DATE") if name in read.mark.attributes]
    if named:
        yield END_ON_NEXT.found(f"END-ON-NEXT with {' and '.join(named)}", read.where, "leave one or the other out")


def _of_sections(read: Range) -> Iterator[LintFinding]:
    mark, where = read.mark, read.where
    for name in _SECTIONS:
        if mark.attributes.get(name, "").startswith('"'):
            yield QUOTED.found(f"{name} is quoted", where, "a hexadecimal-sequence has no quotes")
    for one in mark.carried:
        if one.problem:
            yield SECTION.found(f"{one.attribute}: {one.problem}", where)
        elif one.section is not None and not one.section.encrypted:
            yield from _of_attribute(one.attribute, one.section, where)
    ended = bool({"DURATION", "END-DATE"} & mark.attributes.keys())
    if mark.kind == IN and not ended:
        yield OPEN_IN.found("SCTE35-IN without END-DATE or DURATION: the range stays open", where, "tell the real ones")
    if mark.kind == OUT and "SCTE35-IN" not in mark.attributes:
        yield from _of_lengths(mark, where, ended=ended)


def _of_attribute(attribute: str, section: Section, where: str) -> Iterator[LintFinding]:
    """Whether a section stands under the name that its command and its types ask for."""
    role, name = section_role(section), type(section.command).__name__
    closes = role in _CLOSING or SectionRole.IN in splice_roles(section)
    if attribute == "SCTE35-OUT" and role not in _OPENING:
        fix = "SCTE35-IN" if role in _CLOSING else "SCTE35-CMD"
        yield ATTRIBUTE.found(f"SCTE35-OUT holds a {name} that opens nothing", where, f"right is {fix}")
    elif attribute == "SCTE35-IN" and not closes:
        fix = "SCTE35-OUT" if role in _OPENING else "SCTE35-CMD"
        yield ATTRIBUTE.found(f"SCTE35-IN holds a {name} that closes nothing", where, f"right is {fix}")
    elif attribute == "SCTE35-CMD" and role in {SectionRole.OUT, SectionRole.IN}:
        yield SPLICE_IN_CMD.found("SCTE35-CMD holds an ad splice", where, f"right is SCTE35-{role.upper()}")


def _of_lengths(mark: Mark, where: str, *, ended: bool) -> Iterator[LintFinding]:
    """How long the tag of an OUT says that its break lasts."""
    if ended:
        what = "DURATION or END-DATE in the tag of the OUT can't be changed by an early return"
        yield OUT_DURATION.found(what, where, "PLANNED-DURATION is for what is planned")
    planned, told = _duration(mark, "PLANNED-DURATION"), mark.carried[0].duration_s if mark.carried else None
    if planned is not None and told is not None and abs(planned - told) > _A_FRAME_S:
        what = f"PLANNED-DURATION is {float(planned):.3f} s, its section says {float(told):.3f} s"
        yield PLANNED.found(what, where)


def _of_id(name: str, ranges: list[Range], media: Media) -> Iterator[LintFinding]:
    """Tags of one ID are one range: what they share is the same."""
    first: dict[str, tuple[str, str]] = {}
    told: set[str] = set()
    for read in ranges:
        for attribute, value in read.mark.attributes.items():
            before, where = first.setdefault(attribute, (value, read.where))
            if before != value and attribute not in told:
                told.add(attribute)
                rule = REUSED if attribute == "SCTE35-OUT" else ATTRIBUTES
                what = f"{attribute} of {name!r} differs from that at {where}"
                fix = (
                    "another range has another ID" if rule is REUSED else "the closing tag repeats what the OUT's said"
                )
                yield rule.found(what, read.where, fix)
    outs = [read for read in ranges if "SCTE35-OUT" in read.mark.attributes]
    ins = [read for read in ranges if "SCTE35-IN" in read.mark.attributes]
    if ins and not outs:
        what = f"SCTE35-IN of {name!r} without an SCTE35-OUT of that ID"
        yield (NO_OUT if media.whole else OUT_LEFT).found(what, ins[0].where)
    if ins and outs:
        opened = next((c.events(OUT) for c in outs[0].mark.carried if c.attribute == "SCTE35-OUT"), frozenset())
        closed = next((c.events(IN) for c in ins[0].mark.carried if c.attribute == "SCTE35-IN"), frozenset())
        if opened and closed and opened.isdisjoint(closed):
            yield EVENT_ID.found(f"the IN is of event {min(closed)}, the OUT of event {min(opened)}", ins[0].where)


def _of_types(by_id: dict[str, list[Range]], media: Media) -> Iterator[LintFinding]:
    """A section with several segmentation types has a range of each."""
    carrying: dict[bytes, tuple[str, set[str], set[int]]] = {}
    for name, ranges in by_id.items():
        for read in ranges:
            for one in read.mark.carried:
                described = one.section.segmentation_descriptors if one.section is not None else ()
                types = {each.segmentation_type_id for each in described if not each.cancel}
                carrying.setdefault(one.encoded, (read.where, set(), types))[1].add(name)
    for where, names, types in carrying.values():
        if len(names) < len(types):
            listed = ", ".join(f"0x{each:02X}" for each in sorted(types))
            what = f"the section has segmentation types {listed} and {len(names)} range of its own"
            yield TYPES.found(what, where, "one tag and ID for each type, with the whole section in it")
    dated = any("." in line for line in media.lines if line.startswith("#EXT-X-PROGRAM-DATE-TIME"))
    for read in (ranges[0] for ranges in by_id.values() if dated):
        text = read.mark.text("START-DATE") or "."
        if "." not in text:
            yield MILLISECONDS.found(f"START-DATE {text[:40]} has no milliseconds, segments' dates have", read.where)


def _of_class(ranges: list[Range]) -> Iterator[LintFinding]:
    """Ranges of a CLASS with END-ON-NEXT must not overlap."""
    classes = {read.mark.text("CLASS") for read in ranges if "END-ON-NEXT" in read.mark.attributes}
    for name in sorted(filter(None, classes)):
        ours = [(read.start_at, read) for read in ranges if read.mark.text("CLASS") == name and read.start_at]
        ours.sort(key=lambda each: each[0])
        for (_, before), (start_at, read) in pairwise(ours):
            if before.ends_at is not None and before.ends_at > start_at:
                yield CLASS_OVERLAP.found(
                    f"overlaps the range at {before.where} of the same CLASS {name!r}", read.where
                )


def _of_places(ranges: list[Range], media: Media) -> Iterator[LintFinding]:
    """A splice starts a segment, where its moment is in the playlist."""
    told: set[tuple[str, datetime]] = set()
    for read in ranges:
        ends = read.end_at if "SCTE35-IN" in read.mark.attributes else None
        starts = read.start_at if "SCTE35-OUT" in read.mark.attributes else None
        for name, moment in (("START-DATE", starts), ("END-DATE", ends)):
            if moment is None or (name, moment) in told:
                continue
            told.add((name, moment))
            near = media.boundary(moment)
            inside = near is not None and media.dates[0][0] < moment < media.dates[-1][0]
            if near is not None and inside and abs(near[0]) > AT_BOUNDARY:
                apart_s = near[0].total_seconds()
                what = f"{name} is {apart_s:+.3f} s from the nearest segment's start: the splice is within a segment"
                yield BOUNDARY.found(what, read.where, "cut a segment at the splice")


def _date(mark: Mark, name: str) -> datetime | None:
    text = mark.text(name)
    try:
        return moment_of(text) if text else None
    except ValueError:
        return None


def _duration(mark: Mark, name: str) -> Fraction | None:
    value = mark.attributes.get(name)
    return None if value is None else seconds_text(value)
