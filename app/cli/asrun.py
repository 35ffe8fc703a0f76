"""``splicedeck asrun``: what was planned and what went out, as CSV or JSON."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from dataclasses import fields
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.cli.csv_cell import guarded
from app.cli.usage import MOMENT_HELP, folder, moment, named
from app.model.asrun import AsRunRow
from app.model.errors import UsageError
from app.model.timebase import FrameRate, decimal_text, round_half_up
from app.model.wire import Plain, to_plain
from app.settings import default_data_dir, default_database, local_timezone
from app.settings.folders import known_timezone

_HOUSE = ("planned_at", "out_at", "in_at")
_COLUMNS = """\
columns (names in JSON too; ticks are 90 kHz, frames count from the channel's first, empty means it did not happen):
  channel, break_id, title      which break
  by                            who took or booked it
  splice_event_id               in its markers
  state                         planned, cued, held, armed, on_air, returned, withdrawn, skipped, refused, failed
  reconciled                    aired, aired-not-booked, booked-not-aired; empty: open, or nothing was owed
  planned_at, planned_house     booked OUT: UTC, and house time (date HH:MM:SS:FF); empty: not booked
  planned_frame, planned_pts, planned_duration_ticks
  out_at, out_house, out_frame, out_pts      OUT as it went to air
  in_at, in_house, in_frame, in_pts          IN as it went to air
  duration_ticks, duration      from OUT to IN: ticks, and seconds
  how                           it ended: auto (in time), return (by hand), stop (the channel ended)
  verdict                       proof: pending, landed, late, misplaced, missing; the worst of all splices and origins
  reason                        why it was refused, failed or missed
  run_id, recorded_at           the run, and the last change of the row (UTC)
"""
_ORDER = (
    *("channel", "break_id", "title", "by", "splice_event_id", "state", "reconciled"),
    *("planned_at", "planned_house", "planned_frame", "planned_pts", "planned_duration_ticks"),
    *("out_at", "out_house", "out_frame", "out_pts", "in_at", "in_house", "in_frame", "in_pts"),
    *("duration_ticks", "duration", "how", "verdict", "reason", "run_id", "recorded_at"),
)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``asrun``."""
    parser = subparsers.add_parser(
        "asrun",
        help="export what went to air",
        description="Prints a row for each break: planned, as it went out, by whom, and whether its markers landed.",
        epilog=_COLUMNS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--channel", metavar="NAME", help="only this channel")
    parser.add_argument("--since", metavar="T", type=moment, help=f"only breaks from then on: {MOMENT_HELP}")
    parser.add_argument("--until", metavar="T", type=moment, help="only breaks before then, in the same forms")
    parser.add_argument("--format", choices=("csv", "json"), default="csv", help="default: csv")
    parser.add_argument(
        "--database",
        metavar="URL",
        type=named,
        help="the store: a file, sqlite:///file or postgresql://user@host/name (default: the data dir's)",
    )
    parser.add_argument(
        "--data-dir", metavar="DIR", type=folder, help="the data folder of the runs (default: the user's)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the rows; 0. UsageError, StorageError: one line for the user."""
    if args.since is not None and args.until is not None and args.since >= args.until:
        raise UsageError("--until", "is not after --since", "give a later time")
    from app.security.secrets import database_password
    from app.storage.asrun import open_store

    named = args.database or default_database(args.data_dir or default_data_dir())
    store = open_store(named, create=False, password=database_password)
    try:
        rows = store.rows(args.channel, args.since, args.until)
    finally:
        store.close()
    if args.format == "json":
        print(json.dumps([exported(row) for row in rows], indent=1))
        return 0
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_ORDER)
    writer.writerows([guarded(exported(row)[name]) for name in _ORDER] for row in rows)
    return 0


def exported(row: AsRunRow) -> dict[str, Plain]:
    """A row by the names of the export."""
    values: dict[str, Plain] = {field.name: to_plain(getattr(row, field.name)) for field in fields(row)}
    for name in _HOUSE:
        values[name.replace("_at", "_house")] = house_text(getattr(row, name), row.timezone, row.frame_rate)
    values["reconciled"] = row.reconciled
    values["duration"] = None if row.duration_ticks is None else decimal_text(row.duration_ticks)
    return {name: values[name] for name in _ORDER}


def house_text(moment: datetime | None, timezone: str, frame_rate: str) -> str | None:
    """House time as it may be written in a break list: date HH:MM:SS:FF (with .mmm where the rate is not known)."""
    if moment is None:
        return None
    zone = ZoneInfo(timezone if known_timezone(timezone) else local_timezone())
    if not frame_rate:
        return moment.astimezone(zone).replace(tzinfo=None).isoformat(" ", "milliseconds")
    nominal = FrameRate.parse(frame_rate).nominal
    frames = round_half_up(Fraction(moment.microsecond * nominal, 1_000_000))
    second = (moment.replace(microsecond=0) + timedelta(seconds=frames // nominal)).astimezone(zone)
    return f"{second:%Y-%m-%d %H:%M:%S}:{frames % nominal:02}"
