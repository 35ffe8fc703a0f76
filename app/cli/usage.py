"""What the commands' help and usage errors have in common."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from app.model.errors import EnvironmentLackError, UsageError
from app.settings import default_data_dir, local_timezone


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the words on the command line in one line, as any other bad input; exit status 2.

    Subparsers are of the same kind.
    """

    def error(self, message: str) -> NoReturn:
        """End with one line: what is wrong, and where what would be right is told."""
        print(f"splicedeck: {UsageError('', message, f'see {self.prog} --help')}", file=sys.stderr)
        raise SystemExit(UsageError.exit_status)


def named(text: str) -> str:
    """The type of an option that names something: an unset variable of a shell script names nothing."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name is empty")
    return text


def seconds(text: str) -> float:
    """The type of an option that says how long."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return value


def folder(text: str) -> Path:
    """The type of an option that names a folder."""
    return Path(named(text))


def default_data_dir_text() -> str:
    """The default data folder, for the help of an option."""
    try:
        return str(default_data_dir()).replace("%", "%%")  # argparse formats what it shows
    except EnvironmentLackError:
        return "what SPLICEDECK_DATA_DIR names"


MOMENT_HELP = "2026-11-22T20:00:00+01:00, or a date for its start in this machine's time zone"


def moment(text: str) -> datetime:
    """The type of an option that names a time: aware UTC."""
    try:
        found = datetime.fromisoformat(text.strip())
        if found.tzinfo is None and len(text.strip()) == len("2026-11-22"):
            found = found.replace(tzinfo=ZoneInfo(local_timezone()))
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is no time: right is 2026-11-22T20:00:00+01:00 or 2026-11-22")
