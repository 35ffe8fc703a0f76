"""Work that may block, on a thread of its own; what comes of it is told on the GUI's."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import cache, partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from app.model.errors import SplicedeckError
from app.ui.words import _

_LOG = logging.getLogger(__name__)


class _Post(QObject):
    """Brings calls to the GUI's thread. It is never destroyed: a thread may still emit when its asker is long gone."""

    came = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.came.connect(self._run, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def _run(self, tell: Callable[[], None]) -> None:
        tell()


@cache
def _post() -> _Post:
    """First asked for on the GUI thread."""
    return _Post()


class Errand(QObject):
    """One at a time. ``done`` carries what the work gave, ``failed`` the sentence that says why it gave nothing.

    Made, run and abandoned on the GUI thread. What is abandoned runs to its end, and nobody hears of it.
    """

    done = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number, self._busy = 0, False
        self._post = _post()

    @property
    def busy(self) -> bool:
        """Whether there is something to wait for."""
        return self._busy

    def run(self, work: Callable[[], object], name: str) -> None:
        """Begin; what was under way before is abandoned."""
        self._number += 1
        self._busy = True
        number = self._number
        threading.Thread(target=self._work, args=(self._post, number, work), name=name, daemon=True).start()

    def abandon(self) -> None:
        """Wait for nothing any more."""
        self._number += 1
        self._busy = False

    def _work(self, post: _Post, number: int, work: Callable[[], object]) -> None:
        found, trouble = None, ""
        try:
            found = work()
        except SplicedeckError as error:
            trouble = str(error)
        except Exception as error:  # noqa: BLE001 - a thread's fault must reach whoever waits for it
            _LOG.error("not caught: %s", error, exc_info=error)
            trouble = _("a fault of this program: {error!r}").format(error=error)[:300]
        post.came.emit(partial(self._tell, number, found, trouble))

    def _tell(self, number: int, found: object, trouble: str) -> None:
        if number != self._number or not isValid(self):
            return
        self._busy = False
        if trouble:
            self.failed.emit(trouble)
        else:
            self.done.emit(found)
