"""Rules of a channel's breaks beside each other: in the order of their times, and against the clock."""

from __future__ import annotations

from collections.abc import Iterator

from app.lint.outputs import window_findings
from app.lint.placed import CLOCK, OFFSET, Line, Placed, Told
from app.lint.schedule_house import told_of_house
from app.model.lint import LintFinding, error, note, warning
from app.model.show import HlsOutput

PAST = error("schedule.past")
SHORT_NOTICE = warning("schedule.short-notice", "SCTE 35 §9.9.2.1")
MIXED = note("schedule.mixed-times")
OVERLAP = error("schedule.overlap")
SPACING = warning("schedule.spacing")
TOO_CLOSE = warning("schedule.too-close", "channels.schedule.spacing")
LEAD = warning("schedule.pre-roll", "SCTE 35 §9.9.2.1")
FIRST_LEAD = warning("schedule.first-lead", "SCTE 35 §9.9.2.1")
EVENT_IN_USE = error("schedule.event-id-in-use", "SCTE 35 §9.9.1")
_OWN_ID = "let the channel give the next free one"


def told_of_line(name: str, line: Line, passed: int | None) -> Iterator[Told]:
    """What a channel's breaks say beside each other. ``passed``: now, in units of the line; None: no time has."""
    kinds = {each.kind for each in line.placed}
    if len(kinds) > 1:
        what = f"offsets and clock times on channel {name!r}: they are not held against each other"
        yield Told(MIXED.found(what, line.placed[0].place), (line.placed[0].number,))
    for kind in sorted(kinds):
        ordered = sorted((p for p in line.placed if p.kind == kind), key=_start)
        yield from _of_times(ordered, line, passed if kind == CLOCK else None)
        yield from told_of_house(ordered, line)
    yield from _of_waiting(line)
    longest = max(line.placed, key=lambda each: each.end - each.start, default=None)
    if longest is not None and line.channel is not None:
        for output in line.channel.outputs:
            if isinstance(output, HlsOutput):
                for finding in window_findings(output, longest.plan.duration_s, longest.place):
                    yield Told(finding, (longest.number,))


def _start(placed: Placed) -> int:
    return placed.start


def _of_waiting(line: Line) -> Iterator[Told]:
    """Breaks without a time: any of them may air beside any other."""
    taken: dict[int, tuple[int, str]] = {}
    for plan, number, place in line.unplaced:
        if not plan.splice_event_id:
            continue
        if plan.splice_event_id in taken:
            first, at = taken[plan.splice_event_id]
            found = EVENT_IN_USE.found(f"splice_event_id {plan.splice_event_id} is that of {at} too", place, _OWN_ID)
            yield Told(found, (number, first))
        taken.setdefault(plan.splice_event_id, (number, place))


def _of_times(ordered: list[Placed], line: Line, passed: int | None) -> Iterator[Told]:
    """The breaks of one channel in the order of their times."""
    lead = line.whole_units(line.pre_roll_s)
    spacing = line.whole_units(line.segment_s), line.whole_units(line.limits.spacing_s)
    before: Placed | None = None  # that which ends last
    busy: dict[int, tuple[int, Placed]] = {}
    for each in ordered:
        for finding in _of_clock(each, line, lead, passed):
            yield Told(finding, (each.number,))
        if before is not None:
            for finding in _of_neighbours(before, each, line, lead, spacing):
                yield Told(finding, (each.number, before.number))
        if event_id := each.plan.splice_event_id:
            until, other = busy.get(event_id, (each.start, each))
            if other is not each and each.start - lead < until:
                what = f"splice_event_id {event_id} is in use by {other.place} when this break is announced"
                yield Told(EVENT_IN_USE.found(what, each.place, _OWN_ID), (each.number, other.number))
            busy[event_id] = max(until, each.end), each
        before = each if before is None or each.end > before.end else before


def _of_clock(each: Placed, line: Line, lead: int, passed: int | None) -> Iterator[LintFinding]:
    """A break that can't be announced in time."""
    text = each.plan.at.text if each.plan.at else ""
    if passed is not None and each.start < passed:
        yield PAST.found(f"{text} has passed", each.place)
    elif passed is not None and each.start < passed + lead:
        left_s = float((each.start - passed) / line.per_s)
        what = (
            f"{text} is in {left_s:.1f} s, the pre-roll is {float(line.pre_roll_s):g} s: it can't be announced in time"
        )
        yield SHORT_NOTICE.found(what, each.place)
    if each.kind == OFFSET and each.start < lead:
        what = f"{float(each.starts_s):g} s behind the first frame, the pre-roll is {float(line.pre_roll_s):g} s"
        yield FIRST_LEAD.found(f"{what}: its OUT comes late", each.place, f"+{float(line.pre_roll_s):g} or later")


def _of_neighbours(
    before: Placed, each: Placed, line: Line, lead: int, spacing: tuple[int, int]
) -> Iterator[LintFinding]:
    gap = each.start - before.end
    if gap < 0:
        over_s = float(min(-gap, each.end - each.start) / line.per_s)
        what = f"overlaps {before.called} by {over_s:.3f} s"
        fix = f"{float(-gap / line.per_s):.3f} s later, or a shorter break before it"
        yield OVERLAP.found(what, each.place, fix)
        return
    left = f"{float(gap / line.per_s):.3f} s of programme behind {before.called}"
    if gap < spacing[1]:
        yield TOO_CLOSE.found(
            f"{left}: {float(line.limits.spacing_s):g} s are the least", each.place, "part them further"
        )
    elif 0 < gap < spacing[0]:
        yield SPACING.found(f"{left}: less than a segment", each.place, "let the breaks touch, or part them further")
    if each.start - before.start < lead:
        what = f"announced before the OUT of {before.called}: two breaks are pending at once"
        yield LEAD.found(what, each.place, f"{float(line.pre_roll_s):g} s from OUT to OUT, or one break")
