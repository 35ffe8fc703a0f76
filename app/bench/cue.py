"""``bench cue``: from the acceptance of a command to its section in the TS bytes, with a ladder running."""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from fractions import Fraction
from pathlib import Path

from app.bench.figures import Figure, Outcome, median, percentile
from app.bench.ladder import RATE, RUNGS
from app.engine.engine import Engine
from app.model import commands, events
from app.model.errors import SplicedeckError
from app.model.show import Channel, HlsOutput, Origin, Show
from app.storage.asrun import open_store

ROUNDS = 50
BETWEEN_S = 1.2  # well over the guard between two takes
LIMIT_MS = 1000 / 30 + 20
ANSWER_S = 5.0


def run() -> Outcome:
    """Take and withdraw, over and over, on a channel that is on air."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(_show(Path(folder)), open_store(Path(folder) / "bench.sqlite3"))
        cues: queue.SimpleQueue[events.Event] = queue.SimpleQueue()
        engine.subscribe(lambda event: cues.put(event) if isinstance(event, _WATCHED) else None)
        engine.start()
        try:
            _wait_for(cues, events.ChannelStarted, 20.0)
            time.sleep(3.0)  # not synchronisation: the ladder's queues fill and settle before anything is measured
            answers = [answer for _ in range(ROUNDS) for answer in _round(engine, cues)]
        finally:
            engine.stop()
    latencies_ms, told_ms = [answer[0] for answer in answers], [answer[1] for answer in answers]
    hops_ms = _thread_hops()
    return Outcome(
        "cue",
        "one hop from thread to thread on the same machine",
        (
            Figure("command to section p99", percentile(latencies_ms, 0.99), "ms", LIMIT_MS),
            Figure("command to section median", median(latencies_ms), "ms"),
            Figure("submitted to event p99", percentile(told_ms, 0.99), "ms"),
            Figure("thread hop p99", percentile(hops_ms, 0.99), "ms"),
            Figure("thread hop median", median(hops_ms), "ms"),
        ),
        (f"{len(latencies_ms)} sections (OUT and cancel), ladder {', '.join(r.name for r in RUNGS)} at {RATE} fps",),
    )


_WATCHED = (events.ChannelStarted, events.CueSent, events.CommandRefused, events.ChannelStopped)


def _show(folder: Path) -> Show:
    output = HlsOutput(("folder",), "bench/")
    channel = Channel("bench", "Bench", ("test:bars",), RUNGS, (output,), RATE, Fraction(6))
    return Show("Bench", "UTC", (Origin("folder", (folder / "origin").as_uri() + "/"),), (channel,))


def _round(engine: Engine, cues: queue.SimpleQueue[events.Event]) -> tuple[tuple[float, float], tuple[float, float]]:
    taken_s = time.monotonic()
    out = _answer(engine, cues, commands.InsertBreak(channel="bench", by="bench", duration_s=Fraction(10)), "out")
    cancel = _answer(engine, cues, commands.Withdraw(channel="bench", by="bench"), "cancel")
    time.sleep(max(0.0, taken_s + BETWEEN_S - time.monotonic()))  # the guard between takes, by the clock
    return out, cancel


def _answer(
    engine: Engine, cues: queue.SimpleQueue[events.Event], command: commands.Command, kind: str
) -> tuple[float, float]:
    """Milliseconds from acceptance to the bytes, and from submitting to the event that tells of them."""
    submitted_s = time.monotonic()
    engine.submit(command)
    while True:
        event = _wait_for(cues, events.CueSent, ANSWER_S)
        if isinstance(event, events.CueSent) and event.kind == kind:
            return event.latency_ms, (time.monotonic() - submitted_s) * 1000


def _wait_for(cues: queue.SimpleQueue[events.Event], kind: type[events.Event], timeout_s: float) -> events.Event:
    try:
        while not isinstance(event := cues.get(timeout=timeout_s), kind):
            if isinstance(event, events.CommandRefused | events.ChannelStopped):
                raise SplicedeckError(f"the bench channel answered {event}")
    except queue.Empty as error:
        raise SplicedeckError(f"no {kind.name} within {timeout_s} s") from error
    return event


def _thread_hops() -> list[float]:
    there: queue.SimpleQueue[float | None] = queue.SimpleQueue()
    hops_ms: list[float] = []

    def receive() -> None:
        while (sent_s := there.get()) is not None:
            hops_ms.append((time.monotonic() - sent_s) * 1000)

    receiver = threading.Thread(target=receive, name="hops")
    receiver.start()
    for _ in range(ROUNDS * 2):
        there.put(time.monotonic())
        time.sleep(0.005)
    there.put(None)
    receiver.join()
    return hops_ms
