"""The judge of a drill: whether outages doubled, lost or moved a break. Pure; the events are those of all lives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.model import events
from app.model.asrun import AsRunRow, AsRunState
from app.model.states import ProofState
from app.model.timebase import TICKS_PER_SECOND, FrameRate
from app.monitoring.lost_pictures import IN_HAND, Outage, judge_pictures
from app.monitoring.playlist import MediaPlaylist
from app.monitoring.report import Finding, Report, Severity

_AT_ONCE = timedelta(seconds=1.1)  # a break lasts a second at least, so an OUT that airs again has its IN by then
_ROUNDED = timedelta(milliseconds=2)


@dataclass(slots=True)
class _Break:
    """What was told of one break, in order."""

    told: list[events.BreakEvent] = field(default_factory=list)

    def of[E: events.BreakEvent](self, kind: type[E]) -> list[E]:
        return [event for event in self.told if isinstance(event, kind)]


def judge_outage(
    told: Iterable[events.Event],
    *,
    rows: Iterable[AsRunRow] | None = None,
    reports: Iterable[Report] = (),
    looks: Mapping[str, Iterable[tuple[str, MediaPlaylist]]] | None = None,
    segment_s: float = 6.0,
    struck_at: Iterable[datetime] = (),
) -> tuple[Finding, ...]:
    """Whether anything was lost but the open segments and the outages themselves; without a fault nothing was.

    ``told``: every event of the run, each once, in order. ``rows``: its as-run; None: not judged. ``reports``:
    ``verify`` of its outputs. ``looks``: by channel the media playlists of one output as they were polled, with their
    names. ``struck_at``: when a life was ended; else its last event counts.
    """
    told, struck = tuple(told), sorted(struck_at)
    outages = outages_of(told, struck)
    breaks: dict[tuple[str, str], _Break] = {}
    for event in told:
        if isinstance(event, events.BreakEvent):
            breaks.setdefault((event.channel, event.break_id), _Break()).told.append(event)
    rates = {
        event.channel: FrameRate.parse(event.frame_rate) for event in told if isinstance(event, events.ChannelStarted)
    }
    faults = list(_written(told))
    for (channel, name), one in breaks.items():
        frame = timedelta(seconds=float(rates[channel].seconds(1))) if channel in rates else timedelta(0)
        ours = tuple(outage for outage in outages if outage.channel == channel)
        found = (*_aired(one), *_proved(one), *_returned(one, ours, frame, timedelta(seconds=segment_s) + IN_HAND))
        faults += [f"{name} of {channel}: {text}" for text in found]
    if rows is not None:
        faults += _as_run(breaks, tuple(rows))
    findings = [Finding(Severity.FAULT, text) for text in faults]
    findings += [finding for report in reports for finding in _verified(report)]
    for channel, seen in (looks or {}).items():
        findings += judge_pictures(seen, [one for one in outages if one.channel == channel], segment_s=segment_s)
    return tuple(findings)


def outages_of(told: Iterable[events.Event], struck: Iterable[datetime] = ()) -> tuple[Outage, ...]:
    """The outages of each channel: a ChannelStarted behind another, back to what happened last before it."""
    struck = tuple(struck)
    last_at: dict[str, datetime] = {}
    started: set[str] = set()
    outages = []
    for event in told:
        if isinstance(event, events.ChannelStarted):
            back_at = event.first_frame_at
            blows = [at for at in struck if last_at.get(event.channel, back_at) <= at <= back_at]
            if event.channel in started:
                outages.append(Outage(event.channel, min(blows, default=last_at[event.channel]), back_at))
            started.add(event.channel)
        if isinstance(
            event, events.SegmentWritten | events.SegmentDelivered | events.BreakEvent | events.ChannelStarted
        ):
            last_at[event.channel] = max(event.at, last_at.get(event.channel, event.at))
    return tuple(outages)


def _aired(one: _Break) -> Iterator[str]:
    """It went out once and came back once; what an outage took off the air again comes with BreakResumed."""
    outs, armed = one.of(events.BreakOut), one.of(events.BreakArmed)
    if len(outs) > 1:
        yield f"{len(outs)} times OUT"
    ins = 0
    for event in one.told:
        ins = 0 if isinstance(event, events.BreakResumed) else ins + isinstance(event, events.BreakIn)
        if isinstance(event, events.BreakIn) and ins > 1:
            yield "a second IN"
    failed = one.of(events.BreakFailed)
    if failed and (outs or armed):
        yield f"failed: {failed[0].reason}"
    elif armed and not outs and not one.of(events.BreakWithdrawn):
        yield "its OUT is missing"
    elif outs and not ins:
        yield "its IN is missing"


def _proved(one: _Break) -> Iterator[str]:
    """Each splice has one verdict a place, the break has one, and it landed."""
    places = Counter((event.direction, event.output, event.origin) for event in one.of(events.SpliceProved))
    for (direction, _, origin), count in places.items():
        if count > 1:
            yield f"{direction} at {origin} proved {count} times"
    missed = one.of(events.BreakMissed)
    verdicts = len(missed) + len(one.of(events.BreakLanded))
    if verdicts != 1 and one.of(events.BreakOut):
        yield f"{verdicts} verdicts"
    for event in missed:
        yield f"missed: {event.reason}"


def _written(told: Iterable[events.Event]) -> Iterator[str]:
    """Segment numbers only go up; the number of the one that was closed as its life ended may come once more."""
    newest: dict[tuple[str, str, str], int] = {}
    for event in told:
        if isinstance(event, events.ChannelStarted):
            newest = {key: number - (key[0] == event.channel) for key, number in newest.items()}
        if isinstance(event, events.SegmentWritten):
            key = (event.channel, event.path.rpartition("/")[0], event.rendition)
            if event.sequence <= newest.get(key, -1):
                yield f"segment {event.path} is number {event.sequence} behind number {newest[key]}"
            newest[key] = event.sequence


def _returned(one: _Break, outages: Iterable[Outage], frame: timedelta, open_s: timedelta) -> Iterator[str]:
    """It came back at its planned moment; where an outage or the segment that it lost had that, at once behind it."""
    outs, ins = one.of(events.BreakOut), one.of(events.BreakIn)
    if not outs or not ins or ins[-1].how != "auto":
        return
    lengths = [event for event in one.told if isinstance(event, events.BreakOut | events.BreakExtended)]
    planned_at = outs[0].out_at + timedelta(seconds=lengths[-1].duration_ticks / TICKS_PER_SECOND)
    off = ins[-1].in_at - planned_at
    latest = planned_at
    for outage in outages:  # in their order: what was at once behind one may have been lost with the next
        if outage.lost_at - open_s <= latest <= outage.back_at + _AT_ONCE:
            latest = outage.back_at + _AT_ONCE
    if off < -frame - _ROUNDED or ins[-1].in_at > latest + frame + _ROUNDED:
        yield f"came back {off.total_seconds():+.3f} s from its planned moment"


def _as_run(breaks: Mapping[tuple[str, str], _Break], rows: tuple[AsRunRow, ...]) -> Iterator[str]:
    """A row a break, and it says what aired."""
    found = Counter((row.channel, row.break_id) for row in rows)
    for (channel, name), count in found.items():
        if count > 1:
            yield f"{name} of {channel}: {count} rows in the as-run"
    by_break = {(row.channel, row.break_id): row for row in rows}
    for (channel, name), one in breaks.items():
        outs, ins, row = one.of(events.BreakOut), one.of(events.BreakIn), by_break.get((channel, name))
        if not outs or not ins:
            continue
        again = [event for event in one.of(events.BreakResumed) if event.out_again]
        aired_at = again[-1].out_at if again else outs[0].out_at
        if row is None:
            yield f"{name} of {channel}: no row in the as-run"
        elif (row.state, row.out_at, row.in_at) != (AsRunState.RETURNED, aired_at, ins[-1].in_at):
            told = f"{row.state}, OUT {row.out_at}, IN {row.in_at}"
            yield f"{name} of {channel}: the as-run says {told}; it aired {aired_at} to {ins[-1].in_at}"
        elif one.of(events.BreakLanded) and row.verdict is not ProofState.LANDED:
            yield f"{name} of {channel}: the as-run says {row.verdict}, though it landed"


def _verified(report: Report) -> Iterator[Finding]:
    """What ``verify`` found at fault, and splices that it saw twice."""
    for row in report.splices:
        if row.verdict is not ProofState.LANDED:
            what = f"{row.direction} {row.splice_event_id} is {row.verdict}: {row.reason}"
            yield Finding(Severity.FAULT, f"{report.target}: {what}")
    seen = Counter((row.splice_event_id, row.direction) for row in report.splices)
    for (event_id, direction), count in seen.items():
        if count > 1:
            yield Finding(Severity.FAULT, f"{report.target}: {direction} {event_id} is there {count} times")
    for finding in report.findings:
        if finding.severity is Severity.FAULT:
            yield Finding(Severity.FAULT, f"{report.target}: {finding.text}")
