"""Previews shrink first when the machine is short, at once, and come back slowly."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.preview_budget import CALM_S, RATES, PreviewBudget


def shown(budget: PreviewBudget, first: int, frames: int, depth: float = 0.0, late_s: float = 0.0) -> int:
    return sum(budget.wants(frame, depth, late_s) for frame in range(first, first + frames))


@pytest.mark.parametrize(("frames_per_s", "most"), [(25.0, 25), (50.0, 25), (60.0, 25), (24.0, 24), (10.0, 10)])
def test_a_machine_with_room_shows_up_to_25_a_second(frames_per_s: float, most: int) -> None:
    budget = PreviewBudget(frames_per_s)
    assert abs(shown(budget, 0, round(10 * frames_per_s)) - 10 * most) <= 1
    assert budget.rate == most


def test_it_shrinks_step_by_step_within_two_seconds_and_at_once_where_the_queue_is_nearly_full() -> None:
    budget = PreviewBudget(25.0)
    assert budget.wants(0, 0.3, 0.0), "the first picture is shown whatever it costs"
    rates = []
    for frame in range(1, 50):
        assert not budget.wants(frame, 0.3, 0.0), "a queue that lags gets no picture to scale"
        if budget.rate not in rates:
            rates.append(budget.rate)
    assert rates == [*RATES[1:]]
    sudden = PreviewBudget(25.0)
    sudden.wants(0, 0.0, 0.0)
    sudden.wants(1, 0.8, 0.0)
    assert sudden.rate == 0.0


def test_lateness_alone_shrinks_it_too_and_each_step_shows_its_rate() -> None:
    budget = PreviewBudget(25.0)
    for frame in range(12):
        budget.wants(frame, 0.0, 0.5)
    assert budget.rate == 5.0
    assert shown(budget, 12, 75) in {14, 15, 16}


def test_it_comes_back_a_step_at_a_time() -> None:
    budget = PreviewBudget(25.0)
    budget.wants(0, 0.0, 0.0)
    budget.wants(1, 0.9, 0.0)
    frame, rates = 2, []
    while budget.rate < 25.0:
        budget.wants(frame, 0.0, 0.0)
        frame += 1
        if budget.rate not in rates:
            rates.append(budget.rate)
    assert rates == [0.0, 1.0, 5.0, 12.5, 25.0]
    assert frame / 25 == pytest.approx(4 * CALM_S, abs=0.2)


def test_a_step_up_that_had_to_be_taken_back_waits_longer_next_time() -> None:
    budget = PreviewBudget(25.0)
    frame, changes = 0, []
    before = budget.rate
    while frame < 25 * 300:
        short = budget.rate > 12.5  # the machine has room for half of the pictures
        budget.wants(frame, 0.3 if short else 0.0, 0.0)
        if budget.rate > before:
            changes.append(frame)
        before = budget.rate
        frame += 1
    pauses = [later - earlier for earlier, later in pairwise(changes)]
    assert pauses == sorted(pauses)
    assert len(changes) < 10


@given(
    st.sampled_from([10.0, 24.0, 25.0, 30.0, 50.0, 60.0]),
    st.lists(st.tuples(st.floats(0, 1), st.floats(-1, 5)), max_size=300),
)
def test_whatever_comes_it_stays_within_its_rates(frames_per_s: float, course: list[tuple[float, float]]) -> None:
    budget = PreviewBudget(frames_per_s)
    for frame, (depth, late_s) in enumerate(course):
        shows = budget.wants(frame, depth, late_s)
        assert budget.rate in {min(rate, frames_per_s) for rate in RATES}
        assert not (shows and frame and depth >= 0.25)
