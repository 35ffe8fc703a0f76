"""``splicedeck run``: what it takes. What it does is in ``running``, which loads FFmpeg and the rest."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.usage import default_data_dir_text, folder, named, seconds

_EPILOG = """\
Every input is checked before anything goes on air. A row of a break list that can't be used is refused by its line
and reason, the others air. README.md shows what a show file and a break list look like.

Operator commands are JSON lines. "after" is in seconds from the first frame; without it a command follows the one
before. "channel" may be left out where the show has one.
  {"command": "insert_break", "channel": "news-1", "duration": 30, "by": "eve", "after": 60}
  {"command": "return", "channel": "news-1", "after": 85}
commands: insert_break, cue_next, hold, take, skip, return, extend, withdraw, slate, stop

exit status: 0 done and every splice landed; 1 a break failed, a row was refused, a line was no command, or a splice
did not land; 2 bad usage, show file or break list; 3 this machine lacks something. A command that is refused is
answered so, and no failure.

examples:
  splicedeck run evening.toml
  splicedeck run evening.toml --headless --breaks breaks.csv --for 600 --json > events.jsonl
  splicedeck run evening.toml --headless --supervised
  splicedeck run evening.toml --rehearsal
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``run``."""
    parser = subparsers.add_parser(
        "run",
        help="run a show's channels",
        description="Run the channels of a show file: take the feeds, encode the ladders, air the breaks, "
        "push to the origins\nand prove every splice. Headless it ends cleanly on Ctrl-C, SIGTERM and after --for. "
        "With a window the engine\nhas its own process: a window that is closed, or killed, may leave the show on air, "
        "and run opens it again.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("show", metavar="SHOW.toml", type=Path, help="the show file")
    parser.add_argument(
        "--rehearsal",
        action="store_true",
        help="the same show with private outputs: nothing goes to the origins, database, data and output are "
        "in rehearsal/ of the data dir; its window can put it on air",
    )
    parser.add_argument("--headless", action="store_true", help="without a window")
    parser.add_argument(
        "--supervised",
        action="store_true",
        help="headless with the engine in a process of its own, brought back when it dies; with a window it always is",
    )
    parser.add_argument(
        "--breaks", metavar="FILE", type=Path, action="append", default=[], help="break list, JSON or CSV; repeatable"
    )
    parser.add_argument(
        "--commands", metavar="FILE", help="operator commands as JSON lines, carried out while it runs; - is stdin"
    )
    parser.add_argument(
        "--for", metavar="SECONDS", dest="for_s", type=seconds, help="end after so long, counted from the first frame"
    )
    parser.add_argument(
        "--database", metavar="URL", type=named, help="where the as-run is kept (default: SQLite in the data dir)"
    )
    parser.add_argument(
        "--data-dir", metavar="DIR", type=folder, help=f"for database and logs (default: {default_data_dir_text()})"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout for each event")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the show; the exit status."""
    from app.cli.running import run_show

    return run_show(args)
