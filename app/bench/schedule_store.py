"""The schedule's store: a day of a channel among a million rows, and workstations that edit the same breaks at once.

On SQLite, and where ``SPLICEDECK_BENCH_DATABASE`` names a database of a PostgreSQL server without this bench's rows,
there too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import batched
from pathlib import Path
from typing import Any

from app.bench.figures import Figure, Outcome, median, percentile
from app.bench.schedule_editor import counted, prepare
from app.model.merging import BookingState, Stored
from app.model.rundown import Ad, BreakPlan
from app.model.schedule import Booking
from app.model.when import When
from app.storage.booking_text import booking_text
from app.storage.schedule_store import ScheduleStore, open_schedule
from app.storage.schedule_tables import bookings
from app.storage.schedule_watch import ScheduleWatch

ROWS, CHANNELS, A_DAY = 1_000_000, 4, 250
EDITS, WORKSTATIONS = 10_000, 4
DAY_LIMIT_MS, SEEN_LIMIT_S = 10.0, 1.0
DATABASE = "SPLICEDECK_BENCH_DATABASE"
_BARE = "SELECT content FROM bookings WHERE channel = ? AND starts_at >= ? AND starts_at < ? ORDER BY starts_at"
_READS, _AT_ONCE = 40, 10_000
_FIRST = datetime(2030, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_EVERY = _DAY / A_DAY
_COLUMNS = (
    *("channel", "break_id", "version", "touched", "created", "starts_at", "state", "removed", "content"),
    *("base", "list_id", "changed_by", "changed_at"),
)


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of concurrent edits: all that were made, those that the store has, and how late others saw them."""

    made: int
    kept: int
    again: int
    took_s: float
    seen_s: tuple[float, ...]


def run() -> Outcome:
    """All of it; minutes on a slow machine."""
    with tempfile.TemporaryDirectory(prefix="splicedeck-bench-") as folder:
        figures, notes = _of(f"sqlite:///{Path(folder) / 'store.sqlite3'}", "SQLite", EDITS // 10)
    if server := os.environ.get(DATABASE, ""):
        of_server = _of(server, "PostgreSQL", EDITS)
        figures, notes = figures + of_server[0], notes + of_server[1]
    return Outcome("schedule", "the driver's own SELECT of the same days", figures, notes)


def _of(named: str, kind: str, edits: int) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
    store = open_schedule(named)
    try:
        began_s = time.perf_counter()
        fill(store)
        filled_s = time.perf_counter() - began_s
        days_ms = [each * 1000 for each in read_days(store)]
        bare_ms = [each * 1000 for each in read_days(store, bare=True)]
        edited = contended(named, edits, WORKSTATIONS)
    finally:
        store.close()
    told = (
        Figure(f"{kind}: a day of a channel, median", median(days_ms), "ms", DAY_LIMIT_MS),
        Figure(f"{kind}: a day of a channel, p95", percentile(days_ms, 0.95), "ms"),
        Figure(f"{kind}: reference, median", median(bare_ms), "ms"),
        Figure(f"{kind}: edits lost", edited.made - edited.kept, "edits", 0),
        Figure(f"{kind}: edits a second", edited.made / edited.took_s, "1/s"),
        Figure(f"{kind}: change seen, p99", percentile(edited.seen_s, 0.99), "s", SEEN_LIMIT_S),
    )
    what = f"{ROWS} rows in {filled_s:.0f} s, {A_DAY} breaks a day; {edited.made} edits by {WORKSTATIONS} workstations"
    return told, (f"{kind}: {what}, {edited.again} of them edited again",)


def fill(store: ScheduleStore, rows: int = ROWS) -> None:
    """Days of all channels, as an import writes them."""
    raw = store.engine.raw_connection()
    try:
        connection: Any = raw.driver_connection
        if store.engine.dialect.name == "postgresql":
            with connection.cursor() as cursor, cursor.copy(_copying()) as copy:
                for row in _rows(rows):
                    copy.write_row(row)
        else:
            into = f"INSERT INTO {bookings.name} ({', '.join(_COLUMNS)}) VALUES ({_MARKS})"  # noqa: S608 - names of our own
            for some in batched(_rows(rows), _AT_ONCE):
                of_file = [(*row[:5], _in_file(row[5]), *row[6:12], _in_file(row[12])) for row in some]
                raw.cursor().executemany(into, of_file)
        raw.commit()
    finally:
        raw.close()


_MARKS = ", ".join("?" * len(_COLUMNS))


def _copying() -> bytes:
    return f"COPY {bookings.name} ({', '.join(_COLUMNS)}) FROM STDIN".encode()


def _in_file(moment: object) -> str:
    """As SQLAlchemy writes a time there."""
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def _rows(rows: int) -> Iterator[tuple[object, ...]]:
    now, planned = datetime.now(UTC), BookingState.PLANNED.value
    ads = tuple(Ad(f"ad{n}", "Title of the ad", Fraction(30)) for n in range(3))
    for number in range(rows):
        slot, channel = divmod(number, CHANNELS)
        at, name = _FIRST + slot * _EVERY, f"bench-{channel}"
        plan = BreakPlan(f"b{slot}", name, When(at.isoformat()), Fraction(90), title=f"Break {slot}", ads=ads)
        content = booking_text(Booking(plan=plan, source="bench.csv"))
        yield name, plan.id, 1, 1, 1, at, planned, False, content, None, 1, "bench", now


def read_days(store: ScheduleStore, rows: int = ROWS, *, bare: bool = False) -> list[float]:
    """Seconds that a day of a channel took, each day another. ``bare``: by the driver alone, nothing made of it."""
    days, took = rows // CHANNELS // A_DAY, []
    for number in range(_READS):
        since, channel = _FIRST + number * (days // _READS or 1) % days * _DAY, f"bench-{number % CHANNELS}"
        began_s = time.perf_counter()
        found = _bare(store, channel, since) if bare else store.bookings(channel, since, since + _DAY)
        took.append(time.perf_counter() - began_s)
        if len(found) != A_DAY:
            raise LookupError(f"{len(found)} breaks on {since}, not {A_DAY}")
    return took[1:]  # the first one finds nothing compiled


def _bare(store: ScheduleStore, channel: str, since: datetime) -> Sequence[object]:
    raw = store.engine.raw_connection()
    try:
        on_server = store.engine.dialect.name == "postgresql"
        times = (since, since + _DAY)
        cursor = raw.cursor()
        cursor.execute(
            _BARE.replace("?", "%s") if on_server else _BARE, (channel, *(times if on_server else map(_in_file, times)))
        )
        return cursor.fetchall()
    finally:
        raw.close()


def contended(named: str, edits: int, workstations: int) -> Edited:
    """Programs that edit the same breaks at once, and one that watches."""
    store = open_schedule(named)
    prepare(store)
    seen_s: list[float] = []

    def see(rows: list[Stored]) -> None:
        now = datetime.now(UTC)
        seen_s.extend((now - row.changed_at).total_seconds() for row in rows)

    watch = ScheduleWatch(store, store.revision(), see)
    watch.start()
    shares = [edits // workstations + (n < edits % workstations) for n in range(workstations)]
    programs = [_started(named, share, n) for n, share in enumerate(shares)]
    try:
        for program in programs:
            _line(program)
        began_s = time.perf_counter()
        for program in programs:
            _told(program)
        again = sum(int(_line(program)) for program in programs)
        took_s = time.perf_counter() - began_s
    finally:
        for program in programs:
            program.kill()
            program.communicate()
    watch.close()
    kept = counted(store)
    store.close()
    return Edited(edits, kept, again, took_s, tuple(seen_s))


def _started(named: str, edits: int, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app.bench.schedule_editor", named, str(edits), f"workstation-{number}"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _told(program: subprocess.Popen[str]) -> None:
    if program.stdin is not None:
        program.stdin.write("go\n")
        program.stdin.flush()


def _line(program: subprocess.Popen[str]) -> str:
    return program.stdout.readline() if program.stdout is not None else ""
