"""Figures: percentiles by definition, budgets that can be broken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.bench.figures import Figure, Outcome, median, percentile
from app.bench.push import injection_ms


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_a_value_that_share_is_not_above(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


def test_the_median_of_three_is_the_middle_one() -> None:
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert percentile([], 0.99) == 0.0


def test_one_broken_budget_breaks_the_outcome() -> None:
    kept, broken, told = Figure("a", 1, "x", 1), Figure("b", 1.1, "x", 1), Figure("c", 99, "s")
    assert Outcome("t", "r", (kept, told)).kept
    assert not Outcome("t", "r", (kept, broken)).kept


def test_injection_is_measured_on_what_it_does() -> None:
    assert injection_ms() > 0
