"""One engine a data directory: a lock that the system drops when its process dies, and a file beside it that says who.

``engine.lock`` is held while an engine lives and is never deleted; ``engine.json`` is only to be believed meanwhile.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from app import __version__
from app.model.errors import EnvironmentLackError, UsageError
from app.model.wire import from_plain, to_plain
from app.remote.errors import EngineRunningError
from app.remote.link import PROTOCOL

logger = logging.getLogger(__name__)

LOCK_NAME, FILE_NAME = "engine.lock", "engine.json"
RESTORED_S = 2.5  # an engine that lives has written its file anew by then, were it deleted or damaged
TRIED_S = 0.4  # whoever only looks whether the lock is held has it for microseconds
_LIMIT_BYTES = 64_000


@dataclass(frozen=True, slots=True)
class EngineFile:
    """What ``engine.json`` says. ``address``: "" before it listens; ``run_id``, ``show``: "" while idle."""

    pid: int
    version: str
    protocol: int
    since: datetime
    address: str = ""
    run_id: str = ""
    show: str = ""


class EngineLock:
    """The right to be the engine of a data directory. ``acquire`` in the process that lives as it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._lock = _file_lock(data_dir)
        self._said: EngineFile | None = None
        self._writing = threading.Lock()
        self._is_untold = True  # that the file can't be restored
        self.left: EngineFile | None = None  # by an engine that ended without a word

    def acquire(self, wait_s: float = TRIED_S) -> None:
        """Take the lock and say so; the folder is made where it is missing. Twice is no matter.

        EngineRunningError: an engine has it. UsageError: it is no folder, or another user's. EnvironmentLackError: it
        can't be written in.
        """
        if self._lock.is_locked:
            return
        check_data_dir(self.data_dir)
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=wait_s, poll_interval=0.02)
        except Timeout:
            raise _running(self.data_dir) from None
        except (OSError, NotImplementedError) as error:  # the latter: a file system without locks
            raise _unwritable(self.data_dir, error) from error
        self.left = _read(self.data_dir)
        self._said = EngineFile(os.getpid(), __version__, PROTOCOL, datetime.now(UTC))
        with self._writing:
            self._write(self._said)

    def announce(self, **changed: Any) -> None:
        """Write ``engine.json`` anew with these fields changed."""
        if self._said is None:
            raise UsageError(str(self.data_dir), "an engine that has not got the lock can't say it runs")
        with self._writing:
            self._said = replace(self._said, **changed)
            self._write(self._said)

    def restore(self) -> None:
        """Write ``engine.json`` anew where somebody deleted or changed it: without it nobody finds this engine."""
        path = self.data_dir / FILE_NAME
        with self._writing:
            if self._said is None or not self._lock.is_locked or _bytes(path) == _text(self._said).encode():
                return
            try:
                self._write(self._said)
            except EnvironmentLackError as error:
                if self._is_untold:
                    self._is_untold = False
                    logger.warning("it is missing or damaged, and no window finds this engine: %s", error)
            else:
                self._is_untold = True
                logger.warning("%s was missing or damaged: written anew", path)

    @property
    def said(self) -> EngineFile:
        """What was announced last."""
        if self._said is None:
            raise UsageError(str(self.data_dir), "the lock is not held")
        return self._said

    def release(self) -> None:
        """Let the lock go; what was said is taken back. Twice is no matter."""
        with self._writing:
            if self._lock.is_locked:
                with suppress(OSError):
                    (self.data_dir / FILE_NAME).unlink(missing_ok=True)
                self._lock.release(force=True)

    def _write(self, said: EngineFile) -> None:
        text = _text(said)
        try:
            written, name = tempfile.mkstemp(prefix="engine-", suffix=".tmp", dir=self.data_dir)
            try:
                with os.fdopen(written, "w", encoding="utf-8") as file:
                    file.write(text)
                Path(name).replace(self.data_dir / FILE_NAME)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            if not self._written_in_place(text):
                raise _unwritable(self.data_dir, error) from error

    def _written_in_place(self, text: str) -> bool:
        """On a full disk: an engine that comes back has the room that the life before had for the same words."""
        try:
            with (self.data_dir / FILE_NAME).open("r+", encoding="utf-8") as file:
                file.write(text)
                file.truncate()
        except OSError:
            return False
        return True


def read_engine_file(data_dir: Path) -> EngineFile | None:
    """What the engine that runs there says of itself; None when none holds the lock, whatever the file says.

    None, too, when it does not say: then ``lock_is_held``.
    """
    if not (data_dir / LOCK_NAME).exists() or not lock_is_held(data_dir):
        return None
    deadline = time.monotonic() + RESTORED_S
    while (said := _read(data_dir)) is None and time.monotonic() < deadline and lock_is_held(data_dir):
        time.sleep(0.02)  # it has the lock and is about to say so, or to say so again
    return said


def stale_engine(data_dir: Path) -> str:
    """Who ended without saying so ("" when nobody did): for a line, after ``read_engine_file`` found none."""
    said = _read(data_dir)
    return "" if said is None else f"its last engine, pid {said.pid}, ended without a word"


def lock_is_held(data_dir: Path) -> bool:
    """Whether a living process holds the lock. To look leaves nothing behind."""
    if not (data_dir / LOCK_NAME).exists():
        return False
    lock = _file_lock(data_dir)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except (OSError, NotImplementedError):  # the latter: a file system without locks
        return False
    lock.release()
    return False


def check_data_dir(data_dir: Path) -> None:
    """Before anything is written there or started on it. UsageError: it is a file, or another user's."""
    if data_dir.exists() and not data_dir.is_dir():
        raise UsageError(str(data_dir), "it is a file", "name a folder with --data-dir")
    check_owner(data_dir)


def check_owner(path: Path) -> None:
    """UsageError when a folder or file that is there belongs to another user."""
    if sys.platform == "win32" or not path.exists():
        return
    owner = path.stat().st_uid
    if owner != os.geteuid():
        raise UsageError(
            str(path),
            f"it belongs to {_user(owner)}, and this runs as {_user(os.geteuid())}",
            f"run it as {_user(owner)}, or name a folder of your own with --data-dir",
        )


def _running(data_dir: Path) -> EngineRunningError:
    said = read_engine_file(data_dir)
    if said is None:
        return EngineRunningError(data_dir, None, None, "")
    return EngineRunningError(data_dir, said.pid, said.since, said.show)


def _user(uid: int) -> str:
    if sys.platform != "win32":
        import pwd  # noqa: PLC0415 - there is none on Windows

        with suppress(KeyError):
            return f"user {pwd.getpwuid(uid).pw_name}"
    return f"user id {uid}"


def _file_lock(data_dir: Path) -> FileLock:
    # thread_local: it is let go by another thread than took it. fallback_to_soft: such a lock would outlive a crash.
    # mode: whoever may open it could hold it.
    return FileLock(data_dir / LOCK_NAME, mode=0o600, thread_local=False, fallback_to_soft=False)


def _text(said: EngineFile) -> str:
    return json.dumps(to_plain(said))


def _bytes(path: Path) -> bytes:
    """b"" where there is nothing to be read."""
    try:
        with path.open("rb") as file:
            return file.read(_LIMIT_BYTES)
    except OSError:
        return b""


def _read(data_dir: Path) -> EngineFile | None:
    try:
        with (data_dir / FILE_NAME).open("rb") as file:
            said = json.loads(file.read(_LIMIT_BYTES))
        known = {field.name for field in fields(EngineFile)}  # a newer one may say more
        found: EngineFile = from_plain(EngineFile, {name: value for name, value in said.items() if name in known})
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    return found


def _unwritable(data_dir: Path, error: Exception) -> EnvironmentLackError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return EnvironmentLackError(
        f"{data_dir}: the engine can't keep its lock there ({reason})",
        "make the folder writable or name another with --data-dir",
    )
