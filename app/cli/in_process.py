"""``run --headless``: the engine in this very process, with the lock, the journal and the link as anywhere."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import replace

from app import logs
from app.cli.job import Job, check_store
from app.cli.show_end import end_show
from app.cli.show_waiting import wait_for_end
from app.engine.build import build_engine
from app.remote.event_log import EventLog
from app.remote.host import Host
from app.remote.lock import EngineLock
from app.remote.session import write_session
from app.remote.starting import claim


def run_in_process(job: Job) -> bool:
    """From the first frame to the last proof; False when something hung."""
    with ExitStack() as resources:
        resources.callback(claim(job.data_dir).release)
        lock = EngineLock(job.data_dir)
        lock.acquire()
        resources.callback(lock.release)
        check_store(job)
        logs.configure(job.data_dir)
        # Nobody brings this run back: what it is to do, and until when, is known to this process alone.
        write_session(job.data_dir, replace(job.session, plans=(), ended=True))
        engine = resources.enter_context(
            build_engine(job.show, job.data_dir, run_id=job.session.run_id, database=job.session.database)
        )
        engine.subscribe(job.account.take)
        events = resources.enter_context(closing(EventLog()))
        engine.subscribe(events.take)
        host = Host(job.data_dir, lock)
        host.serve(engine, run_id=job.session.run_id)
        host.start()
        resources.callback(host.stop)
        for plan in job.session.plans:
            engine.submit(plan)
        job.engine = engine
        try:
            engine.start()
            hurried = wait_for_end(job, host.wanted_end.is_set)
        finally:
            job.stop_script()
        return end_show(engine, hurried=hurried, deliver_s=host.deliver_s)
