"""Engines and windows in processes of their own, for tests that kill and freeze them.

An engine numbers its events over all its lives and writes each into a journal before it tells it; a window prints the
numbers that it is told.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.model.events import Event, SegmentWritten, event_from_plain, event_to_plain
from app.remote.client import RemoteEngine
from tests.remote.standing import House, StandIn, soon, written

CHECKOUT = Path(__file__).resolve().parents[2]


class OnDisk(StandIn):
    """A stand-in whose journal is a file."""

    def __init__(self, path: Path) -> None:
        entries = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        journal = [(life, seq, event_from_plain(fields)) for life, seq, fields in entries]
        super().__init__(life=max((life for life, _, _ in journal), default=0) + 1, journal=journal)
        self._file = path.open("a", buffering=1)
        self.told = sum(isinstance(event, SegmentWritten) for _, _, event in journal)

    def write_down(self, life: int, seq: int, event: Event) -> None:
        self._file.write(json.dumps([life, seq, event_to_plain(event)]) + "\n")


def be_engine(data_dir: Path, period_s: float) -> None:
    """Tell an event every so often until SIGTERM."""
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    data_dir.mkdir(parents=True, exist_ok=True)
    engine = OnDisk(data_dir / "journal.jsonl")
    house = House(data_dir)
    host = house.open(engine)
    print("ready", flush=True)
    while not over.wait(period_s) and not host.wanted_end.is_set():
        engine.tell(written(engine.told))
        engine.told += 1
    house.close()


def be_window(data_dir: Path) -> None:
    """Print the numbers from the beginning on, until SIGTERM."""
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    remote = RemoteEngine.attach(data_dir, wait_s=10, after=(0, 0))
    remote.on_link(lambda up: print("link", up, flush=True))
    remote.subscribe(lambda event: print(getattr(event, "sequence", event.name), flush=True))
    over.wait()
    remote.close()


class Elsewhere:
    """One such process; ``lines`` grows."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.remote.elsewhere", *words],
            cwd=CHECKOUT,
            env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, name="words from elsewhere")
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    @property
    def numbers(self) -> list[int]:
        return [int(line) for line in list(self.lines) if line[0].isdigit()]

    def says(self, word: str, within_s: float = 20) -> None:
        soon(lambda: any(line.startswith(word) for line in list(self.lines)), within_s)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def elsewhere(*words: str | Path | float) -> Iterator[Elsewhere]:
    """``engine DATA_DIR PERIOD_S`` or ``window DATA_DIR``; it is gone afterwards."""
    one = Elsewhere(*map(str, words))
    try:
        yield one
    finally:
        one.kill()


if __name__ == "__main__":
    if sys.argv[1] == "engine":
        be_engine(Path(sys.argv[2]), float(sys.argv[3]))
    else:
        be_window(Path(sys.argv[2]))
