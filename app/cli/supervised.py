"""``run --headless --supervised``: the engine in its own process; this one is its watchdog and a client."""

from __future__ import annotations

from contextlib import ExitStack, closing

from app import logs
from app.cli.job import Job, check_store
from app.cli.show_end import end_show
from app.cli.show_waiting import wait_for_end
from app.remote.session import mark_ending, write_session
from app.remote.starting import claim, wait_for_engine
from app.remote.watchdog import Watchdog

GONE_S = 10.0  # an engine that has ended is gone by then


def run_supervised(job: Job) -> bool:
    """From the first frame to the last proof, over every death of the engine; False when something hung."""
    data_dir, run_id = job.data_dir, job.session.run_id
    with ExitStack() as resources:
        resources.callback(claim(data_dir).release)
        check_store(job)
        logs.configure(data_dir, name="watchdog")
        write_session(data_dir, job.session)
        watchdog = Watchdog(data_dir)
        watchdog.start()
        resources.callback(watchdog.stop)
        engine = resources.enter_context(closing(wait_for_engine(data_dir, run_id, lambda: watchdog.short_lives > 1)))
        engine.subscribe(job.account.take)
        job.engine = engine
        try:
            hurried = wait_for_end(job, watchdog.over.is_set)
        finally:
            job.stop_script()
            mark_ending(data_dir, run_id)  # a life that comes back from here on comes to end it
        ended = watchdog.over.is_set() or end_show(engine, hurried=hurried) or engine.ended
        watchdog.over.wait(GONE_S)
        return ended
