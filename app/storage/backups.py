"""Backups on a schedule: one every so often while the store is in use, and no more of them than are to be kept."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.model.errors import StorageError, UsageError
from app.storage.database_url import Password
from app.storage.upkeep import backup, prune, stamped_name

logger = logging.getLogger(__name__)

LEAST_EVERY_S = 60.0
_AGAIN_S = 60.0  # after one that failed
_NAME = re.compile(r"splicedeck-(\d{8}T\d{6})\.\d{6}Z\.backup\.sqlite3")


class Backups:
    """Backs a store up every ``every_s``, counted from the newest backup in the folder, whoever made it.

    A program that is started again goes on where the last one was. One that fails is told, and tried again in a minute.
    ``told``: the backup, its rows, and what was removed; or the failure.
    """

    def __init__(
        self,
        named: str | Path,
        folder: Path,
        *,
        every_s: float,
        keep: int | None,
        told: Callable[[Path, int, list[Path]], None] = lambda _path, _rows, _gone: None,
        failed: Callable[[StorageError], None] = lambda _error: None,
        password: Password | None = None,
    ) -> None:
        if every_s < LEAST_EVERY_S:
            raise UsageError("--every", f"{every_s:g} s is too often", f"{LEAST_EVERY_S:g} s is the least")
        self._named, self._folder, self._password = named, folder, password
        self._every, self._keep = timedelta(seconds=every_s), keep
        self._told, self._failed = told, failed

    def run(self, stop: threading.Event) -> None:
        """Until ``stop``; one that is being written then is finished first."""
        while not stop.wait(max(0.0, (self.due_at() - datetime.now(UTC)).total_seconds())):
            try:
                self.make()
            except StorageError as error:
                logger.warning("no backup could be made: %s", error)
                self._failed(error)
                stop.wait(_AGAIN_S)

    def due_at(self) -> datetime:
        """When the next one is to be made; what is to come of a clock that went wrong does not count."""
        now = datetime.now(UTC)
        made = [at for path in self._folder.glob("splicedeck-*") if (at := _made_at(path)) is not None and at <= now]
        return max(made) + self._every if made else now

    def make(self) -> None:
        """One now. StorageError: none could be made, and none was removed for it."""
        path = self._folder / stamped_name()
        rows = backup(self._named, path, password=self._password)
        self._told(path, rows, prune(self._folder, self._keep) if self._keep is not None else [])


def _made_at(path: Path) -> datetime | None:
    match = _NAME.fullmatch(path.name)
    try:
        return datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None
