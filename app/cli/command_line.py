"""The command line: its commands, and the one place where an error becomes a line and an exit status."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from importlib import import_module

from app import __version__
from app.cli import window
from app.cli.usage import Parser
from app.model.errors import SplicedeckError

_COMMANDS = (
    *("run", "status", "stop", "change", "engine"),
    *("verify", "import", "asrun", "journal", "db"),
    *("probe", "cue", "lint", "secret"),
    *("doctor", "bench", "drill", "watchdog"),
)
_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF}


def command_line(arguments: list[str]) -> int:
    """Run one command; the exit status (0 done, 1 failed, 2 bad input, 3 something is lacking here)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that this terminal can't show is no reason to end
    try:
        status = _run(arguments)
        _flush()
    except SplicedeckError as error:
        print(f"splicedeck: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        _read_no_more()
        return 0  # whoever read our output has seen enough
    except OSError as error:
        if error.errno not in _UNWRITABLE or error.filename is not None:
            raise
        _read_no_more()
        print(f"splicedeck: stdout can't be written: {error.strerror}", file=sys.stderr)
        return SplicedeckError.exit_status
    return status


def _run(arguments: list[str]) -> int:
    parser = _parser(_wanted(arguments))
    try:
        args = parser.parse_args(arguments)
    except SystemExit:  # --help and --version have printed
        _flush()
        raise
    _refuse_lost_data_dir(parser, args)
    status: int = args.run(args)
    return status


def _wanted(arguments: list[str]) -> tuple[str, ...]:
    """The commands that have to be known to read these words: each loads much that no other start should wait for."""
    rest = arguments[2:] if arguments[:1] == ["--data-dir"] else arguments
    if not rest:
        return ()
    return (rest[0],) if rest[0] in _COMMANDS else _COMMANDS


def _parser(commands: tuple[str, ...]) -> Parser:
    parser = Parser(
        prog="splicedeck",
        usage="splicedeck [-h] [--version] [--data-dir DIR]\n       splicedeck COMMAND …",
        description="Live-encoder control room: feeds in, ABR ladders out, SCTE-35 breaks placed to the frame and "
        "proved. Without a command it opens the control room with a demo show on air; run opens it with yours.",
        epilog="splicedeck COMMAND --help tells each command's options, exit status and examples.",
    )
    parser.add_argument("--version", action="version", version=f"splicedeck {__version__}")
    window.add_arguments(parser)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", prog="splicedeck")
    for name in commands:
        import_module(f"app.cli.{name}_" if name == "import" else f"app.cli.{name}").add_parser(subparsers)
    return parser


def _refuse_lost_data_dir(parser: Parser, args: argparse.Namespace) -> None:
    """The option is the control room's own before a command: it would be lost, and another folder written in."""
    if args.run is not window.run and args.control_room_dir is not None:
        parser.error("--data-dir stands before the command; write it behind: splicedeck COMMAND --data-dir DIR")


def _flush() -> None:
    """Meet a broken pipe here, not when the interpreter ends."""
    if sys.stdout is not None:
        sys.stdout.flush()


def _read_no_more() -> None:
    """Spare the interpreter's own end the same broken pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
