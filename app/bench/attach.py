"""``bench attach``: from the start of a window's process to everything on the glass, mid-break, while two encode."""

from __future__ import annotations

from app.bench.figures import Figure, Outcome, median
from app.bench.pictures import NAMES
from app.bench.processes import engine_of_sixteen, plain_window_s

ROUNDS = 7
LIMIT_S = 1.5


def run() -> Outcome:
    """Alternate with a plain window of Qt."""
    with engine_of_sixteen() as rig:
        ours, plain = [], []
        for _ in range(ROUNDS):
            plain.append(plain_window_s())
            ours.append(rig.window("shared", settle_s=0.0, for_s=0.1).full_s)
    return Outcome(
        "attach",
        "a plain, empty window of Qt: from the start of its process to its first paint",
        (
            Figure("start to full picture", median(ours), "s", LIMIT_S),
            Figure("slowest of them", max(ours), "s"),
            Figure("reference", median(plain), "s"),
        ),
        (f"{len(NAMES)} tiles, two of them in a break, {ROUNDS} alternating rounds; starting Python is in it",),
    )
