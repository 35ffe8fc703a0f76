"""``bench soak``: one channel with breaks for half an hour; what grows is found."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from app.bench.figures import Figure, Outcome
from app.engine.engine import Engine
from app.model import commands
from app.model.errors import EnvironmentLackError
from app.model.show import Channel, HlsOutput, Origin, Rendition, Show
from app.model.timebase import FrameRate
from app.storage.asrun import open_store

DURATION_S = float(os.environ.get("SPLICEDECK_SOAK_S", "1800"))
WARM_UP_S = min(300.0, DURATION_S / 6)
SAMPLE_EVERY_S = 5.0
BREAK_EVERY_S = 60.0
GROWTH_LIMIT_PERCENT = 2.0
RUNGS = (Rendition("360p", 640, 360, 700_000), Rendition("180p", 320, 180, 300_000))


@dataclass(frozen=True, slots=True)
class Sample:
    """The process at one moment."""

    rss_bytes: int
    files: int
    threads: int


def run() -> Outcome:
    """Sample the process every few seconds; compare the end with the time after warm-up."""
    if not Path("/proc/self/statm").exists():
        raise EnvironmentLackError("this bench reads /proc", "run it on Linux")
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        output = HlsOutput(("folder",), "soak/")
        channel = Channel("soak", "Soak", ("test:bars",), RUNGS, (output,), FrameRate(25))
        show = Show("Soak", "UTC", (Origin("folder", (Path(folder) / "origin").as_uri() + "/"),), (channel,))
        engine = Engine(show, open_store(Path(folder) / "soak.sqlite3"))
        engine.start()
        try:
            _sample(engine, samples)
        finally:
            engine.stop()
    window = max(1, len(samples) // 10)
    start, end = samples[:window], samples[-window:]
    rss = [sum(sample.rss_bytes for sample in part) / len(part) for part in (start, end)]
    return Outcome(
        "soak",
        f"the same process after {WARM_UP_S:.0f} s of warm-up",
        (
            Figure("rss growth", 100 * (rss[1] / rss[0] - 1), "%", GROWTH_LIMIT_PERCENT),
            Figure("rss at the end", rss[1] / 1e6, "MB"),
            Figure("open files more", _median(end, "files") - _median(start, "files"), "", 0),
            Figure("threads more", _median(end, "threads") - _median(start, "threads"), "", 0),
        ),
        (f"{DURATION_S:.0f} s, a break every {BREAK_EVERY_S:.0f} s",),
    )


def _median(samples: list[Sample], name: str) -> int:
    ordered: list[int] = sorted(getattr(sample, name) for sample in samples)
    return ordered[len(ordered) // 2]


def _sample(engine: Engine, samples: list[Sample]) -> None:
    started_s = time.monotonic()
    next_break_s = BREAK_EVERY_S / 2
    while (elapsed_s := time.monotonic() - started_s) < DURATION_S:
        time.sleep(SAMPLE_EVERY_S)
        if elapsed_s >= next_break_s:
            next_break_s += BREAK_EVERY_S
            engine.submit(commands.InsertBreak(channel="soak", by="bench", duration_s=Fraction(20)))
        if elapsed_s >= WARM_UP_S:
            pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
            files = len(list(Path("/proc/self/fd").iterdir()))
            samples.append(Sample(pages * os.sysconf("SC_PAGE_SIZE"), files, threading.active_count()))
