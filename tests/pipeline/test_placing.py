from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import events
from app.model.rundown import Upid
from app.model.states import BreakState
from app.model.timebase import FrameRate
from app.pipeline.packets import CueKind
from tests.pipeline.break_desk import NTSC, PAL, RATES, Desk, names

rates = st.sampled_from(RATES)
every_rate = pytest.mark.parametrize("rate", RATES, ids=str)
OUT, IN, CANCEL = CueKind.OUT, CueKind.IN, CueKind.CANCEL


# ---- where a planned break lies


@every_rate
def test_a_break_at_seconds_after_the_start_airs_on_the_nearest_frames(rate: FrameRate) -> None:
    desk = Desk(rate)
    desk.plan("+12.5", "7.3")
    desk.run(25)
    out, back = rate.nearest(Fraction("12.5")), rate.nearest(Fraction("19.8"))
    assert desk.marks() == [("out", out), ("in", back)]
    assert desk.splices == [out, back]


@every_rate
def test_the_same_moment_in_rfc_3339_and_in_house_time_is_the_same_frame(rate: FrameRate) -> None:
    for at in ("+20", "2026-11-22T20:00:20+01:00", "2026-11-22T19:00:20Z", "20:00:20:00", "2026-11-22 20:00:20:00"):
        desk = Desk(rate)
        desk.plan(at, 10)
        assert desk.one(events.BreakPlanned).frame == rate.nearest(Fraction(20)), at


def test_a_time_of_day_is_meant_for_the_day_on_which_it_is_given() -> None:
    desk = Desk(PAL, started_at=datetime(2026, 11, 22, 22, 59, 0, tzinfo=UTC))  # 23:59 in Berlin
    assert "has passed" in desk.refused(desk.planning("00:00:30:00"))
    desk.run(61)
    desk.plan("00:00:30:00")
    assert desk.one(events.BreakPlanned).planned_at == datetime(2026, 11, 22, 23, 0, 30, tzinfo=UTC)


@given(rates, st.integers(0, 10**6), st.integers(1000, 60_000))
def test_the_declared_duration_is_between_the_rounded_ends(rate: FrameRate, at_ms: int, lasts_ms: int) -> None:
    desk = Desk(rate)
    desk.plan(f"+{at_ms // 1000}.{at_ms % 1000:03}", Fraction(lasts_ms, 1000))
    start_s, end_s = Fraction(at_ms, 1000), Fraction(at_ms + lasts_ms, 1000)
    told = desk.one(events.BreakPlanned)
    assert told.frame == rate.nearest(start_s)
    assert told.pts == desk.anchor.pts(rate.nearest(start_s))
    assert told.duration_ticks == desk.anchor.pts(rate.nearest(end_s)) - told.pts
    assert told.planned_at == desk.anchor.at(told.frame)


@given(rates, st.integers(0, 3_000), st.lists(st.integers(1000, 5_000), min_size=2, max_size=4))
def test_breaks_that_touch_in_a_list_touch_on_air(rate: FrameRate, at_ms: int, lengths_ms: list[int]) -> None:
    desk, edges = Desk(rate), [at_ms]
    for lasts_ms in lengths_ms:
        desk.plan(f"+{edges[-1] // 1000}.{edges[-1] % 1000:03}", Fraction(lasts_ms, 1000))
        edges.append(edges[-1] + lasts_ms)
    desk.run(26)
    frames = [rate.nearest(Fraction(edge, 1000)) for edge in edges]
    wanted = [mark for out, back in pairwise(frames) for mark in (("out", out), ("in", back))]
    assert desk.marks() == wanted
    assert desk.splices == frames
    declared = [told.duration_ticks for told in desk.all(events.BreakOut)]
    assert sum(declared) == desk.anchor.pts(frames[-1]) - desk.anchor.pts(frames[0])


def test_where_breaks_touch_the_in_is_marked_before_the_out() -> None:
    desk = Desk()
    desk.plan("+10", 10)
    desk.plan("+20", 10)
    desk.run_to(500)
    before = len(desk.seen)
    assert desk.tick()
    touch = names(one.effect for one in desk.seen[before:])
    assert touch == ["MarkIn", "break.in", "MarkOut", "break.out"]
    assert desk.splicer.on_air is not None


@every_rate
def test_a_second_stays_a_break_wherever_its_ends_are_rounded(rate: FrameRate) -> None:
    for thousandths in range(0, 1000, 37):
        desk = Desk(rate)
        desk.plan(f"+2.{thousandths:03}", 1)
        desk.run(5)
        (_, out), (_, back) = desk.marks()
        assert abs(back - out - rate.nominal) <= 1


def test_at_one_frame_a_second_the_in_still_goes_out_before_its_picture() -> None:
    desk = Desk(FrameRate(1))
    key = desk.plan("+10", 1)
    desk.run_to(15)
    assert desk.marks() == [("out", 10), ("in", 11)]
    assert desk.sent_at(IN, key) == [11]
    closing = names(one.effect for one in desk.seen if one.frame == 11)
    assert closing == ["section in", "MarkIn", "break.in"]


def test_without_a_time_a_break_waits() -> None:
    desk = Desk()
    key = desk.plan(None, 10)
    desk.run(30)
    assert desk.marks() == []
    assert desk.brk(key).state is BreakState.PLANNED
    assert desk.one(events.BreakPlanned).frame is None


# ---- what is refused


def test_a_time_that_has_passed_is_refused_and_the_next_frame_is_not() -> None:
    desk = Desk()
    desk.run_to(250)
    assert desk.refused(desk.planning("+9.96")) == "+9.96 has passed"
    assert "has passed" in desk.refused(desk.planning("2026-11-22T18:59:59Z"))
    desk.plan("+10")
    assert desk.tick()


def test_a_time_that_is_no_time_is_refused() -> None:
    desk = Desk(NTSC)
    assert "does not exist" in desk.refused(desk.planning("20:01:00;00"))
    assert "does not exist" in desk.refused(desk.planning("20:01:00:30"))
    assert "calendar" in desk.refused(desk.planning("9999-12-31T23:59:50Z", 30))


def test_an_overlap_is_refused_with_the_break_and_the_seconds() -> None:
    desk = Desk()
    desk.plan("+20", 30, title="News break")
    assert desk.refused(desk.planning("+40", 30)) == "overlaps break News break by 10.000 s"
    assert desk.refused(desk.planning("+10", "10.04")) == "overlaps break News break by 0.040 s"
    assert desk.refused(desk.planning("+25", 5)) == "overlaps break News break by 5.000 s"
    assert desk.refused(desk.planning("+10", 60)) == "overlaps break News break by 30.000 s"
    desk.plan("+10", 10)
    desk.plan("+50", 10)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 8)), max_size=12))
def test_exactly_the_overlapping_ones_are_refused(wishes: list[tuple[int, int]]) -> None:
    desk, taken = Desk(), list[tuple[int, int]]()
    for at, lasts in wishes:
        if any(at < back and out < at + lasts for out, back in taken):
            desk.refused(desk.planning(f"+{at}", lasts))
        else:
            desk.plan(f"+{at}", lasts)
            taken.append((at, at + lasts))
    assert [(brk.out_frame, brk.in_frame) for brk in desk.splicer.planned] == [
        (25 * out, 25 * back) for out, back in sorted(taken)
    ]


def test_the_same_id_is_the_same_break_also_when_it_is_over() -> None:
    desk = Desk()
    desk.plan("+10", 5, key="b1")
    assert "b1 was given already" in desk.refused(desk.planning("+40", 5, key="b1"))
    desk.run(20)
    assert "b1 was given already" in desk.refused(desk.planning("+40", 5, key="b1"))


def test_an_event_id_is_refused_while_another_break_has_it_and_free_after() -> None:
    desk = Desk()
    desk.plan("+10", 5, splice_event_id=77, title="First")
    reason = "splice_event_id 77 is in use by break First"
    assert desk.refused(desk.planning("+30", 5, splice_event_id=77)) == reason
    desk.run_to(374)
    assert desk.refused(desk.planning("+30", 5, splice_event_id=77)) == reason
    desk.run_to(376)
    desk.plan("+30", 5, splice_event_id=77)


def test_an_id_of_ones_own_choice_steps_aside_for_those_in_the_list() -> None:
    desk = Desk()
    desk.plan("+10", 5, splice_event_id=501)
    desk.plan("+20", 5)
    desk.plan("+30", 5, splice_event_id=0)
    assert [told.splice_event_id for told in desk.all(events.BreakPlanned)] == [501, 502, 503]


@pytest.mark.parametrize("lasts", ["0.999", "0.04", "0.5"])
def test_under_a_second_is_no_break(lasts: str) -> None:
    desk = Desk()
    assert desk.refused(desk.planning("+10", lasts)) == f"a break lasts at least 1 s, not {lasts}"
    assert desk.refused(desk.insert(lasts)) == f"a break lasts at least 1 s, not {lasts}"
    assert desk.refused(desk.cue_next(lasts)) == f"a break lasts at least 1 s, not {lasts}"
    desk.plan("+10", 1)


def test_what_fits_into_no_section_is_refused_at_once_not_when_it_is_due() -> None:
    desk = Desk()
    assert "splice_event_id" in desk.refused(desk.planning("+60", splice_event_id=1 << 32))
    assert "starts nothing" in desk.refused(desk.planning("+60", segmentation_type_id=0x35))
    short = desk.planning("+60", segmentation_type_id=0x34, upid=Upid(0x03, "short"))
    assert "12" in desk.refused(short)
    unread = desk.planning("+60", segmentation_type_id=0x34, upid=Upid(0x0D, "no MID"))
    assert "MID" in desk.refused(unread)
