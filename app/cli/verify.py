"""``splicedeck verify``: the landed proof of a finished or live output, for people and as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from app.model.errors import ProofError, UsageError

if TYPE_CHECKING:
    from app.monitoring.report import Report, Row

_EPILOG = """\
TARGET is a multivariant or media playlist (URL or path), a folder with index.m3u8, or a .ts file.
Every OUT and IN, and every signal that is no splice, is proved: its section's CRC, an IDR at exactly its time that
starts a segment in every rendition, sound that is cut within 100 ms of it, every tag dialect equal to the section in
place, time, duration and id, and the same in all renditions. Where no section can be heard (no SCTE-35 PID, encrypted
or fragmented MP4 segments, sound alone) the tags are held against each other, and what can't be judged is said.

exit status: 0 every splice landed; 1 one is late, misplaced or missing, or there is none or too few;
2 the target can't be used.

examples:
  splicedeck verify http://127.0.0.1:8080/live/news-1/index.m3u8 --expect 2
  splicedeck verify recording.ts --json
  splicedeck verify http://127.0.0.1:8080/live/news-1/index.m3u8 --against http://127.0.0.1:8081/live/news-1/index.m3u8
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``verify`` to the command line."""
    parser = subparsers.add_parser(
        "verify",
        help="prove that every ad marker of an output landed",
        description="Read an output back and prove every splice in it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("target", metavar="TARGET", help="playlist (URL or path), folder, or .ts file")
    parser.add_argument("--expect", metavar="N", type=_count, help="fail with fewer than N splices (a break has two)")
    parser.add_argument(
        "--against", metavar="TARGET", action="append", default=[], help="another copy, at another origin: skew is told"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of splices")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Carry it out; the exit status."""
    from app.monitoring.proof import verify

    try:
        report = verify(args.target, expect=args.expect, against=args.against)
    except (ProofError, UsageError) as error:
        print(f"splicedeck verify: {error}", file=sys.stderr)
        return UsageError.exit_status
    if args.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        print(as_text(report, args.expect or 0))
    return 0 if report.passed else 1


def as_text(report: Report, expected: int = 0) -> str:
    """A line a splice, then the findings, then the verdict: of those that are there, or of so many as are to be."""
    lines = [_row_text(row) for row in report.splices]
    lines += [str(finding) for finding in report.findings]
    landed = sum(row.verdict == "landed" for row in report.splices)
    verdict = "pass" if report.passed else "fail"
    wanted = max(len(report.splices), expected)
    return "\n".join([*lines, f"{verdict}: {landed} of {wanted} splices landed in {report.target}"])


def _row_text(row: Row) -> str:
    event = "-" if row.splice_event_id is None else row.splice_event_id
    pts = "-" if row.pts is None else row.pts
    where = " ".join(f"{name}:{uri}" for name, uri in row.segments.items())
    told = f"{row.direction.upper():<3}  event {event:<10}  pts {pts:<10}  {_off(row):<12}  {row.verdict.value:<9}"
    signal = "" if row.signal in {"", "splice_insert"} else row.signal
    return "  ".join(part for part in (told, signal, row.reason, where) if part).rstrip()


def _off(row: Row) -> str:
    """How far the IDR is from the section's time; only tags may tell of a splice in other people's streams."""
    if row.error_ticks is None:
        return "tags only" if row.pts is None else "no IDR"
    return f"{row.error_ticks:+d} ticks" if row.error_ticks else "exact"
