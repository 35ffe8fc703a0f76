"""Breaks of a channel that died, in the next life of the channel: pure logic, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import events
from app.model.rundown import BreakPlan
from app.model.signalling import Signalling
from app.model.states import BreakState
from app.model.timebase import FrameRate, ticks_of
from app.pipeline.anchor import Anchor
from app.pipeline.announcing import out_section
from app.pipeline.handover import StandingBreak
from app.pipeline.hls import Entry, MediaPlaylist
from app.pipeline.hls_keeping import WrittenOutput, WrittenTrack
from app.pipeline.marks import BreakMarks
from app.pipeline.packets import CueKind, MarkExtend, MarkIn, MarkOut, SendSection
from app.pipeline.resuming import Listed, resume
from app.scte35.dialects import daterange_id
from tests.pipeline.break_desk import CHANNEL, PAL, RATES, STARTED_AT, Desk, names

SECOND = timedelta(seconds=1)
S = BreakState


def standing(
    key: str, state: BreakState, out_after_s: float | None = None, duration_s: float = 30, **more: object
) -> StandingBreak:
    """``out_after_s`` from STARTED_AT, the first frame of the life that died."""
    ticks = ticks_of(Fraction(duration_s))
    out_at = None if out_after_s is None else STARTED_AT + out_after_s * SECOND
    left = StandingBreak(
        plan=BreakPlan(key, CHANNEL, None, Fraction(duration_s), title=key.title()),
        by="ann",
        state=state,
        splice_event_id=sum(map(ord, key)),
        duration_ticks=ticks,
        out_at=out_at,
        **more,  # type: ignore[arg-type]  # a test names fields
    )
    if state in {S.ON_AIR, S.RETURNED} and out_after_s is not None:
        return replace(
            left, out_pts=Anchor(PAL, STARTED_AT).first_pts + ticks_of(Fraction(out_after_s)), announced_ticks=ticks
        )
    return left


def listing(*after_s: float) -> dict[int, WrittenOutput]:
    """An output whose playlist has segments that start so long after STARTED_AT."""
    entries = tuple(Entry(f"p/{at}.ts", f"{at}.ts", STARTED_AT + at * SECOND, 90_000) for at in after_s)
    return {0: {"high": WrittenTrack(MediaPlaylist(2, 9, entries, media_sequence=4))}}


def next_life(after_s: float, breaks: Sequence[StandingBreak], *listed: float, rate: FrameRate = PAL) -> Desk:
    """A desk whose first frame is so long after STARTED_AT, with the breaks taken up."""
    desk = Desk(rate, started_at=STARTED_AT + after_s * SECOND)
    resume(desk.splicer, tuple(breaks), Listed.of(listing(*listed)))
    return desk


def test_a_break_that_was_seen_goes_on_to_its_end() -> None:
    desk = next_life(8, [standing("one", S.ON_AIR, 5)], 0, 5, 6)
    opened, length, resumed = desk.splicer.take_effects()
    assert isinstance(opened, MarkOut)
    assert isinstance(length, MarkExtend)
    assert isinstance(resumed, events.BreakResumed)
    plan = BreakPlan("one", CHANNEL, None, Fraction(30))
    first = out_section(plan, Signalling(), opened.splice_event_id, 15 * 90_000, 30 * 90_000)
    assert (opened.section, opened.start_at, opened.planned_duration_ticks) == (
        first,
        STARTED_AT + 5 * SECOND,
        2_700_000,
    )
    assert opened.ticks == desk.anchor.pts(0) - 3 * 90_000
    assert length.section == first
    assert (resumed.out_again, resumed.frame, resumed.in_frame, resumed.out_at) == (False, -75, 675, opened.start_at)
    desk.run_to(700)
    assert desk.splices == [675]
    assert desk.one(events.BreakIn).duration_ticks == 30 * 90_000
    assert desk.all(events.BreakOut) == []
    assert [one.not_before_ticks for _, one in desk.sections(CueKind.IN)] == [None, None]


@pytest.mark.parametrize("after_s", [8.011, 9.028])
def test_its_tags_go_on_telling_the_duration_that_its_section_declares(after_s: float) -> None:
    """The new life's frames lie elsewhere: its own length is a few ticks off, what was told is not."""
    desk = next_life(after_s, [standing("one", S.ON_AIR, 5, 16)], 0, 5, 6)
    opened, length, _ = desk.splicer.take_effects()
    assert isinstance(opened, MarkOut)
    assert isinstance(length, MarkExtend)
    assert length.duration_ticks != 16 * 90_000
    marks = BreakMarks()
    marks.add(opened)
    marks.add(length)
    assert marks.at(opened.ticks + 6 * 90_000, ["cue-out-in"]).tags == (
        "#EXT-X-CUE-OUT-CONT:ElapsedTime=6.000,Duration=16.000",
    )


@given(st.sampled_from(RATES), st.integers(3, 60), st.integers(1, 100_000_000))
def test_it_ends_when_it_would_have_ended_or_on_the_first_frame(rate: FrameRate, duration_s: int, away_us: int) -> None:
    left = standing("one", S.ON_AIR, 1, duration_s)
    desk = next_life(1 + away_us / 1e6, [left], 1, rate=rate)
    due_at = STARTED_AT + (1 + duration_s) * SECOND
    late = max(timedelta(0), desk.anchor.first_frame_at - due_at)
    desk.run_to(rate.nearest(Fraction(duration_s)) + 2)
    back = desk.one(events.BreakIn)
    half_frame = timedelta(seconds=float(rate.seconds(1)) / 2, microseconds=20)
    assert abs(back.in_at - due_at - late) <= half_frame
    if late > half_frame:
        assert back.frame == 0
    (mark,) = desk.all(MarkIn)
    assert mark.duration_ticks == back.duration_ticks > 0
    assert abs(back.duration_ticks - (back.in_at - STARTED_AT - SECOND) / timedelta(microseconds=100) * 9) <= 3
    ins = [one.effect for one in desk.seen if isinstance(one.effect, SendSection) and one.effect.kind is CueKind.IN]
    assert ins
    assert all(one.not_before_ticks is None and one.pts_ticks == back.pts for one in ins)


def test_a_clock_that_was_put_back_never_has_it_begin_again() -> None:
    desk = next_life(-3600, [standing("one", S.ON_AIR, 5)], 5)
    assert desk.splicer.on_air is not None
    assert desk.splicer.on_air.span() == (-1, 749)
    desk.run_to(800)
    assert desk.splices == [749]


@pytest.mark.parametrize("state", [S.ON_AIR, S.ARMED, S.PLANNED])
def test_a_break_that_makes_no_sense_costs_no_other_and_not_the_air(state: BreakState) -> None:
    broken = replace(standing("one", state, 2, 3), duration_ticks=10**18)
    desk = next_life(8, [broken, standing("two", S.ON_AIR, 5)], 0, 2, 5, 6)
    assert desk.splicer.on_air is not None
    assert desk.splicer.on_air.id == "two"
    desk.run_to(700)
    assert desk.one(events.BreakFailed).break_id == "one"
    assert desk.one(events.BreakIn).break_id == "two"


def test_an_out_that_nobody_saw_airs_again_and_ends_at_its_moment() -> None:
    desk = next_life(8, [standing("one", S.ON_AIR, 7)], 0, 2, 4)
    desk.run_to(800)
    assert desk.splices == [0, 29 * 25]
    resumed = desk.one(events.BreakResumed)
    assert (resumed.out_again, resumed.frame, resumed.in_frame) == (True, 0, 29 * 25)
    assert names(one.effect for one in desk.seen)[:3] == ["section out", "MarkOut", "break.resumed"]
    assert not desk.all(events.BreakOut)
    assert not desk.all(events.BreakArmed)
    (mark,) = desk.all(MarkOut)
    assert mark.start_at == desk.anchor.first_frame_at
    assert daterange_id(1, mark.start_at) != daterange_id(1, STARTED_AT + 7 * SECOND)
    assert desk.one(events.BreakIn).duration_ticks == 29 * 90_000


def test_an_out_that_nobody_saw_airs_for_a_second_at_least() -> None:
    desk = next_life(50, [standing("one", S.ON_AIR, 7)], 4)
    desk.run_to(100)
    assert desk.splices == [0, 25]


def test_an_in_that_nobody_saw_airs_again() -> None:
    left = standing("one", S.RETURNED, 5, 20, in_at=STARTED_AT + 25 * SECOND, how="return")
    desk = next_life(26, [left], 4, 5, 24)
    desk.run_to(9)
    assert desk.splices == [0]
    assert desk.one(events.BreakIn).how == "return"
    assert names(one.effect for one in desk.seen) == [
        *("MarkOut", "MarkExtend", "break.resumed", "section in", "MarkIn", "break.in"),
    ]
    done = next_life(26, [left], 4, 5, 24, 25)
    done.run_to(9)
    assert done.seen == []
    assert done.splicer.known_ids == {"one"}


def test_what_has_left_the_window_was_seen() -> None:
    left = standing("one", S.RETURNED, 5, 20, in_at=STARTED_AT + 25 * SECOND)
    desk = next_life(60, [left], 40, 42)
    desk.run_to(9)
    assert desk.seen == []


def test_of_two_that_touched_one_returns_as_the_other_begins() -> None:
    first = standing("one", S.RETURNED, 5, 20, in_at=STARTED_AT + 25 * SECOND)
    second = standing("two", S.ON_AIR, 25, 10)
    desk = next_life(27, [second, first], 4, 5, 24)
    desk.run_to(250)
    assert desk.splices == [0, 8 * 25]
    marks = [one for one in names(one.effect for one in desk.seen) if one.startswith(("Mark", "break"))]
    assert marks == [
        *("MarkOut", "MarkExtend", "break.resumed"),  # one
        *("MarkIn", "break.in", "MarkOut", "break.resumed"),  # and two
        *("MarkIn", "break.in"),
    ]


@pytest.mark.parametrize(
    ("after_s", "splices"), [(8, [2 * 25, 7 * 25]), (10.5, [0, 113]), (14.5, [0, 25]), (40, [0, 25])]
)
def test_a_break_in_its_pre_roll_airs_at_its_moment_or_at_once(after_s: float, splices: list[int]) -> None:
    desk = next_life(after_s, [standing("one", S.ARMED, 10, 5)], 4)
    desk.run_to(200)
    assert desk.splices == splices
    out = desk.one(events.BreakOut)
    assert out.splice_event_id == standing("one", S.ARMED).splice_event_id
    assert out.immediate
    assert not desk.all(events.BreakArmed)
    assert not desk.all(events.BreakPlanned)
    assert desk.sent_at(CueKind.OUT)[0] == 0, "announced on the new clock at once"


def test_a_break_in_its_pre_roll_can_be_withdrawn() -> None:
    desk = next_life(8, [standing("one", S.ARMED, 20, 5)], 4)
    desk.run_to(20)
    desk.give(desk.withdraw())
    desk.run_to(400)
    assert desk.splices == []
    assert desk.one(events.BreakWithdrawn).break_id == "one"


def test_what_waits_waits_on() -> None:
    desk = next_life(
        8,
        [
            standing("later", S.PLANNED, 100),
            standing("hand", S.PLANNED),
            standing("held", S.HELD, 7),
            standing("sooner", S.PLANNED, 50),
        ],
        4,
    )
    desk.run_to(3)
    assert desk.seen == []
    assert [brk.id for brk in desk.splicer.planned] == ["sooner", "later", "hand"]
    assert [brk.out_frame for brk in desk.splicer.planned] == [42 * 25, 92 * 25, None]
    assert desk.splicer.cued is not None
    assert (desk.splicer.cued.id, desk.splicer.cued.state) == ("held", S.HELD)
    assert "was given already" in desk.refused(desk.planning("2026-11-22T20:00:00Z", key="later"))
    assert desk.give(desk.take()) == "held"
    desk.run(50)
    assert [one.break_id for one in desk.all(events.BreakOut)] == ["held", "sooner"]


def test_a_plan_whose_moment_passed_airs_what_is_left_of_it() -> None:
    desk = next_life(20, [standing("one", S.PLANNED, 12, 30), standing("two", S.CUED, 42, 5)], 4)
    desk.run_to(30 * 25)
    assert desk.splices == [0, 22 * 25, 27 * 25]
    assert [one.break_id for one in desk.all(events.BreakOut)] == ["one", "two"]


def test_a_plan_whose_whole_time_passed_has_failed() -> None:
    desk = next_life(60, [standing("one", S.PLANNED, 12, 30), standing("two", S.CUED, 12, 30)], 4)
    desk.run_to(9)
    assert [one.break_id for one in desk.all(events.BreakFailed)] == ["one", "two"]
    assert desk.splices == []


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(25, 300)), min_size=1, max_size=6),
    st.integers(0, 60_000),
    st.integers(0, 900),
    st.sampled_from(RATES),
)
def test_none_is_lost_or_overlaps_and_each_ends_at_its_moment(
    spans: list[tuple[int, int]], away_ms: int, died_frame: int, rate: FrameRate
) -> None:
    """Breaks one behind the other, some touching; the channel died somewhere among them."""
    breaks, at = [], 0
    due: dict[str, datetime] = {}
    breaks_at: dict[str, datetime] = {}
    for number, (gap, length) in enumerate(spans):
        out_s, duration_s = (at + gap) / 25, length / 25
        at += gap + length
        died_s = died_frame / 25
        state = S.ON_AIR if out_s <= died_s < out_s + duration_s else S.ARMED if out_s < died_s + 6 else S.PLANNED
        if out_s + duration_s <= died_s:
            continue
        breaks.append(standing(f"b{number}", state, out_s, duration_s))
        due[f"b{number}"] = STARTED_AT + (out_s + duration_s) * SECOND
        breaks_at[f"b{number}"] = STARTED_AT + out_s * SECOND
    desk = next_life(died_frame / 25 + away_ms / 1000, breaks, 0, rate=rate)
    desk.run_to(rate.nearest(Fraction(at, 25) + len(spans)) + 50)
    outs = {one.break_id: one.frame for one in desk.all(events.BreakOut)}
    outs |= {one.break_id: one.frame for one in desk.all(events.BreakResumed)}
    ins = {one.break_id: one for one in desk.all(events.BreakIn)}
    failed = {one.break_id for one in desk.all(events.BreakFailed)}
    assert outs.keys() == ins.keys()
    assert outs.keys() | failed == due.keys()
    assert not outs.keys() & failed
    frame_s = float(rate.seconds(1))
    free, free_at = 0, STARTED_AT
    for key, due_at in due.items():
        if key in failed:
            continue
        if breaks_at[key] == free_at and outs[key] > 0:
            assert outs[key] == free, "what touched touches"
        free_at = due_at
        assert outs[key] >= free or outs[key] < 0
        free = ins[key].frame
        assert free - outs[key] >= rate.nearest(Fraction(1)) or outs[key] < 0
        late_s = (ins[key].in_at - due_at).total_seconds()
        assert late_s >= -frame_s
        if late_s > frame_s:
            assert free <= max(outs[key], 0) + rate.frames_covering(Fraction(1)), "as soon as it could"
    out_marks = desk.all(MarkOut)
    assert len(out_marks) == len(desk.all(MarkIn)) == len(outs)


def marking(*after_s: float) -> Listed:
    """As ``listing``, each segment with marker lines, read back from a text: to the millisecond."""
    entries = tuple(
        Entry(f"p/{at}.ts", f"{at}.ts", STARTED_AT + at * SECOND, 90_000, tags=("#EXT-X-CUE",)) for at in after_s
    )
    listed = Listed.of({0: {"high": WrittenTrack(MediaPlaylist(2, 9, entries))}})
    assert listed is not None
    return listed


@pytest.mark.parametrize("state", [S.ARMED, S.PLANNED, S.CUED])
def test_what_aired_and_was_not_told_goes_on(state: BreakState) -> None:
    """The journal's disk had died before its OUT, the air went on, then the engine died."""
    late = timedelta(microseconds=400)
    left = standing("one", state, 5, out_pts=17)
    left = replace(left, out_at=STARTED_AT + 5 * SECOND + late)
    desk = Desk(PAL, started_at=STARTED_AT + 8 * SECOND)
    resume(desk.splicer, (left,), marking(0, 5))
    desk.run_to(30 * 25)
    assert [name for name in names(one.effect for one in desk.seen) if name.startswith(("Mark", "break"))] == [
        *("break.out", "MarkOut", "MarkExtend", "break.resumed", "MarkIn", "break.in"),
    ]
    assert desk.splices == [27 * 25]
    assert desk.one(events.BreakOut).out_at == left.out_at


def test_what_aired_and_returned_and_was_not_told_is_over() -> None:
    desk = Desk(PAL, started_at=STARTED_AT + 50 * SECOND)
    resume(desk.splicer, (standing("one", S.ARMED, 5, out_pts=17),), marking(0, 5, 35))
    desk.run_to(30)
    assert names(one.effect for one in desk.seen) == ["break.out", "break.in"]
    assert desk.splicer.breaks() == []
