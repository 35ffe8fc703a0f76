"""``splicedeck engine``: the engine process. The control room and ``run`` start it; by hand it waits for them."""

from __future__ import annotations

import argparse

from app.cli.usage import folder

_EPILOG = """\
It runs what session.json in the data folder says was on air and was not ended; without that it waits for a control
room. SIGTERM, SIGINT and splicedeck stop end it cleanly: an open break is closed with its IN.

--take-over is the upgrade in place: once the new version is ready, the engine on air ends each channel with a whole
segment (a splice that is near airs first) and this one goes on from there, open breaks and bookings with it. Start it
in the background; what watches over the old engine then watches over this one.

exit status: 0 ended cleanly; 1 something hung at the end; 2 an engine runs on the data folder already, or it is
another user's; 3 the folder can't be used.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``engine``."""
    parser = subparsers.add_parser(
        "engine",
        help="the engine process, without a window",
        description="Be the engine of a data folder: one at a time, found by control rooms through its lock.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data-dir", metavar="DIR", type=folder, required=True, help="the data folder it holds")
    parser.add_argument(
        "--take-over",
        action="store_true",
        help="upgrade in place: go on with what the engine that runs there has on air, from a segment's end on",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Be the engine; the exit status."""
    from app.remote.process import run_engine

    return run_engine(args.data_dir, take_over=args.take_over)
