"""Where tiles stand: layouts, pages, order."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.grammar import BLACK, FAULT, IN_BREAK, ON_AIR, Mark, Tone
from app.ui.multiview.arrangement import Arrangement, arrangement_of
from app.ui.multiview.kept import read_walls
from app.ui.multiview.layouts import LEAST_BESIDE_LARGE, LEAST_PICTURE, SHAPES, TileLayout, large_places, layout_cells
from app.ui.multiview.outlook import Told, outlook
from app.ui.multiview.wall import Sight, neighbour, wall
from app.ui.tile_face import TileFace

NAMES = tuple(f"c{n}" for n in range(12))
ROOM = (944, 476)
some_names = st.lists(st.sampled_from(NAMES), unique=True).map(tuple)
arrangements = st.builds(
    Arrangement,
    st.sampled_from(TileLayout),
    some_names,
    st.lists(st.sampled_from(NAMES), unique=True, max_size=3).map(tuple),
)


def face(mark: Mark) -> TileFace:
    return TileFace(mark, None, "", "", Tone.QUIET, None, "", off=False)


@given(st.sampled_from(TileLayout), st.integers(1, 36), st.integers(200, 3000), st.integers(150, 2000))
def test_cells_lie_in_the_room_and_on_nobody_elses(layout: TileLayout, count: int, width: int, height: int) -> None:
    cells = layout_cells(layout, count, width, height)
    for cell in cells:
        assert cell.cell.left() >= 0
        assert cell.cell.top() >= 0
        assert cell.cell.right() < width
        assert cell.cell.bottom() < height
        assert cell.band.contains(cell.picture)
        assert cell.picture.width() * 9 // 16 <= cell.picture.height() <= cell.picture.width() * 9 / 16 + 1
    assert not any(one.cell.intersects(other.cell) for one, other in combinations(cells, 2))


@pytest.mark.parametrize(
    ("layout", "count"), [(TileLayout.ONE_FIVE, 6), (TileLayout.ONE_SEVEN, 8), (TileLayout.TWO_EIGHT, 10)]
)
def test_a_layout_has_its_large_tiles_first(layout: TileLayout, count: int) -> None:
    cells = layout_cells(layout, 99, *ROOM)
    assert len(cells) == count
    heights = [cell.picture.height() for cell in cells]
    large = large_places(layout)
    assert min(heights[:large]) > 2 * max(heights[large:])
    assert len(set(heights[large:])) == 1
    assert len(SHAPES[layout].small) == count - large


@given(arrangements, st.integers(1, 60), st.integers(0, 70), st.integers(400, 2000), st.integers(200, 1200))
def test_every_channel_is_large_or_on_one_page_and_no_picture_is_too_small(
    arrangement: Arrangement, count: int, page: int, width: int, height: int
) -> None:
    names = tuple(f"c{n}" for n in range(count))
    seen = wall(arrangement, names, "c0", Sight(page, "", LEAST_PICTURE), (width, height))
    large = arrangement.large(names, "c0") if seen.layout is arrangement.layout else ()
    paged = [name for one in seen.pages for name in one]
    assert sorted((*large, *paged)) == sorted(names)
    assert 0 <= seen.page < len(seen.pages)
    assert seen.shown == (*large, *seen.pages[seen.page])
    assert len(seen.shown) <= 36 + len(large)
    assert len(seen.shown) == 1 or min(cell.picture.height() for cell in seen.cells) >= (
        LEAST_BESIDE_LARGE if large else LEAST_PICTURE
    )
    for name in names:
        assert name in large or name in seen.pages[seen.page_of(name)]


def test_36_channels_in_the_smallest_window_are_two_pages_and_one_in_a_large_one() -> None:
    names = tuple(f"c{n}" for n in range(36))
    small = wall(Arrangement(), names, "c0", Sight(1, "", LEAST_PICTURE), (944, 452))
    assert [len(page) for page in small.pages] == [18, 18]
    assert small.shown == names[18:]
    assert len(wall(Arrangement(), names, "c0", Sight(0, "", LEAST_PICTURE), (1520, 734)).pages) == 1


def test_a_layout_that_would_make_pictures_too_small_gives_way_to_the_grid() -> None:
    seen = wall(Arrangement(TileLayout.ONE_SEVEN), NAMES, "c0", Sight(0, "", LEAST_PICTURE), (944, 300))
    assert seen.layout is TileLayout.GRID
    told = [Told(name, name, face(ON_AIR)) for name in NAMES]
    assert "no room for 1+7" in outlook(seen, told, TileLayout.ONE_SEVEN, "c0").place


def test_the_large_place_is_the_pinned_ones_or_the_selected_ones() -> None:
    chosen = Arrangement(TileLayout.TWO_EIGHT)
    assert chosen.large(NAMES, "c5") == ("c5", "c0")
    pinned = chosen.turned_pin(NAMES, "c3")
    assert pinned.large(NAMES, "c5") == ("c3", "c5")
    assert pinned.large(NAMES, "c3") == ("c3", "c0")
    both = pinned.turned_pin(NAMES, "c4")
    assert both.large(NAMES, "c5") == ("c3", "c4")
    assert both.turned_pin(NAMES, "c7").large(NAMES, "c5") == ("c3", "c7")
    assert both.turned_pin(NAMES, "c3").large(NAMES, "c5") == ("c4", "c5")
    assert Arrangement().turned_pin(NAMES, "c2").large(NAMES, "c5") == ("c2",)  # the grid has no large place


@given(arrangements, st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_tile_that_is_dropped_stands_where_it_was_dropped(
    arrangement: Arrangement, selected: str, name: str, on: str
) -> None:
    before = arrangement.sequence(NAMES, selected)
    after = arrangement.dropped(NAMES, selected, name, on)
    sequence = after.sequence(NAMES, selected)
    assert sorted(sequence) == sorted(NAMES)
    assert len(after.pinned) == len(set(after.pinned))
    large = arrangement.large(NAMES, selected)
    if name == on:
        assert after == arrangement
    elif on in large:
        assert name in after.pinned
        assert name in after.large(NAMES, selected)
    elif name not in large and after.large(NAMES, selected) == large:
        assert sequence.index(name) == before.index(on)


def test_two_large_tiles_change_places() -> None:
    chosen = Arrangement(TileLayout.TWO_EIGHT)
    swapped = chosen.dropped(NAMES, "c5", "c0", "c5")
    assert swapped.large(NAMES, "c5") == ("c0", "c5")
    assert swapped.dropped(NAMES, "c5", "c0", "c5").large(NAMES, "c1") == ("c5", "c0")


@given(arrangements)
def test_what_is_kept_comes_back(arrangement: Arrangement) -> None:
    assert arrangement_of(arrangement.kept()) == arrangement


@pytest.mark.parametrize(
    "told",
    [
        {"here": {}},
        {"here": {"layout": "Grid", "order": [], "pinned": []}, "apart": {"open": 1}},
        {"here": {"layout": "3+3", "order": [], "pinned": []}, "apart": {"open": True}},
        {"here": {"layout": "Grid", "order": [7], "pinned": []}, "apart": {"open": True}},
        {"here": [], "apart": []},
    ],
)
def test_what_was_not_kept_so_is_refused(told: dict[str, object]) -> None:
    with pytest.raises((TypeError, KeyError, ValueError)):
        read_walls(told)


def test_a_channel_that_is_new_or_gone_leaves_the_others_where_they_were_put() -> None:
    put = Arrangement(order=("c3", "gone", "c1"))
    assert put.ordered(("c0", "c1", "c2", "c3")) == ("c3", "c1", "c0", "c2")


def test_the_tile_beside_is_found_also_past_a_large_one() -> None:
    seen = wall(Arrangement(TileLayout.ONE_FIVE), NAMES[:6], "c0", Sight(), ROOM)
    assert neighbour(seen, "c0", (1, 0)) == "c1"
    assert neighbour(seen, "c2", (-1, 0)) == "c0"
    assert neighbour(seen, "c0", (0, 1)) == "c3"
    assert neighbour(seen, "c1", (0, 1)) == "c2"
    assert neighbour(seen, "c5", (0, 1)) == ""
    assert neighbour(seen, "c3", (-1, 0)) == ""


def test_an_alarm_out_of_sight_is_told_first_and_with_its_page() -> None:
    seen = wall(Arrangement(), NAMES, "c0", Sight(0, "", 200), ROOM)
    assert len(seen.pages) == 6
    told = [Told(name, f"{n} {name}", face(ON_AIR)) for n, name in enumerate(NAMES, 1)]
    assert outlook(seen, told, TileLayout.GRID, "c0") == replace(outlook(seen, told, TileLayout.GRID, "c0"), unseen="")
    told[4] = replace(told[4], face=face(IN_BREAK))
    quiet = outlook(seen, told, TileLayout.GRID, "c0")
    assert (quiet.unseen, quiet.tone) == ("Out of sight: page 3, 5 c4 IN BREAK", Tone.PLAIN)
    told[7], told[9] = replace(told[7], face=face(BLACK)), replace(told[9], face=face(FAULT))
    grave = outlook(seen, told, TileLayout.GRID, "c6")
    assert grave.unseen == "2 ALARMS OUT OF SIGHT: page 5, 10 c9 FAULT, page 4, 8 c7 BLACK"
    assert (grave.tone, grave.first) == (Tone.RED, "c9")
    assert grave.place == "page 1 of 6, cue keys act on 7 c6"
    told[0] = replace(told[0], face=face(FAULT))
    assert "c0" not in outlook(seen, told, TileLayout.GRID, "c0").unseen  # that one is in sight
