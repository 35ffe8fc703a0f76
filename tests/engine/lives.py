"""Lives of one engine: started, watched through its events, killed at any moment, started again on the same data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from app.model import commands, events
from app.model.events import Event, event_from_plain

CHECKOUT = Path(__file__).resolve().parents[2]


class Lives:
    """``events`` are those of all lives, as whoever watched was told them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events: list[Event] = []
        self._news = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self.stderr_file = folder / "stderr.txt"

    def start(self) -> None:
        """The next life."""
        with self.stderr_file.open("a") as stderr:
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.engine.lone_engine", str(self.folder)],
                cwd=CHECKOUT,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        self._reader = threading.Thread(target=self._read, args=(process,), name="events of a life")
        self._reader.start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with suppress(ValueError), self._news:  # the kill may cut a line off
                self.events.append(event_from_plain(json.loads(line)))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def kill(self) -> None:
        """SIGKILL, now."""
        assert self._process is not None
        self._process.kill()
        self._end(10)

    def stop(self) -> int:
        """A clean end; the exit status."""
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write("stop\n")
            self._process.stdin.flush()
        return self._end(60)

    def _end(self, within_s: float) -> int:
        assert self._process is not None
        status = self._process.wait(within_s)
        assert self._reader is not None
        self._reader.join(5)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()
        self._process = None
        return status

    def close(self) -> None:
        """Leave nothing behind."""
        if self._process is not None:
            self.kill()

    def submit(self, command: commands.Command) -> None:
        """To the life that is."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(commands.command_to_plain(command)) + "\n")
        self._process.stdin.flush()

    def of[E: Event](self, kind: type[E], **fields: Any) -> list[E]:
        """The events so far of a kind whose fields are as given."""
        return [
            event
            for event in list(self.events)
            if isinstance(event, kind) and all(getattr(event, key) == value for key, value in fields.items())
        ]

    def wait[E: Event](self, kind: type[E], *, count: int = 1, within_s: float = 60, **fields: Any) -> E:
        """The newest of them, once there are so many."""
        self.wait_for(lambda: len(self.of(kind, **fields)) >= count, within_s)
        return self.of(kind, **fields)[-1]

    def wait_for(self, condition: Callable[[], bool], within_s: float = 60) -> None:
        """Until a condition on events holds."""
        with self._news:
            came = self._news.wait_for(condition, within_s)
        told = "\n".join(map(str, [one for one in self.events if not isinstance(one, events.SegmentDelivered)][-12:]))
        assert came, f"it does not come: {told}\n{self.stderr_file.read_text()[-2000:]}"

    def playlist(self, rendition: str = "180p") -> str:
        """As the origin has it; "" before the first: segments are delivered ahead of the playlist that lists them."""
        path = self.folder / "origin" / "one" / rendition / "index.m3u8"
        return path.read_text() if path.exists() else ""

    def wait_more_segments(self, count: int) -> None:
        """Until so many more are delivered."""
        wanted = len(self.of(events.SegmentDelivered)) + count
        self.wait_for(lambda: len(self.of(events.SegmentDelivered)) >= wanted)


@contextmanager
def lives(folder: Path) -> Iterator[Lives]:
    """None of them is left afterwards."""
    one = Lives(folder)
    try:
        yield one
    finally:
        one.close()
