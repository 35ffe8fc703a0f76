"""``splicedeck lint``: marker rules over a section, a show file, a break list, the schedule or an HLS playlist."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli.usage import folder, named
from app.model.errors import UsageError
from app.model.lint import LintSeverity
from app.model.profiles import PROFILES

if TYPE_CHECKING:
    from app.lint.target import Linted

_EPILOG = f"""\
TARGET is told by its content: a section in base64, hexadecimal or XML (or a file of them, one a line), a show file, a
break list in CSV or JSON, VMAP, VAST, .xlsx, or an HLS playlist (URL or path; of a multivariant playlist every
rendition is read).
A line a finding: severity, place, what is wrong, the clause, and what would be right. With --database and without a
TARGET the schedule in the store is linted, from now on; what would mend it stands behind each finding.

profiles: {", ".join(PROFILES)}

exit status: 0 no error (there may be warnings and notes); 1 errors; 2 the target can't be used.

examples:
  splicedeck lint show.toml
  splicedeck lint breaks.csv --show show.toml
  splicedeck lint --database postgresql://splicedeck@db.example/splicedeck --show show.toml --channel news-1
  splicedeck lint https://origin.example/live/news-1/index.m3u8 --profile mediatailor --json
  splicedeck lint /DAlAAAAAAAAAP/wFAUAAAARf+/+AA27oP4AKTLgAAAAAAAA91LqEQ==
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``lint``."""
    parser = subparsers.add_parser(
        "lint",
        help="hold markers, settings and schedules to the rules",
        description="Hold a section, a show file, a break list or an HLS playlist to the marker rules.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("target", metavar="TARGET", nargs="?", help="a section, a file, a URL, or - for standard input")
    parser.add_argument("--profile", metavar="NAME", type=named, help="who reads it: one of the profiles below")
    parser.add_argument("--show", metavar="SHOW.toml", type=folder, help="the show that the breaks are for")
    parser.add_argument("--database", metavar="URL", type=named, help="the store whose schedule is linted")
    parser.add_argument("--channel", metavar="NAME", type=named, help="with --database: this channel's breaks alone")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the findings; 0, or 1 where there are errors. UsageError: one line for the user."""
    if args.target is not None and args.database is not None:
        raise UsageError("lint", "takes a TARGET or --database, not both", "name the store's show with --show")
    if (args.target is None and args.database is None) or (args.channel and args.target):
        raise UsageError("lint", "needs a TARGET, or --database alone", "see splicedeck lint --help")
    if args.database is not None:
        from app.cli.lint_schedule import lint_store

        return lint_store(args)
    from app.lint.target import Asked, lint

    linted = lint(args.target, Asked(args.profile, args.show, datetime.now(UTC)))
    print(json.dumps(linted.to_plain(), ensure_ascii=False) if args.json else as_text(linted))
    return 1 if linted.count(LintSeverity.ERROR) else 0


def as_text(linted: Linted) -> str:
    """A line a finding, then how many there are."""
    counts = {severity: linted.count(severity) for severity in LintSeverity}
    return in_lines([str(finding) for finding in linted.findings], linted.kind.value, counts)


def in_lines(lines: list[str], kind: str, counts: Mapping[LintSeverity, int]) -> str:
    """Findings, and how many there are of each severity."""
    told = [_counted(count, severity.value) for severity, count in counts.items()]
    lines = [*lines, f"{kind}: {', '.join(told)}"]
    return "\n".join("".join(c if c.isprintable() else repr(c)[1:-1] for c in line) for line in lines)


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
