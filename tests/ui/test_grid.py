"""The grid of tiles: the design's own cell, and what holds for every number of tiles and every room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from app.ui.grid import BAND, MARGIN, Form, tile_grid


@given(st.integers(1, 36), st.integers(944, 3400), st.integers(476, 2000))
def test_tiles_stay_in_the_room_and_apart_with_exact_pictures(count: int, width: int, height: int) -> None:
    cells = tile_grid(count, width, height)
    room = QRect(0, 0, width, height)
    assert len(cells) == count
    for place, cell in enumerate(cells):
        assert room.contains(cell.cell)
        assert cell.cell.contains(cell.band)
        inside = cell.cell.adjusted(MARGIN + BAND, MARGIN + BAND, -MARGIN - BAND, -MARGIN - BAND)
        for part in (cell.picture, cell.meter, cell.label):
            assert inside.contains(part)
        assert cell.picture.width() == cell.picture.height() * 16 // 9
        assert not cell.picture.intersects(cell.meter)
        assert not cell.picture.intersects(cell.label)
        assert all(not cell.cell.intersects(other.cell) for other in cells[place + 1 :])


@pytest.mark.parametrize(
    ("count", "size", "columns", "form"),
    [
        (12, (1520, 734), 4, Form.LARGE),
        (12, (944, 476), 4, Form.MEDIUM),
        (1, (1520, 734), 1, Form.HUGE),
        (2, (944, 476), 2, Form.LARGE),
        (36, (1520, 734), 8, Form.SMALL),
    ],
)
def test_the_designs_grids(count: int, size: tuple[int, int], columns: int, form: Form) -> None:
    cells = tile_grid(count, *size)
    assert len({cell.cell.left() for cell in cells}) == columns
    assert {cell.form for cell in cells} == {form}


def test_twelve_tiles_have_the_designs_size() -> None:
    first = tile_grid(12, 1520, 734)[0]
    assert (first.cell.width(), first.label.height()) == (380, 36)
    assert first.picture.width() >= 320
    assert tile_grid(12, 944, 476)[0].cell.width() == 236
    assert tile_grid(36, 1520, 734)[0].picture.height() >= 70


def test_no_tile_has_no_place() -> None:
    assert tile_grid(0, 1520, 734) == ()
    assert tile_grid(3, 20, 20) == ()


@given(st.integers(1, 36), st.integers(944, 3400), st.integers(476, 2000))
def test_a_large_picture_never_says_as_little_as_a_small_one(count: int, width: int, height: int) -> None:
    for cell in tile_grid(count, width, height):
        assert cell.form is not Form.SMALL or cell.picture.width() < 340


def test_a_single_tile_between_two_forms_takes_the_smaller() -> None:
    assert tile_grid(1, 944, 471)[0].form is Form.LARGE
