from dataclasses import replace

import pytest

from app.model import commands, events
from app.model.schedule import AirMode
from app.model.states import BreakState
from app.model.timebase import FrameRate
from app.pipeline.packets import CueKind, MarkOut
from tests.pipeline.break_desk import BY, CHANNEL, RATES, Desk, names

OUT, IN, CANCEL = CueKind.OUT, CueKind.IN, CueKind.CANCEL
S = 90_000


def on_air(lasts: int = 30, *, title: str = "") -> Desk:
    """A desk one second into a break that went OUT at frame 250."""
    desk = Desk()
    desk.plan("+10", lasts, title=title)
    desk.run_to(275)
    assert desk.splicer.on_air is not None
    return desk


# ---- cue next


def test_cue_next_takes_the_break_whose_time_comes_first() -> None:
    desk = Desk()
    waiting = desk.plan(None, 10)
    desk.plan("+60", 10)
    first = desk.plan("+30", 10)
    assert desk.give(desk.cue_next()) == first
    assert desk.one(events.BreakCued).by == BY
    desk.give(desk.skip())
    desk.give(desk.cue_next())
    desk.give(desk.skip())
    assert desk.give(desk.cue_next()) == waiting


def test_a_manual_break_enters_cued_and_a_held_one_held() -> None:
    desk = Desk()
    manual = replace(desk.planning(None, 10), mode=AirMode.MANUAL)
    held = replace(desk.planning("+30", 10), mode=AirMode.HOLD)
    assert desk.give(manual) == manual.plan.id
    assert desk.refused(held) == f"break {manual.plan.id} is cued already"
    desk.give(desk.skip())
    desk.plan("+32", 4)  # a held one is in nobody's way
    assert desk.give(held) == held.plan.id
    desk.run_to(1000)
    assert desk.brk(held.plan.id).state is BreakState.HELD
    assert desk.marks() == [("out", 800), ("in", 900)], "it does not air at its time"


def test_cue_next_with_a_duration_makes_a_break_that_waits_for_take() -> None:
    desk = Desk()
    desk.plan("+60", 10)
    cue = desk.cue_next(20)
    assert desk.give(cue) == cue.id
    desk.run(20)
    assert desk.brk(cue.id).state is BreakState.CUED
    assert desk.marks() == []
    desk.give(desk.take())
    desk.run(30)
    assert desk.marks() == [("out", 650), ("in", 1150)]


def test_cue_next_is_refused_where_one_is_cued_or_held_or_armed_or_none_is_left() -> None:
    desk = Desk()
    assert desk.refused(desk.cue_next()) == "nothing is planned: give a duration to cue a new break"
    desk.plan("+60", 10, title="Noon")
    desk.give(desk.cue_next())
    assert desk.refused(desk.cue_next()) == "break Noon is cued already"
    assert desk.refused(desk.cue_next(30)) == "break Noon is cued already"
    desk.give(desk.hold())
    assert desk.refused(desk.cue_next()) == "break Noon is held already"
    desk.give(desk.take())
    assert desk.refused(desk.cue_next()) == "break Noon is in its pre-roll: WITHDRAW takes it back"


def test_a_cued_break_airs_by_itself_at_its_time() -> None:
    desk = Desk()
    key = desk.plan("+20", 10)
    desk.give(desk.cue_next())
    desk.run(40)
    assert desk.marks() == [("out", 500), ("in", 750)]
    assert desk.sent_at(OUT, key) == [350, 375, 400, 450]
    assert desk.one(events.BreakOut).by == BY


def test_a_planned_break_airs_by_itself_beside_the_cued_one() -> None:
    desk = Desk()
    desk.give(cue := desk.cue_next(30))
    planned = desk.plan("+20", 10)
    desk.run(18)
    assert desk.splicer.armed is desk.brk(planned)
    assert "pre-roll" in desk.refused(desk.take())
    desk.run(5)
    assert desk.splicer.on_air is desk.brk(planned)
    assert desk.splicer.cued is desk.brk(cue.id)
    assert "overlaps" in desk.refused(desk.take())
    desk.run(1)
    assert desk.give(desk.take()) == cue.id
    desk.run(60)
    assert desk.marks() == [("out", 500), ("in", 750), ("out", 750), ("in", 1500)]


# ---- hold


def test_a_held_break_does_not_air_at_its_time() -> None:
    desk = Desk()
    key = desk.plan("+20", 10)
    desk.give(desk.cue_next())
    desk.give(desk.hold())
    desk.run(60)
    assert desk.marks() == []
    assert desk.sections(OUT) == []
    assert desk.brk(key).state is BreakState.HELD
    assert [one.name for one in desk.all(events.BreakEvent)] == ["break.planned", "break.cued", "break.held"]


def test_a_hold_that_says_which_never_turns_into_the_other() -> None:
    desk = Desk()
    key = desk.plan("+20", 10)
    desk.give(desk.cue_next())
    hold, let_go = (commands.Hold(channel=CHANNEL, by=BY, id=desk.key(), on=on) for on in (True, False))
    assert desk.refused(let_go).endswith("is not held")
    desk.give(hold)
    assert desk.refused(replace(hold, id=desk.key())).endswith("is held already")
    desk.give(replace(let_go, id=desk.key()))
    assert desk.brk(key).state is BreakState.CUED


def test_hold_again_lets_it_go_at_its_own_time() -> None:
    desk = Desk()
    desk.plan("+20", 10)
    desk.give(desk.cue_next())
    desk.give(desk.hold())
    desk.run(5)
    desk.give(desk.hold())
    desk.run(40)
    assert desk.marks() == [("out", 500), ("in", 750)]
    assert not desk.one(events.BreakArmed).immediate


def test_let_go_inside_its_pre_roll_it_airs_at_its_time_with_the_lead_that_is_left() -> None:
    desk = Desk()
    desk.plan("+20", 10)
    desk.give(desk.cue_next())
    desk.give(desk.hold())
    desk.run(17)
    desk.give(desk.hold())
    desk.run(20)
    assert desk.marks() == [("out", 500), ("in", 750)]
    assert desk.one(events.BreakArmed).immediate
    assert desk.sent_at(OUT) == [425, 450]


@pytest.mark.parametrize("late", [0, 1, 500])
def test_let_go_when_its_time_has_passed_it_waits_for_take(late: int) -> None:
    desk = Desk()
    key = desk.plan("+20", 10)
    desk.give(desk.cue_next())
    desk.give(desk.hold())
    desk.run_to(500 + late)
    desk.give(desk.hold())
    desk.run(30)
    assert desk.marks() == []
    assert desk.brk(key).state is BreakState.CUED
    out = desk.frame + 150
    desk.give(desk.take(key))
    desk.run(20)
    assert desk.marks() == [("out", out), ("in", out + 250)]


def test_a_held_break_leaves_its_place_to_others_and_is_let_go_only_where_it_is_free_again() -> None:
    desk = Desk()
    desk.plan("+60", 30, title="Held")
    desk.give(desk.cue_next())
    desk.give(desk.hold())
    desk.plan("+70", 30, title="Late")
    assert desk.refused(desk.hold()) == "overlaps break Late by 20.000 s"
    desk.give(desk.take())
    desk.run(120)
    assert desk.marks() == [("out", 150), ("in", 900), ("out", 1750), ("in", 2500)]


def test_hold_needs_a_cued_break() -> None:
    desk = Desk()
    assert desk.refused(desk.hold()) == "nothing is cued: CUE NEXT first"
    desk.give(desk.insert(10))
    assert "in its pre-roll" in desk.refused(desk.hold())


# ---- take


@pytest.mark.parametrize("held", [False, True])
def test_take_lands_one_pre_roll_from_now(held: bool) -> None:
    desk = Desk()
    key = desk.plan("+600", 30)
    desk.give(desk.cue_next())
    if held:
        desk.give(desk.hold())
    desk.run_to(333)
    before = len(desk.seen)
    desk.give(desk.take(key))
    assert names(one.effect for one in desk.seen[before:]) == ["command.accepted", "break.armed", "section out"]
    assert desk.sections(OUT)[0][1].accepted_at_s == 333 / 25
    desk.run(60)
    assert desk.marks() == [("out", 483), ("in", 1233)]
    assert desk.sent_at(OUT) == [333, 358, 383, 433]
    assert desk.one(events.BreakOut).by == BY


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_taken_break_lasts_as_long_as_it_was_planned(rate: FrameRate) -> None:
    desk = Desk(rate)
    key = desk.plan("+100.01", "29.97")
    lasts = desk.brk(key).duration_frames
    desk.give(desk.cue_next())
    desk.run(1)
    desk.give(desk.take())
    desk.run(40)
    (_, out), (_, back) = desk.marks()
    assert back - out == lasts
    assert desk.one(MarkOut).planned_duration_ticks == desk.anchor.pts(back) - desk.anchor.pts(out)


def test_a_stale_take_is_refused() -> None:
    desk = Desk()
    first, second = desk.plan("+60", 10), desk.plan("+120", 10, title="Second")
    desk.give(desk.cue_next())
    desk.give(desk.skip())
    desk.give(desk.cue_next())
    assert desk.refused(desk.take(first)) == "stale: break Second is cued now, look again"
    desk.give(desk.take(second))


def test_take_needs_a_cued_break() -> None:
    desk = Desk()
    desk.plan("+60", 10)
    assert desk.refused(desk.take()) == "nothing is cued: CUE NEXT first"


def test_a_take_that_comes_when_the_break_has_armed_by_itself_says_so() -> None:
    desk = Desk()
    key = desk.plan("+10", 10, title="Noon")
    desk.give(desk.cue_next())
    desk.run(5)
    assert desk.refused(desk.take(key)) == "break Noon is in its pre-roll: WITHDRAW takes it back"


def test_two_takes_are_a_second_apart() -> None:
    desk = Desk()
    desk.give(desk.insert(10))
    desk.run_to(10)
    desk.give(desk.withdraw())
    desk.give(desk.cue_next(10))
    desk.run_to(24)
    assert desk.refused(desk.take()) == "just taken: wait 1 s between takes"
    assert desk.refused(desk.insert(10)) == "just taken: wait 1 s between takes"
    desk.run_to(25)
    desk.give(desk.take())


def test_a_take_that_was_refused_does_not_hold_up_the_next() -> None:
    desk = Desk()
    desk.plan("+10", 10)
    assert "overlaps" in desk.refused(desk.insert(10))
    desk.give(desk.insert(3))


def test_a_take_over_another_break_is_refused_and_one_that_touches_it_is_not() -> None:
    desk = Desk()
    desk.plan("+16", 10, title="Next")
    assert desk.refused(desk.insert("10.04")) == "overlaps break Next by 0.040 s"
    desk.give(desk.insert(10))
    desk.run(40)
    assert desk.marks() == [("out", 150), ("in", 400), ("out", 400), ("in", 650)]


# ---- insert


def test_an_inserted_break_is_planned_armed_and_sent_at_once() -> None:
    desk = Desk()
    desk.run_to(40)
    before = len(desk.seen)
    insert = desk.insert(30)
    assert desk.give(insert) == insert.id
    told = names(one.effect for one in desk.seen[before:])
    assert told == ["command.accepted", "break.planned", "break.armed", "section out"]
    desk.run(60)
    assert desk.marks() == [("out", 190), ("in", 940)]


def test_an_immediate_one_airs_on_the_next_frame_with_its_section_before_it() -> None:
    desk = Desk()
    desk.run_to(40)
    desk.give(desk.insert(30, immediate=True))
    desk.run(60)
    assert desk.marks() == [("out", 41), ("in", 791)]
    assert desk.sent_at(OUT) == [40]
    assert desk.one(events.BreakArmed).immediate
    assert desk.one(events.BreakOut).immediate


def test_an_immediate_one_can_not_be_withdrawn() -> None:
    desk = Desk()
    desk.run_to(40)
    desk.give(desk.insert(30, immediate=True))
    assert "too late" in desk.refused(desk.withdraw())


def test_insert_is_refused_in_a_pre_roll_and_the_same_command_twice() -> None:
    desk = Desk()
    insert = desk.insert(10)
    desk.give(insert)
    desk.run(2)
    assert "in its pre-roll" in desk.refused(desk.insert(10))
    assert "in its pre-roll" in desk.refused(desk.insert(10, immediate=True))
    assert "was given already" in desk.refused(insert)


def test_insert_while_a_break_is_on_air_must_land_after_it() -> None:
    desk = on_air(8, title="Open")
    assert desk.refused(desk.insert(30)) == "overlaps break Open by 1.000 s"
    desk.run(1)
    desk.give(desk.insert(30))
    desk.run(60)
    assert desk.marks() == [("out", 250), ("in", 450), ("out", 450), ("in", 1200)]


# ---- skip


def test_skip_drops_the_cued_one_else_the_next() -> None:
    desk = Desk()
    first, second, third = (desk.plan(f"+{at}", 10) for at in (60, 80, 100))
    desk.give(desk.cue_next())
    assert desk.give(desk.skip()) == first
    assert desk.give(desk.skip()) == second
    desk.give(desk.cue_next())
    desk.give(desk.hold())
    assert desk.give(desk.skip()) == third
    assert desk.refused(desk.skip()) == "nothing is cued or planned"
    assert {told.by for told in desk.all(events.BreakSkipped)} == {BY}
    desk.run(120)
    assert desk.marks() == []


def test_skip_in_a_pre_roll_does_not_hit_the_break_after_it() -> None:
    desk = Desk()
    desk.plan("+10", 10, title="Now")
    later = desk.plan("+60", 10)
    desk.run(5)
    assert desk.refused(desk.skip()) == "break Now is in its pre-roll: WITHDRAW takes it back"
    cued = desk.plan("+40", 10)
    desk.run(6)
    desk.give(desk.cue_next())
    assert desk.give(desk.skip()) == cued
    assert desk.brk(later).state is BreakState.PLANNED


# ---- every verb


@pytest.mark.parametrize("command", [commands.Slate(channel=CHANNEL), commands.Stop(channel=CHANNEL)])
def test_what_is_no_matter_of_breaks_is_refused(command: commands.Command) -> None:
    assert "no matter of breaks" in Desk().refused(command)


def test_the_end_of_a_channel_closes_the_open_break_and_withdraws_the_others() -> None:
    desk = on_air(30)
    desk.plan("+42", 10)
    desk.run_to(950)
    (armed,) = desk.splicer.armed_breaks
    desk.verbs.withdraw(armed, accepted_at_s=desk.now_s())
    desk.verbs.close(desk.splicer.on_air or armed, desk.frame, how="stop", accepted_at_s=desk.now_s())
    desk.run(20)
    assert desk.marks() == [("out", 250), ("in", 950)]
    assert desk.one(events.BreakIn).how == "stop"
    assert len(desk.sections(CANCEL)) == 1
