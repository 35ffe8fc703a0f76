"""What of the schedule a window reads: some days around now, more as it is looked at, and all changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.model.errors import SplicedeckError
from app.model.merging import Stored
from app.ui.words import _

if TYPE_CHECKING:
    from app.model.schedule_face import ScheduleFace
    from app.ui.schedule.schedule_desk import ScheduleDesk

BEFORE, BEHIND = timedelta(days=2), timedelta(days=8)
_AROUND = timedelta(hours=12)  # read beyond what is asked for, so that panning does not ask at every step
_AGAIN_MS = 2000


class Readings(QObject):
    """Reads for one desk. The time that is known is one stretch."""

    def __init__(self, desk: ScheduleDesk) -> None:
        super().__init__()
        self._desk = desk
        self._since: datetime | None = None
        self._until: datetime | None = None
        self._asked: tuple[datetime, datetime] | None = None
        self._asking = False
        self._revision = 0
        self._unwatch: Callable[[], None] = lambda: None
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._ask)

    def start(self, now: datetime) -> None:
        """Read the days around now, then watch what others change."""
        self._asked = now - BEFORE, now + BEHIND
        self._ask()

    def want(self, since: datetime, until: datetime) -> None:
        """Read this stretch too, unless it is known."""
        if self._since is None or self._until is None or (self._since <= since and until <= self._until):
            return
        self._asked = min(self._since, since - _AROUND), max(self._until, until + _AROUND)
        self._ask()

    def _ask(self) -> None:
        asked = self._asked
        if asked is None or self._asking or self._again.isActive():
            return
        self._asking, self._asked = True, None
        since, until = self._since, self._until
        if since is None or until is None:
            parts = [asked]
        else:
            parts = [part for part in ((asked[0], since), (until, asked[1])) if part[0] < part[1]]

        def read(face: ScheduleFace) -> tuple[int, list[Stored]]:
            revision = face.revision()
            rows = [row for part in parts for row in face.bookings(None, *part)]
            return revision, rows if since is not None else rows + face.unplaced()

        def done(answer: tuple[int, list[Stored]]) -> None:
            first, self._asking = self._since is None, False
            self._since, self._until = asked
            self._desk.take(answer[1])
            if first:
                self._watch(answer[0])
            self._ask()

        def failed(error: SplicedeckError) -> None:
            self._asking, self._asked = False, self._asked or asked
            self._desk.hear_trouble(_("not read: {error}").format(error=error))
            self._again.start()

        self._desk.call(read, done, failed)

    def _watch(self, revision: int) -> None:
        self._revision = revision
        self._desk.hear_trouble(None)
        desk = self._desk

        def watch(face: ScheduleFace) -> Callable[[], None]:
            return face.watch(revision, desk.hear, desk.hear_trouble)

        def watching(unwatch: Callable[[], None]) -> None:
            self._unwatch = unwatch

        self._desk.call(
            watch,
            watching,
            lambda error: desk.hear_trouble(_("changes of others are not seen: {error}").format(error=error)),
        )

    def read_changes(self) -> None:
        """Read at once what was changed since the window opened: somebody else was quicker with an edit."""
        revision = self._revision
        self._desk.call(lambda face: face.changes(revision), self._desk.take, lambda _error: None)

    def close(self) -> None:
        """Read and watch no more."""
        self._again.stop()
        self._unwatch()
