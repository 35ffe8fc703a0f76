"""``splicedeck import``: a schedule from files or URLs, shown, or merged into the store."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli.import_progress import shown_progress
from app.cli.import_store import Outcome, stored, taken, undo
from app.cli.import_told import as_plain, conflict_plain, conflict_text, one_line, print_outcome
from app.cli.usage import folder, named
from app.model.errors import UsageError
from app.model.merging import Choice
from app.model.schedule import Imported, RefusedRow
from app.settings import local_timezone

if TYPE_CHECKING:
    from app.schedule.plan_row import Channels

_EPILOG = """\
FILE is told by its content: VMAP 1.0, VAST 2 to 4.3, CSV (comma, semicolon, tab or bar; UTF-8, UTF-16 or
Windows-1252), JSON or an .xlsx workbook; a path, or an http(s) URL. Rows that can't be booked are refused with place
and reason, the rest is imported. A break is known by its channel and id: what is imported again adds nothing.

A VAST document is one pod: a break that waits for a time. VMAP's offsets count from --start.
Wrappers are followed over http(s), five at most, 1 MiB and 5 s each, and to public addresses only.

On a terminal it shows how far it is. Ctrl+C gives the file up that is being imported: nothing of it is kept.

exit status: 0 all imported; 1 rows were refused, or stand against edits; 2 a FILE can't be used at all.

examples:
  splicedeck import day.csv --dry-run
  splicedeck import evening.xml --channel news-1 --start 2026-11-22T20:00:00+01:00 --json
  splicedeck import log.xlsx --column "On Air=at" --column "Secs=duration" --channel news-1
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``import``."""
    parser = subparsers.add_parser(
        "import",
        help="import a schedule: VMAP, VAST, CSV, JSON, .xlsx",
        description="Import the breaks of files or URLs into the schedule.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=named, help="a path, or an http(s) URL")
    parser.add_argument("--channel", metavar="NAME", type=named, help="for rows that name none")
    parser.add_argument(
        "--start",
        metavar="T",
        type=named,
        help="what VMAP's offsets count from: RFC 3339, +seconds, "
        "or house time HH:MM:SS; without it they stay +seconds",
    )
    parser.add_argument("--show", metavar="SHOW.toml", type=folder, help="the show whose channels and time zone count")
    parser.add_argument(
        "--column",
        metavar="THEIRS=OURS",
        type=_column,
        action="append",
        default=[],
        help="what a table calls a column; may be given again",
    )
    parser.add_argument(
        "--allow-private",
        action="store_true",
        help="follow wrappers and redirects to addresses that are not public, too",
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        type=named,
        help="the store: a file, sqlite:///file or postgresql://… (default: the data dir's)",
    )
    parser.add_argument("--data-dir", metavar="DIR", type=folder, help="the data folder (default: the user's)")
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
    parser.add_argument(
        "--remove-missing", action="store_true", help="what came with a list before and is not in it now"
    )
    parser.add_argument(
        "--prefer",
        choices=[choice.value for choice in Choice],
        help="where the list and an edit disagree: the edit (mine) or the list (theirs); else it is told",
    )
    parser.add_argument("--all-or-nothing", action="store_true", help="import nothing where a row is refused")
    parser.add_argument("--undo", metavar="ID", type=int, help="take an import back, by the number it told")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Import, and print what became of it; 0, or 1 where rows were refused. UsageError, StorageError."""
    if (args.undo is not None) is bool(args.files):
        raise UsageError("import", "needs a FILE to import, or --undo ID alone", "see splicedeck import --help")
    if args.undo is not None:
        return _undone(args)
    channels, timezone = _show(args)
    imports, unusable = _read(args, channels, timezone)
    refused = [row for each in imports for row in each.refused]
    refused += [RefusedRow(error.where, "", "", _reason(error)) for error in unusable]
    notes = [note for each in imports for note in each.notes]
    outcome = Outcome()
    if args.all_or_nothing and refused:
        notes.append("--all-or-nothing: rows were refused, so nothing is imported")
    elif imports:
        here = args.dry_run and args.database is None
        outcome = taken(imports) if here else stored(imports, args, timezone)
    if args.json:
        print(json.dumps(as_plain(outcome, refused, notes), ensure_ascii=False))
    elif imports:
        print_outcome(outcome, refused, notes, dry_run=args.dry_run)
    if not imports:
        raise unusable[0]
    return 1 if refused or outcome.conflicts else 0


def _undone(args: argparse.Namespace) -> int:
    result = undo(args.undo, args, _show(args)[1])
    if args.json:
        kept = [conflict_plain(one) for one in result.kept]
        print(json.dumps({"restored": result.restored, "removed": result.removed, "kept": kept}, ensure_ascii=False))
    else:
        for one in result.kept:
            print(one_line(f"kept: {conflict_text(one)}"), file=sys.stderr)
        print(f"restored {result.restored}, removed {result.removed}, kept {len(result.kept)}")
    return 1 if result.kept else 0


def _read(
    args: argparse.Namespace, channels: Channels | None, timezone: str
) -> tuple[list[Imported], list[UsageError]]:
    """Every file that can be used, and what is wrong with those that can't."""
    from app.schedule.importing import imported_from
    from app.schedule.limits import Limits
    from app.schedule.offsets import start_from

    default = args.channel or (next(iter(channels)) if channels is not None and len(channels) == 1 else None)
    try:
        start = start_from(args.start, timezone, datetime.now(UTC)) if args.start else None
    except ValueError as error:
        raise UsageError("--start", str(error)) from error
    imports: list[Imported] = []
    unusable: list[UsageError] = []
    for file in args.files:
        try:
            with shown_progress("reading", file) as progress:
                imported = imported_from(
                    file,
                    channels=channels,
                    default_channel=default,
                    start=start,
                    limits=Limits(private_addresses=args.allow_private),
                    timezone=timezone,
                    names=dict(args.column),
                    progress=progress,
                )
        except UsageError as error:
            unusable.append(error)
        else:
            imports.append(imported)
    return imports, unusable


def _show(args: argparse.Namespace) -> tuple[Channels | None, str]:
    """The channels and the house's time zone; without a show none are known, and this machine's zone counts."""
    if args.show is None:
        return None, local_timezone()
    from app.settings import show_from_toml, show_text

    show = show_from_toml(show_text(args.show), str(args.show), folder=args.show.parent, check_folders=False)
    return {channel.name: channel.templates for channel in show.channels}, show.timezone


def _reason(error: UsageError) -> str:
    return error.what + (f"; {error.remedy}" if error.remedy else "")


def _column(text: str) -> tuple[str, str]:
    """The type of ``--column``."""
    from app.model.columns import COLUMNS

    theirs, equals, ours = text.rpartition("=")
    if not equals or not theirs.strip() or ours.strip().lower() not in COLUMNS:
        raise argparse.ArgumentTypeError(f"{text!r}: right is THEIRS=OURS, with OURS one of {', '.join(COLUMNS)}")
    return theirs.strip().lower(), ours.strip().lower()
