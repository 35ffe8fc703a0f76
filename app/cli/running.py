"""``splicedeck run``: a show from its first frame to its last proof."""

from __future__ import annotations

import argparse
import signal
import threading

from app.remote.lock import check_data_dir
from app.settings import default_data_dir


def run_show(args: argparse.Namespace) -> int:
    """Run the show; the exit status."""
    data_dir = (args.data_dir or default_data_dir()).absolute()
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
    job.account.sum_up()
    return 0 if ended and not job.refused_rows and not job.account.failed else 1
