"""Rules of several dialects in one playlist: one break, one truth, told at the same place from the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from app.lint.marks import ADOBE, CUE_OUT_IN, DATERANGE, IN, OATCLS, OUT, SCTE35, SPLICEPOINT, Carried, Mark
from app.lint.reading import AT_BOUNDARY, Media
from app.model.lint import LintFinding, error, warning
from app.monitoring.playlist import moment_of, seconds_text

_A_FRAME_S = Fraction(1, 20)
_TELL_INS = frozenset({DATERANGE, CUE_OUT_IN, SCTE35, ADOBE})  # EXT-OATCLS-SCTE35 often stands at the OUT alone
_SPLICES = frozenset({DATERANGE, CUE_OUT_IN, OATCLS, SCTE35, SPLICEPOINT, ADOBE})
_NAMED = frozenset({"SCTE35-OUT", "SCTE35-IN"})
_MARKERS = "HLS ad markers"

EVENT = error("dialects.event", "SCTE 35 §9.9.1")
SECTION = warning("dialects.section", _MARKERS)
ROLE = error("dialects.role", _MARKERS)
DURATION = warning("dialects.duration", _MARKERS)
MISSING = error("dialects.missing", _MARKERS)
RANGE_LEFT = warning("dialects.range-left", "RFC 8216 §6.2")
PAIR = error("dialects.pair", "SCTE 35 §9.9.1")

type Splices = dict[tuple[int, str], list[Mark]]


def agreement_findings(media: Media) -> Iterator[LintFinding]:
    """What the dialects of a playlist say differently of one splice."""
    splices = _splices(media)
    for (_, kind), marks in sorted(splices.items()):
        where = media.at(min(mark.tag.line for mark in marks))
        yield from _of_sections(kind, marks, where)
        if kind == OUT:
            yield from _of_durations(marks, where)
    yield from _of_missing(splices, media)
    yield from _of_pairs(splices, media)
    yield from _of_head(media)


def _splices(media: Media) -> Splices:
    """The marks of each OUT and IN by the segment that begins with it."""
    found: defaultdict[tuple[int, str], list[Mark]] = defaultdict(list)
    splices_named = any(_NAMED & mark.attributes.keys() for mark in media.of(DATERANGE))
    for mark in media.marks:
        if mark.dialect == DATERANGE:
            if splices_named and not _NAMED & mark.attributes.keys():
                continue  # a signal within a break, which other dialects needn't tell
            both = {OUT, IN} if {"SCTE35-OUT", "SCTE35-IN"} <= mark.attributes.keys() else {mark.kind} & {OUT, IN}
            for kind in both:
                place = _dated_place(mark, kind, media)
                if place is not None:
                    found[place, kind].append(mark)
        elif mark.kind in {OUT, IN} and mark.dialect in _SPLICES:
            told = {each for one in mark.carried for each in one.roles} if mark.dialect == SPLICEPOINT else set()
            for kind in told | {mark.kind}:
                found[mark.segment, kind].append(mark)
    return found


def _dated_place(mark: Mark, kind: str, media: Media) -> int | None:
    """The segment at whose start a DATERANGE's splice is; None: in no segment listed here."""
    text = mark.text("START-DATE" if kind == OUT else "END-DATE")
    try:
        near = media.boundary(moment_of(text)) if text is not None else None
    except ValueError:
        near = None
    if near is None:
        return mark.segment
    return near[1] if abs(near[0]) <= AT_BOUNDARY else None


def _told(mark: Mark, kind: str) -> Carried | None:
    """The section that a mark has for its splice."""
    name = f"SCTE35-{kind.upper()}"
    read = [one for one in mark.carried if one.section is not None]
    return next((one for one in read if one.attribute == name), read[0] if read else None)


def _of_sections(kind: str, marks: list[Mark], where: str) -> Iterator[LintFinding]:
    told = {mark.dialect: one for mark in marks if (one := _told(mark, kind)) is not None}
    wrong = sorted(dialect for dialect, one in told.items() if one.role and kind not in one.roles)
    if wrong:
        what = f"the section in {', '.join(wrong)} is an {'IN' if kind == OUT else 'OUT'}, the tags say {kind.upper()}"
        yield ROLE.found(what, where)
        return
    events = {dialect: ids for dialect, one in told.items() if (ids := one.events(kind))}
    if events and not frozenset.intersection(*events.values()):
        listed = ", ".join(f"{dialect} {' and '.join(map(str, sorted(ids)))}" for dialect, ids in events.items())
        yield EVENT.found(f"the dialects name different events: {listed}", where)
    elif len({one.encoded for one in told.values()}) > 1:
        yield SECTION.found(f"{', '.join(told)} carry different bytes", where, "put the same section into each")


def _of_durations(marks: list[Mark], where: str) -> Iterator[LintFinding]:
    told: dict[str, Fraction] = {}
    for mark in marks:
        planned_s = seconds_text(mark.attributes.get("PLANNED-DURATION")) if mark.dialect == DATERANGE else None
        if declared_s := planned_s or mark.declared_s:
            told.setdefault(mark.dialect, declared_s)
        carried_s = next((one.duration_s for one in mark.carried if one.duration_s), None)
        if carried_s and mark.dialect != DATERANGE:
            told.setdefault(f"the section in {mark.dialect}", carried_s)
    if told and max(told.values()) - min(told.values()) > _A_FRAME_S:
        listed = ", ".join(f"{dialect} {float(duration_s):.3f} s" for dialect, duration_s in told.items())
        yield DURATION.found(f"the dialects tell different durations: {listed}", where)


def _of_missing(splices: Splices, media: Media) -> Iterator[LintFinding]:
    """A dialect that tells splices here tells every one."""
    speaking: defaultdict[str, set[str]] = defaultdict(set)
    for (_, kind), marks in splices.items():
        speaking[kind] |= {mark.dialect for mark in marks}
    for (index, kind), marks in sorted(splices.items()):
        expected = speaking[kind] & _TELL_INS if kind == IN else speaking[kind]
        silent = sorted(expected - {mark.dialect for mark in marks})
        if silent and index < len(media.playlist.segments):
            first = min(marks, key=lambda mark: mark.tag.line)
            what = f"{first.dialect} has an {kind.upper()} here, {' and '.join(silent)} none"
            yield MISSING.found(what, media.at(first.tag.line), "every dialect tells every splice at the same segment")


def _of_pairs(splices: Splices, media: Media) -> Iterator[LintFinding]:
    """The IN behind an OUT is of the same event."""
    opened: list[int] = []
    for (_, kind), marks in sorted(splices.items(), key=lambda each: (each[0][0], each[0][1] == OUT)):
        read = [one for mark in marks for one in mark.carried if kind in one.roles]
        events = list(dict.fromkeys(event_id for one in read for event_id in sorted(one.events(kind))))
        if kind == OUT:
            opened = events
        elif events and opened and set(events).isdisjoint(opened):
            where = media.at(min(mark.tag.line for mark in marks))
            yield PAIR.found(f"the IN is of event {events[0]}, the OUT before it of event {opened[0]}", where)


def _of_head(media: Media) -> Iterator[LintFinding]:
    """A range stays while segments of it are listed, though its first segment has left."""
    cues, ranges = media.of(CUE_OUT_IN), media.of(DATERANGE)
    first = media.date(0)
    if not cues or cues[0].kind == OUT or first is None or not any(mark.kind in {OUT, IN} for mark in ranges):
        return
    starts = [date for mark in ranges if (date := _date(mark)) is not None]
    if not any(date < first for date in starts):
        what = "the break goes on here, and its EXT-X-DATERANGE has left with its first segment"
        yield RANGE_LEFT.found(what, media.at(cues[0].tag.line), "repeat it before the first segment listed")


def _date(mark: Mark) -> datetime | None:
    try:
        return moment_of(mark.text("START-DATE") or "")
    except ValueError:
        return None
