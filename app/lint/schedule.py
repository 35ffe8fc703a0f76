"""Rules of a schedule: each break by itself; those of a channel beside each other are in ``schedule_times``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from app.lint.placed import Line, Told, line_of, since_epoch_s
from app.lint.schedule_times import told_of_line
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
SHORT = error("schedule.short")
ADS_LONGER = warning("schedule.ads-longer", "IAB VAST")
ADS_SHORTER = note("schedule.ads-shorter", "IAB VAST")
TYPE = error("schedule.type", "SCTE 35 table 23")
TYPE_NO_BREAK = warning("schedule.type-is-no-break", "SCTE 35 table 23")
UPID = error("schedule.upid", "SCTE 35 table 22")
NO_UPID = warning("schedule.no-upid", "SCTE 35 §10.3.3.1")
NO_BREAK = note("schedule.no-break-to-reader")


def lint_breaks(
    plans: Sequence[BreakPlan],
    show: Show | None = None,
    *,
    places: Sequence[str] = (),
    now: datetime | None = None,
    profile: str | None = None,
) -> list[LintFinding]:
    """What the rules say of a schedule.

    ``places``: of each plan in its file; ``now`` None: no time has passed; ``profile``: who reads its markers, else
    those who read the show's outputs do.
    """
    named = list(places) or [f"break {plan.id}" for plan in plans]
    return [told.finding for told in told_of(plans, show, named, now, profile)]


def told_of(
    plans: Sequence[BreakPlan],
    show: Show | None,
    places: Sequence[str],
    now: datetime | None,
    profile: str | None,
    lines: dict[str, Line] | None = None,
    timezone: str = "",
) -> Iterator[Told]:
    """As ``lint_breaks``, with the plans that each finding is about, by number. ``lines``, empty, gets the channels.

    ``timezone``: as in ``line_of``.
    """
    lines = {} if lines is None else lines
    readers: dict[str, list[Profile]] = {}
    ids: dict[tuple[str, str], int] = {}
    for number, (plan, place) in enumerate(zip(plans, places, strict=True)):
        if plan.channel not in lines:
            lines[plan.channel] = line_of(plan.channel, show, now, timezone)
            readers[plan.channel] = _readers(lines[plan.channel], profile)
            if show is not None and lines[plan.channel].channel is None:
                names = ", ".join(channel.name for channel in show.channels)
                what = f"channel {plan.channel!r} is in no show: its breaks don't air"
                yield Told(CHANNEL.found(what, place, f"there are {names}"), (number,))
        line = lines[plan.channel]
        first = ids.setdefault((plan.channel, plan.id), number)
        if first != number:
            found = DUPLICATE.found(f"id {plan.id!r} is that of {places[first]} too", place, "give each break its own")
            yield Told(found, (number, first))
        for finding in (*_of_plan(plan, place, line), *_of_readers(plan, place, readers[plan.channel])):
            yield Told(finding, (number,))
        try:
            line.add(plan, number, place)
        except ValueError as problem:
            yield Told(TIME.found(" ".join(str(problem).split())[:200], place), (number,))
    for name, line in lines.items():
        yield from told_of_line(name, line, int(since_epoch_s(now) * line.per_s) if now is not None else None)


def _readers(line: Line, profile: str | None) -> list[Profile]:
    """Who takes not every break for one."""
    outputs = line.channel.outputs if line.channel is not None else ()
    of_outputs = (each.profile for each in outputs if isinstance(each, HlsOutput))
    named = [profile] if profile is not None else list(dict.fromkeys(of_outputs))
    return [PROFILES[name] for name in named if PROFILES[name].modes != frozenset(SignalMode)]


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


def _of_readers(plan: BreakPlan, place: str, readers: Sequence[Profile]) -> Iterator[LintFinding]:
    """A break that a reader would make nothing of."""
    type_id = plan.segmentation_type_id
    if type_id is None:
        return
    for profile in readers:
        if type_id not in {STARTS[mode] for mode in profile.modes if mode in STARTS}:
            what = f"{profile.reader} takes segmentation_type_id 0x{type_id:02X} for no break"
            yield replace(NO_BREAK, clause=profile.source).found(what, place)
