"""``splicedeck db``: the store's upkeep."""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path

from app.cli.usage import folder, named
from app.model.errors import StorageError, UsageError
from app.settings import default_data_dir, default_database

_EPILOG = """\
A backup is a SQLite file, whatever the store is in: it can be put back into a file as well as onto a server.
The password of a server is kept by: splicedeck secret set database:HOST

exit status: 0 done; 1 the check found damage, or it could not be done; 2 there is no such store, or it is not ours.

examples:
  splicedeck db check
  splicedeck db backup --keep 14 /backups/
  splicedeck db backup --every 6h --keep 28 /backups/
  splicedeck db restore /backups/splicedeck-20261122T040000.000000Z.backup.sqlite3
  splicedeck db backup --database postgresql://splicedeck@db.example/splicedeck day.sqlite3
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``db`` to the command line."""
    parser = subparsers.add_parser(
        "db",
        help="check, back up, restore and upgrade the store",
        description="The upkeep of the store that holds the schedule and the as-run.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = _action(actions, "check", "read it through; changes nothing", _check)
    check.add_argument("--json", action="store_true", help="as one JSON object")
    backup = _action(actions, "backup", "write its state of now into a file; it may be in use", _backup)
    backup.add_argument("target", metavar="FILE", type=Path, help="the new file; in a folder it is named by the time")
    backup.add_argument("--keep", metavar="N", type=_count, help="then remove all but the newest N in that folder")
    every = "go on until it is ended, and write one into the folder every so often: 30m, 6h, 1d"
    backup.add_argument("--every", metavar="T", type=_interval, help=every)
    restore = _action(actions, "restore", "put a backup in its place; how it was is kept beside", _restore)
    restore.add_argument("backup", metavar="FILE", type=Path, help="a backup")
    _action(actions, "upgrade", "bring an older version's up to date; how it was is kept beside", _upgrade)


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, told: str, run: object
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
    stored = "the store: a file, sqlite:///file or postgresql://user@host/name (default: the data dir's)"
    parser.add_argument("--database", metavar="URL", type=named, help=stored)
    parser.add_argument("--data-dir", metavar="DIR", type=folder, help="whose store it is (default: the user's)")
    parser.set_defaults(run=run)
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _interval(text: str) -> float:
    match = re.fullmatch(r"(\d{1,6})([smhd])", text.strip())
    if match is None or not int(match[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no interval: right are 30m, 6h, 1d")
    return int(match[1]) * {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}[match[2]]


def _named(args: argparse.Namespace) -> str | Path:
    database: str | Path = args.database or default_database(args.data_dir or default_data_dir())
    return database


def _check(args: argparse.Namespace) -> int:
    from app.security.secrets import database_password
    from app.storage.asrun_verify import verify
    from app.storage.tables import SCHEMA_VERSION
    from app.storage.upkeep import check

    found = check(_named(args), password=database_password)
    if not found.faults and found.schema == SCHEMA_VERSION:  # an older one's chains are read once it is upgraded
        chains = verify(_named(args), password=database_password).faults
        found = replace(found, faults=tuple(str(fault) for fault in chains))
    if args.json:
        print(json.dumps(asdict(found), indent=1))
    else:
        print(f"{found.where}: schema {found.schema}, {'damaged' if found.faults else 'whole'}")
        for table, rows in found.rows.items():
            print(f"  {table}: {rows} rows")
        for fault in found.faults:
            print(f"  {fault}")
    return 1 if found.faults else 0


def _backup(args: argparse.Namespace) -> int:
    from app.security.secrets import database_password
    from app.storage.upkeep import backup, prune, stamped_name

    target = args.target / stamped_name() if args.target.is_dir() else args.target
    if (args.keep or args.every) and target is args.target:
        option = "--every" if args.every else "--keep"
        raise UsageError(option, f"{args.target} is no folder", "name a folder; the backups in it are named by time")
    if args.every:
        return _backups(args)
    rows = backup(_named(args), target, password=database_password)
    print(f"{target}: {rows} rows")
    for path in prune(args.target, args.keep) if args.keep else ():
        print(f"removed {path}")
    return 0


def _backups(args: argparse.Namespace) -> int:
    """Until SIGINT or SIGTERM; one that fails is told, and tried again."""
    from app.security.secrets import database_password
    from app.storage.backups import Backups

    def told(path: Path, rows: int, gone: list[Path]) -> None:
        print("\n".join([f"{path}: {rows} rows", *(f"removed {each}" for each in gone)]), flush=True)

    def failed(error: StorageError) -> None:
        print(f"splicedeck: {error}", file=sys.stderr, flush=True)

    backups = Backups(
        _named(args),
        args.target,
        every_s=args.every,
        keep=args.keep,
        told=told,
        failed=failed,
        password=database_password,
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    backups.run(stop)
    return 0


def _restore(args: argparse.Namespace) -> int:
    from app.security.secrets import database_password
    from app.storage.upkeep import restore

    kept = restore(args.backup, _named(args), password=database_password)
    print(f"restored from {args.backup}" + (f"; as it was before: {kept}" if kept else ""))
    return 0


def _upgrade(args: argparse.Namespace) -> int:
    from app.security.secrets import database_password
    from app.storage.database import database_url, opened, shown
    from app.storage.tables import SCHEMA_VERSION
    from app.storage.upkeep import check

    before = check(_named(args), password=database_password)
    url = database_url(_named(args))
    opened(url, create=False, password=database_password).dispose()
    if before.schema == SCHEMA_VERSION:
        print(f"{shown(url)}: schema {SCHEMA_VERSION} already")
    else:
        print(f"{shown(url)}: upgraded from schema {before.schema} to {SCHEMA_VERSION}; how it was is kept beside it")
    return 0
