"""Lines to stdout, or elsewhere, from a thread of their own: who gives them never waits for who takes them."""

from __future__ import annotations

import io
import os
import sys
import threading
from collections import deque
from collections.abc import Callable

LIMIT = 20_000  # lines that wait for a reader who is slow; what comes on top is counted


class Printer:
    """``put`` from any thread. ``gone``: whoever read our stdout has left, nothing is printed any more.

    ``write``: takes the lines in place of stdout; ``name``: of the thread.
    """

    def __init__(self, limit: int = LIMIT, *, write: Callable[[str], None] | None = None, name: str = "stdout") -> None:
        self._write = write or _write
        self.gone = threading.Event()
        self.dropped = 0
        self._limit = limit
        self._waiting: deque[str] = deque()
        self._changed = threading.Condition()
        self._closing = False
        # A daemon: a write into a pipe that nobody reads can't be called off.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Print a line; never blocks."""
        with self._changed:
            if len(self._waiting) < self._limit:
                self._waiting.append(line)
            else:
                self.dropped += 1
            self._changed.notify()

    def close(self, timeout_s: float) -> int:
        """Print what waits, for so long; how many lines were never printed. After ``gone`` none was wanted."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout_s)
        with self._changed:
            return 0 if self.gone.is_set() else self.dropped + len(self._waiting)

    def _run(self) -> None:
        while lines := self._next():
            try:
                self._write("".join(f"{line}\n" for line in lines))
            except BrokenPipeError:
                self.gone.set()
            except (OSError, ValueError):  # a full disk, a closed stdout: the show goes on all the same
                self.dropped += len(lines)

    def _next(self) -> list[str]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            lines = list(self._waiting)
            self._waiting.clear()
            return lines


def _write(text: str) -> None:
    """Past Python's buffer: a thread that is stuck in it would keep the interpreter from ending."""
    stream = sys.stdout
    if stream is None:
        raise ValueError("stdout was closed before the program began")
    try:
        number = stream.fileno()
    except io.UnsupportedOperation:  # no file, as within a test
        stream.write(text)
        return
    left = memoryview(text.encode(stream.encoding, "backslashreplace"))
    while left:
        left = left[os.write(number, left) :]
