"""``bench charts``: nine charts of a day, drawn as often as the window does, against bare plots of the same library."""

from __future__ import annotations

from app.bench.figures import Figure, Outcome, median
from app.bench.processes import engine_of_sixteen

ROUNDS, FOR_S = 3, 10.0
LIMIT = 5.0


def run() -> Outcome:
    """Alternate with the bare plots."""
    ours, bare = [], []
    with engine_of_sixteen() as rig:
        for _ in range(ROUNDS):
            bare.append(100 * float(rig.window("bare-charts", for_s=FOR_S).said))
            ours.append(100 * float(rig.window("charts", for_s=FOR_S).said))
    return Outcome(
        "charts",
        "the same curves in bare plots of pyqtgraph, given anew as often",
        (
            Figure("nine charts of 24 h", median(ours), "% of a core", LIMIT),
            Figure("reference", median(bare), "% of a core"),
        ),
        (f"{ROUNDS} alternating rounds of {FOR_S:.0f} s; drawn every 5 s",),
    )
