"""How many frames lie before a moment of the source: told ahead, then compared with what is shown."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.timebase import FrameRate
from tests.pipeline.test_playout import P25, Bench, bench, number_of, put

P2997, P50 = FrameRate(30_000, 1001), FrameRate(50)
NEAR = Fraction(1, 100)


def _first_shown(here: Bench, source: FrameRate, base: int, wanted: int, told_at: int) -> tuple[Fraction, int]:
    """What was told before take ``told_at`` of picture ``wanted``, and how many takes after that it was on."""
    number, told = 0, None
    while True:
        while not here.playout.pictures_full():
            put(here.playout, number, source, base)
            number += 1
        if len(here.taken) == told_at:
            told = here.playout.frames_until(base + source.ticks(wanted))
            assert told is not None
        picture = here.take().picture
        here.now_s[0] += float(here.rate.seconds(1))
        if picture is not None and number_of(picture) == wanted:
            assert told is not None
            return told, len(here.taken) - 1 - told_at


@settings(max_examples=40, deadline=None)
@given(
    base=st.integers(0, 2**33),
    rate=st.sampled_from([P25, P2997, P50, FrameRate(24), FrameRate(60_000, 1001)]),
    told_at=st.integers(1, 30),
    ahead=st.integers(2, 60),
)
def test_a_picture_is_on_at_the_frame_that_was_told(base: int, rate: FrameRate, told_at: int, ahead: int) -> None:
    told, shown_after = _first_shown(bench(rate), rate, base, told_at + ahead, told_at)
    assert abs(told - shown_after) < NEAR
    assert ceil(told - Fraction(1, 4)) == shown_after


@settings(max_examples=20, deadline=None)
@given(rates=st.sampled_from([(P50, P25), (P25, P50), (P25, P2997)]), ahead=st.integers(5, 60))
def test_between_two_frames_it_is_the_next_take_that_shows_it(rates: tuple[FrameRate, FrameRate], ahead: int) -> None:
    source, output = rates
    wanted = 2 * (ahead + 10)  # even: 50 to 25 a second shows these
    told, shown_after = _first_shown(bench(output), source, 90_000, wanted, 8)
    assert ceil(told - Fraction(1, 4)) == shown_after


def test_without_a_link_nothing_is_told() -> None:
    here = bench(live=True)
    assert here.playout.frames_until(0) is None
    here.take()
    assert here.playout.frames_until(0) is None


def test_what_was_told_stays_true_while_it_is_kept_steady() -> None:
    here = bench(live=True)
    number, told = 0, []
    for frame in range(25 * 60):
        here.now_s[0] = float(P25.seconds(frame))
        while P25.seconds(number + 1) <= P25.seconds(frame) * Fraction(1004, 1000):
            put(here.playout, number, P25, base=90_000)
            number += 1
        if frame >= 100:
            here.playout.keep_steady(3)
            until = here.playout.frames_until(900_000)
            assert until is not None
            told.append(until + frame)
        here.take()
    assert here.playout.drift.corrections
    assert len(set(told)) == 1


@pytest.mark.parametrize("speed", [Fraction(1004, 1000), Fraction(996, 1000)])
def test_it_follows_a_drifting_source(speed: Fraction) -> None:
    """Asked just before the take that shows a picture, the answer is that take; it is never told too late."""
    here = bench(live=True)
    number = checked = 0
    coming = 50
    for frame in range(25 * 60):
        here.now_s[0] = float(P25.seconds(frame))
        while P25.seconds(number + 1) <= P25.seconds(frame) * speed:
            put(here.playout, number, P25, base=90_000)
            number += 1
        until = here.playout.frames_until(90_000 + P25.ticks(coming))
        picture = here.take().picture
        if until is None or picture is None:
            continue
        shown = number_of(picture) + round((coming - number_of(picture)) / 1000) * 1000
        assert (shown >= coming) == (ceil(until - Fraction(1, 4)) <= 0)
        if shown >= coming:
            coming += 50
            checked += 1
    assert here.playout.drift.corrections
    assert checked >= 20


@settings(max_examples=40, deadline=None)
@given(
    base=st.integers(0, 2**33),
    rates=st.sampled_from([(P25, P25), (P2997, P2997), (FrameRate(24_000, 1001), P25), (P50, P25), (P25, P50)]),
    told_at=st.integers(12, 20),
    ahead=st.integers(0, 700),
)
def test_the_time_of_the_picture_of_a_frame_is_told_ahead(
    base: int, rates: tuple[FrameRate, FrameRate], told_at: int, ahead: int
) -> None:
    source, output = rates
    here = bench(output)
    number, told = 0, None
    shown = None
    while len(here.taken) <= told_at + ahead:
        while not here.playout.pictures_full():
            put(here.playout, number, source, base)
            number += 1
        if len(here.taken) == told_at:
            told = here.playout.picture_ticks(ahead)
        shown = here.take().picture
        here.now_s[0] += float(here.rate.seconds(1))
    assert told is not None
    assert shown is not None
    near = min(range(number), key=lambda one: abs(base + source.ticks(one) - told))
    assert abs(base + source.ticks(near) - told) <= 2
    assert near % 1000 == number_of(shown)
    assert here.playout.picture_ticks(-10) is None


def test_the_picture_of_a_frame_is_unknown_without_a_link() -> None:
    assert bench(live=True).playout.picture_ticks(0) is None
