"""A watched folder: every file that is whole and new is handed in, once."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.model.inlets import LARGEST_BYTES, FolderInlet
from app.schedule.inlets.arrival import Arrival, Fate, Take, Trouble, digest
from app.schedule.inlets.memory import Memory

STILL_S = 2.0  # a file that has not grown for so long, over two looks, is whole
MOST_FILES = 2000  # of one look
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~")

type _Shape = tuple[int, int, int]


class FolderWatch:
    """``run`` on a thread of its own until ``stopping`` is set. Files are never changed, moved or removed."""

    def __init__(
        self,
        inlet: FolderInlet,
        memory: Memory,
        take: Take,
        trouble: Trouble,
        stopping: threading.Event,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inlet, self._memory, self._take, self._trouble = inlet, memory, take, trouble
        self._stopping, self._clock_s = stopping, clock_s
        self._folder = Path(inlet.path)
        self._waiting: dict[str, tuple[_Shape, float]] = {}  # as it was seen first, and when
        self._done: dict[str, _Shape] = {}

    def run(self) -> None:
        """Look, and look again."""
        while not self._stopping.is_set():
            self.look()
            self._stopping.wait(float(self._inlet.every_s))

    def cut(self) -> None:
        """Nothing here waits for long."""

    def look(self) -> None:
        """Hand in what is whole and new, the oldest first: where two lists disagree the later one counts."""
        try:
            found = self._files()
        except OSError as error:
            self._waiting.clear()
            self._trouble(f"{self._folder} can't be read: {error.strerror}")
            return
        crowded = len(found) > MOST_FILES
        self._trouble(
            f"{self._folder} holds {len(found)} files; only the newest {MOST_FILES} are read: clear it out"
            if crowded
            else None
        )
        found = dict(sorted(found.items(), key=lambda each: (each[1][1], each[0]))[-MOST_FILES:])
        now_s = self._clock_s()
        self._waiting = {name: seen for name, seen in self._waiting.items() if name in found}
        self._done = {name: shape for name, shape in self._done.items() if name in found}
        for name, shape in found.items():
            if self._stopping.is_set():
                return
            if self._done.get(name) == shape:
                continue
            seen, since_s = self._waiting.get(name, (None, now_s))
            if seen != shape:
                self._waiting[name] = shape, now_s
            elif now_s - since_s >= STILL_S and self._handed_in(name, shape):
                self._done[name] = shape
                del self._waiting[name]

    def _files(self) -> dict[str, _Shape]:
        found = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.startswith((".", "~")) or entry.name.lower().endswith(_UNFINISHED):
                    continue
                try:
                    how = entry.stat(follow_symlinks=False)  # a link might name any file of this machine
                except OSError:
                    continue  # gone again
                if stat.S_ISREG(how.st_mode):
                    found[entry.name] = _shape(how)
        return found

    def _handed_in(self, name: str, shape: _Shape) -> bool:
        """False: it is to be looked at again."""
        path = self._folder / name
        try:
            with path.open("rb") as opened:
                content = opened.read(LARGEST_BYTES + 1)
                if _shape(os.fstat(opened.fileno())) != shape:
                    return False
        except OSError as error:
            self._trouble(f"{path} can't be read: {error.strerror}")
            return False
        known = digest(content)
        if self._memory.had(self._inlet.name, name, known):
            return True
        landed = self._take(Arrival(inlet=self._inlet, file=str(path), content=content))
        if landed.fate is Fate.LATER:
            return False
        self._memory.note(self._inlet.name, name, known)
        return True


def _shape(how: os.stat_result) -> _Shape:
    return how.st_size, how.st_mtime_ns, how.st_ino
