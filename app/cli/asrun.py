"""``splicedeck asrun``: what was planned and what went out, as CSV, JSON or a PDF sheet; verified, reconciled."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import fields

from app.cli.asrun_reconcile import reconcile_asrun
from app.cli.asrun_sheets import asrun_sheet, write_sheet
from app.cli.asrun_verify import seal, verify_asrun
from app.cli.exporting import csv_text, hand_out, json_text
from app.cli.house_time import house_text
from app.cli.usage import MOMENT_HELP, folder, moment, named
from app.model.asrun import AsRunRow
from app.model.errors import UsageError
from app.model.timebase import decimal_text
from app.model.wire import Plain, to_plain
from app.settings import default_data_dir, default_database

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

Every change of a row is an entry in a hash chain of its run. --verify finds whatever was changed, taken out, put in or
exchanged since, in rows and entries; that the end of a chain was taken off it sees as far as a journal in the data
folder, a later run or a --seal has noted that end.

--reconcile holds the schedule of the same store against what aired, by id, then by time (15 minutes) and length:
  reconciled       aired, booked-not-aired, aired-not-booked, potential-match
  late_s           from the booked moment to the OUT; negative: early. longer_s: aired over booked length
  owed_s, make_good   what is still owed, and where in the rest of the day it has room: in a break, or between two

exit status: 0 done; 1 --verify found something; 2 there is no such store, or it can't be used.

examples:
  splicedeck asrun --since 2026-11-22 --format pdf --output asrun.pdf
  splicedeck asrun --reconcile --since 2026-11-22 --until 2026-11-23 --channel news-1
  splicedeck asrun --verify --database postgresql://splicedeck@db.example/splicedeck
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
    parser.add_argument("--format", choices=("csv", "json", "pdf"), default="csv", help="default: csv")
    parser.add_argument("--output", metavar="FILE", type=folder, help="write it there instead of to stdout")
    parser.add_argument("--reconcile", action="store_true", help="hold what was booked against what aired")
    parser.add_argument("--verify", action="store_true", help="find what was tampered with")
    parser.add_argument(
        "--seal",
        metavar="RUN:NUMBER:DIGEST",
        type=seal,
        action="append",
        default=[],
        help="for --verify: the end of a chain as it was noted, on a sheet perhaps; may be given again",
    )
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
    """Print or write what was asked for; 0, or 1. UsageError, StorageError: one line for the user."""
    if args.since is not None and args.until is not None and args.since >= args.until:
        raise UsageError("--until", "is not after --since", "give a later time")
    if args.format == "pdf" and args.output is None and not args.verify:
        raise UsageError("--format pdf", "is not written to standard output", "name the file with --output")
    if args.seal and not args.verify:
        raise UsageError("--seal", "is an end to verify by", "add --verify")
    if args.verify:
        return verify_asrun(args)
    if args.reconcile:
        return reconcile_asrun(args)
    from app.security.secrets import database_password
    from app.storage.asrun import open_store

    named = args.database or default_database(args.data_dir or default_data_dir())
    with closing(open_store(named, create=False, password=database_password)) as store:
        rows = store.rows(args.channel, args.since, args.until)
        where, heads = store.where, store.heads() if args.format == "pdf" else {}
    if args.format == "pdf":
        write_sheet(asrun_sheet(rows, args, where, heads), args.output)
    elif args.format == "json":
        hand_out(json_text([exported(row) for row in rows]), args.output)
    else:
        hand_out(csv_text(_ORDER, [exported(row) for row in rows]), args.output)
    return 0


def exported(row: AsRunRow) -> dict[str, Plain]:
    """A row by the names of the export."""
    values: dict[str, Plain] = {field.name: to_plain(getattr(row, field.name)) for field in fields(row)}
    for name in _HOUSE:
        values[name.replace("_at", "_house")] = house_text(getattr(row, name), row.timezone, row.frame_rate)
    values["reconciled"] = row.reconciled
    values["duration"] = None if row.duration_ticks is None else decimal_text(row.duration_ticks)
    return {name: values[name] for name in _ORDER}
