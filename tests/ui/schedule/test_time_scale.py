"""Time and pixels agree both ways, at every zoom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.schedule.time_scale import LEAST_US_PER_PX, MOST_US_PER_PX, TimeScale

moments = st.integers(-(10**15), 4 * 10**15)
zooms = st.integers(LEAST_US_PER_PX, MOST_US_PER_PX)
pixels = st.integers(-5000, 5000)
scales = st.builds(TimeScale, moments, zooms)


@given(scales, pixels)
def test_a_pixels_moment_lies_on_that_pixel(scale: TimeScale, x: int) -> None:
    assert scale.x_of(scale.us_at(x)) == x


@given(scales, moments)
def test_a_moment_lies_within_its_pixel(scale: TimeScale, us: int) -> None:
    x = scale.x_of(us)
    assert scale.us_at(x) <= us < scale.us_at(x + 1)


@given(scales, st.floats(0.05, 20), pixels)
def test_what_is_under_the_mouse_stays_there_when_it_zooms(scale: TimeScale, factor: float, x: int) -> None:
    zoomed = scale.zoomed(factor, x)
    assert zoomed.us_at(x) == scale.us_at(x)
    assert LEAST_US_PER_PX <= zoomed.us_per_px <= MOST_US_PER_PX
    if factor != 1 and LEAST_US_PER_PX < scale.us_per_px < MOST_US_PER_PX:
        assert (zoomed.us_per_px > scale.us_per_px) is (factor > 1)


@given(scales, pixels, pixels)
def test_panning_there_and_back_is_nothing(scale: TimeScale, there: int, x: int) -> None:
    assert scale.panned(there).panned(-there) == scale
    assert scale.panned(there).us_at(x) == scale.us_at(x + there)


@given(scales, moments, st.integers(1, 604_800 * 10**6), st.integers(600, 4000))
def test_a_stretch_of_time_fits_the_width(scale: TimeScale, since: int, lasts: int, width: int) -> None:
    shown = scale.showing(since, since + lasts, width)
    assert shown.us_at(0) == since
    assert shown.us_at(width) >= since + lasts


def test_it_zooms_from_a_week_to_a_frame() -> None:
    week = TimeScale(0, 1).showing(0, 604_800 * 10**6, 790)
    assert week.us_at(790) - week.us_at(0) >= 604_800 * 10**6
    near = week
    for _ in range(80):
        near = near.zoomed(0.8, 300)
    assert near.x_of(40_000) - near.x_of(0) == 200
