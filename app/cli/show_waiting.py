"""How a run waits for its end, wherever its engine is."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.cli.job import Job

POLL_S = 0.05
ON_AIR_WAIT_S = 60.0  # a channel that can start at all is on air, or on its slate, long before


def wait_for_end(job: Job, ended_by_others: Callable[[], bool]) -> bool:
    """Until a signal or another's word (True), the end of the time, of every channel, or of whoever reads our stdout.

    Scripted commands begin here.
    """
    account = job.account
    if job.script is not None:
        job.script.start(account.on_air)
    started_s: float | None = None
    latest_s = time.monotonic() + ON_AIR_WAIT_S  # then the time counts although nothing came on air
    while not account.all_stopped.is_set() and not account.output_gone.is_set():
        if job.stop.wait(POLL_S) or ended_by_others():
            return True
        now_s = time.monotonic()
        if started_s is None and (account.on_air.is_set() or now_s >= latest_s):
            started_s = now_s
        if started_s is not None and job.for_s is not None and now_s >= started_s + job.for_s:
            break
    return False
