"""``splicedeck run``: a show from its first frame to its last proof."""

from __future__ import annotations

import argparse
import signal
import threading
from typing import TYPE_CHECKING

from app.logs import log_file
from app.remote.lock import check_data_dir
from app.settings import default_data_dir, journal_path

if TYPE_CHECKING:  # it imports the pipeline, which the preflight comes before
    from app.cli.job import Job

REHEARSAL = "rehearsal"  # folder in the data directory, and a data directory of its own


def run_show(args: argparse.Namespace) -> int:
    """Run the show; the exit status."""
    data_dir = (args.data_dir or default_data_dir()).absolute()
    if args.rehearsal:
        data_dir /= REHEARSAL
    check_data_dir(data_dir)
    stop = threading.Event()
    if args.headless:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: stop.set())
    else:
        from app.ui.application import preflight  # headless runs need no Qt

        preflight()
    from app.cli.job import read_job

    job = read_job(args, data_dir, stop)
    if not args.headless:
        from app.cli.in_window import run_in_window

        ended = run_in_window(job)
    elif args.supervised:
        from app.cli.supervised import run_supervised

        ended = run_supervised(job)
    else:
        from app.cli.in_process import run_in_process

        ended = run_in_process(job)
    if args.headless:
        ended = _all_written(job, ended=ended)
    job.account.sum_up()
    if job.promoted and ended:
        args.rehearsal, args.commands = False, None  # what was scripted has been rehearsed: the air is the operator's
        return run_show(args)
    return 0 if ended and not job.refused_rows and not job.account.failed else 1


def _all_written(job: Job, *, ended: bool) -> bool:
    """Whether the run ended as it should and its as-run is whole; what is not is told at the end."""
    from app.storage.leftovers import unwritten

    waiting = unwritten(journal_path(job.data_dir))
    if waiting:
        job.account.failed.append(
            f"not written to the as-run: {waiting} events wait in the journal; they are written by the next run"
        )
    elif not ended:
        job.account.failed.append(f"the run did not end as it should: see {log_file(job.data_dir)}")
    return ended and not waiting
