"""What is dragged goes to the nearest thing in reach, and nowhere else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.schedule.snapping import Target, Targets, snapped

moments = st.integers(0, 10**9)
targets = st.lists(st.builds(Target, moments, st.just("x")), max_size=40)


@given(targets, st.lists(moments, min_size=1, max_size=2), st.integers(0, 10**8))
def test_no_target_is_nearer_than_the_one_it_snaps_to(some: list[Target], edges: list[int], reach: int) -> None:
    snap = snapped(edges, Targets(some), reach)
    ways = [abs(target.us - edge) for target in some for edge in edges]
    within = [way for way in ways if way <= reach]
    if snap is None:
        assert not within
    else:
        assert abs(snap.moved_us) == min(within)
        assert any(edge + snap.moved_us == snap.target.us for edge in edges)


@given(moments, st.integers(1, 10**7), st.integers(0, 10**7), st.integers(-12, 12))
def test_without_a_target_it_goes_to_the_grid_of_house_time(at: int, grid: int, reach: int, hours: int) -> None:
    offset = hours * 3_600_000_000
    snap = snapped((at,), Targets(), reach, grid, offset)
    off = (at + offset) % grid
    if min(off, grid - off) <= reach:
        assert snap is not None
        assert (at + snap.moved_us + offset) % grid == 0
        assert abs(snap.moved_us) <= reach
    else:
        assert snap is None


def test_a_target_beats_the_grid() -> None:
    snap = snapped((1004,), Targets([Target(1010, "start of Kids")]), 20, 5)
    assert snap is not None
    assert snap.target.says == "start of Kids"
