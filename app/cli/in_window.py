"""``run`` with its window: the engine has its own process and its watchdog; the window attaches, and may go."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from app import logs
from app.cli.job import Job, check_store
from app.cli.leaving import stop_engine, tell_on_air
from app.cli.schedule_face import schedule_face
from app.cli.setup_face import ProgramSetup
from app.cli.show_waiting import ON_AIR_WAIT_S
from app.remote.lock import read_engine_file
from app.remote.starting import attach_or_start
from app.remote.watched import kept_watched


def run_in_window(job: Job) -> bool:
    """Until the window is closed; False when it ended the show and something hung."""
    from app.ui.application import Ending, open_window  # headless runs need no Qt

    logs.configure(job.data_dir, name="window")
    if read_engine_file(job.data_dir) is None:
        check_store(job)
    with closing(attach_or_start(job.data_dir, job.session)) as engine:
        engine.subscribe(job.account.take)
        if engine.hello.run_id != job.session.run_id:
            for plan in job.session.plans:  # of a list that is read again; what it has already it keeps
                engine.submit(plan)
        job.engine = engine
        if job.script is not None:
            job.script.start(job.account.on_air)
        try:
            schedule = schedule_face(job.session.database, job.data_dir, job.show, engine.timezone)
            engine.subscribe(schedule.note)
            with _closing_time(job) as in_time, kept_watched(job.data_dir), closing(schedule):
                ending = open_window(
                    engine,
                    engine.show_name,
                    engine.timezone,
                    remote=True,
                    schedule=schedule,
                    setup=ProgramSetup(job.data_dir, engine, differs=job.differs),
                    promotes=job.show.rehearsal,
                    data_dir=job.data_dir,
                )
        finally:
            job.stop_script()
        job.promoted = ending is Ending.PROMOTE and not in_time.is_set()
        if ending is not Ending.LEAVE or in_time.is_set():
            return stop_engine(engine, hurried=not in_time.is_set())
        tell_on_air(engine)
    return True


@contextmanager
def _closing_time(job: Job) -> Iterator[threading.Event]:
    """Closes the window when its time is over; set then."""
    over, in_time = threading.Event(), threading.Event()

    def close_after(seconds: float) -> None:
        job.account.on_air.wait(ON_AIR_WAIT_S)
        if not over.wait(seconds):
            in_time.set()
            os.kill(os.getpid(), signal.SIGTERM)  # the window's own way to leave without a question

    closer = threading.Thread(target=close_after, args=(job.for_s,), name="closing time", daemon=True)
    if job.for_s is not None:
        closer.start()
    try:
        yield in_time
    finally:
        over.set()
