"""A show run as its users run it: the console script in a process of its own, its events read as they come."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from app.remote.lock import read_engine_file

type Fields = dict[str, Any]

CHECKOUT = Path(__file__).resolve().parents[2]
QUIET_ENVIRONMENT = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "default"}


def splicedeck(*words: str | Path, timeout_s: float = 60, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A command from its start to its end."""
    return subprocess.run(
        [sys.executable, "-m", "app", *map(str, words)],
        cwd=CHECKOUT,
        env=os.environ | QUIET_ENVIRONMENT,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


class ShowRun:
    """A ``splicedeck run … --json`` that is under way, without a window or offscreen. ``events`` grows meanwhile."""

    def __init__(
        self, show: Path, *words: str | Path, data_dir: Path, stdin: int = subprocess.DEVNULL, window: bool = False
    ) -> None:
        self.data_dir = data_dir
        self._mark = f"SPLICEDECK_TEST_RUN={uuid.uuid4().hex}"
        data_dir.mkdir(parents=True, exist_ok=True)
        self.stderr_file = data_dir / "stderr.txt"
        with self.stderr_file.open("w") as stderr:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "app", "run", str(show), "--json"),
                    *([] if window else ["--headless"]),
                    *("--data-dir", str(data_dir), *map(str, words)),
                ],
                cwd=CHECKOUT,
                env=os.environ
                | QUIET_ENVIRONMENT
                | ({"QT_QPA_PLATFORM": "offscreen"} if window else {})
                | dict([self._mark.split("=")]),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                start_new_session=True,  # by which ``left_over`` knows whatever it started
            )
        self.events: list[Fields] = []
        self._left = threading.Event()
        self._news: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="events of a run")
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(json.loads(line))
            self._news.put(None)
            if self._left.is_set():
                self.process.stdout.close()
                break
        self._news.put(None)

    @property
    def stderr(self) -> str:
        return self.stderr_file.read_text()

    def named(self, *names: str, **fields: Any) -> list[Fields]:
        """The events so far of these names whose fields are as given."""
        return [
            event
            for event in list(self.events)
            if event["event"] in names and all(event.get(key) == value for key, value in fields.items())
        ]

    def wait_for(self, condition: Callable[[], Any], within_s: float = 60) -> None:
        """Until the condition holds, looked at after each event and ten times a second."""
        deadline = time.monotonic() + within_s
        while not condition():
            over = self.process.poll() is not None and not self._reader.is_alive()
            assert not over, f"it has ended: {self.told()}"
            assert time.monotonic() < deadline, f"it does not come: {self.told()}"
            try:
                self._news.get(timeout=0.1)
            except queue.Empty:
                continue

    def wait_until(self, condition: Callable[[], Any], within_s: float = 60) -> None:
        """As ``wait_for``, for what goes on when the run itself is over."""
        deadline = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline, f"it does not come: {self.left_over()} {self.told()}"
            time.sleep(0.05)

    def wait_event(self, name: str, within_s: float = 60, **fields: Any) -> Fields:
        """The first event of that name with those fields."""
        self.wait_for(lambda: self.named(name, **fields), within_s)
        return self.named(name, **fields)[0]

    def leave(self) -> None:
        """Close its stdout behind the next event, as ``| head`` would."""
        self._left.set()

    def say(self, line: str) -> None:
        """To its stdin, where that is a pipe."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self, within_s: float = 60) -> int:
        """Wait for its end by itself; the exit status."""
        try:
            status = self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it does not end: {self.told()}") from None
        self._reader.join(5)
        return status

    def terminate(self, number: int = signal.SIGTERM, within_s: float = 60) -> tuple[int, float]:
        """Signal it: the exit status, and the seconds it took."""
        started_s = time.monotonic()
        self.process.send_signal(number)
        return self.end(within_s), time.monotonic() - started_s

    def left_over(self) -> list[str]:
        """Living processes that it started, itself among them, wherever they went."""
        return list(self.living().values())

    def living(self) -> dict[int, str]:
        """By its environment, which whatever it started has too, or by its data directory: an engine renames itself."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                state = (place / "stat").read_text().rpartition(")")[2].split()[0]
                words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                environment = (place / "environ").read_bytes()
                if state != "Z" and (self._mark.encode() in environment or f"--data-dir {self.data_dir}" in words):
                    found[int(place.name)] = words
        return found

    def engine_pid(self) -> int:
        """Of the engine process that runs on its data directory."""
        self.wait_until(lambda: read_engine_file(self.data_dir) is not None)
        said = read_engine_file(self.data_dir)
        assert said is not None
        return said.pid

    def close(self) -> None:
        """Leave nothing behind, whatever has happened: the watchdogs first, or they bring the engine back."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for _ in range(3):
            for pid, _ in sorted(self.living().items(), key=lambda one: "splicedeck engine" in one[1]):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(5)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def told(self) -> str:
        """For the message of a failure: what came last, and what it said on stderr."""
        last = [event for event in self.events if not event["event"].startswith("segment.")][-12:]
        lines = "\n".join(json.dumps(event)[:300] for event in last)
        return f"exit {self.process.poll()}\n{lines}\n{self.stderr[-2000:]}"


@contextmanager
def running(
    show: Path, *words: str | Path, data_dir: Path, stdin: int = subprocess.DEVNULL, window: bool = False
) -> Iterator[ShowRun]:
    """A run that is gone afterwards."""
    run = ShowRun(show, *words, data_dir=data_dir, stdin=stdin, window=window)
    try:
        yield run
    finally:
        run.close()


def channel_toml(
    name: str,
    *,
    sources: Sequence[str] = ("test:bars",),
    origins: Sequence[str] = ("folder",),
    segment_s: float = 2,
    window: int = 60,
    preset: str = "ultrafast",
    frame_rate: str = "25",
    more: str = "",
    outputs: str = "",
) -> str:
    """A channel of two small rungs with one HLS output in every dialect; ``more``: keys, ``outputs``: tables."""
    return f"""
[[channels]]
name = "{name}"
sources = {json.dumps(list(sources))}
frame_rate = "{frame_rate}"
{more}
[[channels.renditions]]
name = "180p"
size = "320x180"
bitrate = 250000
preset = "{preset}"
[[channels.renditions]]
name = "90p"
size = "160x90"
bitrate = 100000
preset = "{preset}"
[[channels.outputs]]
kind = "hls"
origins = {json.dumps(list(origins))}
path = "{name}/"
segment = {segment_s}
window = {window}
dialects = ["daterange", "cue-out-in", "oatcls-scte35", "scte35"]
{outputs}
"""


def show_file(folder: Path, origins: dict[str, str], *channels: str, timezone: str = "Europe/Berlin") -> Path:
    """A show file in ``folder`` from ``channel_toml`` texts."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [f'[[origins]]\nname = "{name}"\nurl = "{url}"\n' for name, url in origins.items()]
    path = folder / "show.toml"
    path.write_text("\n".join([f'[show]\nname = "Evening"\ntimezone = "{timezone}"\n', *tables, *channels]))
    return path


def moment(text: str) -> datetime:
    """An event's time."""
    return datetime.fromisoformat(text)
