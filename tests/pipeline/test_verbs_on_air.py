from collections.abc import Callable
from fractions import Fraction

import pytest

from app.model import commands, events
from app.model.cue import BreakDuration
from app.model.errors import CueError
from app.model.timebase import FrameRate
from app.pipeline.packets import CueKind, MarkExtend, MarkIn, MarkOut
from tests.pipeline.break_desk import BY, RATES, Desk, insert_of, names

OUT, IN, CANCEL = CueKind.OUT, CueKind.IN, CueKind.CANCEL
S = 90_000


def on_air(lasts: int = 30, *, title: str = "") -> Desk:
    """A desk one second into a break that went OUT at frame 250."""
    desk = Desk()
    desk.plan("+10", lasts, title=title)
    desk.run_to(275)
    assert desk.splicer.on_air is not None
    return desk


# ---- return


def test_return_lands_on_the_next_frame_with_its_section_before_it() -> None:
    desk = on_air(30)
    desk.run_to(400)
    before = len(desk.seen)
    desk.give(desk.back())
    desk.run(60)
    told = names(one.effect for one in desk.seen[before:])
    assert told == ["command.accepted", "section in", "MarkIn", "break.in"]
    assert desk.marks() == [("out", 250), ("in", 400)]
    closed, told_in = desk.one(MarkIn), desk.one(events.BreakIn)
    assert (closed.duration_ticks, told_in.duration_ticks, told_in.how, told_in.by) == (6 * S, 6 * S, "return", BY)
    section, back = insert_of(closed.section)
    assert section.effective_pts == desk.anchor.pts(400)
    assert not back.out_of_network_indicator


def test_return_at_once_after_out() -> None:
    desk = Desk()
    key = desk.plan("+10", 30)
    desk.run_to(250)
    assert "in its pre-roll" in desk.refused(desk.back())
    desk.tick()
    desk.give(desk.back())
    desk.run(5)
    assert desk.marks() == [("out", 250), ("in", 251)]
    ((sent, item),) = desk.sections(IN, key)
    assert (sent, item.pts_ticks, item.not_before_ticks) == (251, desk.anchor.pts(251), desk.anchor.pts(250))


def test_return_twice() -> None:
    desk = on_air(30, title="Open")
    desk.give(desk.back())
    assert desk.refused(desk.back()) == "break Open is returning already"
    assert desk.refused(desk.extend()) == "break Open is returning already"
    desk.tick()
    assert desk.refused(desk.back()) == "not in a break"
    assert len(desk.sections(IN)) == 1


def test_return_after_the_in_was_announced_announces_the_earlier_one() -> None:
    desk = on_air(30)
    desk.run_to(950)
    desk.give(desk.back())
    desk.run(5)
    assert [(frame, item.pts_ticks) for frame, item in desk.sections(IN)] == [
        (900, desk.anchor.pts(1000)),
        (950, desk.anchor.pts(950)),
    ]
    assert desk.marks() == [("out", 250), ("in", 950)]


def test_a_break_that_was_returned_early_leaves_room() -> None:
    desk = on_air(30)
    assert "overlaps" in desk.refused(desk.insert(10))
    desk.give(desk.back())
    desk.give(desk.insert(10))
    desk.run(20)
    assert desk.marks() == [("out", 250), ("in", 275), ("out", 425), ("in", 675)]


def test_return_and_extend_need_an_open_break() -> None:
    desk = Desk()
    assert desk.refused(desk.back()) == "not in a break"
    assert desk.refused(desk.extend()) == "not in a break"


# ---- extend


def test_extend_before_the_in_is_announced() -> None:
    desk = on_air(30)
    before = len(desk.seen)
    key = desk.give(desk.extend(60))
    assert names(one.effect for one in desk.seen[before:]) == [
        "command.accepted",
        "MarkExtend",
        "section out",
        "break.extended",
    ]
    told = desk.one(events.BreakExtended)
    assert (told.in_frame, told.in_pts, told.duration_ticks) == (1750, desk.anchor.pts(1750), 60 * S)
    assert desk.one(MarkExtend).duration_ticks == 60 * S
    extension = desk.sections(OUT, key)[-1][1]
    assert desk.one(MarkExtend).section == extension.section
    assert extension.not_before_ticks == desk.anchor.pts(250), "it stays behind the OUT's picture"
    assert {item.not_before_ticks for _, item in desk.sections(OUT, key)[:-1]} == {None}
    section, out = insert_of(desk.sections(OUT, key)[-1][1].section)
    assert section.effective_pts == desk.one(MarkOut).ticks
    assert out.splice_event_id == desk.one(MarkOut).splice_event_id
    assert out.break_duration == BreakDuration(auto_return=True, duration_ticks=60 * S)
    desk.run(90)
    assert desk.marks() == [("out", 250), ("in", 1750)]
    assert desk.sent_at(IN) == [1650, 1700]
    assert desk.one(MarkIn).duration_ticks == 60 * S


@pytest.mark.parametrize("frame", [901, 949, 951, 999, 1000])
def test_extend_after_the_in_was_announced_corrects_it_at_once(frame: int) -> None:
    desk = on_air(30)
    desk.run_to(frame)
    announced = len(desk.sections(IN))
    assert announced
    desk.give(desk.extend(60))
    sent, item = desk.sections(IN)[-1]
    assert (sent, item.pts_ticks) == (frame, desk.anchor.pts(1750))
    desk.run(60)
    assert desk.marks() == [("out", 250), ("in", 1750)]
    assert desk.sent_at(IN)[announced:] == [frame, 1650, 1700]


def test_extend_without_a_length_adds_30_s_each_time() -> None:
    desk = on_air(30)
    desk.give(desk.extend())
    desk.give(desk.extend())
    desk.run(120)
    assert desk.marks() == [("out", 250), ("in", 2500)]


def test_extend_onto_the_next_break_is_refused_and_up_to_it_is_not() -> None:
    desk = on_air(30)
    desk.plan("+60", 30, title="Next")
    desk.plan("+120", 30)
    assert desk.refused(desk.extend("50.04")) == "overlaps break Next by 0.040 s"
    assert desk.refused(desk.extend(500)) == "overlaps break Next by 30.000 s"
    desk.give(desk.extend(50))
    desk.run(90)
    assert desk.marks() == [("out", 250), ("in", 1500), ("out", 1500), ("in", 2250)]


def test_extend_onto_a_break_in_its_pre_roll_is_refused() -> None:
    desk = on_air(30)
    desk.plan("+45", 10, title="Armed")
    desk.run_to(990)
    assert desk.splicer.armed is not None
    assert desk.refused(desk.extend()) == "overlaps break Armed by 10.000 s"


def test_extend_to_no_more_than_it_lasts_is_refused() -> None:
    desk = on_air(30)
    for lasts in (30, 10, "0.04"):
        assert desk.refused(desk.extend(lasts)) == "the break lasts 30.000 s: extend to more, or RETURN"


def test_extend_is_by_whom_it_was_given() -> None:
    desk = on_air(30)
    desk.give(desk.extend(60, by="kim"))
    assert desk.one(events.BreakExtended).by == "kim"


def test_extend_over_33_bits_is_refused_and_changes_nothing() -> None:
    desk = on_air(30)
    assert "can't air" in desk.refused(desk.extend(96_000))
    desk.run(40)
    assert desk.marks() == [("out", 250), ("in", 1000)]


@pytest.mark.parametrize("verb", [Desk.back, lambda desk: desk.extend(60)])
def test_a_new_end_whose_section_can_not_air_is_refused_and_the_old_end_stands(
    verb: Callable[[Desk], commands.Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    def disagree(*_: object) -> bytes:
        raise CueError("the second reader reads 1, we 2", field="pts_time")

    desk = on_air(30)
    with monkeypatch.context() as patch:
        patch.setattr(desk.splicer.sections, "back", disagree)
        assert "can't air" in desk.refused(verb(desk))
    desk.run(60)
    assert desk.marks() == [("out", 250), ("in", 1000)]
    assert desk.one(events.BreakIn).how == "auto"


# ---- withdraw


def test_withdraw_sends_the_cancel_and_nothing_after_it() -> None:
    desk = Desk()
    key = desk.plan("+10", 30)
    desk.run_to(180)
    before = len(desk.seen)
    assert desk.give(desk.withdraw()) == key
    told = names(one.effect for one in desk.seen[before:])
    assert told == ["command.accepted", "section cancel", "break.withdrawn"]
    assert desk.one(events.BreakWithdrawn).by == BY
    desk.run(60)
    assert len(desk.seen) == before + 3
    assert desk.marks() == []
    ((_, item),) = desk.sections(CANCEL)
    _, cancel = insert_of(item.section)
    assert (cancel.cancel, cancel.splice_event_id) == (True, desk.one(events.BreakArmed).splice_event_id)
    assert desk.splicer.splices_after(180) == ()


def test_withdraw_until_half_a_second_before_out() -> None:
    desk = Desk()
    desk.plan("+10", 30)
    limit = 237
    desk.run_to(limit + 1)
    assert desk.one(events.BreakArmed).withdraw_until_frame == limit
    assert "too late" in desk.refused(desk.withdraw())

    desk = Desk()
    desk.plan("+10", 30)
    desk.run_to(limit)
    desk.give(desk.withdraw())
    assert "nothing to withdraw" in desk.refused(desk.withdraw())


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_withdraw_limit_is_half_a_second_or_a_little_more(rate: FrameRate) -> None:
    desk = Desk(rate)
    desk.give(desk.insert(10))
    told = desk.one(events.BreakArmed)
    left_s = rate.seconds(told.frame - told.withdraw_until_frame)
    assert 0 <= left_s - Fraction(1, 2) < rate.seconds(1)


def test_withdraw_takes_the_one_whose_out_comes_first() -> None:
    desk = Desk()
    first, second = desk.plan("+10", 2), desk.plan("+12", 2)
    desk.run_to(200)
    assert desk.give(desk.withdraw()) == first
    desk.run(10)
    assert desk.marks() == [("out", 300), ("in", 350)]
    assert desk.one(events.BreakOut).break_id == second


def test_a_withdrawn_break_frees_its_place_and_its_id() -> None:
    desk = Desk()
    desk.plan("+10", 30, splice_event_id=9)
    desk.run_to(180)
    desk.give(desk.withdraw())
    desk.plan("+20", 30, splice_event_id=9)
    desk.run(60)
    assert desk.marks() == [("out", 500), ("in", 1250)]


def test_withdraw_needs_a_pre_roll() -> None:
    desk = on_air(30)
    assert "nothing to withdraw" in desk.refused(desk.withdraw())
