"""Work that may block, on a thread of its own; what comes of it is told on the GUI's."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from app.model.errors import SplicedeckError

_LOG = logging.getLogger(__name__)


class Errand(QObject):
    """One at a time. ``done`` carries what the work gave, ``failed`` the sentence that says why it gave nothing.

    Made, run and abandoned on the GUI thread. What is abandoned runs to its end, and nobody hears of it.
    """

    done = Signal(object)
    failed = Signal(str)
    _came = Signal(int, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number, self._busy = 0, False
        self._came.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether there is something to wait for."""
        return self._busy

    def run(self, work: Callable[[], object], name: str) -> None:
        """Begin; what was under way before is abandoned."""
        self._number += 1
        self._busy = True
        number = self._number
        threading.Thread(target=lambda: self._work(number, work), name=name, daemon=True).start()

    def abandon(self) -> None:
        """Wait for nothing any more."""
        self._number += 1
        self._busy = False

    def _work(self, number: int, work: Callable[[], object]) -> None:
        found, trouble = None, ""
        try:
            found = work()
        except SplicedeckError as error:
            trouble = str(error)
        except Exception as error:  # noqa: BLE001 - a thread's fault must reach whoever waits for it
            _LOG.error("not caught: %s", error, exc_info=error)
            trouble = f"a fault of this program: {error!r}"[:300]
        try:
            self._came.emit(number, found, trouble)
        except RuntimeError:
            _LOG.debug("whoever asked is gone: %s", trouble or "done")

    def _tell(self, number: int, found: object, trouble: str) -> None:
        if number != self._number:
            return
        self._busy = False
        if trouble:
            self.failed.emit(trouble)
        else:
            self.done.emit(found)
