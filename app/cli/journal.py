"""``splicedeck journal``: what was ordered, by whom, what came of it, and what happened."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from app.cli.usage import MOMENT_HELP, folder, moment, named
from app.model.commands import command_to_plain
from app.model.errors import UsageError
from app.model.events import event_to_plain
from app.model.schedule import AirMode
from app.model.timebase import decimal_text
from app.model.wire import Plain, to_plain, utc_text
from app.settings import default_data_dir, journal_path
from app.storage.journal_file import BRIEF, old_runs
from app.storage.journal_reader import JournalEntry, check_journal, read_entries, read_run_id

FOLLOW_S = 0.2
OVERDUE = "OVERDUE"
_HEAD = f"{'time (UTC)':<24}  {'channel':<12}  {'command or event':<18}  {'by':<10}  {'outcome':<9}  {'':<7}  about"
_EPILOG = f"""\
A command stands before the events that came of it, marked with ">". Its outcome: accepted, refused, or "-" while it
has none. {OVERDUE}: the disk was slow, so it was carried out before it was written down.

--json: one object a line: row, life (1 for the run's first engine process, counted up at each restart), seq (an
event's number in its life), at, kind (command or event), outcome, overdue, and under its kind the command or event.

exit status: 0 done; 2 there is no such journal, or it can't be read
"""
_ELSEWHERE = {"at", "channel", "by", "id", "command", "event", "outcome", "reason", "section", "splice_event_id"}

_PLANNED = {"id": "break_id", "at": "planned_at"}  # what a plan's own names are in events


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``journal``."""
    parser = subparsers.add_parser(
        "journal",
        help="read the engine's journal",
        description="Prints every command with its outcome, and what happened, in the order in which it was written.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data-dir", metavar="DIR", type=folder, help="the data folder of the runs (default: the user's)"
    )
    parser.add_argument("--run", metavar="ID", type=named, dest="run_id", help="an earlier run (default: the newest)")
    parser.add_argument("--channel", metavar="NAME", help="only this channel")
    parser.add_argument("--since", metavar="T", type=moment, help=f"only from then on: {MOMENT_HELP}")
    parser.add_argument("--all", action="store_true", help="every segment too")
    parser.add_argument("--follow", action="store_true", help="go on with what is being written, until Ctrl-C")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the rows; 0. UsageError, StorageError: one line for the user."""
    path = _path(journal_path(args.data_dir or default_data_dir()), args.run_id)
    if not args.json:
        print(_HEAD)
    row = _print_rows(path, 0, args)
    while args.follow:
        time.sleep(FOLLOW_S)
        row = _print_rows(path, row, args)
    return 0


def _path(newest: Path, run_id: str | None) -> Path:
    """The journal that is asked for, which can be read."""
    path = newest
    if run_id is not None:
        runs = {known: each for each in (newest, *old_runs(newest)) if (known := read_run_id(each))}
        if run_id not in runs:
            there = f"there are {', '.join(runs)}" if runs else "there are none"
            raise UsageError("--run", f"there is no journal of a run {run_id!r} in {newest.parent}", there)
        path = runs[run_id]
    check_journal(path)
    return path


def _print_rows(path: Path, since_row: int, args: argparse.Namespace) -> int:
    for entry in read_entries(path, since_row, channel=args.channel):
        since_row = entry.row
        if (args.all or entry.said.name not in BRIEF) and (args.since is None or entry.at >= args.since):
            print(json.dumps(exported(entry)) if args.json else line(entry), flush=args.follow)
    return since_row


def exported(entry: JournalEntry) -> dict[str, Plain]:
    """A row as JSON."""
    said = {"command": command_to_plain(entry.command)} if entry.command else {}
    said |= {"event": event_to_plain(entry.event)} if entry.event else {}
    common: dict[str, Plain] = {
        "row": entry.row,
        "life": entry.life,
        "seq": entry.seq,
        "at": to_plain(entry.at),
        "kind": entry.kind,
        "outcome": entry.outcome,
        "overdue": entry.overdue,
    }
    return {**common, **said}


def line(entry: JournalEntry) -> str:
    """A row as a line of the table."""
    said = entry.said
    outcome, _, reason = (entry.outcome or ("-" if entry.command else "")).partition(": ")
    what = f"{'>' if entry.command else ' '} {said.name}"
    mark = OVERDUE if entry.overdue else ""
    by = getattr(said, "by", "")
    about = "; ".join(part for part in (reason, getattr(said, "reason", ""), _about(entry)) if part)
    columns = f"{utc_text(entry.at):<24}  {said.channel:<12}  {what:<18}  {by:<10}  {outcome:<9}  {mark:<7}  {about}"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in columns.rstrip())


def _about(entry: JournalEntry) -> str:
    """What else it says, in few words: lengths in seconds, frames, names."""
    plain = to_plain(entry.said)
    fields = plain if isinstance(plain, dict) else {}
    if fields.get("mode") == AirMode.AUTO.value:
        del fields["mode"]
    if entry.command and isinstance(plan := fields.pop("plan", None), dict):
        fields |= {_PLANNED.get(key, key): value for key, value in plan.items() if key != "channel"}
    return " ".join(filter(None, (_said(key, value) for key, value in fields.items() if key not in _ELSEWHERE)))


def _said(key: str, value: Plain) -> str:
    if isinstance(value, dict):
        value = value.get("text")  # a wished time, as it was written; what else there is would be too long
    if value is None or value is False or value in ("", []):
        return ""
    if key == "duration_ticks" and isinstance(value, int):
        return f"duration={decimal_text(value)}s"
    if isinstance(value, list):
        return f"{key}={len(value)}" if isinstance(value[0], dict) else f"{key}={','.join(map(str, value))}"
    if isinstance(value, float):
        return f"{key}={value:.1f}"
    return key if value is True else f"{key}={value}"
