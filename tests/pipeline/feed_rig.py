"""A feed driven as the program thread drives it, with everything it said kept."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from app.model.timebase import FrameRate
from app.pipeline.feed import Feed, Taken
from tests.pipeline.clips import number_of

SIZE = (192, 108)
P25 = FrameRate(25)


@dataclass
class Rig:
    """``ticks``: what was taken, with its time since the start; ``alarms``: what was published, likewise."""

    feed: Feed
    rate: FrameRate
    alarms: list[tuple[float, str, str | None]]
    began_s: float
    ticks: list[tuple[float, Taken]] = field(default_factory=list)
    worst_take_s: float = 0.0

    def take(self) -> Taken:
        """The next frame, now."""
        frame = len(self.ticks)
        samples = self.rate.samples(frame + 1, 48_000) - self.rate.samples(frame, 48_000)
        began_s = time.monotonic()
        taken = self.feed.take(frame, samples)
        self.worst_take_s = max(self.worst_take_s, time.monotonic() - began_s)
        assert taken.audio.shape[1] == samples
        assert taken.audio.dtype == np.float32
        self.ticks.append((time.monotonic() - self.began_s, taken))
        return taken

    def run(self, seconds: float) -> None:
        """Take frames on time for so long."""
        self.run_until(lambda: False, seconds)

    def run_until(self, over: Callable[[], bool], seconds: float = 10.0) -> bool:
        """Take frames on time until it is so, at most so long; whether it came to be so."""
        start_s, first = time.monotonic(), len(self.ticks)
        while time.monotonic() - start_s < seconds:
            self.take()
            if over():
                return True
            due_s = start_s + float(self.rate.seconds(len(self.ticks) - first))
            time.sleep(max(0.0, due_s - time.monotonic()))
        return over()

    def take_filled(self, frames: int) -> list[Taken]:
        """Take frames as fast as a source that can wait fills the buffer."""
        taken: list[Taken] = []
        deadline_s = time.monotonic() + 20
        while len(taken) < frames:
            assert time.monotonic() < deadline_s, self.feed.status()
            if self.feed.status().buffer_ms >= 120 or not self.ticks:
                taken.append(self.take())
            else:
                time.sleep(0.001)
        return taken

    def on_air(self) -> list[Taken]:
        """What was taken of sources."""
        return [taken for _, taken in self.ticks if taken.video is not None]

    def numbers(self) -> list[int]:
        """The numbers of the pictures that were on air, in order."""
        return [number_of(taken.video) for taken in self.on_air() if taken.video is not None]

    def sound(self) -> np.ndarray:
        """All sound, shape (channels, samples)."""
        return np.concatenate([taken.audio for _, taken in self.ticks], axis=1)

    def said(self, key: str) -> list[str | None]:
        """Texts published under keys that begin so; None: cleared."""
        return [text for _, name, text in self.alarms if name.startswith(key)]

    @property
    def source(self) -> str:
        """What the last tick was of."""
        return self.ticks[-1][1].source if self.ticks else ""


@contextmanager
def feeding(
    *urls: str,
    rate: FrameRate = P25,
    size: tuple[int, int] = SIZE,
    channels: int = 2,
    cue_pids: tuple[int, ...] = (),
) -> Iterator[Rig]:
    """A started feed, stopped at the end."""
    alarms: list[tuple[float, str, str | None]] = []
    began_s = time.monotonic()

    def publish(key: str, severity: str, text: str | None) -> None:
        assert severity in {"critical", "warning", "note"}
        alarms.append((time.monotonic() - began_s, key, text))

    feed = Feed(
        urls,
        channel="news-1",
        title="News 1",
        rate=rate,
        width=size[0],
        height=size[1],
        audio_channels=channels,
        publish_alarm=publish,
        cue_pids=cue_pids,
    )
    feed.start()
    try:
        yield Rig(feed, rate, alarms, began_s)
    finally:
        feed.stop(2.0)
        assert feed._thread not in threading.enumerate()
