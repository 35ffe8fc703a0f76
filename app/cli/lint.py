"""``splicedeck lint``: marker rules over a section, a show file, a break list or an HLS playlist."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli.usage import folder, named
from app.model.lint import LintSeverity
from app.model.profiles import PROFILES

if TYPE_CHECKING:
    from app.lint.target import Linted

_EPILOG = f"""\
TARGET is told by its content: a section in base64, hexadecimal or XML (or a file of them, one a line), a show file, a
break list in CSV or JSON, or an HLS playlist (URL or path; of a multivariant playlist every rendition is read).
A line a finding: severity, place, what is wrong, the clause, and what would be right.

profiles: {", ".join(PROFILES)}

exit status: 0 no error (there may be warnings and notes); 1 errors; 2 the target can't be used.

examples:
  splicedeck lint show.toml
  splicedeck lint breaks.csv --show show.toml
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
    parser.add_argument("target", metavar="TARGET", help="a section, a file, a URL, or - for standard input")
    parser.add_argument("--profile", metavar="NAME", type=named, help="who reads it: one of the profiles below")
    parser.add_argument("--show", metavar="SHOW.toml", type=folder, help="the show that a break list is for")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the findings; 0, or 1 where there are errors. UsageError: one line for the user."""
    from app.lint.target import Asked, lint

    linted = lint(args.target, Asked(args.profile, args.show, datetime.now(UTC)))
    print(json.dumps(linted.to_plain(), ensure_ascii=False) if args.json else as_text(linted))
    return 1 if linted.count(LintSeverity.ERROR) else 0


def as_text(linted: Linted) -> str:
    """A line a finding, then how many there are."""
    told = [_counted(linted.count(severity), severity.value) for severity in LintSeverity]
    lines = [str(finding) for finding in linted.findings]
    lines.append(f"{linted.kind.value}: {', '.join(told)}")
    return "\n".join("".join(c if c.isprintable() else repr(c)[1:-1] for c in line) for line in lines)


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
