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


def test_its_parts_are_one_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule_import, "ROUNDS", 1)
    monkeypatch.setattr(schedule_import.run, "__defaults__", (100,))
    monkeypatch.setattr(schedule_planner.run, "__defaults__", (200, 100))
    monkeypatch.setattr(schedule, "PARTS", (schedule_import, schedule_planner))
    outcome = schedule.run()
    parts = schedule_import.run(), schedule_planner.run()
    assert outcome.bench == "schedule"
    assert outcome.reference == "; ".join(part.reference for part in parts)
    assert len(outcome.figures) == sum(len(part.figures) for part in parts)


def test_a_tick_of_the_planner_is_measured_in_the_bench() -> None:
    assert schedule_planner in schedule.PARTS
    outcome = schedule_planner.run(200, 100)
    assert [figure.limit for figure in outcome.figures] == [1.0, 1.0, None]
    assert all(figure.value > 0 for figure in outcome.figures)
    assert outcome.notes == ("200 breaks pending, 5 of them handed over in 100 ticks",)
