"""``bench multiviewer``: 16 and 36 channels' previews from another process, while two channels encode there."""

from __future__ import annotations

from app.bench.figures import Figure, Outcome, median
from app.bench.pictures import FPS
from app.bench.processes import engine_of_sixteen
from app.ui.window_cost import WindowCost

ROUNDS = 3
SETTLE_S, FOR_S = 3.0, 10.0
P99_LIMIT_MS = 16.0
LIMITS = {16: 10.0, 36: 20.0}  # tiles: percent of a core beyond the plain program

type Costs = dict[str, list[WindowCost]]


def run() -> Outcome:
    """Alternate the window over shared memory with the two that it is held against."""
    figures = [figure for tiles, limit in LIMITS.items() for figure in _figures(tiles, limit, _costs(tiles))]
    return Outcome(
        "multiviewer",
        "the plainest program of Qt that paints the same pictures; and the same window with pictures that stand",
        tuple(figures),
        (f"{FPS} pictures a second, two tiles in a break, {ROUNDS} alternating rounds of {FOR_S:.0f} s",),
    )


def _costs(tiles: int) -> Costs:
    costs: Costs = {"shared": [], "blind": [], "plain": []}
    with engine_of_sixteen(tiles) as rig:
        for _ in range(ROUNDS):
            for kind, some in costs.items():
                width, height = costs["shared"][0].room if costs["shared"] else (0, 0)
                wanted = f"plain:{width}x{height}" if kind == "plain" else kind
                some.append(rig.window(wanted, SETTLE_S, FOR_S).cost())
    return costs


def _figures(tiles: int, limit: float, costs: Costs) -> tuple[Figure, ...]:
    whole, blind, plain = (100 * median([cost.cpu for cost in some]) for some in costs.values())
    shared = costs["shared"]
    return (
        Figure(f"{tiles} tiles, whole window beyond the plain program", whole - plain, "% of a core", limit),
        Figure(f"{tiles} tiles, the pictures' part of that", whole - blind - plain, "% of a core"),
        Figure(f"{tiles} tiles, whole window", whole, "% of a core"),
        Figure(f"{tiles} tiles, reference, plain program", plain, "% of a core"),
        Figure(f"{tiles} tiles, reference, pictures stand", blind, "% of a core"),
        Figure(f"{tiles} tiles, event loop p99", median([cost.p99_ms for cost in shared]), "ms", P99_LIMIT_MS),
        Figure(f"{tiles} tiles, pictures", median([cost.pictures_a_s for cost in shared]), "a second"),
        Figure(f"{tiles} tiles, plain program's", median([cost.pictures_a_s for cost in costs["plain"]]), "a second"),
    )
