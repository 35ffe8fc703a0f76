"""``bench start``: from the start of the program to the window's first paint, and to the demo show on air."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from app.bench.figures import Figure, Outcome, median
from app.bench.processes import display, plain_window_s
from app.logs import log_file
from app.model.errors import SplicedeckError
from app.model.events import ChannelStarted
from app.remote.client import RemoteEngine
from app.remote.watchdog_lock import WatchdogLock
from app.ui.window_cost import FIRST_PAINT

ROUNDS, SETTLED_S = 5, 15.0
FIRST_PAINT_LIMIT_S, ON_AIR_LIMIT_S = 1.0, 10.0
_PATIENCE_S = 60.0
_LOOK_S = 0.02


def run() -> Outcome:
    """A demo show from nothing, a round; then windows over one that has settled, in turns with a plain window of Qt."""
    plain, first, again, on_air = [], [], [], []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, _show(Path(folder)):
            with _window(Path(folder)) as started_at:
                first.append(_painted_s(Path(folder), started_at))
                on_air.append(_on_air_s(Path(folder), started_at))
            if number == ROUNDS - 1:
                time.sleep(SETTLED_S)
                for _ in range(ROUNDS):
                    plain.append(plain_window_s())
                    with _window(Path(folder)) as started_at:
                        again.append(_painted_s(Path(folder), started_at))
    return Outcome(
        "start",
        "a plain, empty window of Qt: from the start of its process to its first paint",
        (
            Figure("first paint over a show on air", median(again), "s", FIRST_PAINT_LIMIT_S),
            Figure("slowest of them", max(again), "s"),
            Figure("reference", median(plain), "s"),
            Figure("first start to first paint", median(first), "s"),
            Figure("first start to the demo on air", median(on_air), "s", ON_AIR_LIMIT_S),
            Figure("slowest of them", max(on_air), "s"),
        ),
        (
            f"{ROUNDS} rounds; starting Python is in it, and at the first start the engine's process too",
            f"the show on air has settled for {SETTLED_S:g} s: its engine's standby has imported what it needs",
        ),
    )


@contextmanager
def _show(data_dir: Path) -> Iterator[None]:
    """Whatever a window of the block puts on air ends with it."""
    try:
        yield
    finally:
        with closing(RemoteEngine.attach(data_dir)) as engine:
            engine.stop()
        WatchdogLock(data_dir).acquire(_PATIENCE_S)  # it is gone then, and writes nothing more here


@contextmanager
def _window(data_dir: Path) -> Iterator[datetime]:
    """As a user starts it; the moment that was. The window is gone at the end of the block, its show is left on air."""
    environment = {**display(), "SPLICEDECK_CONFIG_DIR": str(data_dir / "config")}
    started_at = datetime.now(UTC)
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "app", "--data-dir", str(data_dir)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as window:
        try:
            yield started_at
        finally:
            window.send_signal(signal.SIGTERM)
            window.wait(_PATIENCE_S)


def _painted_s(data_dir: Path, started_at: datetime) -> float:
    """By the window's log: looking for it takes nothing from the figure."""
    deadline_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline_s:
        if (log := log_file(data_dir, "window")).exists():
            for line in log.read_text(encoding="utf-8").splitlines():
                painted_at = datetime.fromisoformat(line.partition(" ")[0]) if FIRST_PAINT in line else started_at
                if painted_at > started_at:
                    return (painted_at - started_at).total_seconds()
        time.sleep(_LOOK_S)
    raise SplicedeckError(f"the window was not painted within {_PATIENCE_S:g} s")


def _on_air_s(data_dir: Path, started_at: datetime) -> float:
    """By the engine's own event."""
    on_air: queue.Queue[datetime] = queue.Queue()
    with closing(RemoteEngine.attach(data_dir, wait_s=_PATIENCE_S, after=(0, 0))) as engine:
        engine.follow(lambda event: on_air.put(event.at) if isinstance(event, ChannelStarted) else None)
        return (on_air.get(timeout=_PATIENCE_S) - started_at).total_seconds()
