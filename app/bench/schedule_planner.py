"""Ticks of a channel's planner with 10,000 breaks pending, against one look at when each of them is due."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from app.bench.figures import Figure, Outcome, median, percentile
from app.model.merging import Stored
from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.timebase import FrameRate
from app.model.when import When
from app.schedule.planner import Line
from app.schedule.planner_times import LineClock, us_at
from app.schedule.planner_values import Give

BREAKS = 10_000
TICKS = 2_000
LIMIT_MS = 1.0
_TICK_US = 500_000
_FIRST_S, _EVERY_S, _LASTS_S = 20, 8, 5
_BEGAN = datetime(2030, 1, 1, tzinfo=UTC)


def run(breaks: int = BREAKS, ticks: int = TICKS) -> Outcome:
    """Half a second of the channel's a tick; breaks fall due in between and are handed over, as on air."""
    line = Line(LineClock(first_frame_at=_BEGAN, rate=FrameRate(25), timezone="Europe/Berlin"))
    due_us = [us_at(_BEGAN) + (_FIRST_S + _EVERY_S * n) * 1_000_000 for n in range(breaks)]
    for n in range(breaks):
        line.put(_stored(n))
    ours, bare, given = [], [], 0
    for tick in range(1, ticks + 1):
        now_us = us_at(_BEGAN) + tick * _TICK_US
        begun_s = time.perf_counter()
        actions = line.tick(now_us)
        ours.append((time.perf_counter() - begun_s) * 1000)
        begun_s = time.perf_counter()
        sum(one <= now_us for one in due_us)
        bare.append((time.perf_counter() - begun_s) * 1000)
        for action in actions:
            if isinstance(action, Give):
                line.given(action.booking.plan.id)
                given += 1
    if not given:
        raise RuntimeError("no break fell due")
    figures = (
        Figure("planner tick, p99", percentile(ours, 0.99), "ms", LIMIT_MS),
        Figure("planner tick, mean", sum(ours) / ticks, "ms", LIMIT_MS),
        Figure("reference, median", median(bare), "ms"),
    )
    note = f"{breaks} breaks pending, {given} of them handed over in {ticks} ticks"
    return Outcome("schedule", "one look at when each pending break is due", figures, (note,))


def _stored(number: int) -> Stored:
    at = _BEGAN + timedelta(seconds=_FIRST_S + _EVERY_S * number)
    plan = BreakPlan(id=f"{number:05}", channel="bench", at=When(at.isoformat()), duration_s=Fraction(_LASTS_S))
    return Stored(booking=Booking(plan=plan), version=1, changed_at=_BEGAN)
