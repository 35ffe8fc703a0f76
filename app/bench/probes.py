"""``bench probes``: what it costs to measure a channel's sound and picture, as a share of a core."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.bench.figures import Figure, Outcome, median, percentile
from app.engine.alarms import Alarms
from app.engine.quality import ChannelQuality
from app.model.show import Channel
from app.model.timebase import FrameRate
from app.pipeline.canvas import Canvas
from app.pipeline.feed import Taken
from app.pipeline.look import look_at

CHANNELS, FOR_S, ROUNDS = 8, 6.0, 3
CPU_LIMIT = 2.0
RATE, SAMPLES = FrameRate(25), 1920
WIDTH, HEIGHT = 1920, 1080
END_S = 5.0
URL = "file:///programme"

type Take = Callable[[Taken, int], None]


def run() -> Outcome:
    """In turn: the probes of some channels in real time, and the plain pass, both on the same frames."""
    frames = _frames()
    probes: list[float] = []
    plain: list[float] = []
    hand_in_us: list[float] = []
    for _ in range(ROUNDS):
        probes.append(_probed(frames, hand_in_us))
        plain.append(_in_real_time(frames, [_plain_pass] * CHANNELS))
    cpu, reference = 100 * median(probes), 100 * median(plain)
    return Outcome(
        "probes",
        "the sum of squares and the highest sample of the same sound in numpy, in the same pieces",
        (
            Figure("probes' cpu, a channel", cpu, "% of a core", CPU_LIMIT),
            Figure("reference, a plain pass", reference, "% of a core"),
            Figure("beyond the plain pass", cpu - reference, "% of a core"),
            Figure("on the program thread, p99", percentile(hand_in_us, 0.99), "µs a frame"),
            Figure("on the program thread, median", median(hand_in_us), "µs a frame"),
        ),
        (f"{CHANNELS} channels, 48 kHz stereo and {WIDTH}x{HEIGHT} at {RATE} fps, {ROUNDS} rounds of {FOR_S:.0f} s",),
    )


def _frames() -> list[Taken]:
    """A second of pictures and sound that are no two alike."""
    random = np.random.default_rng(1)
    taken = []
    for _ in range(RATE.nominal):
        canvas = Canvas(WIDTH, HEIGHT)
        canvas.luma[:] = random.integers(16, 235, canvas.luma.shape, np.uint8)
        audio = (random.standard_normal((2, SAMPLES)) * 0.1).astype(np.float32)
        taken.append(Taken(canvas.frame(), audio, URL, repeated=False, reason=""))
    return taken


def _probed(frames: Sequence[Taken], hand_in_us: list[float]) -> float:
    qualities = [_quality(n) for n in range(CHANNELS)]

    def handing_to(quality: ChannelQuality) -> Take:
        def take(taken: Taken, frame: int) -> None:
            began_s = time.perf_counter()
            quality.take(partial(look_at, taken, frame, RATE, hidden=False))
            hand_in_us.append(1e6 * (time.perf_counter() - began_s))

        return take

    for quality in qualities:
        quality.start()
    try:
        return _in_real_time(frames, [handing_to(quality) for quality in qualities])
    finally:
        for quality in qualities:
            quality.stop(END_S)


def _quality(n: int) -> ChannelQuality:
    channel = Channel(f"bench-{n}", "", (URL,), (), ())
    return ChannelQuality(replace(channel, title=channel.name), Alarms(channel.name, lambda _event: None))


def _plain_pass(taken: Taken, _frame: int) -> None:
    sound: NDArray[np.float32] = taken.audio
    _ = float(np.square(sound).sum()), float(np.abs(sound).max())


def _in_real_time(frames: Sequence[Taken], takes: Sequence[Take]) -> float:
    """CPU seconds of the whole process a second and channel, with the waiting for frames that all share."""
    wait = threading.Event()
    cpu_s, frame = time.process_time(), 0
    began_s = time.monotonic()
    while (due_s := began_s + float(RATE.seconds(frame))) < began_s + FOR_S:
        wait.wait(max(0.0, due_s - time.monotonic()))
        for take in takes:
            take(frames[frame % len(frames)], frame)
        frame += 1
    return (time.process_time() - cpu_s) / FOR_S / len(takes)
