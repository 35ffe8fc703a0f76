from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.timebase import (
    PTS_WRAP,
    TICKS_PER_SECOND,
    FrameRate,
    decimal_text,
    difference,
    round_half_up,
    seconds_of,
    span_of,
    ticks_of,
    unwrapped,
    wrapped,
)
from tests.model.anything import rates

ticks = st.integers(-(1 << 40), 1 << 40)
frames = st.integers(0, 10**9)
seconds = st.fractions(0, 10**6, max_denominator=10**6)


@given(ticks, ticks)
def test_a_span_is_floored_to_the_microsecond(value: int, more: int) -> None:
    lasts_us = span_of(value) // timedelta(microseconds=1)
    assert lasts_us <= seconds_of(value) * 1_000_000 < lasts_us + 1
    assert timedelta() <= span_of(value + more) - span_of(value) - span_of(more) <= timedelta(microseconds=1)


@given(ticks)
def test_ticks_leave_in_33_bits(value: int) -> None:
    assert 0 <= wrapped(value) < PTS_WRAP
    assert (wrapped(value) - value) % PTS_WRAP == 0


@given(ticks, st.integers(-(1 << 32), (1 << 32) - 1))
def test_a_difference_outlives_the_wrap(earlier: int, apart: int) -> None:
    assert difference(wrapped(earlier + apart), wrapped(earlier)) == apart


@given(ticks, ticks)
def test_a_difference_is_less_than_half_a_wrap(one: int, other: int) -> None:
    assert -(1 << 32) <= difference(one, other) < 1 << 32


@given(ticks, st.integers(-(1 << 32), (1 << 32) - 1))
def test_unwrapped_takes_back_what_wrapped_did(near: int, apart: int) -> None:
    assert unwrapped(wrapped(near + apart), near) == near + apart


@given(ticks)
def test_ticks_and_seconds_are_exact(value: int) -> None:
    assert ticks_of(seconds_of(value)) == value


@given(st.fractions())
def test_rounding_is_to_the_nearest_and_a_half_goes_up(value: Fraction) -> None:
    rounded = round_half_up(value)
    assert Fraction(-1, 2) < rounded - value <= Fraction(1, 2)


@given(st.fractions(), st.integers(-1000, 1000))
def test_rounding_does_not_depend_on_where_zero_is(value: Fraction, whole: int) -> None:
    assert round_half_up(value + whole) == round_half_up(value) + whole


@given(ticks, st.integers(1, 9))
def test_decimal_text_is_the_nearest_decimal(value: int, places: int) -> None:
    text = decimal_text(value, places)
    assert abs(Fraction(text) - Fraction(value, TICKS_PER_SECOND)) <= Fraction(1, 2 * 10**places)
    assert len(text.partition(".")[2]) == places


def test_decimal_text_as_playlists_have_it() -> None:
    assert [decimal_text(value) for value in (2_700_000, 0, 45, -45, 3003, -90_000)] == [
        "30.000",
        "0.000",
        "0.001",
        "0.000",
        "0.033",
        "-1.000",
    ]


@given(rates, frames)
def test_the_nearest_frame_to_a_frame_is_itself(rate: FrameRate, frame: int) -> None:
    assert rate.nearest(rate.seconds(frame)) == frame
    assert rate.frames_within(rate.seconds(frame)) == rate.frames_covering(rate.seconds(frame)) == frame
    assert 0 <= rate.seconds(frame) * TICKS_PER_SECOND - rate.ticks(frame) < 1
    assert 0 <= rate.seconds(frame) * 48_000 - rate.samples(frame, 48_000) < 1


@given(rates, seconds)
def test_frames_around_a_time(rate: FrameRate, when: Fraction) -> None:
    within, covering = rate.frames_within(when), rate.frames_covering(when)
    assert rate.seconds(within) <= when <= rate.seconds(covering)
    assert covering - within in {0, 1}
    assert rate.nearest(when) in {within, covering}


@given(rates, frames, frames)
def test_ticks_grow_with_frames(rate: FrameRate, one: int, other: int) -> None:
    if one < other:
        assert rate.ticks(one) < rate.ticks(other)


@given(rates, frames, st.integers(1, 10**6), st.integers(1, 10**6))
def test_breaks_that_touch_stay_touching(rate: FrameRate, start: int, first: int, second: int) -> None:
    """Declared durations are differences of rounded ends, so they add up whatever the rate."""
    ends = [rate.ticks(start), rate.ticks(start + first), rate.ticks(start + first + second)]
    assert (ends[1] - ends[0]) + (ends[2] - ends[1]) == rate.ticks(start + first + second) - rate.ticks(start)


@given(rates)
def test_a_rate_is_read_as_it_is_written(rate: FrameRate) -> None:
    assert FrameRate.parse(str(rate)) == rate
    assert FrameRate.of(rate.fraction) == rate
    assert rate.nominal - 1 < rate.fraction <= rate.nominal


@pytest.mark.parametrize("text", ["0", "121", "25.0", "30000/0", "1/2", "-25", "", "25fps", "1" * 30, "25/", "/1"])
def test_an_impossible_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        FrameRate.parse(text)


@given(st.text(max_size=12))
def test_any_text_is_a_rate_or_a_value_error(text: str) -> None:
    try:
        rate = FrameRate.parse(text)
    except ValueError:
        return
    assert 1 <= rate.fraction <= 120


def test_rates_of_the_trade() -> None:
    ntsc = FrameRate.parse("30000/1001")
    assert (ntsc.nominal, ntsc.ticks(1), ntsc.ticks(30_000)) == (30, 3003, 30_000 * 3003)
    assert FrameRate.parse("50/2") == FrameRate(25)
    assert FrameRate.parse(" 25 ").samples(1, 48_000) == 1920
