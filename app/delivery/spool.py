"""The spool of a channel: closed segments on disk until every origin has them, so that no crash loses one.

A file is written under a temporary name and renamed, without fsync: what is written survives the end of the process
(kill -9, a fault in a library) in the kernel's cache. A power cut or a kernel's crash may cost what the kernel had not
written yet, up to half a minute of segments; such files are found out by their length and checksum and skipped.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from app.delivery.alarms import AlarmCall
from app.delivery.client import parts
from app.delivery.folder_origin import said
from app.delivery.spooled import PART, ForeignFileError, read_spooled, write_spooled
from app.model.segment import MediaObject

_log = logging.getLogger(__name__)

LIMIT_BYTES = 1 << 30
RESERVE_BYTES = 32 << 20  # left free on the disk: the journal and the store go before the spool
GRACE_S = 30.0  # a forgotten segment stays so long: by then the journal knows of its deliveries
RETRY_S = 5.0  # spooling is off for so long after a failure
_QUEUE_BYTES = 64 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_KEY = "spool"


@dataclass(frozen=True, slots=True)
class _Keep:
    segment: MediaObject
    done: Callable[[], None]


class Spool:
    """``keep``, ``forget``, ``holds`` and ``read`` from any thread, never waiting for the disk but in ``read``.

    Bounded by ``limit_bytes`` and by the disk, ``reserve_bytes`` of which stay free: the oldest segment goes first.
    Where nothing helps, spooling is off for a while, with an alarm; it comes back by itself.
    """

    def __init__(
        self,
        folder: Path,
        limit_bytes: int,
        alarm: AlarmCall,
        *,
        reserve_bytes: int = RESERVE_BYTES,
        grace_s: float = GRACE_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._folder, self._limit_bytes, self._reserve_bytes = folder, limit_bytes, reserve_bytes
        self._alarm, self._grace_s, self._retry_s = alarm, grace_s, retry_s
        self._changed = threading.Condition()  # guards all that follows
        self._jobs: deque[_Keep | str] = deque()  # a str: a path to forget
        self._queued_bytes = 0
        self._held: dict[str, int] = {}  # path: size, oldest first
        self._leaving: dict[str, float] = {}  # path: when its file may go
        self._bytes = 0
        self._off_until_s = float("-inf")
        self._late = False
        self._told = ""
        self._stopping = False
        self.dropped = 0
        self._thread = threading.Thread(target=self._run, name=f"spool {folder.name}", daemon=True)

    # ---- any thread

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    @property
    def is_off(self) -> bool:
        """It failed a moment ago or does not answer: nobody should wait for it."""
        with self._changed:
            return self._late or time.monotonic() < self._off_until_s

    def keep(self, segment: MediaObject, done: Callable[[], None]) -> None:
        """Have it written; ``done`` is called once it is, or as soon as it is clear that it will not be."""
        with self._changed:
            full = self._queued_bytes > _QUEUE_BYTES or self._stopping
            if not full:
                self._jobs.append(_Keep(segment, done))
                self._queued_bytes += len(segment.body)
                self._changed.notify_all()
        if full:
            self.late()
            done()

    def forget(self, path: str) -> None:
        """Nobody needs it any more."""
        with self._changed:
            self._jobs.append(path)
            self._changed.notify_all()

    def holds(self, path: str) -> bool:
        """Whether its file is there and wanted."""
        with self._changed:
            return path in self._held and path not in self._leaving

    def read(self, path: str) -> bytes | None:
        """The bytes of a segment, None when they are gone. Waits for the disk."""
        try:
            return read_spooled(self._file(path), path).body
        except ForeignFileError as error:
            _log.warning("spool %s: %s: %s", self._folder, path, error)
            return None

    def late(self) -> None:
        """Somebody waited in vain: the disk does not answer, which stands until it does."""
        with self._changed:
            self._late = True
            self._tell("the disk does not answer in time")

    # ---- before the start, and at the end

    def load(self) -> list[MediaObject]:
        """What an earlier process left, oldest first; what is no whole segment is left alone and told in the log."""
        found = []
        for file in sorted(self._folder.rglob("*")) if self._folder.is_dir() else ():
            if not file.is_file():
                continue
            if file.name.startswith(".") and file.name.endswith(PART):
                with contextlib.suppress(OSError):
                    file.unlink()
                continue
            try:
                found.append(read_spooled(file, file.relative_to(self._folder).as_posix()))
            except ForeignFileError as error:
                _log.warning("%s is skipped: %s", file, error)
        found.sort(key=lambda segment: (segment.sequence, segment.path))
        with self._changed:
            for segment in found:
                self._add(segment)
        return found

    def stop(self, timeout_s: float, *, empty: bool) -> bool:
        """Write what waits, then end. ``empty``: nothing is owed any more, so all that is held goes too."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                return False
        with self._changed:
            self._tell("")
            held = list(self._held)
        if empty:
            for path in held:
                self._remove(path)
            self._remove_empty_folders()
        return True

    # ---- its own thread

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._jobs and not self._stopping:
                    self._changed.wait(self._until_due_s())
                job = self._jobs.popleft() if self._jobs else None
                if job is None and self._stopping:
                    return
                if isinstance(job, str):
                    self._leaving[job] = time.monotonic() + self._grace_s
                elif job is not None:
                    self._queued_bytes -= len(job.segment.body)
                due = [path for path, due_s in self._leaving.items() if due_s <= time.monotonic()]
            for path in due:
                self._remove(path)
            if isinstance(job, _Keep):
                try:
                    self._keep(job.segment)
                finally:
                    job.done()

    def _until_due_s(self) -> float | None:
        """Seconds until the next file may go; under the lock."""
        return max(0.0, min(self._leaving.values()) - time.monotonic()) if self._leaving else None

    def _keep(self, segment: MediaObject) -> None:
        with self._changed:
            if time.monotonic() < self._off_until_s:
                return
        dropped = self.dropped
        try:
            self._make_room(len(segment.body))
            self._write(segment)
        except OSError as error:
            with self._changed:
                self._off_until_s = time.monotonic() + self._retry_s
                self._tell(said(error))
            return
        with self._changed:
            self._add(segment)
            self._late = bool(self._queued_bytes) and self._late
            self._off_until_s = float("-inf")
            if not self._late:
                self._tell(f"little room, {self.dropped} segments dropped so far" if self.dropped > dropped else "")

    def _make_room(self, size: int) -> None:
        """Drop the oldest until there is room by the limit and on the disk; OSError when there never is."""
        self._folder.mkdir(parents=True, exist_ok=True)
        while self._bytes + size > self._limit_bytes or self._is_short_of(size):
            if not self._drop_oldest():
                raise OSError(errno.ENOSPC, "")

    def _is_short_of(self, size: int) -> bool:
        return shutil.disk_usage(self._folder).free < size + self._reserve_bytes

    def _write(self, segment: MediaObject) -> None:
        while True:
            try:
                write_spooled(self._file(segment.path), segment)
            except OSError as error:
                if error.errno not in _FULL or not self._drop_oldest():
                    raise
            else:
                return

    def _drop_oldest(self) -> bool:
        """Make room: a segment that all have by now, else the oldest; False when none is left."""
        with self._changed:
            path = next(iter(self._leaving), None)
            if path is None:
                path = next(iter(self._held), None)
                self.dropped += path is not None
        if path is None:
            return False
        self._remove(path)
        return True

    def _remove(self, path: str) -> None:
        """Out of the books at once; the disk is waited for without the lock."""
        with self._changed:
            self._leaving.pop(path, None)
            self._bytes -= self._held.pop(path, 0)
        try:
            self._file(path).unlink(missing_ok=True)
        except OSError as error:
            _log.warning("spool %s: %s stays: %s", self._folder, path, said(error))

    # ---- under the lock

    def _add(self, segment: MediaObject) -> None:
        self._bytes += len(segment.body) - self._held.pop(segment.path, 0)
        self._held[segment.path] = len(segment.body)

    def _tell(self, fault: str) -> None:
        """Raise the alarm, reword it, or clear it."""
        if fault != self._told:
            self._told = fault
            text = f"spool {self._folder}: {fault}; the air goes on, but a crash may lose what is not delivered yet"
            self._alarm(_KEY, "warning", text if fault else None)

    def _file(self, path: str) -> Path:
        return self._folder.joinpath(*parts(path))

    def _remove_empty_folders(self) -> None:
        folders = sorted((each for each in self._folder.rglob("*") if each.is_dir()), reverse=True)
        for folder in (*folders, self._folder):
            with contextlib.suppress(OSError):
                folder.rmdir()


def clear_other_spools(folder: Path, channels: Collection[str]) -> None:
    """Empty the spools in ``folder`` that belong to none of these channels: nobody will go on with them."""
    for other in sorted(folder.iterdir()) if folder.is_dir() else ():
        if other.is_dir() and other.name not in channels:
            spool = Spool(other, LIMIT_BYTES, lambda *_: None)
            spool.load()
            spool.stop(0.0, empty=True)
