"""The schedule: a long list imported, its store read and written by many, and its planner."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from app.bench.figures import Outcome

HALVES = ("app.bench.schedule_import", "app.bench.schedule_store", "app.bench.schedule_planner")


def run() -> Outcome:
    """All that there is to measure, one after the other."""
    outcomes: list[Outcome] = [import_module(half).run() for half in HALVES if find_spec(half) is not None]
    return Outcome(
        "schedule",
        "; ".join(outcome.reference for outcome in outcomes),
        tuple(figure for outcome in outcomes for figure in outcome.figures),
        tuple(note for outcome in outcomes for note in outcome.notes),
    )
