"""``splicedeck asrun --reconcile``: what was booked against what aired, as CSV, JSON or a sheet."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.asrun_sheets import moment_cell, signed, span_facts, subtitle, verdict_cell, write_sheet
from app.cli.exporting import csv_text, hand_out, json_text
from app.cli.house_time import house_text, zone_of
from app.model.asrun import AsRunRow
from app.model.make_goods import Avail, avails_in_breaks, make_goods, owed_s
from app.model.outcome_figures import Figures, class_texts, figures
from app.model.reconciling import Booked, Likeness, Outcome, Reconciled, as_played, reconciled
from app.model.rundown import BreakPlan
from app.model.schedule import Booking
from app.model.sheet import Bars, Cell, Sheet, SheetColumn, SheetRow, Tone
from app.model.timebase import FrameRate, decimal_text, ticks_of
from app.model.wire import Plain, to_plain
from app.settings import default_data_dir, default_database, local_timezone

if TYPE_CHECKING:
    from app.storage.schedule_store import ScheduleStore

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ORDER = (
    *("channel", "break_id", "aired_id", "title", "reconciled"),
    *("booked_at", "booked_house", "booked_duration", "out_at", "out_house", "in_at", "in_house", "duration"),
    *("late_s", "longer_s", "how", "by", "state", "verdict", "reason", "run_id"),
    *("owed_s", "make_good", "make_good_at", "make_good_break_id"),
)
_SHEET = (
    SheetColumn("BREAK", 25),
    SheetColumn("CHANNEL", 11),
    SheetColumn("BOOKED", 17),
    SheetColumn("OUT", 13),
    SheetColumn("LENGTH s", 9, right=True),
    SheetColumn("LATE s", 10, right=True),
    SheetColumn("LONGER s", 10, right=True),
    SheetColumn("OUTCOME", 17),
    SheetColumn("PROOF", 11),
    SheetColumn("MAKE-GOOD", 19),
)
_TONES = {
    Outcome.AIRED: Tone.GOOD,
    Outcome.BOOKED_NOT_AIRED: Tone.BAD,
    Outcome.AIRED_NOT_BOOKED: Tone.WARNING,
    Outcome.POTENTIAL_MATCH: Tone.WARNING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A reconciliation with what it leads to. ``goods`` by the place of their line; ``timezone`` of the house."""

    where: str
    lines: tuple[Reconciled, ...]
    goods: dict[int, Avail]
    figures: Figures
    timezone: str


def reconcile_asrun(args: argparse.Namespace) -> int:
    """Print or write it; 0. StorageError: the store can't be read."""
    named = args.database or default_database(args.data_dir or default_data_dir())
    account = account_of(named, args.channel, args.since, args.until, now=datetime.now(UTC))
    if args.format == "pdf":
        write_sheet(_sheet(account, args), args.output)
        return 0
    rows = [_exported(account, n) for n in range(len(account.lines))]
    if args.format == "json":
        hand_out(json_text({"summary": _summary(account.figures), "rows": rows}), args.output)
    else:
        hand_out(csv_text(_ORDER, rows), args.output)
    return 0


def account_of(
    named: str | Path,
    channel: str | None,
    within_since: datetime | None,
    within_until: datetime | None,
    *,
    now: datetime,
) -> Account:
    """The reconciliation of a store, for the command and for a window's charts. StorageError: it can't be read."""
    from app.security.secrets import database_password
    from app.storage.asrun import open_store
    from app.storage.schedule_store import open_schedule

    margin = timedelta(seconds=Likeness().id_s)  # a partner of what lies within may lie without
    since = None if within_since is None else within_since - margin
    until = None if within_until is None else within_until + margin
    with closing(open_store(named, create=False, password=database_password)) as store:
        rows, where = store.rows(channel, since, until), store.where
    timezone = next((row.timezone for row in reversed(rows) if row.timezone), "") or local_timezone()
    day_end = _day_end(now, timezone)
    with closing(open_schedule(named, timezone=timezone, create=False, password=database_password)) as schedule:
        stored = _stored(schedule, channel, rows, since, None if until is None else max(until, day_end))
        frozen = [each.booking for each in schedule.frozen(channel, None, since, until) if each.state.locked]
    booked = as_played(_booked(stored, rows, timezone), _booked(frozen, rows, timezone))
    due = [each for each in booked if each.at is None or (_after(each.at, since) and _before(each.at, until))]
    lines = [
        line
        for line in reconciled(due, rows, now=now)
        if _after(line.at, within_since) and _before(line.at, within_until)
    ]
    goods = make_goods(lines, booked, since=now, until=day_end)
    figured = figures(lines, avails_in_breaks(booked, now, day_end))
    return Account(where=where, lines=tuple(lines), goods=goods, figures=figured, timezone=timezone)


def _stored(
    schedule: ScheduleStore,
    channel: str | None,
    rows: Sequence[AsRunRow],
    since: datetime | None,
    until: datetime | None,
) -> list[Booking]:
    """The bookings of a time, and those that rows tell of: one that counts from a channel's start has no time."""
    found = [each.booking for each in schedule.bookings(channel, since, until)]
    known = {(each.plan.channel, each.plan.id) for each in found}
    for key in sorted({(row.channel, row.break_id) for row in rows} - known):
        each = schedule.booking(*key)
        if each is not None and not each.removed:
            found.append(each.booking)
    return found


def _after(at: datetime, since: datetime | None) -> bool:
    return since is None or at >= since


def _before(at: datetime, until: datetime | None) -> bool:
    return until is None or at < until


def _day_end(now: datetime, timezone: str) -> datetime:
    """The house's next midnight."""
    zone = zone_of(timezone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), zone).astimezone(UTC)


def _booked(bookings: Iterable[Booking], rows: Sequence[AsRunRow], timezone: str) -> list[Booked]:
    """Frames of house time are those of the channel, as its newest row has them."""
    rates = {row.channel: row.frame_rate for row in rows if row.frame_rate}
    return [_booked_one(each, rates.get(each.plan.channel, ""), timezone) for each in bookings]


def _booked_one(booking: Booking, frame_rate: str, timezone: str) -> Booked:
    plan = booking.plan
    lengths = [spot.duration_s for spot in booking.spots] or [ad.duration_s for ad in plan.ads]
    return Booked(
        channel=plan.channel,
        break_id=plan.id,
        at=_moment(plan, frame_rate, timezone),
        duration_s=plan.duration_s,
        title=plan.title,
        spots_s=sum(lengths, Fraction(0)) if lengths else None,
    )


def _moment(plan: BreakPlan, frame_rate: str, timezone: str) -> datetime | None:
    """To the frame where the channel's rate is known, else to the second; None: only the channel's start tells it."""
    from app.storage.schedule_rows import starts_at

    at = starts_at(plan, timezone)
    if at is None or plan.at is None or not frame_rate:
        return at
    try:
        seconds = plan.at.seconds(first_frame_at=_EPOCH, rate=FrameRate.parse(frame_rate), timezone=timezone)
    except ValueError:  # a label that this rate has not: it was refused when it was to air
        return at
    return _EPOCH + timedelta(microseconds=int(seconds * 1_000_000))


# ---- what it says


def _exported(account: Account, n: int) -> dict[str, Plain]:
    line, good = account.lines[n], account.goods.get(n)
    booked, row, aired = line.booked, line.row, line.aired
    zone, rate = (row.timezone, row.frame_rate) if row is not None else (account.timezone, "")
    return {
        "channel": line.channel,
        "break_id": booked.break_id if booked is not None else "",
        "aired_id": aired.break_id if aired is not None else "",
        "title": _title(line),
        "reconciled": line.outcome.value,
        "booked_at": to_plain(line.booked_at),
        "booked_house": house_text(line.booked_at, zone, rate),
        "booked_duration": None if booked is None else _seconds(booked.duration_s),
        "out_at": None if aired is None else to_plain(aired.out_at),
        "out_house": None if aired is None else house_text(aired.out_at, zone, rate),
        "in_at": None if aired is None else to_plain(aired.in_at),
        "in_house": None if aired is None else house_text(aired.in_at, zone, rate),
        "duration": None if aired is None or aired.duration_ticks is None else decimal_text(aired.duration_ticks),
        "late_s": _number(line.late_s),
        "longer_s": _number(line.longer_s),
        "how": "" if row is None else row.how,
        "by": "" if row is None else row.by,
        "state": "" if row is None else row.state.value,
        "verdict": None if row is None or row.verdict is None else row.verdict.value,
        "reason": "" if row is None else row.reason,
        "run_id": "" if row is None else row.run_id,
        "owed_s": _number(owed_s(line)),
        "make_good": "" if good is None else _good_text(good, account.timezone),
        "make_good_at": None if good is None else to_plain(good.at),
        "make_good_break_id": "" if good is None else good.break_id,
    }


def _title(line: Reconciled) -> str:
    title = line.booked.title if line.booked is not None else ""
    return title or (line.row.title if line.row is not None else "")


def _seconds(seconds: Fraction) -> str:
    return decimal_text(ticks_of(seconds))


def _number(seconds: Fraction | None) -> float | None:
    """A number in CSV too: a minus sign begins no formula there."""
    return None if seconds is None else round(float(seconds), 3) + 0.0


def _good_text(good: Avail, timezone: str) -> str:
    at = f"{good.at.astimezone(zone_of(timezone)):%H:%M:%S}"
    place = f"in break {good.break_id}" if good.break_id else "a break of its own"
    return f"{at}, {_seconds(good.length_s)} s, {place}"


def _good_cell(good: Avail, timezone: str) -> Cell:
    at = f"{good.at.astimezone(zone_of(timezone)):%H:%M:%S}"
    place = f"in break {good.break_id}" if good.break_id else "a break of its own"
    return Cell(f"{at} for {_seconds(good.length_s)} s", below=place)


def _summary(found: Figures) -> dict[str, Plain]:
    return {
        "outcomes": {outcome.value: count for outcome, count in found.outcomes},
        "late": dict(zip(class_texts(), found.late, strict=True)),
        "verdicts": dict(found.verdicts),
        "avails": {str(to_plain(hour)): _number(seconds) for hour, seconds in found.avails},
    }


def _sheet(account: Account, args: argparse.Namespace) -> Sheet:
    found = account.figures
    counts = Bars("Breaks by outcome", tuple((str(name), float(count), str(count)) for name, count in found.outcomes))
    late = tuple((text, float(n), str(n)) for text, n in zip(class_texts(), found.late, strict=True))
    hours = tuple(
        (f"{hour.astimezone(zone_of(account.timezone)):%H:%M}", float(left), f"{float(left):.0f} s")
        for hour, left in found.avails[:7]
    )
    owed = sum((owed_s(line) for line in account.lines), Fraction(0))
    return Sheet(
        title="Reconciliation",
        subtitle=subtitle(args, [account.timezone]),
        facts=(
            ("channel", args.channel or "all"),
            *span_facts(args, [account.timezone]),
            ("owed", f"{_seconds(owed)} s, room found for {len(account.goods)} of them"),
            ("store", account.where),
        ),
        columns=_SHEET,
        rows=tuple(_sheet_row(account, n) for n in range(len(account.lines))),
        charts=(counts, Bars("Seconds early and late", late), Bars("Avails left today, by hour", hours)),
        endings=() if account.lines else ("Nothing was due and nothing aired in this time.",),
        footer="Splicedeck reconciliation of bookings and as-run",
        made_at=datetime.now(UTC),
    )


def _sheet_row(account: Account, n: int) -> SheetRow:
    line, said = account.lines[n], _exported(account, n)
    good = account.goods.get(n)
    title, own = str(said["title"]), str(said["break_id"] or said["aired_id"])
    other = str(said["aired_id"]) if said["aired_id"] and said["aired_id"] != said["break_id"] else ""
    owed = "" if not owed_s(line) else f"owed {_seconds(owed_s(line))} s"
    cells = (
        Cell(title or own, below=" / ".join(dict.fromkeys(part for part in (own, other) if part)) if title else other),
        Cell(line.channel),
        moment_cell(said["booked_house"], f"{said['booked_duration']} s" if line.booked is not None else ""),
        moment_cell(said["out_house"]),
        Cell(str(said["duration"] or ""), below=str(said["how"])),
        Cell("" if line.late_s is None else signed(line.late_s)),
        Cell("" if line.longer_s is None else signed(line.longer_s)),
        Cell(line.outcome.upper().replace("-", " "), _TONES[line.outcome], below=owed),
        verdict_cell(line.aired),
        Cell("") if good is None else _good_cell(good, account.timezone),
    )
    return SheetRow(cells, note=str(said["reason"]))
