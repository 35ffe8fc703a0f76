"""The processes of a drill: started, killed, frozen, started again; none is left behind."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.engine.engine import DRILL_VARIABLE
from app.model.errors import SplicedeckError
from app.model.events import Event, event_from_plain
from app.model.wire import Plain

END_S = 15.0
_PYTHON = (sys.executable, "-P", "-m")  # -P: not an "app" of the folder it runs in


class Child:
    """One process of the drill, its output in ``log``. ``module`` and ``arguments`` as for ``python -m``."""

    def __init__(
        self, log: Path, module: str, *arguments: str | Path, environment: dict[str, str] | None = None
    ) -> None:
        self._log, self._words = log, [*_PYTHON, module, *map(str, arguments)]
        self._environment = os.environ | (environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._words,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL, and see that it is gone."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(END_S)

    def signal(self, number: signal.Signals) -> None:
        """Any signal; one that has ended already takes none."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def end(self) -> None:
        """As its user would; by force when it does not."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            if self._process is not None:
                self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.kill()


class RunUnderDrill:
    """``splicedeck run … --headless --supervised --json``: its events as they come, commands as they go."""

    def __init__(self, show_file: Path, data_dir: Path, log: Path) -> None:
        self.events: list[Event] = []
        self.heard_at_s: list[float] = []  # time.monotonic() of each event
        self._news = threading.Condition()
        self._over = False
        with log.open("ab") as stderr:
            self._process = subprocess.Popen(
                [
                    *(*_PYTHON, "app", "run", str(show_file), "--headless", "--supervised", "--json"),
                    *("--commands", "-", "--data-dir", str(data_dir)),
                ],
                env=os.environ | {DRILL_VARIABLE: "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                start_new_session=True,
            )
        self._lines: queue.SimpleQueue[dict[str, Plain] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="drill events", daemon=True)
        self._writer = threading.Thread(target=self._write, name="drill commands", daemon=True)
        self._reader.start()
        self._writer.start()

    def command(self, **fields: Plain) -> None:
        """A line of ``--commands``; never waits."""
        self._lines.put(fields)

    def wait(self, wanted: Callable[[Event], bool], timeout_s: float, *, since: int = 0) -> Event | None:
        """The first event from index ``since`` on that is ``wanted``; None when the time or the run is over."""
        until_s = time.monotonic() + timeout_s
        looked = since
        with self._news:
            while True:
                while looked < len(self.events):
                    if wanted(self.events[looked]):
                        return self.events[looked]
                    looked += 1
                left_s = until_s - time.monotonic()
                if self._over or left_s <= 0:
                    return None
                self._news.wait(left_s)

    def end(self) -> int:
        """End it cleanly; its exit status."""
        self._lines.put(None)
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(2 * END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._reader.join(END_S)
        return status

    def _read(self) -> None:
        stdout = self._process.stdout
        if stdout is not None:
            for line in stdout:
                with suppress(ValueError):  # a line that was cut off by a death is no event
                    event = event_from_plain(json.loads(line))
                    with self._news:
                        self.events.append(event)
                        self.heard_at_s.append(time.monotonic())
                        self._news.notify_all()
        with self._news:
            self._over = True
            self._news.notify_all()

    def _write(self) -> None:
        stdin = self._process.stdin
        if stdin is None:
            return
        while (fields := self._lines.get()) is not None:
            try:
                stdin.write(json.dumps(fields) + "\n")
                stdin.flush()
            except OSError:
                return
        with suppress(OSError):
            stdin.close()


class DrillError(SplicedeckError):
    """The drill itself could not be carried out."""
