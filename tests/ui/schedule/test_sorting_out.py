"""A few blocks are sorted out one by one, many as columns: it comes to the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.ui.schedule import narrow_paint
from app.ui.schedule.block import Block, Kind
from app.ui.schedule.lanes import Lane
from app.ui.schedule.narrow_paint import SortedOut, covered, sort_out
from app.ui.schedule.time_scale import TimeScale

WIDTH = 200
BLOCKS = st.lists(
    st.tuples(st.integers(-3_000, 12_000), st.integers(1, 4_000), st.sampled_from(list(Kind))), max_size=12
)


def plain(found: SortedOut) -> dict[str, Any]:
    thin = {kind: covered(*some, found.width).tolist() for kind, some in found.thin.items()}
    return {"wide": found.wide, "slim": dict(found.slim), "thin": thin}


@given(BLOCKS, st.integers(-2_000, 12_000), st.sets(st.integers(0, 11)))
def test_one_by_one_and_as_columns_come_to_the_same(
    some: list[tuple[int, int, Kind]], now: int, kept: set[int]
) -> None:
    scale = TimeScale(1_000 * 200, 200 * 20)
    blocks = [
        Block(key=("one", str(n)), start_us=start * 200, end_us=(start + lasts) * 200, kind=kind)
        for n, (start, lasts, kind) in enumerate(some)
    ]
    lane = Lane(blocks)
    asked = (lane, lane.between(scale.us_at(0), scale.us_at(WIDTH)), scale, WIDTH, now * 200, sorted(kept))
    few, many = narrow_paint._sorted_few(*asked), narrow_paint._sorted_many(*asked)
    assert plain(few) == plain(many)
    assert plain(sort_out(lane, scale, WIDTH, now * 200, sorted(kept))) == plain(few)
