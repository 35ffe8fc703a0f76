"""Linting a schedule of 10,000 breaks, against the standard library only reading the same file's times in order."""

from __future__ import annotations

import csv
import io
import time
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from app.bench.figures import Figure, Outcome, median
from app.bench.ladder import RATE, RUNGS
from app.lint.schedule import lint_breaks
from app.model.show import Channel, HlsOutput, Show
from app.schedule.break_list import breaks_from_text

BREAKS = 10_000
ROUNDS = 5
LIMIT_S = 1.0
_START = datetime(2030, 1, 1, tzinfo=UTC)
_EVERY_S, _LASTS_S = 120, 60
_WRONG_EVERY = 100  # one break in so many overlaps the one before it, and uses its splice_event_id


def run() -> Outcome:
    """Read and lint the list, over and over; the reference in between, so that a busy machine slows both."""
    show, text = _show(), schedule_text()
    channels = {channel.name: channel.templates for channel in show.channels}
    lint_s, whole_s, cpu_s, bare_s, found = [], [], [], [], 0
    for _ in range(ROUNDS):
        started_s = time.perf_counter()
        _bare(text)
        bare_s.append(time.perf_counter() - started_s)
        started_s, started_cpu_s = time.perf_counter(), time.process_time()
        listed = breaks_from_text(text, "breaks.csv", channels=channels)
        read_s = time.perf_counter()
        found = len(lint_breaks(listed.plans, show, places=listed.places, now=_START))
        lint_s.append(time.perf_counter() - read_s)
        whole_s.append(time.perf_counter() - started_s)
        cpu_s.append(time.process_time() - started_cpu_s)
    return Outcome(
        "lint",
        "csv.DictReader, datetime.fromisoformat and sorted on the same file",
        (
            Figure("linted, median", median(lint_s), "s", LIMIT_S),
            Figure("linted, slowest", max(lint_s), "s"),
            Figure("read and linted, CPU", median(cpu_s), "s", LIMIT_S),
            Figure("read and linted, median", median(whole_s), "s"),
            Figure("reference, median", median(bare_s), "s"),
            Figure("read and linted, of the reference", median(whole_s) / median(bare_s), "times"),
        ),
        (f"{BREAKS} breaks on two channels, {found} findings",),
    )


def schedule_text(breaks: int = BREAKS) -> str:
    """A list in CSV, with something wrong here and there."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(("id", "channel", "at", "duration", "title", "splice_event_id", "ads"))
    for number in range(breaks):
        wrong = number % _WRONG_EVERY == _WRONG_EVERY - 1
        at = _START + timedelta(seconds=number // 2 * _EVERY_S - (_EVERY_S - _LASTS_S // 2) * wrong)
        event_id = number - 2 * wrong + 1
        ads = f'[{{"id": "ad-{number}", "duration": {_LASTS_S}}}]'
        channel = f"bench-{number % 2}"
        table.writerow((f"b{number}", channel, at.isoformat(), _LASTS_S, f"Break {number}", event_id, ads))
    return written.getvalue()


def _bare(text: str) -> list[tuple[datetime, Fraction]]:
    """What no linter can do without."""
    rows = csv.DictReader(io.StringIO(text))
    return sorted((datetime.fromisoformat(row["at"]), Fraction(row["duration"])) for row in rows)


def _show() -> Show:
    channels = (
        Channel(f"bench-{n}", "Bench", ("test:bars",), RUNGS, (HlsOutput(("folder",), f"{n}/"),), RATE) for n in (0, 1)
    )
    return Show("Bench", "UTC", (), tuple(channels))
