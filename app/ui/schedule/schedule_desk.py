"""The window's copy of the schedule: edits show at once, are written behind, and can be taken back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.model.errors import LockedError, SplicedeckError, StaleError
from app.model.merging import Stored
from app.model.schedule import Booking
from app.model.schedule_face import ScheduleFace
from app.model.schedule_findings import ScheduleFinding
from app.ui.desk import Desk
from app.ui.model_words import shown
from app.ui.schedule.blocks import Blocks
from app.ui.schedule.checks import Checks
from app.ui.schedule.moments import Moments, Span, us_of
from app.ui.schedule.pending import Key, Pending, Written
from app.ui.schedule.reading import Readings
from app.ui.schedule.undo_stack import Step, Swap, UndoStack
from app.ui.schedule.worker import ScheduleWorker
from app.ui.words import _

_LOG = logging.getLogger(__name__)
_AGAIN_MS, _AGAIN_MOST_MS = 1000, 10_000
NO_SCHEDULE = _("this window has no schedule: open it with --database")


class ScheduleDesk(QObject):
    """GUI thread only. ``refreshed``: bookings, findings or what is said of them changed. ``told``: a sentence to show.

    ``changed``: the keys of bookings that are others now, before ``refreshed``. ``rows``: the bookings that are known,
    by channel and id, as this window's edits leave them. ``blocks``: the breaks as they are drawn. ``trouble``: what
    stands in the way of reading or saving, "" for nothing. ``face`` None: a window without a schedule. ``waits``:
    nothing is read before ``begin``.
    """

    refreshed = Signal()
    changed = Signal(object)
    told = Signal(str)
    _heard = Signal(object)

    def __init__(self, face: ScheduleFace | None, desk: Desk, *, waits: bool = False) -> None:
        super().__init__()
        self.face, self.desk = face, desk
        self.moments = Moments(desk.zone)
        self.rows: dict[Key, Stored] = {}
        self.undo_stack = UndoStack()
        self.saved_at: datetime | None = None
        self.generation = 0  # counts what changed in ``rows``
        self._known: dict[Key, Stored] = {}  # as the store has them
        self._waiting: list[Pending] = []
        self._flying = False
        self._not_saved = self._not_read = ""
        self._worker = ScheduleWorker("schedule-window", waits=waits) if face is not None else None
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._write_next)
        self._pause_ms = _AGAIN_MS
        self._checks = Checks(self)
        self._readings = Readings(self)
        self.blocks = Blocks(self)
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)
        desk.refreshed.connect(self.know_clocks)
        self.know_clocks()
        self.blocks.follow()
        self._readings.start(desk.now)

    # ---- reading

    def begin(self) -> None:
        """Read from now on. The database's library takes a second of the interpreter, which the window needs first."""
        if self._worker is not None:
            self._worker.begin()

    @property
    def writable(self) -> bool:
        """Whether there is a schedule to edit."""
        return self.face is not None

    @property
    def trouble(self) -> str:
        """Why what is shown may not be what is saved; "" where all is well."""
        return self._not_saved or self._not_read

    @property
    def findings(self) -> tuple[ScheduleFinding, ...]:
        """What the linter has to say."""
        return self._checks.findings

    @property
    def unsaved(self) -> int:
        """How many edits are not in the store yet."""
        return len(self._waiting)

    def know_clocks(self) -> None:
        """Learn the channels' rates and first frames."""
        for channel in self.desk.status.channels:
            self.moments.know(channel)

    def span(self, booking: Booking) -> Span | None:
        """OUT and IN in microseconds since 1970 UTC; None: it has no time."""
        return self.moments.span(booking)

    def want(self, since: datetime, until: datetime) -> None:
        """See to it that the bookings of this time are known."""
        self._readings.want(since, until)

    def call[Answer](
        self,
        work: Callable[[ScheduleFace], Answer],
        done: Callable[[Answer], None],
        failed: Callable[[SplicedeckError], None],
    ) -> None:
        """Ask the schedule for anything, off the GUI thread; the answer comes back on it."""
        face, worker = self.face, self._worker
        if face is not None and worker is not None:
            worker.ask(lambda: work(face), done, failed)

    def hear(self, changed: list[Stored]) -> None:
        """What others changed; any thread."""
        self._heard.emit(changed)

    def hear_trouble(self, text: str | None) -> None:
        """That changes are not seen, or are again; any thread."""
        self._heard.emit(text or "")

    @Slot(object)
    def _on_heard(self, heard: list[Stored] | str) -> None:
        if isinstance(heard, str):
            self._not_read = heard
            self.refreshed.emit()
        else:
            self.take(heard)

    def take(self, stored: Sequence[Stored]) -> None:
        """Bookings as the store has them now; an older word than the known one is passed over."""
        touched = set()
        for row in stored:
            key = row.booking.plan.channel, row.booking.plan.id
            if key not in self._known or self._known[key].version <= row.version:
                self._known[key] = row
                touched.add(key)
        self._show(touched)

    def _show(self, keys: set[Key]) -> None:
        """Lay this window's edits over what the store has."""
        for key in keys:
            shown = self._known.get(key)
            for pending in self._waiting:
                shown = pending.over(key, shown)
            if shown is None or shown.removed:
                self.rows.pop(key, None)
            else:
                self.rows[key] = shown
        if keys:
            self.generation += 1
            self._checks.due()
            self.changed.emit(keys)
        self.refreshed.emit()

    # ---- the on-air horizon

    def horizon_us(self, channel: str) -> int:
        """What begins before it is locked: now and the channel's pre-roll."""
        ticks = next((one.pre_roll_ticks for one in self.desk.status.channels if one.name == channel), 0)
        return us_of(self.desk.now) + ticks * 100 // 9

    def locked(self, booking: Booking) -> str:
        """Why this booking can't be edited; "" if it can."""
        id_, span = booking.plan.id, self.moments.span(booking, keep=False)
        row = self.rows.get((booking.plan.channel, id_))
        if row is not None and row.state.locked:
            return _("{id} is {state}: it can't be changed any more").format(id=id_, state=shown(row.state.value))
        if span is not None and span[0] < self.horizon_us(booking.plan.channel):
            return _("{id} is behind the on-air horizon: it can't be changed any more").format(id=id_)
        return ""

    def refusal_of(self, changes: Sequence[tuple[Booking | None, Booking | None]]) -> str:
        """Why ``edit`` would refuse these changes; "" if it would not."""
        return self.refusal([Swap(before, after) for before, after in changes])

    def refusal(self, swaps: Sequence[Swap]) -> str:
        """Why these changes can't be made; "" if they can."""
        if not self.writable:
            return NO_SCHEDULE
        for swap in swaps:
            row = self.rows.get(swap.key)
            if swap.before is not None and (row is None or row.booking != swap.before):
                by = (row.changed_by if row is not None else "") or _("another")
                return _("{key} was changed meanwhile by {by}").format(key=swap.key[1], by=by)
            if swap.before is None and row is not None:
                return _("there is a break {key} on {channel} already").format(key=swap.key[1], channel=swap.key[0])
            for booking in (swap.before, swap.after):
                if booking is not None and (reason := self.locked(booking)):
                    return reason
        return ""

    # ---- editing

    def edit(self, changes: Sequence[tuple[Booking | None, Booking | None]], label: str) -> str:
        """Change these breaks, each before and after (None: there is none), as one step. "": done; else why not."""
        step = Step(label, tuple(Swap(before, after) for before, after in changes if before != after))
        if not step.swaps:
            return ""
        if reason := self.refusal(step.swaps):
            self.told.emit(f"{label}: {reason}")
            return reason
        self.undo_stack.did(step)
        self._make(step, step)
        return ""

    def undo(self) -> str:
        """Take the newest edit back, never the air. "": done; else why not, and it is let go."""
        step = self.undo_stack.newest_done()
        if step is None:
            return _("nothing to undo")
        if reason := self.refusal(step.back.swaps):
            self.undo_stack.drop_done()
            self.told.emit(_("undo {label}: {reason}").format(label=step.label, reason=reason))
            self.refreshed.emit()
            return reason
        self.undo_stack.undid()
        self._make(step.back, step)
        return ""

    def redo(self) -> str:
        """Do again what was taken back last. "": done; else why not."""
        step = self.undo_stack.newest_undone()
        if step is None:
            return _("nothing to redo")
        if reason := self.refusal(step.swaps):
            self.undo_stack.drop_undone()
            self.told.emit(_("redo {label}: {reason}").format(label=step.label, reason=reason))
            self.refreshed.emit()
            return reason
        self.undo_stack.redid()
        self._make(step, step)
        return ""

    def _make(self, step: Step, origin: Step) -> None:
        versions = {swap.key: 0 if swap.before is None else self.rows[swap.key].version for swap in step.swaps}
        self._waiting.append(Pending(step, origin, versions, self.desk.operator, datetime.now(UTC)))
        self._show(set(versions))
        self._write_next()

    # ---- writing

    def _write_next(self) -> None:
        if self._flying or self._again.isActive() or not self._waiting:
            return
        self._flying, pending = True, self._waiting[0]
        edits, by = pending.edits(), self.desk.operator
        self.call(lambda face: face.write(edits, by=by), self._on_written, self._on_failed)

    def _on_written(self, stored: list[Stored]) -> None:
        self._flying, self._not_saved, self._pause_ms = False, "", _AGAIN_MS
        self._waiting.pop(0)
        for row in stored:
            written = Written(row.booking.plan.channel, row.booking.plan.id, row.version)
            for pending in self._waiting:
                if pending.follows(written):
                    break
        self.saved_at = self.desk.now
        self.take(stored)
        self._write_next()

    def _on_failed(self, error: SplicedeckError) -> None:
        self._flying = False
        if isinstance(error, StaleError | LockedError):
            self._give_up(str(error))
            self._readings.read_changes()
            self._write_next()
            return
        self._not_saved = _("not saved: {error}").format(error=error)
        self._again.start(self._pause_ms)
        self._pause_ms = min(2 * self._pause_ms, _AGAIN_MOST_MS)
        self.refreshed.emit()

    def _give_up(self, reason: str) -> None:
        """The first edit can't be written, so neither can those that build on it; what the store has is shown."""
        lost = [self._waiting.pop(0)]
        touched = set(lost[0].versions)
        for pending in list(self._waiting):
            if touched & pending.versions.keys():
                touched |= pending.versions.keys()
                self._waiting.remove(pending)
                lost.append(pending)
        for pending in lost:
            self.undo_stack.forget(pending.origin)
        self._not_saved = ""
        self._show(touched)
        self.told.emit(_("{label} not saved: {reason}").format(label=lost[0].step.label, reason=reason))

    def close(self) -> None:
        """Let go of the schedule. What is not saved by then is lost, and told in the log: ask ``unsaved`` before."""
        for pending in self._waiting:
            lost = ", ".join(f"{break_id} of {channel}" for channel, break_id in pending.versions)
            _LOG.warning("not saved when the window closed: %s of %s", pending.step.label, lost)
        self._again.stop()
        self._checks.close()
        self._readings.close()
        if self._worker is not None:
            self._worker.close()
