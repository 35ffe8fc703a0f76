"""Rules of a schedule: each break by itself, and the breaks of a channel beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from app.lint.outputs import window_findings
from app.lint.placed import CLOCK, OFFSET, Line, Placed, line_of, since_epoch_s
from app.model.errors import CueError
from app.model.lint import LintFinding, error, note, warning
from app.model.profiles import PROFILES, Profile
from app.model.rundown import BreakPlan
from app.model.show import HlsOutput, Show
from app.model.signalling import SignalMode, template_named
from app.scte35.segmentation import END_OF, TYPE_NAMES
from app.scte35.signalling import SPLICE_STARTS, STARTS, upid_of

_LEFT_S = Fraction(1, 2)
_EVENT_ID = 0xFFFF_FFFF

DUPLICATE = error("schedule.duplicate-id")
CHANNEL = warning("schedule.unknown-channel")
TEMPLATE = error("schedule.unknown-template")
TIME = error("schedule.time", "SMPTE ST 12-1")
PAST = error("schedule.past")
SHORT = error("schedule.short")
ADS_LONGER = warning("schedule.ads-longer", "IAB VAST")
ADS_SHORTER = note("schedule.ads-shorter", "IAB VAST")
TYPE = error("schedule.type", "SCTE 35 table 23")
TYPE_NO_BREAK = warning("schedule.type-is-no-break", "SCTE 35 table 23")
UPID = error("schedule.upid", "SCTE 35 table 22")
NO_UPID = warning("schedule.no-upid", "SCTE 35 §10.3.3.1")
MIXED = note("schedule.mixed-times")
OVERLAP = error("schedule.overlap")
SPACING = warning("schedule.spacing")
LEAD = warning("schedule.pre-roll", "SCTE 35 §9.9.2.1")
FIRST_LEAD = warning("schedule.first-lead", "SCTE 35 §9.9.2.1")
NO_BREAK = note("schedule.no-break-to-reader")
EVENT_IN_USE = error("schedule.event-id-in-use", "SCTE 35 §9.9.1")


def lint_breaks(
    plans: Sequence[BreakPlan],
    show: Show | None = None,
    *,
    places: Sequence[str] = (),
    now: datetime | None = None,
    profile: str | None = None,
) -> list[LintFinding]:
    """What the rules say of a schedule.

    ``places``: of each plan in its file; ``now`` None: no time has passed; ``profile``: who reads its markers.
    """
    told = list(_findings(plans, show, places or [f"break {plan.id}" for plan in plans], now))
    return told if profile is None else [*told, *_of_profile(plans, places, PROFILES[profile])]


def _findings(
    plans: Sequence[BreakPlan], show: Show | None, places: Sequence[str], now: datetime | None
) -> Iterator[LintFinding]:
    lines: dict[str, Line] = {}
    ids: dict[tuple[str, str], int] = {}
    for number, (plan, place) in enumerate(zip(plans, places, strict=True)):
        if plan.channel not in lines:
            lines[plan.channel] = line_of(plan.channel, show, now)
            if show is not None and lines[plan.channel].channel is None:
                names = ", ".join(channel.name for channel in show.channels)
                what = f"channel {plan.channel!r} is in no show: its breaks don't air"
                yield CHANNEL.found(what, place, f"there are {names}")
        line = lines[plan.channel]
        first = ids.setdefault((plan.channel, plan.id), number)
        if first != number:
            yield DUPLICATE.found(f"id {plan.id!r} is that of {places[first]} too", place, "give each break its own")
        yield from _of_plan(plan, place, line)
        try:
            line.add(plan, place)
        except ValueError as problem:
            yield TIME.found(" ".join(str(problem).split())[:200], place)
    for name, line in lines.items():
        yield from _of_line(name, line, int(since_epoch_s(now) * line.per_s) if now is not None else None)


def _of_plan(plan: BreakPlan, place: str, line: Line) -> Iterator[LintFinding]:
    """What one break says by itself."""
    if plan.duration_s.numerator < plan.duration_s.denominator:
        yield SHORT.found(f"a break of {float(plan.duration_s):g} s", place, "a break lasts 1 s at least")
    if plan.ads and (filled_s := _filled_s(plan)) != plan.duration_s:
        left_s = plan.duration_s - filled_s
        if left_s < 0:
            what = f"its ads last {float(-left_s):.3f} s longer than the break: the last is cut off"
            yield ADS_LONGER.found(what, place, f"duration {float(plan.duration_s - left_s):g}")
        elif left_s > _LEFT_S:
            yield ADS_SHORTER.found(f"{float(left_s):.3f} s of the break are left without an ad", place)
    if plan.template and line.channel is not None:
        try:
            template_named(line.channel.templates, plan.template)
        except ValueError as problem:
            yield TEMPLATE.found(str(problem), place)
    if plan.segmentation_type_id is not None:
        yield from _of_type(plan, plan.segmentation_type_id, place)
    if plan.upid is not None:
        try:
            upid_of(plan.upid, _EVENT_ID, plan.id)
        except CueError as problem:
            yield UPID.found(str(problem), place)


def _filled_s(plan: BreakPlan) -> Fraction:
    """How long its ads last."""
    first, *more = (ad.duration_s for ad in plan.ads)
    return sum(more, first)


def _of_type(plan: BreakPlan, type_id: int, place: str) -> Iterator[LintFinding]:
    name = f"segmentation_type_id 0x{type_id:02X}, {TYPE_NAMES.get(type_id, 'reserved')},"
    if type_id not in END_OF:
        yield TYPE.found(f"{name} starts nothing", place, "0x34 starts a placement opportunity")
    elif type_id not in SPLICE_STARTS:
        yield TYPE_NO_BREAK.found(f"{name} is no ad break", place)
    if plan.upid is None and not plan.template:
        yield NO_UPID.found(f"{name} without a UPID", place, "type 9 with SIGNAL: and the base64 of a GUID")


def _of_profile(plans: Sequence[BreakPlan], places: Sequence[str], profile: Profile) -> Iterator[LintFinding]:
    """Breaks that a profile's reader would make nothing of."""
    taken = {STARTS[mode] for mode in profile.modes if mode in STARTS}
    if profile.modes == frozenset(SignalMode):
        return
    for number, plan in enumerate(plans):
        type_id = plan.segmentation_type_id
        if type_id is not None and type_id not in taken:
            what = f"{profile.reader} takes segmentation_type_id 0x{type_id:02X} for no break"
            where = places[number] if places else f"break {plan.id}"
            yield replace(NO_BREAK, clause=profile.source).found(what, where)


def _of_line(name: str, line: Line, passed: int | None) -> Iterator[LintFinding]:
    kinds = {each.kind for each in line.placed}
    if len(kinds) > 1:
        what = f"offsets and clock times on channel {name!r}: they are not held against each other"
        yield MIXED.found(what, line.placed[0].place)
    for kind in sorted(kinds):
        yield from _of_times(sorted((p for p in line.placed if p.kind == kind), key=_start), line, passed)
    taken: dict[int, str] = {}
    for plan, place in line.unplaced:
        if not plan.splice_event_id:
            continue
        if plan.splice_event_id in taken:
            what = f"splice_event_id {plan.splice_event_id} is that of {taken[plan.splice_event_id]} too"
            yield EVENT_IN_USE.found(what, place, "let the channel give the next free one")
        taken.setdefault(plan.splice_event_id, place)
    longest = max(line.placed, key=lambda each: each.end - each.start, default=None)
    if longest is not None and line.channel is not None:
        for output in line.channel.outputs:
            if isinstance(output, HlsOutput):
                yield from window_findings(output, longest.plan.duration_s, longest.place)


def _start(placed: Placed) -> int:
    return placed.start


def _of_times(ordered: list[Placed], line: Line, passed: int | None) -> Iterator[LintFinding]:
    """The breaks of one channel in the order of their times."""
    lead = int(line.pre_roll_s * line.per_s)
    spacing = int(line.segment_s * line.per_s)
    before: Placed | None = None  # that which ends last
    busy: dict[int, tuple[int, str]] = {}
    for each in ordered:
        if passed is not None and each.kind == CLOCK and each.start < passed:
            yield PAST.found(f"{each.plan.at.text if each.plan.at else ''} has passed", each.place)
        if each.kind == OFFSET and each.start < lead:
            what = f"{float(each.starts_s):g} s behind the first frame, the pre-roll is {float(line.pre_roll_s):g} s"
            yield FIRST_LEAD.found(f"{what}: its OUT comes late", each.place, f"+{float(line.pre_roll_s):g} or later")
        if before is not None:
            yield from _of_neighbours(before, each, line, lead, spacing)
        if event_id := each.plan.splice_event_id:
            until, place = busy.get(event_id, (each.start, ""))
            if place and each.start - lead < until:
                what = f"splice_event_id {event_id} is in use by {place} when this break is announced"
                yield EVENT_IN_USE.found(what, each.place, "let the channel give the next free one")
            busy[event_id] = max(until, each.end), each.place
        before = each if before is None or each.end > before.end else before


def _of_neighbours(before: Placed, each: Placed, line: Line, lead: int, spacing: int) -> Iterator[LintFinding]:
    gap = each.start - before.end
    if gap < 0:
        over_s = float(min(-gap, each.end - each.start) / line.per_s)
        what = f"overlaps {before.plan.id!r} of {before.place} by {over_s:.3f} s"
        fix = f"{float(-gap / line.per_s):.3f} s later, or a shorter break before it"
        yield OVERLAP.found(what, each.place, fix)
        return
    if 0 < gap < spacing:
        what = f"{float(gap / line.per_s):.3f} s of programme behind {before.plan.id!r} of {before.place}"
        yield SPACING.found(f"{what}: less than a segment", each.place, "let the breaks touch, or part them further")
    if each.start - before.start < lead:
        what = f"announced before the OUT of {before.plan.id!r} of {before.place}: two breaks are pending at once"
        yield LEAD.found(what, each.place, f"{float(line.pre_roll_s):g} s from OUT to OUT, or one break")
