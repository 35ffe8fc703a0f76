"""The drill: breaks air one after the other, and a fault strikes each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.drill.children import Child, DrillError, RunUnderDrill
from app.drill.faults import FAULTS, Scene
from app.drill.plan import Cycle, Moment, Span, strikes_at
from app.drill.rig import Rig
from app.model import events
from app.model.show import Show
from app.model.timebase import TICKS_PER_SECOND
from app.model.wire import to_plain

ON_AIR_WAIT_S = 90.0
BREAK_S, BREAK_SEGMENTS = 4.0, 2  # a break lasts the longer of both: it has a segment of its own
BOOKED_AHEAD_S = 2.0  # of a booked break's pre-roll
SETTLE_S = 2.0
PROOFS_S = 30.0  # for the last verdicts
BACK_WAIT_S = 30.0
_OVER = (events.BreakIn, events.BreakFailed, events.BreakRefused)


@dataclass(slots=True)
class Struck:
    """What came of one cycle. ``back_s``: from the blow to the next life's first frame, where the air went away."""

    cycle: Cycle
    break_ids: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    struck_at: datetime | None = None
    back_s: float | None = None


class Drill:
    """Runs cycles on a rig. ``say`` is told each step in a line."""

    def __init__(self, rig: Rig, show: Show, say: Callable[[str], None]) -> None:
        self._rig, self._say = rig, say
        channels = [channel for channel in show.channels if channel.name in rig.channels]
        self._pre_roll_s = max(float(channel.pre_roll_s) for channel in channels)
        self._segment_s = max(
            float(out.segment_s) for channel in channels for out in channel.outputs if hasattr(out, "segment_s")
        )
        self._break_s = max(BREAK_S, BREAK_SEGMENTS * self._segment_s)
        self._window = Child(
            rig.folder / "window.log",
            "app",
            "--data-dir",
            rig.data_dir,
            environment={"QT_QPA_PLATFORM": "offscreen"},
        )
        self._scene = Scene(rig, self._window)
        self._anchors: dict[str, events.ChannelStarted] = {}
        self.struck: list[Struck] = []

    @contextmanager
    def _running(self, *, with_window: bool) -> Iterator[RunUnderDrill]:
        self._rig.start()
        run = RunUnderDrill(self._rig.show_file, self._rig.data_dir, self._rig.folder / "run.log")
        try:
            for channel in self._rig.channels:
                if run.wait(_started(channel), ON_AIR_WAIT_S) is None:
                    raise DrillError(f"channel {channel} did not come on air; {self._rig.folder / 'run.log'} says why")
            if with_window:
                self._window.start()
            yield run
        finally:
            self._window.kill()
            run.end()
            self._rig.end()

    def carry_out(self, cycles: Iterable[Cycle], for_s: float | None, times: int | None) -> RunUnderDrill:
        """Cycle after cycle until ``for_s`` is over or ``times`` are done; the run, which has ended."""
        started_s = time.monotonic()
        with_window = True
        with self._running(with_window=with_window) as run:
            for cycle in cycles:
                if times is not None and len(self.struck) >= times:
                    break
                if for_s is not None and time.monotonic() - started_s >= for_s:
                    break
                self.struck.append(self._carry_out(cycle, run))
            self._await_proofs(run)
        return run

    def _carry_out(self, cycle: Cycle, run: RunUnderDrill) -> Struck:
        fault, struck, since = FAULTS[cycle.fault], Struck(cycle), len(run.events)
        self._say(f"{cycle.number}: {fault.says}, {cycle.moment.value}")
        if cycle.moment is Moment.BEFORE:
            self._strike(struck, run)
            self._ask_for_breaks(cycle, run)
            self._await_spans(struck, run, since)
        else:
            self._ask_for_breaks(cycle, run)
            self._await_spans(struck, run, since)
            if struck.spans:
                at = max(strikes_at(cycle, span, self._segment_s) for span in struck.spans.values())
                _sleep_until(at)
            self._strike(struck, run)
        for channel, break_id in struck.break_ids.items():
            span = struck.spans[channel]
            left_s = (span.in_at - datetime.now(UTC)).total_seconds() + BACK_WAIT_S
            run.wait(_over(channel, break_id), max(1.0, left_s), since=since)
        time.sleep(SETTLE_S)
        return struck

    def _ask_for_breaks(self, cycle: Cycle, run: RunUnderDrill) -> None:
        ahead_s = self._pre_roll_s + BOOKED_AHEAD_S
        for channel in self._rig.channels:
            booked = (
                {}
                if cycle.by_hand
                else {"at": to_plain(datetime.now(UTC) + timedelta(seconds=ahead_s)), "id": f"drill-{cycle.number}"}
            )
            run.command(command="insert_break", channel=channel, duration=self._break_s, by="drill", **booked)

    def _await_spans(self, struck: Struck, run: RunUnderDrill, since: int) -> None:
        for channel in self._rig.channels:
            armed = run.wait(_armed(channel), self._pre_roll_s + BOOKED_AHEAD_S + BACK_WAIT_S, since=since)
            if isinstance(armed, events.BreakArmed):
                struck.break_ids[channel] = armed.break_id
                struck.spans[channel] = _span(armed, _anchor(run, channel))

    def _strike(self, struck: Struck, run: RunUnderDrill) -> None:
        fault, since = FAULTS[struck.cycle.fault], len(run.events)
        struck.struck_at = datetime.now(UTC)
        with fault.done(self._scene):
            time.sleep(fault.lasts_s)
        if fault.breaks_timeline:
            again = run.wait(_started(self._rig.channels[0]), BACK_WAIT_S, since=since)
            if isinstance(again, events.ChannelStarted):
                struck.back_s = (again.first_frame_at - struck.struck_at).total_seconds()
                self._say(f"{struck.cycle.number}: on air again after {struck.back_s:.2f} s")

    def _await_proofs(self, run: RunUnderDrill) -> None:
        """Until every break has its verdict."""
        until_s = time.monotonic() + PROOFS_S
        for struck in self.struck:
            for channel, break_id in struck.break_ids.items():
                run.wait(_judged(channel, break_id), max(0.1, until_s - time.monotonic()))


def _started(channel: str) -> Callable[[events.Event], bool]:
    return lambda event: isinstance(event, events.ChannelStarted) and event.channel == channel


def _armed(channel: str) -> Callable[[events.Event], bool]:
    return lambda event: isinstance(event, events.BreakArmed) and event.channel == channel


def _over(channel: str, break_id: str) -> Callable[[events.Event], bool]:
    return lambda event: isinstance(event, _OVER) and (event.channel, event.break_id) == (channel, break_id)


def _judged(channel: str, break_id: str) -> Callable[[events.Event], bool]:
    told = (events.BreakLanded, events.BreakMissed, events.BreakFailed)
    return lambda event: isinstance(event, told) and (event.channel, event.break_id) == (channel, break_id)


def _anchor(run: RunUnderDrill, channel: str) -> events.ChannelStarted:
    newest = [event for event in run.events if isinstance(event, events.ChannelStarted) and event.channel == channel]
    return newest[-1]


def _span(armed: events.BreakArmed, anchor: events.ChannelStarted) -> Span:
    def at(pts: int) -> datetime:
        return anchor.first_frame_at + timedelta(seconds=(pts - anchor.first_pts) / TICKS_PER_SECOND)

    return Span(armed.at, at(armed.pts), at(armed.in_pts))


def _sleep_until(at: datetime) -> None:
    time.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))
