"""The verdict on a ladder that was tried."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.model.admission import MOST, admission
from app.model.setup_face import LadderCost

SHARES = st.lists(st.floats(0, 8), min_size=1, max_size=4)


def cost(shares: list[float], machine: int = 2, busy: float | None = 0.0) -> LadderCost:
    return LadderCost(tuple((f"r{n}", share) for n, share in enumerate(shares)), 0.0, machine, busy)


@given(SHARES, st.integers(1, 16), st.floats(0, 16))
def test_what_fits_leaves_the_reserve_and_what_does_not_is_told_its_figure(
    shares: list[float], machine: int, busy: float
) -> None:
    verdict = admission(cost(shares, machine, busy))
    assert verdict.fits == (sum(shares) <= max(0.0, machine * MOST - busy))
    assert f"{sum(shares):.2f} of {machine} processors" in verdict.words
    assert verdict.words.startswith("Fits" if verdict.fits else "Refused")


def test_the_smallest_rendition_whose_leaving_helps_is_named() -> None:
    assert "Without r1 (0.60) it fits" in admission(cost([1.2, 0.6, 0.1])).words
    assert "Choose a quicker preset" in admission(cost([4.0])).words


def test_what_would_fit_alone_is_told_so() -> None:
    assert "if nothing else ran here" in admission(cost([0.3], busy=2.0)).words


def test_a_system_that_does_not_tell_its_load_is_said_so() -> None:
    assert "not known" in admission(cost([0.1], busy=None)).words
