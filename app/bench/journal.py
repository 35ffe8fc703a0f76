"""``bench journal``: from a command's hand-in to its row on the disk, and what that costs who hands it in."""

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
COMMIT_BYTES = 20_000  # five pages of the write-ahead log: the row and its indexes
PAUSE_S = 0.003  # between two commands, far more often than an operator can
APPEND_LIMIT_MS = 5.0
HAND_IN_LIMIT_MS = 1.0  # of the program thread; a frame at 50 a second is 20
ANSWER_S = 30.0


def run() -> Outcome:
    """Commands one by one into a journal, and in turn with them as many bytes into a plain file, each synced."""
    data_dir = default_data_dir()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="bench-", dir=data_dir) as folder:
            append_ms, hand_in_ms, plain_ms = _measure(Path(folder))
    except OSError as error:
        raise EnvironmentLackError(f"{data_dir}: {error.strerror}", "name another in SPLICEDECK_DATA_DIR") from error
    return Outcome(
        "journal",
        "a bare write and fsync of as many bytes as a commit has, in turn with it, same folder",
        (
            Figure("handed in to on disk p99", percentile(append_ms, 0.99), "ms", APPEND_LIMIT_MS),
            Figure("handed in to on disk median", median(append_ms), "ms"),
            Figure("bare write and fsync p99", percentile(plain_ms, 0.99), "ms"),
            Figure("bare write and fsync median", median(plain_ms), "ms"),
            Figure("cost for who hands it in p99", percentile(hand_in_ms, 0.99), "ms", HAND_IN_LIMIT_MS),
        ),
        (f"{APPENDS} commands with {EVENTS_EACH} events each; {COMMIT_BYTES} bytes each into the plain file",),
    )


def _measure(folder: Path) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds to the disk, those of the hand-in alone, and those of the plain file."""
    journal = Journal(folder / "journal.sqlite3", run_id="bench", alarm=lambda *_: None)
    journal.start()
    append_ms, hand_in_ms, plain_ms = [], [], []
    body = os.urandom(COMMIT_BYTES)
    try:
        with (folder / "plain").open("wb", buffering=0) as plain:
            for number in range(APPENDS):
                took_ms, handing_ms = _append(journal, number)
                append_ms.append(took_ms)
                hand_in_ms.append(handing_ms)
                if not journal.written(ANSWER_S):
                    raise SplicedeckError("the journal does not answer")
                started_s = time.perf_counter()
                plain.write(body)
                os.fsync(plain.fileno())
                plain_ms.append((time.perf_counter() - started_s) * 1000)
                time.sleep(PAUSE_S)
    finally:
        journal.close(ANSWER_S)
    return append_ms, hand_in_ms, plain_ms


def _append(journal: Journal, number: int) -> tuple[float, float]:
    told = threading.Event()
    answered_s: list[float] = []

    def on_disk() -> None:
        answered_s.append(time.perf_counter())
        told.set()

    started_s = time.perf_counter()
    journal.command(InsertBreak(channel="news-1", by="bench", duration_s=Fraction(30)), on_disk)
    handed_s = time.perf_counter()
    _happen(journal, number)
    if not told.wait(ANSWER_S):
        raise SplicedeckError("the journal does not answer")
    return (answered_s[0] - started_s) * 1000, (handed_s - started_s) * 1000


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
