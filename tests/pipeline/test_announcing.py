from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.cue import BreakDuration
from app.model.errors import CueError
from app.model.rundown import BreakPlan, Upid
from app.model.signalling import Signalling
from app.model.timebase import PTS_WRAP, FrameRate, difference
from app.pipeline.anchor import Anchor
from app.pipeline.announcing import Sections, check, in_frames, repeat_frames
from app.pipeline.rundown import Break
from app.pipeline.signals import Signals
from app.scte35.codec import decode
from app.scte35.segmentation import END_OF
from tests.pipeline.break_desk import CHANNEL, NTSC, PAL, RATES, STARTED_AT, insert_of

PLAN = BreakPlan(id="b1", channel=CHANNEL, at=None, duration_s=Fraction(30))
rates = st.sampled_from(RATES)


def armed(rate: FrameRate, out_frame: int, duration_frames: int, *, lead: int, plan: BreakPlan = PLAN) -> Break:
    brk = Break(plan, "pat", duration_frames, out_frame, splice_event_id=7, signalling=Signals().of(plan))
    brk.armed_frame = out_frame - lead
    return brk


# ---- when


def test_an_out_is_repeated_5_4_and_2_s_before() -> None:
    assert repeat_frames(armed(PAL, 1000, 750, lead=150), PAL) == {875, 900, 950}


def test_a_shorter_pre_roll_leaves_out_what_lies_before_it() -> None:
    assert repeat_frames(armed(PAL, 1000, 750, lead=100), PAL) == {950}
    assert repeat_frames(armed(PAL, 1000, 750, lead=101), PAL) == {900, 950}
    assert repeat_frames(armed(PAL, 1000, 750, lead=1), PAL) == set()
    assert repeat_frames(armed(PAL, 1000, 750, lead=0), PAL) == set()


def test_an_in_goes_out_4_and_2_s_before_and_never_before_the_frame_after_out() -> None:
    assert in_frames(armed(PAL, 1000, 750, lead=150), PAL) == {1650, 1700}
    assert in_frames(armed(PAL, 1000, 75, lead=150), PAL) == {1001, 1025}
    assert in_frames(armed(PAL, 1000, 30, lead=150), PAL) == {1001}
    assert in_frames(armed(PAL, 1000, 2, lead=150), PAL) == {1001}
    assert in_frames(armed(PAL, 1000, 1, lead=150), PAL) == set()


@given(rates, st.integers(0, 10**7), st.integers(2, 3000), st.integers(0, 800))
def test_everything_is_announced_between_its_bounds(rate: FrameRate, out: int, lasts: int, lead: int) -> None:
    brk = armed(rate, out, lasts, lead=lead)
    assert all(out - lead < frame < out for frame in repeat_frames(brk, rate))
    announced = in_frames(brk, rate)
    assert announced
    assert all(out < frame < out + lasts for frame in announced)
    whole = min(rate.seconds(lasts - 1), Fraction(4))
    assert rate.seconds(out + lasts - min(announced)) >= whole - rate.seconds(1)


# ---- what


@given(rates, st.integers(0, 10**7), st.integers(25, 90_000), st.integers(0, PTS_WRAP - 1), st.booleans())
def test_out_and_in_say_the_frames_times_whatever_wraps(
    rate: FrameRate, out_frame: int, lasts: int, first_pts: int, auto_return: bool
) -> None:
    anchor = Anchor(rate, STARTED_AT, first_pts)
    brk = armed(rate, out_frame, lasts, lead=0, plan=replace(PLAN, auto_return=auto_return))
    duration_ticks = anchor.pts(out_frame + lasts) - anchor.pts(out_frame)

    section, out = insert_of(Sections(anchor).out(brk))
    assert section.effective_pts == anchor.pts(out_frame) & (PTS_WRAP - 1)
    assert (out.splice_event_id, out.out_of_network_indicator, out.splice_immediate_flag) == (7, True, False)
    assert out.break_duration == BreakDuration(auto_return, duration_ticks)

    back_section, back = insert_of(Sections(anchor).back(brk))
    assert back_section.effective_pts == anchor.pts(out_frame + lasts) & (PTS_WRAP - 1)
    assert (back.splice_event_id, back.out_of_network_indicator, back.break_duration) == (7, False, None)
    assert section.effective_pts is not None
    assert back_section.effective_pts is not None
    assert difference(back_section.effective_pts, section.effective_pts) == duration_ticks


def test_the_same_break_makes_the_same_bytes() -> None:
    sections, brk = Sections(Anchor(NTSC, STARTED_AT)), armed(NTSC, 500, 899, lead=180)
    assert sections.out(brk) == sections.out(brk)
    assert sections.back(brk) == sections.back(brk)


def test_a_cancel_names_its_event_and_nothing_else() -> None:
    _, cancel = insert_of(Sections(Anchor(PAL, STARTED_AT)).cancel(armed(PAL, 500, 750, lead=150)))
    assert (cancel.splice_event_id, cancel.cancel, cancel.break_duration) == (7, True, None)


@pytest.mark.parametrize("start_type", sorted(END_OF))
def test_a_type_makes_a_start_with_the_duration_and_its_own_end_without(start_type: int) -> None:
    plan = replace(PLAN, segmentation_type_id=start_type, upid=Upid(0x09, "SIGNAL:abc"))
    brk = armed(PAL, 500, 750, lead=150, plan=plan)
    sections = Sections(Anchor(PAL, STARTED_AT))
    (start,) = decode(sections.out(brk)).segmentation_descriptors
    (end,) = decode(sections.back(brk)).segmentation_descriptors
    assert (start.segmentation_type_id, end.segmentation_type_id) == (start_type, END_OF[start_type])
    assert (start.segmentation_duration_ticks, end.segmentation_duration_ticks) == (30 * 90_000, None)
    assert {(one.segmentation_event_id, one.upid_type, one.upid) for one in (start, end)} == {(7, 9, b"SIGNAL:abc")}


def test_no_type_no_descriptor() -> None:
    sections, brk = Sections(Anchor(PAL, STARTED_AT)), armed(PAL, 500, 750, lead=150)
    assert decode(sections.out(brk)).descriptors == ()
    assert decode(sections.back(brk)).descriptors == ()


# ---- what can't be


@pytest.mark.parametrize("type_id", [0x00, 0x35, 0x21, 0xFF])
def test_a_type_that_starts_nothing_is_refused(type_id: int) -> None:
    with pytest.raises(CueError, match="starts nothing"):
        check(replace(PLAN, segmentation_type_id=type_id), Signalling(), 90_000)


@pytest.mark.parametrize(
    "plan",
    [
        replace(PLAN, splice_event_id=1 << 32),
        replace(PLAN, splice_event_id=-1),
        replace(PLAN, segmentation_type_id=0x34, upid=Upid(0x0F, "x" * 240)),
        replace(PLAN, segmentation_type_id=0x34, upid=Upid(0x03, "short")),
        replace(PLAN, segmentation_type_id=0x34, upid=Upid(0x0D, "no MID")),  # what the second reader can't read
    ],
)
def test_a_plan_that_fits_into_no_section_is_found_before_its_pre_roll(plan: BreakPlan) -> None:
    with pytest.raises(CueError):
        check(plan, Signals().of(plan), 30 * 90_000)


def test_a_duration_over_33_bits_is_found_too() -> None:
    check(PLAN, Signalling(), PTS_WRAP - 1)
    with pytest.raises(CueError, match="duration"):
        check(PLAN, Signalling(), PTS_WRAP)
