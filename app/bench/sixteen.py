"""The engine's side of the window benchmarks, in a process of its own: two channels encode, sixteen or more are shown.

Run as a module with a data directory and how many are shown; it serves that one until its stdin ends. ``ready`` is
said once both are on air.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from app.bench.pictures import Pictures
from app.engine import Mailbox
from app.engine.build import build_engine
from app.engine.engine import Engine
from app.model import commands, events
from app.model.show import Channel, HlsOutput, Origin, Rendition, Show
from app.model.status import EngineStatus
from app.model.timebase import FrameRate
from app.remote.host import Host
from app.remote.lock import EngineLock

RUN = "bench"
RUNGS = (Rendition("540p", 960, 540, 1_500_000), Rendition("270p", 480, 270, 500_000))
_ON_AIR_S = 30.0


class SixteenTiles:
    """An engine of two channels, shown as many."""

    def __init__(self, engine: Engine, pictures: Pictures) -> None:
        self._engine, self._pictures, self._names = engine, pictures, tuple(pictures.mailboxes)
        self.subscribe_numbered = engine.subscribe_numbered
        self.events_after, self.drain_proofs = engine.events_after, engine.drain_proofs
        self.end_channels, self.fail_channel = engine.end_channels, engine.fail_channel

    def submit(self, command: commands.Command) -> None:
        """To the channel that stands behind a tile."""
        real = self._engine.show.channels
        number = self._names.index(command.channel) if command.channel in self._names else 0
        self._engine.submit(replace(command, channel=real[number % len(real)].name))

    def snapshot(self) -> EngineStatus:
        """Each channel many times over, under another name, its break in the first one."""
        status = self._engine.snapshot()
        quiet = tuple(replace(one, current=None, on_air=None) for one in status.channels)
        shown = (*status.channels, *quiet * (len(self._names) // len(quiet) - 1))
        named = (replace(one, name=name, title=name) for name, one in zip(self._names, shown, strict=True))
        return replace(status, channels=tuple(named))

    def preview(self, channel: str) -> Mailbox:
        """Of one of them."""
        return self._pictures.mailboxes[channel]


def show(folder: Path) -> Show:
    """Two channels."""
    channels = tuple(
        Channel(f"bench-{n}", f"Bench {n}", ("test:bars",), RUNGS, (HlsOutput(("folder",), f"{n}/"),), FrameRate(25))
        for n in (1, 2)
    )
    return Show("Bench", "UTC", (Origin("folder", (folder / "origin").as_uri() + "/"),), channels)


def serve(data_dir: Path, tiles: int, said: Callable[[str], None]) -> None:
    """Until stdin ends. Both channels are in a break, whose countdowns, rings and marks go on."""
    with ExitStack() as resources:
        lock = EngineLock(data_dir)
        lock.acquire()
        resources.callback(lock.release)
        engine = resources.enter_context(build_engine(show(data_dir), data_dir, run_id=RUN))
        pictures = Pictures(tiles)
        host = Host(data_dir, lock)
        host.serve(SixteenTiles(engine, pictures), run_id=RUN)
        waiting = {channel.name for channel in engine.show.channels}
        on_air = threading.Event()

        def note(event: events.Event) -> None:
            if isinstance(event, events.ChannelStarted):
                waiting.discard(event.channel)
                engine.submit(commands.InsertBreak(channel=event.channel, by="bench", duration_s=Fraction(600)))
            elif isinstance(event, events.BreakOut) and not waiting:
                on_air.set()

        engine.subscribe(note)
        host.start()
        resources.callback(host.stop)
        engine.start()
        pictures.start()
        resources.callback(pictures.stop)
        said("ready" if on_air.wait(_ON_AIR_S) else "the bench channels do not come on air")
        sys.stdin.read()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), lambda word: print(word, flush=True))  # noqa: T201 - it is how its parent hears of it
