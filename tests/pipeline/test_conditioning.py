from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.conditioning import SegmentGrid

END = 700
lengths = st.integers(1, 200)
splice_sets = st.lists(st.integers(0, END - 50), max_size=8).map(lambda frames: sorted(set(frames)))


def cuts(length: int, frames: int, splices: Sequence[int], known: dict[int, int] | None = None) -> list[int]:
    """Frames that start a segment; ``known``: from which frame on a splice is known, else from the first."""
    grid = SegmentGrid(length)
    known = known or {}
    return [
        frame
        for frame in range(frames)
        if grid.cuts_at(
            frame,
            splice=frame in splices,
            coming=[splice for splice in splices if splice > frame and known.get(splice, 0) <= frame],
        )
    ]


def test_without_splices_every_segment_is_nominal() -> None:
    assert cuts(150, 600, []) == [0, 150, 300, 450]


def test_the_age_is_what_a_segment_would_have_if_it_ended_here() -> None:
    grid = SegmentGrid(150)
    for frame in range(152):
        grid.cuts_at(frame, splice=False)
    assert (grid.age(152), grid.age(151)) == (2, 1)


def test_the_grid_starts_anew_at_a_splice() -> None:
    assert cuts(150, 600, [100]) == [0, 100, 250, 400, 550]
    assert cuts(150, 600, [220]) == [0, 150, 220, 370, 520]


def test_a_sliver_before_a_splice_becomes_two_halves() -> None:
    assert cuts(150, 300, [160]) == [0, 80, 160]
    assert cuts(150, 300, [161]) == [0, 81, 161]
    assert cuts(150, 310, [310 - 1]) == [0, 150, 230, 309]


def test_a_splice_heard_of_late_cuts_as_soon_as_it_is_known() -> None:
    assert cuts(250, 320, [310], {310: 210}) == [0, 210, 310]


def test_a_splice_that_is_called_off_costs_nothing_but_a_shorter_segment() -> None:
    grid = SegmentGrid(100)
    found = [frame for frame in range(400) if grid.cuts_at(frame, splice=False, coming=[110] if frame < 60 else [])]
    assert found == [0, 55, 155, 255, 355]


def test_a_splice_that_lies_behind_counts_no_more() -> None:
    grid = SegmentGrid(100)
    assert [frame for frame in range(250) if grid.cuts_at(frame, splice=False, coming=[60, 0, 220])] == [0, 100, 160]


def test_two_splices_in_a_row_make_a_segment_of_one_frame() -> None:
    assert cuts(150, 300, [100, 101]) == [0, 100, 101, 251]


@given(lengths, splice_sets, st.data())
def test_nothing_is_longer_than_nominal_and_every_splice_is_cut(
    length: int, splices: list[int], data: st.DataObject
) -> None:
    leads = {splice: splice - data.draw(st.integers(0, 100)) for splice in splices}
    found = cuts(length, END, splices, leads)
    assert found[0] == 0
    assert set(splices) <= set(found)
    assert all(late - early <= length for early, late in zip(found, [*found[1:], END], strict=True))


@given(lengths, splice_sets, st.data())
def test_no_sliver_where_a_splice_is_known_more_than_a_quarter_of_a_segment_ahead(
    length: int, splices: list[int], data: st.DataObject
) -> None:
    leads = {splice: splice - length // 4 - data.draw(st.integers(1, 100)) for splice in splices}
    found = cuts(length, END, splices, leads)
    edges = {0, *splices}
    for early, late in pairwise(found):
        if early not in edges:  # else the two splices themselves are that close
            assert late - early > length // 4


@given(lengths, splice_sets)
def test_no_more_cuts_than_needed(length: int, splices: list[int]) -> None:
    found = cuts(length, END, splices)
    stretches = zip([0, *splices], [*splices, END], strict=True)
    assert len(found) == sum(-(-(late - early) // length) for early, late in stretches)


@pytest.mark.parametrize("length", [0, -1])
def test_a_segment_has_at_least_a_frame(length: int) -> None:
    with pytest.raises(ValueError, match="segment of"):
        SegmentGrid(length)
