"""The console script: subcommands, and the one place where an error becomes a line and an exit status."""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version

from app.cli import asrun, bench, cue, doctor, probe, secret, verify, window
from app.cli import run as run_show
from app.model.errors import SplicedeckError, UnsupportedError

LATER = {
    "engine": "the engine process",
    "status": "the status of an engine process",
    "stop": "stopping an engine process",
    "import": "importing a schedule",
    "lint": "the linter",
    "journal": "the engine's journal",
    "drill": "the fault drill",
    "db": "the store's upkeep",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status (0 done, 1 failed, 2 bad input, 3 something is lacking here)."""
    arguments = sys.argv[1:] if argv is None else argv
    parser = _parser()
    if arguments and arguments[0] in LATER:
        error = UnsupportedError(f"splicedeck {arguments[0]}", f"{LATER[arguments[0]]} is not in this version")
        print(f"splicedeck: {error}", file=sys.stderr)
        return error.exit_status
    try:
        args = parser.parse_args(arguments)
        status: int = args.run(args)
    except SplicedeckError as error:
        print(f"splicedeck: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        return 0  # whoever read our output has seen enough
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="splicedeck",
        description="Live-encoder control room: feeds in, ABR ladders out, SCTE-35 breaks placed to the frame and "
        "proved. Without a command it opens the control room; on the first start with a demo show on air.",
    )
    parser.add_argument("--version", action="version", version=f"splicedeck {version('splicedeck')}")
    window.add_arguments(parser)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in (run_show, verify, asrun, probe, cue, secret, doctor, bench):
        command.add_parser(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
