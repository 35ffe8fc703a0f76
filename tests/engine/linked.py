"""An engine that a test holds over the link, as a window does, while it runs behind a real host in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from app.engine.engine import Engine
from app.model.commands import Command
from app.model.events import Event
from app.model.status import EngineStatus
from app.remote.client import RemoteEngine
from app.remote.host import Host
from app.remote.lock import EngineLock


class LinkedEngine:
    """``core`` is the engine itself; a thread of ours does what its process would."""

    def __init__(self, core: Engine, data_dir: Path) -> None:
        self.core = core
        self._lock = EngineLock(data_dir)
        self._lock.acquire()
        self._host = Host(data_dir, self._lock)
        self._host.serve(core, run_id="run-1")
        self._host.start()
        self._process = threading.Thread(target=self._run, name="engine process")
        self._process.start()
        self._remote = RemoteEngine.attach(data_dir, wait_s=5, after=(0, 0))

    def _run(self) -> None:
        self._host.wanted_end.wait()
        ended = self.core.stop(self._host.deliver_s or 3)
        self._host.stop(clean=ended)
        self._lock.release()

    def start(self) -> None:
        self.core.start()

    def submit(self, command: Command) -> None:
        self._remote.submit(command)

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        return self._remote.subscribe(callback)

    def snapshot(self) -> EngineStatus:
        return self._remote.snapshot()

    def end_channels(self, deliver_s: float = 3) -> bool:
        return self._remote.end_channels(deliver_s)

    def drain_proofs(self, timeout_s: float) -> bool:
        return self._remote.drain_proofs(timeout_s)

    def stop(self, deliver_s: float = 3) -> bool:
        ended = self._remote.stop(deliver_s)
        self._process.join()
        return ended

    def close(self) -> None:
        """Nothing of it is left."""
        self._host.wanted_end.set()
        self._process.join()
        self._remote.close()
