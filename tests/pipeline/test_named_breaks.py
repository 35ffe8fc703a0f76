"""Whoever names the break that was meant never hits the one behind it, however late the command comes."""

from __future__ import annotations

import pytest

from app.model import commands
from tests.pipeline.break_desk import Desk


def order(kind: type[commands.OfBreak], break_id: str) -> commands.OfBreak:
    return kind(channel="c", by="mira", break_id=break_id)


def touching() -> tuple[Desk, str, str]:
    """Two breaks whose ends touch: OUT at 250 and 500, the second's IN at 1250."""
    desk = Desk()
    return desk, desk.plan("+10", 10), desk.plan("+20", 30)


@pytest.mark.parametrize("kind", [commands.Return, commands.Extend])
def test_a_return_and_an_extend_of_the_break_before_leave_the_one_on_air_alone(kind: type[commands.OfBreak]) -> None:
    desk, first, second = touching()
    desk.run_to(501)
    assert "stale" in desk.refused(order(kind, first))
    assert desk.splicer.on_air is not None
    assert desk.splicer.on_air.span() == (500, 1250)
    desk.give(order(commands.Return, second))
    desk.run(20)
    assert desk.splicer.on_air is None


def test_a_withdraw_that_comes_behind_its_out_does_not_take_the_next_back() -> None:
    desk = Desk()
    first = desk.plan("+10", 2)
    desk.plan("+12", 30)
    desk.run_to(251)
    assert "stale" in desk.refused(order(commands.Withdraw, first))
    desk.run(200)
    assert ("out", 300) in desk.marks()


def test_two_that_skip_the_same_break_drop_one() -> None:
    desk = Desk()
    first, second = desk.plan("+30", 10), desk.plan("+60", 10)
    desk.give(order(commands.Skip, first))
    assert "stale" in desk.refused(order(commands.Skip, first))
    assert [one.id for one in desk.splicer.planned] == [second]


def test_cue_next_and_hold_are_of_the_break_that_was_seen() -> None:
    desk = Desk()
    first, second = desk.plan("+30", 10), desk.plan("+60", 10)
    assert "stale" in desk.refused(order(commands.CueNext, second))
    assert desk.splicer.cued is None
    assert desk.give(order(commands.CueNext, first)) == first
    assert "stale" in desk.refused(order(commands.Hold, second))
    assert desk.brk(first).state.value == "cued"
