"""What ``splicedeck verify`` prints for a person."""

import pytest

from app.cli.verify import as_text
from app.model.states import ProofState
from app.monitoring.report import Report, Row


@pytest.mark.parametrize(
    ("pts", "idr_pts", "told"),
    [
        (900_000, 900_000, "exact"),
        (900_000, 903_600, "+3600 ticks"),
        (900_000, None, "no IDR"),
        (None, None, "tags only"),  # of other people's streams that carry no section
    ],
)
def test_a_line_says_how_far_the_picture_is_from_its_section(pts: int | None, idr_pts: int | None, told: str) -> None:
    error = None if pts is None or idr_pts is None else idr_pts - pts
    row = Row(17, "out", pts, idr_pts, error, {"high": "7.ts"}, {"cue-out-in": "ok"}, ProofState.LANDED)
    first, last = as_text(Report("index.m3u8", (row,), ())).splitlines()
    assert told in [part.strip() for part in first.split("  ")]
    assert last == "pass: 1 of 1 splices landed in index.m3u8"
    assert " 1 of 2 splices landed" in as_text(Report("index.m3u8", (row,), ()), 2)
