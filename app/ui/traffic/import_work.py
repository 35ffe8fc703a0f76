"""An import step by step: read, compared, judged, written; none of it on the GUI's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from app.model.errors import CancelledError
from app.model.merging import Choice, MergeResult, UndoResult
from app.model.progress import Progress
from app.model.schedule import Imported
from app.model.schedule_face import ScheduleFace
from app.ui.schedule.schedule_desk import ScheduleDesk
from app.ui.traffic.cell_edits import Key
from app.ui.traffic.errand import Errand
from app.ui.words import _

CANCELLED = _("Cancelled: nothing was imported")
_NONE: Mapping[Key, Choice] = {}


class Stage(StrEnum):
    """What is going on; the words that say so."""

    IDLE = ""
    READING = _("Reading the list")
    COMPARING = _("Comparing it with the schedule")
    WRITING = _("Writing it into the schedule")
    UNDOING = _("Taking the import back")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A list that was taken in. ``import_ids``: what takes it back, in the order they were made."""

    imported: Imported
    result: MergeResult
    at: datetime
    import_ids: tuple[int, ...]


class ImportWork(QObject):
    """``changed``: stage, list, diff or trouble are others. ``finished`` carries a Done, ``undone`` an UndoResult."""

    changed = Signal()
    finished = Signal(object)
    undone = Signal(object)

    def __init__(self, schedule: ScheduleDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._schedule = schedule
        self._errand = Errand(self)
        self._errand.done.connect(self._on_done)
        self._errand.failed.connect(self._on_failed)
        self._cancelled = threading.Event()
        self.done = self.total = 0
        self.stage = Stage.IDLE
        self.trouble = ""
        self.imported: Imported | None = None
        self.result: MergeResult | None = None
        self._before: tuple[int, ...] = ()

    @property
    def _face(self) -> ScheduleFace:
        face = self._schedule.face
        if face is None:
            raise RuntimeError("no import without a schedule")
        return face

    # ---- steps

    def read(self, named: str, channel: str | None, *, remove_missing: bool) -> None:
        """Read a file or URL, then see what it would change."""
        face, told = self._face, self._counting()
        self.imported = self.result = None

        def work() -> tuple[Imported, MergeResult]:
            imported = face.read_list(named, channel=channel, progress=told)
            return imported, face.merge(
                imported, by="", dry_run=True, remove_missing=remove_missing, choose=_NONE, progress=told
            )

        self._begin(Stage.READING, work)

    def compare(self, *, remove_missing: bool) -> None:
        """See again what it would change."""
        face, imported, told = self._face, self.imported, self._counting()
        if imported is None:
            return

        def work() -> tuple[Imported, MergeResult]:
            return imported, face.merge(
                imported, by="", dry_run=True, remove_missing=remove_missing, choose=_NONE, progress=told
            )

        self._begin(Stage.COMPARING, work)

    def write(self, choices: Mapping[Key, Choice], without: AbstractSet[Key], *, remove_missing: bool) -> None:
        """Take it in. ``without``: the breaks that stay as they are here, whatever the list says of them."""
        face, imported, by, told = self._face, self.imported, self._schedule.desk.operator, self._counting()
        cancelled = self._cancelled
        if imported is None:
            return
        kept = tuple(one for one in imported.bookings if (one.plan.channel, one.plan.id) not in without)
        choose = dict(choices) | dict.fromkeys(without, Choice.MINE)
        listed = replace(imported, bookings=kept)

        def work() -> MergeResult | None:
            try:
                result = face.merge(
                    listed, by=by, dry_run=False, remove_missing=remove_missing, choose=choose, progress=told
                )
            except CancelledError:
                return None
            if not cancelled.is_set():
                return result
            if result.import_id is not None:
                face.undo_import(result.import_id, by=by)
            return None

        self._begin(Stage.WRITING, work)

    def review(self, done: Done) -> None:
        """Go on with a list that was taken in: conflicts are left to choose in."""
        self.imported, self.result, self._before = done.imported, done.result, done.import_ids
        self.trouble = ""
        self.changed.emit()

    def undo(self, import_ids: tuple[int, ...]) -> None:
        """Take imports back, the last first."""
        face, by = self._face, self._schedule.desk.operator

        def work() -> UndoResult:
            results = [face.undo_import(one, by=by) for one in reversed(import_ids)]
            return UndoResult(
                restored=sum(one.restored for one in results),
                removed=sum(one.removed for one in results),
                kept=tuple(kept for one in results for kept in one.kept),
            )

        self._begin(Stage.UNDOING, work)

    def cancel(self) -> None:
        """Wait no longer. What was written already, and only waits to be told, is taken back."""
        self._cancelled.set()
        if self.stage in {Stage.READING, Stage.COMPARING}:
            self._errand.abandon()
            self.stage, self.trouble = Stage.IDLE, CANCELLED
            self.changed.emit()

    # ---- answers

    def _counting(self) -> Progress:
        """Of one piece of work: its rows are shown, and it ends where it is cancelled. Called on its own thread."""
        cancelled = self._cancelled = threading.Event()
        self.done = self.total = 0

        def told(done: int, total: int) -> bool:
            if cancelled is self._cancelled:
                self.done, self.total = done, total
            return not cancelled.is_set()

        return told

    def _begin(self, stage: Stage, work: Callable[[], object]) -> None:
        self.stage, self.trouble = stage, ""
        self._errand.run(work, "schedule-import")
        self.changed.emit()

    def _on_done(self, found: object) -> None:
        stage, self.stage = self.stage, Stage.IDLE
        if isinstance(found, UndoResult):
            self.undone.emit(found)
        elif isinstance(found, tuple):
            self.imported, self.result = found
        elif isinstance(found, MergeResult) and self.imported is not None:
            self.result = found
            more = (found.import_id,) if found.import_id is not None else ()
            self._before += more
            done = Done(imported=self.imported, result=found, at=self._schedule.desk.now, import_ids=self._before)
            self.finished.emit(done)
        elif stage is Stage.WRITING:
            self.trouble = CANCELLED
        self.changed.emit()

    def _on_failed(self, why: str) -> None:
        self.stage, self.trouble = Stage.IDLE, why
        self.changed.emit()
