"""``bench multiviewer``: sixteen channels' previews from another process, while two channels encode there."""

from __future__ import annotations

from app.bench.figures import Figure, Outcome, median
from app.bench.pictures import FPS, NAMES
from app.bench.processes import Rig, engine_of_sixteen
from app.ui.window_cost import WindowCost

ROUNDS = 3
SETTLE_S, FOR_S = 3.0, 12.0
CPU_LIMIT, P99_LIMIT_MS = 10.0, 16.0


def run() -> Outcome:
    """Alternate the window over shared memory with one whose pictures are made in its own process."""
    with engine_of_sixteen() as rig:
        shared, own = [], []
        for _ in range(ROUNDS):
            own.append(_cost(rig, "own"))
            shared.append(_cost(rig, "shared"))
    cpu, own_cpu = median([cost.cpu for cost in shared]), median([cost.cpu for cost in own])
    return Outcome(
        "multiviewer",
        "the same window and pictures with nothing between: they are posted in its own process",
        (
            Figure("window cpu", 100 * cpu, "% of a core", CPU_LIMIT),
            Figure("reference cpu", 100 * own_cpu, "% of a core"),
            Figure("event loop p99", median([cost.p99_ms for cost in shared]), "ms", P99_LIMIT_MS),
            Figure("reference event loop p99", median([cost.p99_ms for cost in own]), "ms"),
            Figure("pictures", median([cost.pictures_a_s for cost in shared]), "a second"),
        ),
        (f"{len(NAMES)} tiles at {FPS} pictures a second, two of them in a break, {ROUNDS} rounds of {FOR_S:.0f} s",),
    )


def _cost(rig: Rig, kind: str) -> WindowCost:
    return rig.window(kind, SETTLE_S, FOR_S).cost()
