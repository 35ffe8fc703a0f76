"""The meter's ballistics."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from app.ui.meter import FLOOR_DBFS, Needle, height


def test_up_at_once_and_down_slowly() -> None:
    needle = Needle()
    needle.feed(-10.0, 0.0)
    assert needle.level == -10
    needle.feed(-math.inf, 1.7)
    assert math.isclose(needle.level, -30)
    needle.feed(-math.inf, 60.0)
    assert needle.level == FLOOR_DBFS


def test_the_peak_stands_then_falls() -> None:
    needle = Needle()
    needle.feed(-6.0, 0.0)
    needle.feed(-40.0, 1.0)
    assert needle.peak == -6
    for tick in range(200):
        needle.feed(-40.0, 1.6 + tick * 0.04)
    assert needle.peak < -30


def test_a_clip_is_seen_for_a_while() -> None:
    needle = Needle()
    needle.feed(0.0, 5.0)
    assert needle.clipped(7.9)
    assert not needle.clipped(8.1)


@given(st.lists(st.tuples(st.floats(-200, 0) | st.just(-math.inf), st.floats(0, 1)), max_size=50))
def test_the_needle_stays_on_the_scale(fed: list[tuple[float, float]]) -> None:
    needle, now_s = Needle(), 0.0
    for peak, step_s in fed:
        now_s += step_s
        needle.feed(peak, now_s)
        assert FLOOR_DBFS <= needle.level <= needle.peak <= 0
        assert 0 <= height(needle.level) <= 1
