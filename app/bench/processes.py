"""An engine process and windows over it, for the window benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.model.errors import SplicedeckError
from app.ui.window_cost import PressCost, WindowCost

END_S = 30.0


@dataclass(frozen=True, slots=True)
class Opened:
    """One window's run. ``full_s``: from the start of its process to everything on the glass; ``said``: after that."""

    full_s: float
    said: str

    def cost(self) -> WindowCost:
        """What it measured."""
        return WindowCost(**json.loads(self.said))

    def presses(self) -> PressCost:
        """What its presses took."""
        return PressCost(**json.loads(self.said))


@dataclass(frozen=True, slots=True)
class Rig:
    """A data directory with a running engine."""

    data_dir: Path

    def window(self, kind: str, settle_s: float = 0.0, for_s: float = 0.0) -> Opened:
        """Open a window, and wait until it has closed itself."""
        command = ["-m", "app.bench.glass", kind, str(self.data_dir), str(settle_s), str(for_s)]
        started_s = time.monotonic()
        with _process(command) as window:
            first = _line(window)
            full_s = time.monotonic() - started_s
            said, _ = window.communicate(timeout=settle_s + for_s + END_S)
        if first != "full" or window.returncode != 0:
            raise SplicedeckError(f"the bench window ended with status {window.returncode}: {first or 'never full'}")
        return Opened(full_s, said)


@contextmanager
def engine_of_sixteen() -> Iterator[Rig]:
    """Running until the end of the block."""
    with tempfile.TemporaryDirectory() as folder, _process(["-m", "app.bench.sixteen", folder]) as engine:
        said = _line(engine)
        if said != "ready":
            raise SplicedeckError(said or "the bench engine does not start")
        try:
            yield Rig(Path(folder))
        finally:
            engine.communicate(timeout=END_S)


def plain_window_s() -> float:
    """From the start of the process of a plain, empty window of Qt to its first paint."""
    started_s = time.monotonic()
    with _process(["-m", "app.bench.plain_window"]) as window:
        said = _line(window)
        taken_s = time.monotonic() - started_s
    if said != "full":
        raise SplicedeckError("the plain window of Qt was never painted")
    return taken_s


def display() -> dict[str, str]:
    """The environment of a process with a window: without a display it paints into memory."""
    return {**({} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}), **os.environ}


@contextmanager
def _process(arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-P", *arguments],
        env=display(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _line(process: subprocess.Popen[str]) -> str:
    return process.stdout.readline().strip() if process.stdout is not None else ""
