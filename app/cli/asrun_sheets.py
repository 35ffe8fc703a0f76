"""As-run and reconciliation as sheets for paper."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from app.cli.exporting import write_whole
from app.cli.house_time import house_text, zone_of
from app.model.asrun import AsRunRow, AsRunState
from app.model.chain import Head
from app.model.sheet import Cell, Sheet, SheetColumn, SheetRow, Tone
from app.model.states import ProofState
from app.model.timebase import decimal_text
from app.model.wire import Plain

_S, _P = AsRunState, ProofState
_COLUMNS = (
    SheetColumn("BREAK", 22),
    SheetColumn("CHANNEL", 10),
    SheetColumn("BOOKED", 19),
    SheetColumn("OUT", 19),
    SheetColumn("IN", 19),
    SheetColumn("LENGTH s", 9, right=True),
    SheetColumn("LATE s", 9, right=True),
    SheetColumn("FIRED BY", 10),
    SheetColumn("STATE", 11),
    SheetColumn("PROOF", 11),
)
_STATES = {
    _S.RETURNED: Cell("RETURNED"),
    _S.ON_AIR: Cell("ON AIR", Tone.WARNING),
    _S.FAILED: Cell("FAILED", Tone.BAD),
    _S.REFUSED: Cell("REFUSED", Tone.BAD),
    _S.WITHDRAWN: Cell("WITHDRAWN", Tone.QUIET),
    _S.SKIPPED: Cell("SKIPPED", Tone.QUIET),
}
_VERDICTS = {_P.LANDED: Tone.GOOD, _P.PENDING: Tone.QUIET, _P.LATE: Tone.WARNING}


def asrun_sheet(rows: Sequence[AsRunRow], args: argparse.Namespace, where: str, heads: Mapping[str, Head]) -> Sheet:
    """The as-run of a time; ``heads`` of the chains, so that paper can vouch for the store."""
    aired = [row for row in rows if row.out_at is not None]
    landed = sum(row.verdict is ProofState.LANDED for row in aired)
    runs = dict.fromkeys(row.run_id for row in rows)
    ends = [f"chain of run {run_id} ends at {run_id}:{heads[run_id]}" for run_id in runs if run_id in heads]
    facts = (
        ("channel", args.channel or ", ".join(sorted({row.channel for row in rows})) or "none"),
        *span_facts(args, [row.timezone for row in rows]),
        ("breaks", f"{len(rows)}, {len(aired)} of them aired"),
        ("proof", f"{landed} of {len(aired)} landed"),
        ("store", where),
    )
    return Sheet(
        title="As-run",
        subtitle=subtitle(args, [row.timezone for row in rows]),
        facts=facts,
        columns=_COLUMNS,
        rows=tuple(_row(row) for row in rows),
        endings=tuple(ends) if rows else ("No breaks in this time.",),
        footer="Splicedeck as-run",
        made_at=datetime.now(UTC),
    )


def _row(row: AsRunRow) -> SheetRow:
    booked, out, back = (
        moment_cell(house_text(moment, row.timezone, row.frame_rate), "" if frame is None else f"frame {frame}")
        for moment, frame in (
            (row.planned_at, row.planned_frame),
            (row.out_at, row.out_frame),
            (row.in_at, row.in_frame),
        )
    )
    late_s = None if row.out_at is None or row.planned_at is None else (row.out_at - row.planned_at).total_seconds()
    cells = (
        Cell(row.title or row.break_id, below=row.break_id if row.title else ""),
        Cell(row.channel),
        booked,
        out,
        back,
        Cell("" if row.duration_ticks is None else decimal_text(row.duration_ticks), below=row.how),
        Cell("" if late_s is None else signed(late_s)),
        Cell(row.by),
        _STATES.get(row.state, Cell(row.state.upper().replace("_", " "), Tone.QUIET)),
        verdict_cell(row),
    )
    return SheetRow(cells, note=row.reason)


def signed(seconds: float | Fraction) -> str:
    """With its sign, as it is set."""
    return f"{float(seconds):+.3f}".replace("-", "\N{MINUS SIGN}")


def moment_cell(house: Plain, more: str = "") -> Cell:
    """House time over its date, and what else belongs to it."""
    if not isinstance(house, str):
        return Cell("")
    date, _, time = house.partition(" ")
    return Cell(time, below=" · ".join(part for part in (date, more) if part))


def verdict_cell(row: AsRunRow | None) -> Cell:
    """The proof's word, as a mark."""
    if row is None or row.verdict is None:
        return Cell("")
    return Cell(row.verdict.upper(), _VERDICTS.get(row.verdict, Tone.BAD))


def subtitle(args: argparse.Namespace, timezones: Sequence[str]) -> str:
    """Channel and day, or as much of them as was asked for."""
    zone = zone_of(next(iter(timezones), ""))
    days = [f"{moment.astimezone(zone):%A %d %B %Y}" for moment in (args.since,) if moment is not None]
    return "  ·  ".join(part for part in (args.channel or "all channels", *days) if part)


def span_facts(args: argparse.Namespace, timezones: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """From when to when, and in what time it is told."""
    name = next(iter(timezones), "")
    zone = zone_of(name)
    since, until = (
        "open" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %z}"
        for moment in (args.since, args.until)
    )
    return (("from", since), ("to", until), ("house time", zone.key))


def write_sheet(sheet: Sheet, output: Path) -> None:
    """As a PDF. EnvironmentLackError: Qt's libraries are not all here; UsageError: the file can't be written."""
    from app.ui.preflight import preflight

    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # nothing is shown
    preflight()
    from app.ui.asrun_sheet import sheet_pdf

    write_whole(sheet_pdf(sheet), output)
