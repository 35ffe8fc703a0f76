"""100,000 breaks imported from CSV, against csv.reader and one bulk INSERT of the same rows into a bare table."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from app.bench.figures import Figure, Outcome
from app.schedule.importing import imported_from
from app.storage.schedule_store import open_schedule

BREAKS = 100_000
ROUNDS = 3
LIMIT_S, SERVER_LIMIT_S = 5.0, 10.0
DATABASE = "SPLICEDECK_BENCH_DATABASE"  # an empty one on a PostgreSQL server: it is measured too
ZONE = "Europe/Berlin"
_START = datetime(2030, 1, 1, tzinfo=UTC)
_CHANNELS = 20


def run(breaks: int = BREAKS) -> Outcome:
    """The import and its reference, over and over; the quickest of each, as others use the machine too."""
    with tempfile.TemporaryDirectory(prefix="splicedeck-bench-") as name:
        folder = Path(name)
        file = folder / "day.csv"
        file.write_text(list_text(breaks), "utf-8")
        bare, ours = [], []
        for n in range(ROUNDS):
            bare.append(_timed(partial(_bare, file, folder / f"bare{n}.sqlite3")))
            ours.append(_timed(partial(_imported, file, str(folder / f"store{n}.sqlite3"))))
        (wall_s, cpu_s), (bare_s, bare_cpu_s) = (tuple(map(min, zip(*each, strict=True))) for each in (ours, bare))
        figures = [
            Figure("imported into SQLite", wall_s, "s", LIMIT_S),
            Figure("the same, CPU", cpu_s, "s", LIMIT_S),
            Figure("reference", bare_s, "s"),
            Figure("imported, CPU, of the reference", cpu_s / bare_cpu_s, "times"),
        ]
        if server := os.environ.get(DATABASE, ""):
            wall_s, cpu_s = _timed(partial(_imported, file, server))
            figures.append(Figure("imported into PostgreSQL", wall_s, "s", SERVER_LIMIT_S))
            figures.append(Figure("the same, our own CPU", cpu_s, "s"))
    note = f"{breaks} breaks on {_CHANNELS} channels" + ("" if server else f"; {DATABASE} may name a PostgreSQL too")
    return Outcome("schedule", "csv.reader and one bulk INSERT of the same rows", tuple(figures), (note,))


def list_text(breaks: int) -> str:
    """A list in CSV, in the order of its times."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(("id", "channel", "at", "duration", "title", "splice_event_id", "upid_type", "upid"))
    for n in range(breaks):
        at = _START + timedelta(seconds=n // _CHANNELS * 90)
        lasts = (15, 30, 60, 90)[n % 4]
        table.writerow(
            (f"b{n}", f"bench-{n % _CHANNELS}", at.isoformat(), lasts, f"Break {n}", n + 1, 9, f"SIGNAL:{n}")
        )
    return written.getvalue()


def _timed(what: Callable[[], None]) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


def _imported(file: Path, database: str) -> None:
    with closing(open_schedule(database, timezone=ZONE)) as store:
        merged = store.merge(imported_from(str(file), timezone=ZONE), by="bench")
    if merged.added + merged.unchanged == 0:
        raise RuntimeError("nothing was imported")


def _bare(file: Path, database: Path) -> None:
    """What no import can do without: read every cell, keep every row, safely."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(
            "CREATE TABLE breaks (id TEXT, channel TEXT, at TEXT, duration TEXT, title TEXT, splice_event_id TEXT, "
            "upid_type TEXT, upid TEXT, PRIMARY KEY (channel, id))"
        )
        connection.execute("CREATE INDEX breaks_at ON breaks (channel, at)")
        with file.open(encoding="utf-8", newline="") as opened:
            rows = csv.reader(opened)
            next(rows)
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO breaks VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
