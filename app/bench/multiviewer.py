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
    """Alternate the window over shared memory with the two that it is held against."""
    with engine_of_sixteen() as rig:
        costs: dict[str, list[WindowCost]] = {"blind": [], "own": [], "shared": []}
        for _ in range(ROUNDS):
            for kind, some in costs.items():
                some.append(_cost(rig, kind))
    shared, own = costs["shared"], costs["own"]
    blind_cpu, own_cpu, cpu = (100 * median([cost.cpu for cost in some]) for some in costs.values())
    return Outcome(
        "multiviewer",
        "the same window with pictures that stand; and with the same pictures posted in its own process",
        (
            Figure("previews' cpu", cpu - blind_cpu, "% of a core", CPU_LIMIT),
            Figure("whole window's cpu", cpu, "% of a core"),
            Figure("reference, pictures stand", blind_cpu, "% of a core"),
            Figure("reference, own process", own_cpu, "% of a core"),
            Figure("event loop p99", median([cost.p99_ms for cost in shared]), "ms", P99_LIMIT_MS),
            Figure("reference event loop p99", median([cost.p99_ms for cost in own]), "ms"),
            Figure("pictures", median([cost.pictures_a_s for cost in shared]), "a second"),
        ),
        (f"{len(NAMES)} tiles at {FPS} pictures a second, two of them in a break, {ROUNDS} rounds of {FOR_S:.0f} s",),
    )


def _cost(rig: Rig, kind: str) -> WindowCost:
    return rig.window(kind, SETTLE_S, FOR_S).cost()
