"""Previews from the engine's process to its windows': who wants which size, and where the files lie.

The engine copies each picture once, into the shared file; a window draws it from there. The files lie in memory where
there is /dev/shm, in a folder that only this user can enter. What a killed engine left is cleared at its next start.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
import tempfile
import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from pathlib import Path
from time import monotonic, time_ns

from app.pipeline.preview import Mailbox, PreviewFrame, Size, largest
from app.remote.preview_file import PreviewFile, PreviewMap

logger = logging.getLogger(__name__)

LEAST, MOST = (16, 9), (1920, 1080)  # a larger tile scales: a preview is to be looked at, not to be judged by the pixel
LOOK_AGAIN_S = 0.25  # without a new picture: is there a newer file?
_OWNER_FILE = "of"
_NAME = re.compile(r"(?P<channel>.+)\.(?P<number>\d+)\.preview")


def preview_folders(data_dir: Path) -> tuple[Path, ...]:
    """Where an engine's previews may lie, best first. The same for the engine and its windows, whoever asks."""
    whose = str(os.getuid()) if hasattr(os, "getuid") else "own"
    mark = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:16]
    bases = [base for base in (Path("/dev/shm"), Path(tempfile.gettempdir())) if os.access(base, os.W_OK)]  # noqa: S108 - made private below
    return (*(base / f"splicedeck-{whose}-{mark}" for base in bases), data_dir / "previews")


class PreviewShelf:
    """The engine's side: has the pictures that any window wants copied into shared files. Any thread."""

    def __init__(self, data_dir: Path, mailbox_of: Callable[[str], Mailbox]) -> None:
        self._data_dir, self._mailbox_of = data_dir, mailbox_of
        self._writers: dict[str, _Writer] = {}
        self._windows: dict[Hashable, set[str]] = {}
        self._lock = threading.Lock()
        self._folders = preview_folders(data_dir)
        for folder in self._folders:
            _clear(folder)
            if folder.parent != data_dir:
                _clear_orphans(folder.parent)

    def want(self, window: Hashable, channel: str, size: Size | None) -> None:
        """What one window wants to see of a channel from now on. A channel that there is not is let pass."""
        try:
            mailbox = self._mailbox_of(channel)
        except KeyError:
            return
        with self._lock:
            if channel not in self._writers and size is not None:
                writer = self._writers[channel] = _Writer(self._folders, self._data_dir, channel)
                mailbox.copy = writer.write
            self._windows.setdefault(window, set()).add(channel)
        mailbox.want(("window", window), None if size is None else _bounded(size))

    def gone(self, window: Hashable) -> None:
        """A window went away: it wants nothing any more."""
        with self._lock:
            channels = self._windows.pop(window, set())
        for channel in channels:
            with suppress(KeyError):
                self._mailbox_of(channel).want(("window", window), None)

    def close(self) -> None:
        """Copy no more, and take the files away."""
        for window in list(self._windows):
            self.gone(window)
        with self._lock:
            writers, self._writers = self._writers, {}
        for channel, writer in writers.items():
            with suppress(KeyError):
                self._mailbox_of(channel).copy = None
            writer.close()
        for folder in self._folders:
            if not any(folder.glob("*.preview")):  # else the next engine is there already
                _clear(folder)


class SharedMailbox:
    """The window's side, with the face of ``Mailbox``. One thread. ``ask`` tells the engine what is wanted."""

    def __init__(self, data_dir: Path, channel: str, ask: Callable[[str, Size | None], None]) -> None:
        self.channel = channel
        self._folders, self._ask = preview_folders(data_dir), ask
        self._size: Size | None = None
        self._wanted: dict[Hashable, Size] = {}
        self._map: PreviewMap | None = None
        self._opened = 0
        self._newest = 0
        self._moved_s = self._looked_s = float("-inf")

    @property
    def size(self) -> Size | None:
        """The largest of what this process wants; None: it does not look."""
        return self._size

    @size.setter
    def size(self, size: Size | None) -> None:
        self.want("", size)

    def want(self, reader: Hashable, size: Size | None) -> None:
        """What one reader wants from now on; None: nothing any more. The engine is told the largest of all."""
        if size is None:
            self._wanted.pop(reader, None)
        else:
            self._wanted[reader] = size
        if (wanted := largest(self._wanted.values())) != self._size:
            self._size = wanted
            self._ask(self.channel, wanted)

    @property
    def seq(self) -> int:
        """Another number for each new picture, over files and engines too."""
        if self._size is not None:
            self._look()
        return (self._opened << 48) + self._newest

    @property
    def frame(self) -> PreviewFrame | None:
        """The newest picture, where it lies; None when there is none, or it is just being replaced."""
        return self._map.picture(self._newest) if self._map is not None and self._newest else None

    def _look(self) -> None:
        now_s = monotonic()
        newest, left = self._map.look() if self._map is not None else (0, True)
        if newest != self._newest:
            self._newest, self._moved_s = newest, now_s
        if (left or now_s - self._moved_s > LOOK_AGAIN_S) and now_s - self._looked_s > (0.02 if left else LOOK_AGAIN_S):
            self._looked_s = now_s
            self._look_for_another()

    def _look_for_another(self) -> None:
        path = next((path for folder in self._folders if (path := _newest_file(folder, self.channel))), None)
        if path is None or (self._map is not None and path == self._map.path):
            return
        try:
            self._map = PreviewMap(path)
        except (OSError, ValueError) as error:
            logger.debug("%s", error)
            return
        self._opened += 1
        self._newest, _ = self._map.look()


class _Writer:
    """Copies one channel's pictures into its file, on the ladder's thread; what fails here must not fail there."""

    def __init__(self, folders: tuple[Path, ...], data_dir: Path, channel: str) -> None:
        self._folders, self._data_dir, self._channel = folders, data_dir, channel
        self._file: PreviewFile | None = None
        self._number = time_ns() // 1_000_000  # a name that no engine before had: readers know a new file by it
        self._not_before_s = float("-inf")
        self._lock = threading.Lock()
        self._closed = False

    def write(self, frame: PreviewFrame) -> None:
        """Copy it; a file that it does not fit into is left for another."""
        with self._lock:
            if self._closed or monotonic() < self._not_before_s:
                return
            try:
                needed = frame.stride * frame.height
                if self._file is None or not self._file.holds(needed):
                    self._renew(needed)
                if self._file is not None:
                    self._file.write(frame)
            except (OSError, ValueError) as error:
                self._not_before_s = monotonic() + 10.0
                logger.warning("%s: no previews for windows: %s", self._channel, error)

    def _renew(self, needed: int) -> None:
        before, self._file = self._file, None
        if before is not None:
            _leave(before)
        failure: OSError | None = None
        for folder in self._folders:
            try:
                _make_private(folder, self._data_dir)
                newest = _newest_file(folder, self._channel)
                self._number = max(self._number, _number(newest) if newest else 0) + 1
                self._file = PreviewFile(folder / f"{self._channel}.{self._number}.preview", needed)
            except OSError as error:
                failure = error
            else:
                return
        if failure is not None:
            raise failure

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._file is not None:
                _leave(self._file)
                self._file = None


def _bounded(size: Size) -> Size:
    width, height = max(LEAST[0], size[0]), max(LEAST[1], size[1])
    shrink = min(1.0, MOST[0] / width, MOST[1] / height)
    return max(LEAST[0], int(width * shrink)), max(LEAST[1], int(height * shrink))


def _leave(file: PreviewFile) -> None:
    try:
        file.leave()
    except OSError as error:  # Windows keeps what is mapped; the next start clears it
        logger.debug("%s stays: %s", file.path, error)


def _number(path: Path) -> int:
    found = _NAME.fullmatch(path.name)
    return int(found["number"]) if found else 0


def _channel(path: Path) -> str:
    found = _NAME.fullmatch(path.name)
    return found["channel"] if found else ""


def _newest_file(folder: Path, channel: str) -> Path | None:
    try:
        found = [path for path in folder.iterdir() if _channel(path) == channel] if _is_ours(folder) else []
    except OSError:
        return None
    return max(found, key=_number, default=None)


def _make_private(folder: Path, data_dir: Path) -> None:
    """PermissionError when the name is taken by somebody else."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_ours(folder):
        raise PermissionError(f"{folder} belongs to somebody else")
    folder.chmod(0o700)
    (folder / _OWNER_FILE).write_text(str(data_dir.resolve()), encoding="utf-8")


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder, no link to one, and this user's."""
    about = folder.lstat()
    return stat.S_ISDIR(about.st_mode) and (not hasattr(os, "getuid") or about.st_uid == os.getuid())


def _clear(folder: Path) -> None:
    """Take away what lies there, as far as it is ours; what a process on Windows still has mapped stays."""
    with suppress(OSError):
        if not _is_ours(folder):
            return
        for path in (*folder.glob("*.preview"), folder / _OWNER_FILE):
            path.unlink(missing_ok=True)
        folder.rmdir()


def _clear_orphans(base: Path) -> None:
    """Take away the files of engines whose data directory is no more: no start of theirs will."""
    for owner in base.glob(f"splicedeck-*/{_OWNER_FILE}"):
        with suppress(OSError, ValueError):
            if not Path(owner.read_text(encoding="utf-8")).is_dir():
                _clear(owner.parent)
