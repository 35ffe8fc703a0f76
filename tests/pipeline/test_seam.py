"""A hand-over keeps clear of splices: whatever has a picture to itself in the seam airs before it."""

from __future__ import annotations

from fractions import Fraction

from app.pipeline.seam import SEAM_BEFORE_OUT_S, SEAM_S, splice_is_near
from tests.pipeline.break_desk import Desk


def near(desk: Desk) -> bool:
    return splice_is_near(desk.splicer, desk.frame, desk.rate)


def test_nothing_to_come_is_no_obstacle() -> None:
    assert not near(Desk())


def test_an_out_airs_before_or_has_its_lead_behind_the_seam() -> None:
    desk = Desk()
    desk.plan("+20", 30)
    clear = desk.frames(20) - desk.frames(SEAM_BEFORE_OUT_S)
    desk.run_to(clear - 1)
    assert not near(desk)
    desk.run_to(clear)
    assert near(desk)
    desk.run_to(desk.frames(20))
    assert near(desk), "its frame is the next one"
    desk.run_to(desk.frames(20) + 1)
    assert not near(desk), "it has aired"


def test_an_in_that_falls_into_the_seam_airs_before() -> None:
    desk = Desk()
    desk.plan("+10", 20)
    clear = desk.frames(30) - desk.frames(SEAM_S)
    desk.run_to(clear - 1)
    assert not near(desk)
    desk.run_to(clear)
    assert near(desk)
    desk.run_to(desk.frames(30) + 1)
    assert not near(desk)


def test_a_break_taken_by_hand_airs_before() -> None:
    desk = Desk(pre_roll_s=6)
    desk.give(desk.insert(Fraction(30)))
    assert near(desk)


def test_a_break_that_waits_for_an_operator_is_no_obstacle() -> None:
    desk = Desk()
    desk.plan(None, 30)
    desk.give(desk.cue_next())
    assert not near(desk)
