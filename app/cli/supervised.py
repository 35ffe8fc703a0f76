"""``run --headless --supervised``: the engine in its own process; this one is its watchdog and a client."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing

from app import logs
from app.cli.going_on import go_on, take_up
from app.cli.job import Job, check_store
from app.cli.show_end import end_show
from app.cli.show_waiting import wait_for_end
from app.model.errors import UsageError
from app.remote.session import mark_ending, write_session
from app.remote.starting import claim_or_adopt, wait_for_engine
from app.remote.watchdog import Watchdog

GONE_S = 10.0  # an engine that has ended is gone by then


def run_supervised(job: Job) -> bool:
    """From the first frame to the last proof, over every death of the engine; False when something hung."""
    data_dir = job.data_dir
    with ExitStack() as resources:
        lock, running = claim_or_adopt(data_dir, job.session)
        resources.callback(lock.release)
        if running is None:
            check_store(job)
        logs.configure(data_dir, name="watchdog")
        life = 0
        if running is None:
            life = go_on(job)
            write_session(data_dir, job.session)
        else:
            take_up(job, running)
            print(f"watches over the run of {running.show_name!r} again, which is on air", file=sys.stderr)
        run_id = job.session.run_id
        watchdog = Watchdog(data_dir)
        watchdog.start()
        resources.callback(watchdog.stop)
        after = (life, 0) if life else None  # what lives before this run told is no news
        waited = wait_for_engine(data_dir, run_id, lambda: watchdog.short_lives > 1, after=after)
        engine = resources.enter_context(closing(waited))
        engine.subscribe(job.account.take)
        if life != 1:
            job.account.go_on_from(engine.snapshot())
        if running is not None:
            for plan in job.session.plans:
                if plan not in running.plans:  # those it has itself to hand in
                    engine.submit(plan)
        job.engine = engine
        try:
            hurried = wait_for_end(job, watchdog.over.is_set)
        finally:
            job.stop_script()
            mark_ending(data_dir, run_id)  # a life that comes back from here on comes to end it
        if watchdog.refused:
            raise UsageError("", f"the show has no engine any more: {watchdog.refused}")
        ended = watchdog.over.is_set() or end_show(engine, hurried=hurried) or engine.ended
        watchdog.over.wait(GONE_S)
        return ended
