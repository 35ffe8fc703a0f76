"""Breaks that wait are asked for again after a fault, at the moment their first rounding gave them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from app.engine.standing_plans import StandingPlans
from app.model.commands import PlanBreak
from app.model.events import (
    BreakCued,
    BreakHeld,
    BreakOut,
    BreakPlanned,
    BreakWithdrawn,
    ChannelStarted,
    CommandRefused,
)
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
    plans.remember(_plan("b1", "+60"), restarted=False)
    plans.note(_planned("b1", NOW + timedelta(seconds=60)))
    (again,) = plans.again()
    restarted_at = NOW + timedelta(seconds=20)
    assert again.plan.at is not None
    assert again.plan.at.frame(first_frame_at=restarted_at, rate=FrameRate(25), timezone="UTC") == 40 * 25


def _out(key: str) -> BreakOut:
    return BreakOut(at=NOW, channel="c", break_id=key, frame=1, pts=1, out_at=NOW, duration_ticks=1)


def test_a_break_that_aired_or_was_withdrawn_is_not_asked_for_again() -> None:
    plans = StandingPlans()
    for key in ("b1", "b2", "b3"):
        plans.remember(_plan(key, "+60"), restarted=False)
        plans.note(_planned(key, NOW))
    plans.note(_out("b1"))
    plans.note(BreakWithdrawn(at=NOW, channel="c", break_id="b3"))
    assert [command.plan.id for command in plans.again()] == ["b2"]


def test_a_held_break_waits_to_be_taken() -> None:
    plans = StandingPlans()
    plans.remember(_plan("b1", "+60"), restarted=False)
    plans.note(_planned("b1", NOW))
    plans.note(BreakHeld(at=NOW, channel="c", break_id="b1"))
    assert [command.plan.at for command in plans.again()] == [None]
    plans.note(BreakCued(at=NOW, channel="c", break_id="b1"))
    assert [command.plan.at is None for command in plans.again()] == [False]


def test_a_plan_that_was_refused_is_forgotten() -> None:
    """A list that is read again when its break has aired: it must not air again after a fault."""
    plans = StandingPlans()
    again = _plan("b1", "+60")
    plans.remember(again, restarted=False)
    plans.note(
        CommandRefused(at=NOW, channel="c", command="plan_break", id=again.id, by="list", reason="was given already")
    )
    assert plans.again() == []


def test_what_was_made_by_hand_is_lost_once_unless_it_has_aired() -> None:
    plans = StandingPlans()
    for key in ("aired", "cued"):
        plans.note(_planned(key, NOW))
    plans.note(_out("aired"))
    assert [event.break_id for event in plans.lost()] == ["cued"]
    assert plans.lost() == []


def test_seconds_count_from_the_first_frame_ever() -> None:
    plans = StandingPlans()
    for at in (NOW, NOW + timedelta(seconds=100)):
        plans.note(ChannelStarted(at=at, channel="c", first_pts=0, first_frame_at=at, frame_rate="25"))
    given = plans.remember(_plan("b1", "+160.04"), restarted=True)
    assert isinstance(given, PlanBreak)
    assert given.plan.at is not None
    restarted_at = NOW + timedelta(seconds=100)
    assert given.plan.at.frame(first_frame_at=restarted_at, rate=FrameRate(25), timezone="UTC") == 60 * 25 + 1
    assert plans.again() == [given]
    first = plans.remember(_plan("b2", "+160.04"), restarted=False)
    assert isinstance(first, PlanBreak)
    assert first.plan.at == When.parse("+160.04")
