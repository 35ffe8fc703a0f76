"""What a drill does on purpose: each fault strikes, lasts a while, and is healed again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from app.drill.children import Child
from app.drill.rig import Rig
from app.remote.client import RemoteEngine
from app.remote.lock import read_engine_file
from app.settings import default_database

ENGINE_WAIT_S = 10.0
FROZEN_S = 4.0  # longer than the watchdog's patience
PAUSED_S = 0.8  # shorter than it
OUTAGE_S = 4.0
_BURNERS_A_CORE = 2
_FULL_BYTES = 4096  # of a file's length, when the disk is full


@dataclass(frozen=True, slots=True)
class Scene:
    """What faults are done to. ``window``: a control room attached to the engine, offscreen."""

    rig: Rig
    window: Child

    def engine_pid(self) -> int:
        """The engine process that is alive now; waits for one that is coming back."""
        until_s = time.monotonic() + ENGINE_WAIT_S
        while time.monotonic() < until_s:
            found = read_engine_file(self.rig.data_dir)
            if found is not None:
                return found.pid
            time.sleep(0.02)
        raise ProcessLookupError("no engine runs")

    def signal_engine(self, number: signal.Signals) -> None:
        """To the engine process."""
        os.kill(self.engine_pid(), number)


type Undo = Iterator[None]


@dataclass(frozen=True, slots=True)
class Fault:
    """``done``: a context; inside it the fault stands, for ``lasts_s``.

    ``breaks_timeline``: the channel starts again behind an EXT-X-DISCONTINUITY. ``says``: for the report.
    """

    name: str
    says: str
    lasts_s: float
    done: Callable[[Scene], Any]
    breaks_timeline: bool = False


@contextmanager
def _engine_killed(scene: Scene) -> Undo:
    scene.signal_engine(signal.SIGKILL)
    yield


@contextmanager
def _engine_stopped(scene: Scene) -> Undo:
    pid = scene.engine_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # the watchdog has ended it
            os.kill(pid, signal.SIGCONT)


@contextmanager
def _window_killed(scene: Scene) -> Undo:
    scene.window.kill()
    yield
    scene.window.start()


@contextmanager
def _window_stopped(scene: Scene) -> Undo:
    scene.window.signal(signal.SIGSTOP)
    yield
    scene.window.signal(signal.SIGCONT)


@contextmanager
def _channel_died(scene: Scene) -> Undo:
    engine = RemoteEngine.attach(scene.rig.data_dir, wait_s=ENGINE_WAIT_S)
    try:
        engine.fail_channel(scene.rig.channels[0])
    finally:
        engine.close()
    yield


@contextmanager
def _source_killed(scene: Scene) -> Undo:
    feed = scene.rig.feeds[scene.rig.channels[0]]
    feed.kill()
    yield
    feed.start()


@contextmanager
def _source_stopped(scene: Scene) -> Undo:
    feed = scene.rig.feeds[scene.rig.channels[0]]
    feed.signal(signal.SIGSTOP)
    yield
    feed.signal(signal.SIGCONT)


@contextmanager
def _origin_killed(scene: Scene) -> Undo:
    origin = next(iter(scene.rig.origins.values()))
    origin.kill()
    yield
    origin.start()


@contextmanager
def _origin_stopped(scene: Scene) -> Undo:
    origin = next(iter(scene.rig.origins.values()))
    origin.signal(signal.SIGSTOP)
    yield
    origin.signal(signal.SIGCONT)


@contextmanager
def _database_locked(scene: Scene) -> Undo:
    connection = sqlite3.connect(default_database(scene.rig.data_dir), isolation_level=None, timeout=5)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


@contextmanager
def _disk_full(scene: Scene) -> Undo:
    """No file of the engine's may grow: every write to the data directory fails as on a full disk."""
    import resource  # noqa: PLC0415 - POSIX only, as this fault is

    pid = scene.engine_pid()
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (_FULL_BYTES, before[1]))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def _machine_starved(_scene: Scene) -> Undo:
    burn = [sys.executable, "-S", "-c", "while True: pass"]
    burners = [subprocess.Popen(burn) for _ in range(_BURNERS_A_CORE * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("engine-kill", "the engine is killed (SIGKILL)", 0, _engine_killed, breaks_timeline=True),
        Fault(
            "engine-freeze",
            "the engine stands still until it is replaced",
            FROZEN_S,
            _engine_stopped,
            breaks_timeline=True,
        ),
        Fault("engine-pause", f"the engine stands still for {PAUSED_S} s", PAUSED_S, _engine_stopped),
        Fault("window-kill", "the control room's window is killed", 1, _window_killed),
        Fault("window-freeze", "the control room's window stands still", OUTAGE_S, _window_stopped),
        Fault("channel-fault", "a thread of the channel dies", 0, _channel_died, breaks_timeline=True),
        Fault("source-kill", "the source is killed", OUTAGE_S, _source_killed),
        Fault("source-freeze", "the source stands still", OUTAGE_S, _source_stopped),
        Fault("origin-kill", "an origin is killed", OUTAGE_S, _origin_killed),
        Fault("origin-freeze", "an origin takes connections and answers nothing", OUTAGE_S, _origin_stopped),
        Fault("database-lock", "another program holds the database", OUTAGE_S, _database_locked),
        Fault("disk-full", "the data directory takes no more bytes", OUTAGE_S, _disk_full),
        Fault("starve", "other programs take all processors", OUTAGE_S, _machine_starved),
    )
}
