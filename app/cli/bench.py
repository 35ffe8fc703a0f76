"""``splicedeck bench``: speed and exactness, each against a named reference of the same run."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING

from app.model.errors import UnsupportedError

if TYPE_CHECKING:
    from app.bench.figures import Outcome

BENCHES = {
    "ladder": "1080p30 into four rungs, against ffmpeg's command line",
    "cue": "from a command's acceptance to its section in the TS bytes, with a ladder running",
    "splice": "error in ticks of 200 breaks at random frames, at three frame rates",
    "push": "segment closed to complete at an nginx origin; cost of SCTE-35 injection",
    "multiviewer": "a window over 16 and 36 channels' previews from another process, against a plain program",
    "ui": "from a press to its paint and to the engine's acceptance, while two channels encode; a plain window of Qt",
    "charts": "nine charts of a day as the window draws them, against bare plots of the same library",
    "probes": "a channel's sound and picture measured, against a plain pass over the same samples",
    "attach": "from a window's start to its full picture, against a plain window of Qt",
    "start": "from the start of the program to the first paint, and to the demo on air, against a plain window of Qt",
    "journal": "from a command's hand-in to its row on the disk, against a bare write and fsync",
    "recovery": "kill -9 of the engine to frames on air again, against a cold start",
    "lint": "a schedule of 10,000 breaks, against the standard library only reading it",
    "schedule": "100,000 breaks imported from CSV, against a bare INSERT; the store under many hands",
    "timeline": "frames of a timeline with 10,000 breaks in sight, panned, zoomed, dragged on; against bare boxes",
    "scte35": "sections decoded and encoded, against threefive; 1,000 a second relayed over 200 PIDs",
    "feed": "a feed's markers read in passing, 1,000 a second over 200 PIDs, and 100 MB of noise",
    "soak": "memory, files and threads of one channel over 30 minutes (SPLICEDECK_SOAK_S: over so many seconds)",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``bench``."""
    listed = "\n".join(f"  {name:<11}  {text}" for name, text in BENCHES.items())
    parser = subparsers.add_parser(
        "bench",
        help="measure speed and exactness",
        description="Measure, beside a reference in the same run.",
        epilog=f"benchmarks:\n{listed}\n\n"
        "exit status: 0 every budget was kept; 1 one was not; 3 the reference is missing here",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="one of the benchmarks below")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run one benchmark; 1 when a budget was not kept."""
    if args.name not in BENCHES:
        raise UnsupportedError("splicedeck bench", f"{args.name!r} is no benchmark", f"there are {', '.join(BENCHES)}")
    outcome: Outcome = import_module(f"app.bench.{args.name}").run()
    if args.json:
        print(json.dumps({**asdict(outcome), "kept": outcome.kept}, indent=1))
    else:
        _print(outcome)
    return 0 if outcome.kept else 1


def _print(outcome: Outcome) -> None:
    print(f"{outcome.bench}: against {outcome.reference}")
    for figure in outcome.figures:
        limit = "" if figure.limit is None else f"  (limit {figure.limit:g}: {'kept' if figure.kept else 'NOT KEPT'})"
        print(f"  {figure.name:32} {figure.value:10.3f} {figure.unit}{limit}")
    for note in outcome.notes:
        print(f"  {note}")
