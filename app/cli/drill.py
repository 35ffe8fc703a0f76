"""``splicedeck drill``: break everything on purpose while breaks air, then prove that nothing was lost."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from app.cli.usage import folder, seconds
from app.model.errors import SplicedeckError, UsageError

_EPILOG = """\
The drill takes the ladder and the outputs of the show file and nothing else of it: sources, origins and data
directory are the drill's own, on loopback, so a drill beside a show on air harms nothing but the machine's time.
A break airs in every cycle and one fault strikes it; seed and order can be repeated. In the end every origin is read
back, and breaks, as-run rows and sequence numbers are judged.

faults: {faults}

exit status: 0 nothing was lost; 1 something was (the report says what); 2 the show file can't be used

examples:
  splicedeck drill evening.toml --for 1200 --report drill.md
  splicedeck drill evening.toml --only engine-kill --times 100
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``drill``."""
    parser = subparsers.add_parser(
        "drill",
        help="kill, freeze and starve on purpose while breaks air, and prove that nothing is lost",
        description="Strike a running show with faults and prove that no break, segment or row is lost.",
        epilog=_EPILOG.format(faults=", ".join(FAULT_NAMES)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "show", metavar="SHOW.toml", type=Path, help="the show file whose ladder and outputs are drilled"
    )
    parser.add_argument("--for", metavar="SECONDS", dest="for_s", type=seconds, help="begin no break after so long")
    parser.add_argument("--times", metavar="N", type=_count, help="so many breaks (default: each fault once)")
    parser.add_argument("--only", metavar="FAULT", action="append", choices=FAULT_NAMES, help="this fault; repeatable")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="order of faults and moments (default: 1)")
    parser.add_argument("--folder", metavar="DIR", type=folder, help="where everything of the drill is kept")
    parser.add_argument("--report", metavar="FILE", type=Path, help="write the report there (Markdown)")
    parser.add_argument("--json", action="store_true", help="the report as one JSON object on stdout")
    parser.set_defaults(run=run)


FAULT_NAMES = (
    "engine-kill",
    "engine-freeze",
    "engine-pause",
    "window-kill",
    "window-freeze",
    "channel-fault",
    "source-kill",
    "source-freeze",
    "origin-kill",
    "origin-freeze",
    "database-lock",
    "disk-full",
    "starve",
)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _ended(_number: int, _frame: FrameType | None) -> None:
    """Not without ending what the drill has started."""
    raise SystemExit(SplicedeckError.exit_status)


def run(args: argparse.Namespace) -> int:
    """Carry the drill out; 1 when something was lost."""
    from app.drill.run import run_drill
    from app.settings import load_show

    signal.signal(signal.SIGTERM, _ended)
    show = load_show(args.show)
    kept = args.folder or Path(tempfile.mkdtemp(prefix="splicedeck-drill-"))
    if kept.exists() and any(kept.iterdir()):
        raise UsageError(str(kept), "is not empty", "name a folder of the drill's own")
    report = run_drill(
        show,
        kept.absolute(),
        faults=tuple(args.only or FAULT_NAMES),
        for_s=args.for_s,
        times=args.times,
        seed=args.seed,
        say=lambda line: print(line, file=sys.stderr, flush=True),
    )
    if args.report is not None:
        try:
            args.report.write_text(report.text(), "utf-8")
        except OSError as error:
            raise SplicedeckError(f"{args.report}: the report can't be written: {error.strerror}") from error
    print(json.dumps(report.to_plain(), ensure_ascii=False) if args.json else report.text())
    return 0 if report.passed else 1
