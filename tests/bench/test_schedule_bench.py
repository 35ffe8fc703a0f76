"""The import's bench on a short list: its figures mean what they say."""

from pathlib import Path

import pytest

from app.bench import schedule, schedule_import, schedule_planner
from app.bench.schedule_import import DATABASE


def test_a_short_list_is_imported_and_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(schedule_import, "ROUNDS", 1)
    monkeypatch.setenv(DATABASE, str(tmp_path / "other.sqlite3"))  # any store will do here
    outcome = schedule_import.run(200)
    assert outcome.kept
    assert [figure.name for figure in outcome.figures if figure.limit] == [
        "imported into SQLite",
        "the same, CPU",
        "imported into PostgreSQL",
    ]
    assert all(figure.value > 0 for figure in outcome.figures)


def test_both_halves_are_one_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule_import, "BREAKS", 100)
    monkeypatch.setattr(schedule_import, "ROUNDS", 1)
    monkeypatch.setattr(schedule, "HALVES", ("app.bench.schedule_import", "app.bench.no_such_half"))
    monkeypatch.setattr(schedule_import.run, "__defaults__", (100,))
    outcome = schedule.run()
    assert outcome.bench == "schedule"
    assert outcome.reference == "csv.reader and one bulk INSERT of the same rows"


def test_a_tick_of_the_planner_is_measured_in_the_bench() -> None:
    assert schedule_planner.__name__ in schedule.HALVES
    outcome = schedule_planner.run(200, 100)
    assert [figure.limit for figure in outcome.figures] == [1.0, 1.0, None]
    assert all(figure.value > 0 for figure in outcome.figures)
    assert outcome.notes == ("200 breaks pending, 5 of them handed over in 100 ticks",)
