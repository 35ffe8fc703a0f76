"""Breaks that wait are asked for again after a fault, at the moment their first rounding gave them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from app.engine.standing_plans import StandingPlans
from app.model.commands import PlanBreak
from app.model.events import BreakArmed, BreakPlanned
from app.model.rundown import BreakPlan
from app.model.timebase import FrameRate
from app.model.when import When

NOW = datetime(2026, 11, 22, 20, 15, 32, 123456, UTC)


def _plan(key: str, at: str) -> PlanBreak:
    return PlanBreak(channel="c", plan=BreakPlan(key, "c", When.parse(at), Fraction(30)))


def _planned(key: str, at: datetime) -> BreakPlanned:
    return BreakPlanned(at=NOW, channel="c", break_id=key, planned_at=at)


def test_a_relative_time_becomes_the_moment_it_meant() -> None:
    plans = StandingPlans()
    plans.remember(_plan("b1", "+60"))
    plans.note(_planned("b1", NOW + timedelta(seconds=60)))
    (again,) = plans.again()
    restarted_at = NOW + timedelta(seconds=20)
    assert again.plan.at is not None
    assert again.plan.at.frame(first_frame_at=restarted_at, rate=FrameRate(25), timezone="UTC") == 40 * 25


def test_a_break_that_was_taken_is_not_asked_for_again() -> None:
    plans = StandingPlans()
    for key in ("b1", "b2"):
        plans.remember(_plan(key, "+60"))
        plans.note(_planned(key, NOW))
    plans.note(
        BreakArmed(
            at=NOW,
            channel="c",
            break_id="b1",
            frame=1,
            pts=1,
            in_frame=2,
            in_pts=2,
            duration_ticks=1,
            withdraw_until_frame=0,
        )
    )
    assert [command.plan.id for command in plans.again()] == ["b2"]
