"""``bench ui``: from a press to its paint, and to the engine's acceptance, while two channels encode."""

from __future__ import annotations

from app.bench.figures import Figure, Outcome, median, percentile
from app.bench.pictures import FPS, NAMES
from app.bench.processes import engine_of_sixteen

ROUNDS, PRESSES = 2, 50
SHOWN_LIMIT_MS, ACCEPTED_LIMIT_MS, LOOP_LIMIT_MS = 50.0, 100.0, 16.0


def run() -> Outcome:
    """Alternate with a plain window of Qt."""
    bare_ms: list[float] = []
    shown_ms: list[float] = []
    accepted_ms: list[float] = []
    loop_ms: list[float] = []
    with engine_of_sixteen() as rig:
        for _ in range(ROUNDS):
            bare_ms += rig.window("bare-presses", for_s=PRESSES).presses().shown_ms
            cost = rig.window("presses", for_s=PRESSES).presses()
            shown_ms += cost.shown_ms
            accepted_ms += cost.accepted_ms
            loop_ms.append(cost.p99_ms)
    unanswered = ROUNDS * PRESSES - min(len(shown_ms), len(accepted_ms))
    return Outcome(
        "ui",
        "the one button of a plain window of Qt, beside the same engine: from a press to its paint",
        (
            Figure("press to paint, p99", percentile(shown_ms, 0.99), "ms", SHOWN_LIMIT_MS),
            Figure("press to paint, median", median(shown_ms), "ms"),
            Figure("reference, p99", percentile(bare_ms, 0.99), "ms"),
            Figure("reference, median", median(bare_ms), "ms"),
            Figure("press to accepted, p99", percentile(accepted_ms, 0.99), "ms", ACCEPTED_LIMIT_MS),
            Figure("press to accepted, median", median(accepted_ms), "ms"),
            Figure("presses without an answer", unanswered, "presses", 0),
            Figure("event loop p99", max(loop_ms), "ms", LOOP_LIMIT_MS),
        ),
        (f"{len(shown_ms)} presses of SLATE; {len(NAMES)} tiles at {FPS} pictures a second, two channels encode",),
    )
