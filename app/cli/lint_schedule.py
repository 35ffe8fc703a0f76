"""``splicedeck lint --database``: the schedule in a store held to the rules, from now on."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from app.cli.lint import in_lines
from app.model.errors import UsageError
from app.model.lint import LintSeverity
from app.model.profiles import PROFILES
from app.model.schedule_findings import ScheduleFinding
from app.model.wire import Plain
from app.settings import local_timezone
from app.settings.show import show_from_toml, show_text

if TYPE_CHECKING:
    from app.model.merging import Stored
    from app.model.show import Show


_LONGEST = timedelta(days=1)  # no break is longer


def lint_store(args: argparse.Namespace) -> int:
    """Print the findings; 0, or 1 where there are errors. UsageError, StoreUnusableError: one line for the user."""
    from app.lint.scheduled import lint_schedule

    if args.profile is not None and args.profile not in PROFILES:
        raise UsageError("--profile", f"{args.profile[:40]!r} is not known", f"known are {', '.join(PROFILES)}")
    show = _show(args)
    now = datetime.now(UTC)
    rows = _rows(args, show, now)
    locked = {(row.booking.plan.channel, row.booking.plan.id) for row in rows if row.state.locked}
    bookings = [row.booking for row in rows]
    findings = lint_schedule(bookings, show, now=now, profile=args.profile, locked=locked)
    found = Counter(finding.severity for finding in findings)
    counts = {severity: found[severity] for severity in LintSeverity}
    if args.json:
        print(json.dumps(_plain(args, findings, counts), ensure_ascii=False))
    else:
        print(in_lines([_line(finding) for finding in findings], f"schedule of {len(rows)} breaks", counts))
    return 1 if counts[LintSeverity.ERROR] else 0


def _show(args: argparse.Namespace) -> Show | None:
    if args.show is None:
        return None
    return show_from_toml(show_text(args.show), str(args.show), folder=args.show.parent, check_folders=False)


def _rows(args: argparse.Namespace, show: Show | None, now: datetime) -> list[Stored]:
    """What has not ended, and what has no moment yet."""
    from app.security.secrets import database_password
    from app.storage.schedule_rows import starts_at
    from app.storage.schedule_store import open_schedule

    timezone = show.timezone if show is not None else local_timezone()
    store = open_schedule(args.database, timezone=timezone, create=False, password=database_password)
    with closing(store):
        rows = store.bookings(args.channel, now - _LONGEST) + store.unplaced(args.channel)

    def ended(row: Stored) -> bool:
        start = starts_at(row.booking.plan, timezone)
        return start is not None and start + timedelta(seconds=float(row.booking.plan.duration_s)) < now

    return [row for row in rows if not ended(row)]


def _line(finding: ScheduleFinding) -> str:
    (channel, break_id), *_ = finding.keys
    clause = f" ({finding.clause})" if finding.clause else ""
    fixes = "; " + " | ".join(fix.label for fix in finding.fixes) if finding.fixes else ""
    return f"{finding.severity.value}: break {break_id} of {channel}: {finding.text}{clause}{fixes}"


def _plain(args: argparse.Namespace, findings: list[ScheduleFinding], counts: dict[LintSeverity, int]) -> Plain:
    listed: list[Plain] = [
        {
            "severity": finding.severity.value,
            "rule": finding.rule,
            "clause": finding.clause,
            "breaks": [{"channel": channel, "id": break_id} for channel, break_id in finding.keys],
            "text": finding.text,
            "fixes": [fix.label for fix in finding.fixes],
        }
        for finding in findings
    ]
    told: dict[str, Plain] = {f"{severity.value}s": count for severity, count in counts.items()}
    return {"target": "schedule", "kind": "schedule", "profile": args.profile, **told, "findings": listed}
