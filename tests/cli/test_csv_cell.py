import csv
import io

import pytest

from app.cli.csv_cell import guarded


@pytest.mark.parametrize("cell", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_would_be_a_formula_is_text(cell: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([guarded(cell)])
    assert next(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [f"'{cell}"]


@pytest.mark.parametrize("cell", [-5, 1.5, None, True, "", "news-1", "2026-11-22 20:15:32:11", "a=1", "'=1"])
def test_everything_else_stays(cell: str | float | None) -> None:
    assert guarded(cell) == cell
