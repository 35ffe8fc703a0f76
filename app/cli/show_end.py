"""How a show is ended, wherever its engine is."""

from __future__ import annotations

import time

from app.cli.undelivered import tell_undelivered
from app.remote.face import EngineFace

HURRIED_S = 2.0  # for the end of the channels and the proofs after a signal, so that a stop takes under three seconds
LAST_DELIVERY_S = 1.0  # for what is still on its way when a channel has ended, were an origin silent
LAST_LOOK_S = 0.4  # for the proofs at least
FINISH_S = 6.0  # for the last deliveries where nobody waits for the end
PROOF_WAIT_S = 20.0  # after the end all is delivered, or lost: only the reading back may take a moment


def end_show(engine: EngineFace, *, hurried: bool, deliver_s: float | None = None) -> bool:
    """End the channels, look a last time for the proofs, end the engine, tell what no origin got; False: it hung.

    ``deliver_s``: how long the last objects may take, where somebody has said so.
    """
    until_s = time.monotonic() + HURRIED_S
    if hurried:
        within_s = LAST_DELIVERY_S if deliver_s is None else deliver_s
        ended = engine.end_channels(within_s)
        engine.drain_proofs(max(LAST_LOOK_S, until_s - time.monotonic()))
    else:
        ended = engine.end_channels(FINISH_S)
        engine.drain_proofs(PROOF_WAIT_S)
    ended = engine.stop(0.0) and ended
    tell_undelivered(engine.snapshot())
    return ended
