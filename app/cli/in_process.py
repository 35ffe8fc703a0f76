"""``run --headless``: the engine in this very process, with the lock, the journal and the link as anywhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from app import logs
from app.cli.going_on import go_on
from app.cli.job import Job, check_store
from app.cli.show_end import end_show
from app.cli.show_waiting import wait_for_end
from app.engine.build import build_engine
from app.model.errors import SplicedeckError
from app.remote.event_log import EventLog
from app.remote.host import Host
from app.remote.lock import EngineLock
from app.remote.session import mark_ended, mark_ending, write_session
from app.remote.starting import claim

logger = logging.getLogger(__name__)


def run_in_process(job: Job) -> bool:
    """From the first frame to the last proof; False when something hung."""
    with ExitStack() as resources:
        resources.callback(claim(job.data_dir).release)
        lock = EngineLock(job.data_dir)
        lock.acquire()
        resources.callback(lock.release)
        check_store(job)
        logs.configure(job.data_dir)
        life = go_on(job)
        # Nobody brings this run back but the same command again: until when it goes on is known to it alone.
        write_session(job.data_dir, replace(job.session, in_process=True))
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
            if life > 1:
                job.account.go_on_from(engine.snapshot())
            hurried = wait_for_end(job, host.wanted_end.is_set)
        finally:
            job.stop_script()
        _mark(mark_ending, job)
        ended = end_show(engine, hurried=hurried, deliver_s=host.deliver_s)
        _mark(mark_ended, job)
        return ended


def _mark(mark: Callable[[Path, str], None], job: Job) -> None:
    try:
        mark(job.data_dir, job.session.run_id)
    except SplicedeckError as error:  # the disk's trouble is no reason not to end
        logger.error("%s", error)  # noqa: TRY400 - one line says it all
