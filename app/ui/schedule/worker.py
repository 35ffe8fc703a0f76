"""The window's own thread for the schedule: what may block is called there, its answer comes back as a signal."""

from __future__ import annotations

import logging
from collections.abc import Callable
from queue import Empty, Full, Queue
from threading import Event, Thread

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.model.errors import SplicedeckError, StorageError
from app.ui.words import _

_LOG = logging.getLogger(__name__)
_WAITING = 256
_LOOK_S, _LAST_S = 0.2, 3.0


class ScheduleWorker(QObject):
    """Carries calls out one after the other. Made, asked and closed on the GUI thread.

    ``waits``: what is asked before ``begin`` is done from then on.
    """

    _answered = Signal(object)

    def __init__(self, name: str, *, waits: bool = False) -> None:
        super().__init__()
        self._jobs: Queue[Callable[[], None]] = Queue(_WAITING)
        self._stop = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._answered.connect(self._on_answer, Qt.ConnectionType.QueuedConnection)
        if not waits:
            self._thread.start()

    def begin(self) -> None:
        """Start, unless it has started or ended."""
        if self._thread.ident is None and not self._stop.is_set():
            self._thread.start()

    def ask[Answer](
        self, work: Callable[[], Answer], done: Callable[[Answer], None], failed: Callable[[SplicedeckError], None]
    ) -> None:
        """Call ``work`` on the thread, then ``done`` or ``failed`` on the GUI's."""

        def job() -> None:
            try:
                answer = work()
            except SplicedeckError as error:
                self._tell(failed, error)
            except Exception as error:  # noqa: BLE001 - the thread must live on; what went wrong is told like any other failure
                _LOG.exception("a call of the schedule failed")
                self._tell(failed, StorageError(f"{type(error).__name__}: {error}"))
            else:
                self._tell(done, answer)

        try:
            self._jobs.put_nowait(job)
        except Full:
            failed(StorageError(_("the schedule's thread is far behind: try again")))

    def _tell[Answer](self, to: Callable[[Answer], None], answer: Answer) -> None:
        if not self._stop.is_set():
            self._answered.emit(lambda: to(answer))

    @Slot(object)
    def _on_answer(self, tell: Callable[[], None]) -> None:
        if not self._stop.is_set():
            tell()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                job = self._jobs.get(timeout=_LOOK_S)
            except Empty:
                continue
            job()

    def close(self) -> None:
        """End; what still waits is not done. A call that hangs in a dead database is left behind."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(_LAST_S)
