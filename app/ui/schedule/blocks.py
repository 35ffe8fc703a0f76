"""The breaks of a window as they are drawn: the schedule's bookings and the engine's own, kept in step with both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.model.events import Event
from app.ui.schedule.engine_book import EngineBook
from app.ui.schedule.lanes import Lanes
from app.ui.schedule.moments import SECOND_US

if TYPE_CHECKING:
    from app.ui.schedule.pending import Key
    from app.ui.schedule.schedule_desk import ScheduleDesk


class Blocks(QObject):
    """``changed``: some block is another now. GUI thread only."""

    changed = Signal()

    def __init__(self, schedule: ScheduleDesk) -> None:
        super().__init__()
        self._schedule = schedule
        self.book = EngineBook()
        self.lanes = Lanes(schedule.moments, self.book)
        self._learned = -1

    def follow(self) -> None:
        """From now on keep up; both desks are there."""
        self._schedule.changed.connect(self._on_changed)
        self._schedule.desk.happened.connect(self._on_event)
        self._schedule.desk.caught_up.connect(self._look)
        self._schedule.desk.refreshed.connect(self._look)
        self._look()

    def hour_limit_us(self, channel: str) -> int | None:
        """How much of an hour the house allows to be breaks, the linter's limit; None: it says nothing."""
        face = self._schedule.face
        limits = face.limits.get(channel) if face is not None else None
        return None if limits is None or limits.ad_load_s is None else int(limits.ad_load_s * SECOND_US)

    def _on_event(self, event: Event) -> None:
        self.book.take(event)

    def _on_changed(self, keys: set[Key]) -> None:
        self._touch(keys)

    def _look(self) -> None:
        self.book.look(self._schedule.desk.status)
        moments = self._schedule.moments
        if moments.generation != self._learned:
            self._learned = moments.generation
            self.book.touched.clear()
            before = self.lanes.generation
            self.lanes.update(self._schedule.rows)
            if self.lanes.generation != before:
                self.changed.emit()
        elif self.book.touched:
            touched, self.book.touched = self.book.touched, set()
            self._touch(touched)

    def _touch(self, keys: set[Key]) -> None:
        before = self.lanes.generation
        self.lanes.touch(self._schedule.rows, keys)
        if self.lanes.generation != before:
            self.changed.emit()
