from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.timebase import PTS_WRAP, FrameRate, wrapped
from app.pipeline.anchor import FIRST_PTS, Anchor
from tests.pipeline.break_desk import NTSC, PAL, RATES, STARTED_AT

rates = st.sampled_from(RATES)
frames = st.integers(-(10**6), 10**8)


def test_frame_0_has_the_first_pts_and_left_at_the_start() -> None:
    anchor = Anchor(PAL, STARTED_AT)
    assert (anchor.pts(0), anchor.at(0)) == (FIRST_PTS, STARTED_AT)
    assert (anchor.pts(25), anchor.at(25)) == (FIRST_PTS + 90_000, STARTED_AT + timedelta(seconds=1))


def test_at_24000_1001_the_steps_are_3753_and_3754_ticks_and_four_make_15015() -> None:
    anchor = Anchor(FrameRate(24_000, 1001), STARTED_AT)
    assert {anchor.pts(n + 1) - anchor.pts(n) for n in range(100)} == {3753, 3754}
    assert {anchor.pts(n + 4) - anchor.pts(n) for n in range(100)} == {15_015}


@given(rates, frames)
def test_a_frame_is_never_a_tick_off(rate: FrameRate, frame: int) -> None:
    anchor = Anchor(rate, STARTED_AT)
    assert 0 <= rate.seconds(frame) * 90_000 - (anchor.pts(frame) - FIRST_PTS) < 1


@given(rates, frames, frames, st.integers(0, 1 << 40))
def test_wall_time_steps_are_pts_steps_to_the_microsecond(
    rate: FrameRate, one: int, other: int, first_pts: int
) -> None:
    anchor = Anchor(rate, STARTED_AT, first_pts)
    wall_us = (anchor.at(other) - anchor.at(one)) // timedelta(microseconds=1)
    assert abs(9 * wall_us - 100 * (anchor.pts(other) - anchor.pts(one))) < 9


@given(rates, frames)
def test_later_frames_have_later_times(rate: FrameRate, frame: int) -> None:
    anchor = Anchor(rate, STARTED_AT)
    assert anchor.pts(frame) < anchor.pts(frame + 1)
    assert anchor.at(frame) < anchor.at(frame + 1)


@pytest.mark.parametrize("rate", RATES)
def test_the_clock_goes_on_where_33_bits_wrap(rate: FrameRate) -> None:
    anchor = Anchor(rate, STARTED_AT, PTS_WRAP - 1)
    assert anchor.pts(1) > PTS_WRAP
    assert wrapped(anchor.pts(1)) < rate.ticks(1)
    assert anchor.at(1) - anchor.at(0) < timedelta(seconds=0.05)


def test_wall_time_is_aware_utc() -> None:
    assert Anchor(NTSC, datetime(2026, 1, 1, tzinfo=UTC)).at(-5).tzinfo is UTC
