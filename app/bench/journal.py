"""``bench journal``: from a command's hand-in to its row on the disk, and what that costs the thread that hands it in."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from app.bench.figures import Figure, Outcome, median, percentile
from app.model.commands import InsertBreak
from app.model.errors import EnvironmentLackError, SplicedeckError
from app.model.events import SegmentDelivered
from app.settings import default_data_dir
from app.storage.journal import Journal

APPENDS = 1000
EVENTS_EACH = 3  # segments that an engine writes down meanwhile
PAUSE_S = 0.003  # between two commands, far more often than an operator can
APPEND_LIMIT_MS = 5.0
HAND_IN_LIMIT_MS = 1.0  # of the program thread; a frame at 50 a second is 20
ANSWER_S = 30.0


def run() -> Outcome:
    """Commands one by one into a journal, then as many bytes into a plain file, each synced."""
    data_dir = default_data_dir()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="bench-", dir=data_dir) as folder:
            append_ms, hand_in_ms, bytes_each = _appends(Path(folder))
            plain_ms = _plain_writes(Path(folder) / "plain", bytes_each)
    except OSError as error:
        raise EnvironmentLackError(f"{data_dir}: {error.strerror}", "name another in SPLICEDECK_DATA_DIR") from error
    return Outcome(
        "journal",
        "a bare write and fsync of the same number of bytes, same folder",
        (
            Figure("handed in to on disk p99", percentile(append_ms, 0.99), "ms", APPEND_LIMIT_MS),
            Figure("handed in to on disk median", median(append_ms), "ms"),
            Figure("bare write and fsync p99", percentile(plain_ms, 0.99), "ms"),
            Figure("bare write and fsync median", median(plain_ms), "ms"),
            Figure("cost for who hands it in p99", percentile(hand_in_ms, 0.99), "ms", HAND_IN_LIMIT_MS),
        ),
        (f"{APPENDS} commands with {EVENTS_EACH} events each in {data_dir}; {bytes_each} bytes a commit",),
    )


def _appends(folder: Path) -> tuple[list[float], list[float], int]:
    """Milliseconds to the disk, those of the call itself, and how many bytes a commit writes."""
    journal = Journal(folder / "journal.sqlite3", run_id="bench", alarm=lambda *_: None)
    journal.start()
    append_ms, hand_in_ms = [], []
    try:
        for number in range(APPENDS):
            told = threading.Event()
            answered: list[float] = []

            def on_disk(answered: list[float] = answered, told: threading.Event = told) -> None:
                answered.append(time.perf_counter())
                told.set()

            started_s = time.perf_counter()
            journal.command(InsertBreak(channel="news-1", by="bench", duration_s=Fraction(30)), on_disk)
            hand_in_ms.append((time.perf_counter() - started_s) * 1000)
            _happen(journal, number)
            if not told.wait(ANSWER_S):
                raise SplicedeckError("the journal does not answer")
            append_ms.append((answered[0] - started_s) * 1000)
            time.sleep(PAUSE_S)
        written = (folder / "journal.sqlite3-wal").stat().st_size
    finally:
        journal.close(ANSWER_S)
    return append_ms, hand_in_ms, max(1, written // APPENDS)


def _happen(journal: Journal, number: int) -> None:
    for n in range(EVENTS_EACH):
        sequence = number * EVENTS_EACH + n
        journal.event(
            SegmentDelivered(
                at=datetime.now(UTC),
                channel="news-1",
                origin="primary",
                path=f"news-1/720p/{sequence:06}.ts",
                sequence=sequence,
                push_ms=4.0,
                attempts=1,
            ),
            sequence,
        )


def _plain_writes(path: Path, count: int) -> list[float]:
    figures_ms = []
    body = os.urandom(count)
    with path.open("wb", buffering=0) as file:
        for _ in range(APPENDS):
            started_s = time.perf_counter()
            file.write(body)
            os.fsync(file.fileno())
            figures_ms.append((time.perf_counter() - started_s) * 1000)
            time.sleep(PAUSE_S)
    return figures_ms
