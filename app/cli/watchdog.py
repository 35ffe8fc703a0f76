"""``splicedeck watchdog``: what a window leaves beside the engine that it starts. Not for people, so in no list."""

from __future__ import annotations

import argparse
import signal

from app.cli.usage import folder
from app.model.errors import UsageError
from app.settings import default_data_dir


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``watchdog``."""
    parser = subparsers.add_parser(
        "watchdog",
        description="Bring the engine of a data directory back when it dies or freezes, until its show has ended. "
        "A window starts this by itself; another one on the same data directory ends at once.",
    )
    parser.add_argument("--data-dir", metavar="DIR", type=folder, help="the engine's data directory")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Watch until the session has ended, or until SIGTERM: the engine goes on then. 2: no engine can run there."""
    from app import logs
    from app.remote.watchdog import Watchdog
    from app.remote.watchdog_lock import WatchdogLock

    data_dir = (args.data_dir or default_data_dir()).absolute()
    lock = WatchdogLock(data_dir)
    if not lock.acquire(wait_s=1):
        return 0
    try:
        logs.configure(data_dir, name="watchdog")
        watchdog = Watchdog(data_dir)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: watchdog.ask_to_stop())
        watchdog.run()
    finally:
        logs.close()
        lock.release()
    return UsageError.exit_status if watchdog.refused else 0
