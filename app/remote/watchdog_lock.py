"""One watchdog a data directory, as there is one engine."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from app.model.errors import EnvironmentLackError
from app.remote.lock import check_data_dir

LOCK_NAME = "watchdog.lock"


class WatchdogLock:
    """Dropped by the system when its process dies."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._lock = FileLock(data_dir / LOCK_NAME, thread_local=False, fallback_to_soft=False)

    def acquire(self, wait_s: float = 0.0) -> bool:
        """Whether it is ours now. UsageError: the folder is another's; EnvironmentLackError: it can't be written in."""
        check_data_dir(self._data_dir)
        try:
            self._data_dir.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=wait_s, poll_interval=0.02)
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:  # the latter: a file system without locks
            remedy = "make the folder writable or name another with --data-dir"
            raise EnvironmentLackError(f"{self._data_dir}: can't be written in ({error})", remedy) from error
        return True

    def release(self) -> None:
        """Let it go; twice is no matter."""
        self._lock.release()
