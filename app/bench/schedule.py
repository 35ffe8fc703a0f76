"""The schedule: a long list imported, its store read and written by many, and its planner."""

from __future__ import annotations

from app.bench import schedule_import, schedule_planner, schedule_store
from app.bench.figures import Outcome

PARTS = (schedule_import, schedule_store, schedule_planner)


def run() -> Outcome:
    """All that there is to measure, one after the other."""
    outcomes = [part.run() for part in PARTS]
    return Outcome(
        "schedule",
        "; ".join(outcome.reference for outcome in outcomes),
        tuple(figure for outcome in outcomes for figure in outcome.figures),
        tuple(note for outcome in outcomes for note in outcome.notes),
    )
