from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import events
from app.model.errors import CueError
from app.model.timebase import PTS_WRAP, FrameRate, wrapped
from app.pipeline.packets import CueKind, MarkIn, MarkOut
from tests.pipeline.break_desk import RATES, STARTED_AT, Desk, insert_of, names

rates = st.sampled_from(RATES)
every_rate = pytest.mark.parametrize("rate", RATES, ids=str)
OUT, IN, CANCEL = CueKind.OUT, CueKind.IN, CueKind.CANCEL


# ---- the channel's first seconds


@pytest.mark.parametrize("at", ["+0", "2026-11-22T19:00:00Z", "20:00:00:00"])
def test_a_break_on_the_very_first_frame(at: str) -> None:
    desk = Desk()
    key = desk.plan(at, 5)
    assert desk.tick()
    desk.run(6)
    assert desk.marks() == [("out", 0), ("in", 125)]
    assert names(one.effect for one in desk.seen if one.frame == 0)[2:] == [
        "break.armed",
        "section out",
        "MarkOut",
        "break.out",
    ]
    assert desk.one(events.BreakArmed).immediate
    assert desk.one(events.BreakOut).immediate
    assert desk.sent_at(OUT, key) == [0]
    assert desk.sent_at(IN, key)[0] == 25


@pytest.mark.parametrize(("at", "immediate"), [("+2", True), ("+3.96", True), ("+4", False), ("+5.9", False)])
def test_a_break_less_than_4_s_after_the_start_is_told_to_be_immediate(at: str, immediate: bool) -> None:
    desk = Desk()
    desk.plan(at, 10)
    desk.run(8)
    assert desk.one(events.BreakArmed).immediate is immediate
    assert desk.sent_at(OUT)[0] == 0
    assert desk.marks()[0] == ("out", desk.frames(at[1:]))


@every_rate
def test_a_pre_roll_of_4_s_is_lawful_at_every_rate(rate: FrameRate) -> None:
    desk = Desk(rate, pre_roll_s=4)
    desk.give(desk.insert(10))
    told = desk.one(events.BreakArmed)
    assert not told.immediate
    assert rate.seconds(told.frame - desk.frame) >= 4


def test_a_list_that_comes_late_airs_with_the_lead_that_is_left() -> None:
    desk = Desk()
    desk.run(10)
    desk.plan("+11", 5)
    desk.run(7)
    assert desk.one(events.BreakArmed).immediate
    assert desk.sent_at(OUT) == [250]
    assert desk.marks() == [("out", 275), ("in", 400)]


# ---- what is announced


@every_rate
def test_out_goes_out_when_the_pre_roll_starts_and_5_4_and_2_s_before(rate: FrameRate) -> None:
    desk = Desk(rate)
    key = desk.plan("+20", 10)
    desk.run(40)
    out = desk.frames(20)
    assert desk.sent_at(OUT, key) == [out - desk.frames(lead) for lead in (6, 5, 4, 2)]
    assert {item.section for _, item in desk.sections(OUT, key)} == {desk.one(MarkOut).section}
    assert {item.pts_ticks for _, item in desk.sections(OUT, key)} == {desk.anchor.pts(out)}


@pytest.mark.parametrize(("pre_roll_s", "leads"), [(4, [4, 2]), (5, [5, 4, 2]), (12, [12, 5, 4, 2])])
def test_repeats_lie_inside_the_pre_roll(pre_roll_s: int, leads: list[int]) -> None:
    desk = Desk(pre_roll_s=pre_roll_s)
    desk.plan("+20", 10)
    desk.run(40)
    assert desk.sent_at(OUT) == [500 - 25 * lead for lead in leads]


@every_rate
def test_in_goes_out_4_and_2_s_before_it_with_its_own_time(rate: FrameRate) -> None:
    desk = Desk(rate)
    key = desk.plan("+20", 10)
    desk.run(40)
    out, back = desk.frames(20), desk.frames(30)
    assert desk.sent_at(IN, key) == [back - desk.frames(4), back - desk.frames(2)]
    assert {item.pts_ticks for _, item in desk.sections(IN, key)} == {desk.anchor.pts(back)}
    assert {item.not_before_ticks for _, item in desk.sections(IN, key)} == {desk.anchor.pts(out)}
    assert {item.section for _, item in desk.sections(IN, key)} == {desk.one(MarkIn).section}


@pytest.mark.parametrize("lasts", ["1", "1.5", "2", "3", "4", "5"])
def test_a_break_shorter_than_a_segment_announces_its_in_after_its_out(lasts: str) -> None:
    desk = Desk()
    desk.plan("+10", lasts)
    desk.run(20)
    sent = desk.sent_at(IN)
    assert sent
    assert all(250 < frame < 250 + desk.frames(lasts) for frame in sent)
    assert sent[0] == max(251, 250 + desk.frames(lasts) - 100)
    assert desk.marks() == [("out", 250), ("in", 250 + desk.frames(lasts))]


@given(rates, st.integers(0, PTS_WRAP - 1), st.integers(1, 40), st.sampled_from([None, 0x22, 0x30, 0x34]))
def test_every_section_says_what_is_marked(rate: FrameRate, first_pts: int, lasts: int, type_id: int | None) -> None:
    desk = Desk(rate, first_pts=first_pts)
    key = desk.plan("+7", lasts, segmentation_type_id=type_id, splice_event_id=99)
    desk.run(8 + lasts)
    opened, closed = desk.one(MarkOut), desk.one(MarkIn)
    for _, item in desk.sections(OUT, key):
        section, out = insert_of(item.section)
        assert section.effective_pts == wrapped(opened.ticks)
        assert out.break_duration is not None
        assert out.break_duration.duration_ticks == opened.planned_duration_ticks
        assert (out.splice_event_id, out.out_of_network_indicator) == (99, True)
        assert len(section.segmentation_descriptors) == (type_id is not None)
    for _, item in desk.sections(IN, key):
        section, back = insert_of(item.section)
        assert section.effective_pts == wrapped(closed.ticks)
        assert (back.splice_event_id, back.out_of_network_indicator) == (99, False)
    assert closed.ticks - opened.ticks == closed.duration_ticks == opened.planned_duration_ticks


def test_breaks_closer_than_the_pre_roll_are_announced_side_by_side() -> None:
    desk = Desk()
    keys = [desk.plan(f"+{at}", 2) for at in (10, 12, 14)]
    desk.run(9)
    assert [brk.id for brk in desk.splicer.armed_breaks] == keys
    assert desk.splicer.current() is desk.brk(keys[0])
    desk.run(20)
    assert desk.marks() == [("out", 250), ("in", 300), ("out", 300), ("in", 350), ("out", 350), ("in", 400)]
    for index, key in enumerate(keys):
        assert desk.sent_at(OUT, key) == [50 * index + 250 - 25 * lead for lead in (6, 5, 4, 2)]
        assert not any(told.immediate for told in desk.all(events.BreakArmed, key))


def test_a_section_that_two_readers_read_differently_fails_its_break_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    bad, good = desk.plan("+10", 5), desk.plan("+20", 5)
    desk.run_to(99)
    with monkeypatch.context() as patch:
        patch.setattr(desk.splicer.sections, "out", _disagree)
        desk.run_to(101)
    desk.run(30)
    assert "can't air" in desk.one(events.BreakFailed, bad).reason
    assert desk.sections(OUT, bad) == []
    assert desk.marks() == [("out", 500), ("in", 625)]
    assert desk.one(events.BreakIn).break_id == good


def _disagree(*_: object) -> bytes:
    raise CueError("the second reader reads 1, we 2", field="pts_time")


# ---- what is told


def test_what_is_told_of_a_break_from_its_plan_to_its_end() -> None:
    desk = Desk()
    key = desk.plan("+10", 30, title="Late", splice_event_id=9)
    desk.run(60)
    told = [one for one in desk.all(events.BreakEvent) if one.break_id == key]
    assert [one.name for one in told] == ["break.planned", "break.armed", "break.out", "break.in"]
    assert {(one.title, one.by, one.splice_event_id, one.channel) for one in told} == {("Late", "list", 9, "news-1")}
    armed, out, back = desk.one(events.BreakArmed), desk.one(events.BreakOut), desk.one(events.BreakIn)
    assert (armed.frame, armed.in_frame, armed.withdraw_until_frame) == (250, 1000, 237)
    assert (out.frame, out.out_at, out.announced_at) == (
        250,
        STARTED_AT + timedelta(seconds=10),
        STARTED_AT + timedelta(seconds=4),
    )
    assert (back.frame, back.duration_ticks, back.how) == (1000, 30 * 90_000, "auto")
    assert desk.splicer.breaks() == []


def test_splices_that_stand_are_known_from_the_pre_roll_on() -> None:
    desk = Desk()
    desk.plan("+10", 30)
    desk.run_to(100)
    assert desk.splicer.splices_after(99) == ()
    desk.run_to(101)
    assert desk.splicer.splices_after(100) == (250, 1000)
    desk.run_to(251)
    assert desk.splicer.splices_after(250) == (1000,)
    desk.run_to(1001)
    assert desk.splicer.splices_after(1000) == ()


def test_house_time_follows_the_zone_of_the_show() -> None:
    desk = Desk(timezone="America/New_York")
    desk.plan("14:00:30:00")
    at = desk.one(events.BreakPlanned).planned_at
    assert at is not None
    assert f"{at.astimezone(ZoneInfo('America/New_York')):%H:%M:%S}" == "14:00:30"
