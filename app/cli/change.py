"""``splicedeck change``: has the channels on air take on what they can of a show file, and says what waits."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.cli.status import attached
from app.cli.stop import who
from app.cli.usage import default_data_dir_text, folder
from app.model.errors import UsageError
from app.model.setup_face import TakenOn
from app.settings import load_show
from app.settings.changes import Change, changes

_EPILOG = """\
Templates, rules of quality and limits of the schedule are taken on as a channel runs; everything else waits for the
next run of the file. Nobody changes a channel whose con somebody else has; no break loses the template it waits with.

exit status: 0 all that can be is taken on; 1 a channel refused, or no engine runs there; 2 bad usage: the file is no
show, or no show is on air.

examples:
  splicedeck change evening.toml --dry-run
  splicedeck change evening.toml --json
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``change``."""
    parser = subparsers.add_parser(
        "change",
        help="what is on air takes on what it can of a show file",
        description="Compares a show file with what is on air, and has the channels take on what needs no restart.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("show", metavar="SHOW.toml", type=Path, help="the show file, as it shall be")
    parser.add_argument("--dry-run", action="store_true", help="only say what differs, and what of it needs a restart")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument(
        "--data-dir", metavar="DIR", type=folder, help=f"the engine's data folder (default: {default_data_dir_text()})"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare, change, tell; the exit status."""
    from app.cli.taking_on import take_on
    from app.remote.running_show import file_of_running
    from app.remote.session import unfinished

    wanted = load_show(args.show)
    engine = attached(args.data_dir)
    try:
        session = unfinished(engine.data_dir)
        if session is None:
            raise UsageError("splicedeck change", "no show is on air there", "splicedeck run SHOW.toml puts one there")
        runs = file_of_running(engine.data_dir, session)
        found = changes(runs, wanted)
        answers = () if args.dry_run else take_on(engine, runs, wanted, by=who())
    finally:
        engine.close()
    _tell(found, answers, as_json=args.json, tried=args.dry_run)
    return 1 if any(answer.refused for answer in answers) else 0


def _tell(found: tuple[Change, ...], answers: tuple[TakenOn, ...], *, as_json: bool, tried: bool) -> None:
    if as_json:
        report = {
            "changes": [
                {"where": list(one.where), "key": one.key, "old": one.old, "new": one.new, "takes": one.takes.value}
                for one in found
            ],
            "channels": [
                {"channel": one.channel, "taken_on": not one.refused, "reason": one.refused} for one in answers
            ],
        }
        print(json.dumps(report, ensure_ascii=False), flush=True)
        return
    for one in found:
        print(f"{one.takes.value}: {one}")
    for answer in answers:
        said = f"runs as before: {answer.refused}" if answer.refused else "has taken it on"
        print(f"{answer.channel} {said}")
    if not found:
        print("nothing differs from what is on air")
    elif not answers and not tried:
        print("nothing of it can be taken on without a restart")
