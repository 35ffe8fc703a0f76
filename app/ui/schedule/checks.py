"""The linter's word on what a window shows, asked for a moment after the last edit, on a thread of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.model.errors import SplicedeckError
from app.model.schedule import Booking
from app.model.schedule_findings import ScheduleFinding
from app.ui.schedule.moments import us_of
from app.ui.schedule.worker import ScheduleWorker
from app.ui.words import _

if TYPE_CHECKING:
    from app.ui.schedule.schedule_desk import ScheduleDesk

_AFTER_MS = 400


class Checks(QObject):
    """``findings``: of the last check; one at a time is under way."""

    def __init__(self, desk: ScheduleDesk) -> None:
        super().__init__()
        self._desk = desk
        self.findings: tuple[ScheduleFinding, ...] = ()
        self._checking = False
        self._worker: ScheduleWorker | None = None  # a check of thousands of breaks must not hold up a write
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self._check)

    def due(self) -> None:
        """Something changed."""
        self._timer.start()

    def close(self) -> None:
        """Check no more."""
        self._timer.stop()
        if self._worker is not None:
            self._worker.close()

    def _has_begun(self, booking: Booking) -> bool:
        """Whether the time of a break has passed that only its channel's start tells; others name their day."""
        at = booking.plan.at
        if at is None or at.dated:
            return False
        span = self._desk.span(booking)
        return span is not None and span[0] <= us_of(self._desk.desk.now)

    def _check(self) -> None:
        face = self._desk.face
        if self._checking or face is None:
            return
        self._checking, seen = True, self._desk.generation
        bookings = [row.booking for row in self._desk.rows.values()]
        over = {key for key, row in self._desk.rows.items() if row.state.locked or self._has_begun(row.booking)}

        def found(findings: list[ScheduleFinding]) -> None:
            self._checking, self.findings = False, tuple(findings)
            if seen != self._desk.generation:
                self.due()
            self._desk.refreshed.emit()

        def failed(error: SplicedeckError) -> None:
            self._checking = False
            self._desk.told.emit(_("the schedule could not be checked: {error}").format(error=error))

        if self._worker is None:
            self._worker = ScheduleWorker("schedule-checks")
        self._worker.ask(lambda: face.findings(bookings, over), found, failed)
