"""Booked breaks that are cued or skipped before their time, and what the planner makes of the channel's answers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.model.schedule import AirMode, Missed
from app.model.when import When
from app.schedule.planner import Line
from app.schedule.planner_report import status_of
from app.schedule.planner_values import Give, KeepOff
from tests.schedule.test_planner import CLOCK, Watched, at, follows, stored


def told_to_give(run: Watched, key: str) -> Give:
    assert run.line.hand_over(key, at(run.now))
    (give,) = run.line.take_told()
    assert isinstance(give, Give)
    return give


def test_a_break_is_given_ahead_of_its_time_with_its_time_and_once() -> None:
    run = Watched(stored("a", 600), stored("b", 700)).run(10)
    give = told_to_give(run, "a")
    assert (give.mode, give.at) == (AirMode.AUTO, When("2026-11-22T19:10:00+00:00"))
    run.line.given("a")
    assert run.line.hand_over("a", at(11)), "it is on its way"
    run.line.has("a", at(600), at(610))
    assert not run.line.hand_over("a", at(12)), "the channel has it"
    assert not run.line.hand_over("none", at(12))
    assert list(run.run(710).aired) == ["b"]


@pytest.mark.parametrize("mode", [AirMode.MANUAL, AirMode.HOLD])
def test_one_that_waits_for_a_hand_is_given_without_a_time_whatever_dies_then(mode: AirMode) -> None:
    run = Watched(stored("m", 600, mode=mode)).run(10)
    give = told_to_give(run, "m")
    assert (give.mode, give.at) == (AirMode.AUTO, None)
    assert give.last_us - at(run.now) >= 1_000_000, "the store has its second to lock it"


def test_what_is_in_the_way_is_told_to_who_cues() -> None:
    run = Watched(stored("a", 600)).run(10)
    run.line.has("by hand", at(595), at(605))
    with pytest.raises(ValueError, match="break a overlaps break by hand: one of them has to move"):
        run.line.hand_over("a", at(run.now))
    assert run.states() == {"a": "planned"}
    run.line.cued("by hand")
    with pytest.raises(ValueError, match="break by hand is cued already"):
        run.line.hand_over("a", at(run.now))


def test_a_question_is_answered_not_cued() -> None:
    run = Watched(stored("a", 2, missed=Missed.ASK)).run(8)
    assert run.states() == {"a": "asked"}
    with pytest.raises(ValueError, match="is a question"):
        run.line.hand_over("a", at(run.now))


def test_one_that_the_channel_did_not_take_early_airs_at_its_time_with_what_follows_it() -> None:
    run = Watched(stored("a", 600), stored("b", None, **follows("a"))).run(10)
    told_to_give(run, "a")
    run.line.given("a")
    run.line.anew("a")
    run.line.put(stored("a", 650, version=2))
    assert run.run(700).aired == {"a": 650, "b": 660}


def test_one_that_was_given_up_frees_its_place_and_the_cue() -> None:
    run = Watched(stored("a", 600), stored("m", 602, mode=AirMode.MANUAL)).run(592.5)
    run.line.given_up("a", "the channel is full")
    run.run(595)
    assert run.off == {}, "it was not on its way any more"
    line = Line(CLOCK)
    line.put(stored("m", 10, mode=AirMode.MANUAL))
    assert isinstance(line.tick(at(6))[0], Give)
    line.given_up("m", "the channel is full")
    assert [one.reason for one in line.take_told() if isinstance(one, KeepOff)] == ["the channel is full"]
    assert line.cue is None


def test_a_skipped_one_stays_out_over_edits_shifts_and_lives_until_it_is_booked_for_another_time() -> None:
    run = Watched(stored("a", 600), stored("b", None, **follows("a"))).run(10)
    assert run.line.skip("a")
    assert not run.line.skip("a")
    (follower,) = run.line.take_told()
    assert isinstance(follower, KeepOff)
    assert (follower.reason, follower.by_hand) == ("break a, which it follows, does not air", True)
    edited = stored("a", 600, 20, version=2)
    run.line.put(edited)
    run.line.set_late(Fraction(5), at(11))
    assert run.states() == {}
    next_life = Line(CLOCK)
    next_life.answers |= run.line.answers
    next_life.put(edited)
    assert next_life.tick(at(599)) == []
    assert status_of(next_life).upcoming == ()
    run.line.put(stored("a", 700, version=3))
    assert run.states() == {"a": "planned", "b": "planned"}
    assert run.run(800).aired == {"a": 705, "b": 715}
