"""When a window was first on the glass: for its log, as how long a start took is asked for, and for what comes then."""

from __future__ import annotations

import logging
from typing import override

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.ui.window_cost import FIRST_PAINT

_log = logging.getLogger(__name__)


_LATEST_MS = 3000  # a window that opens minimised is not painted


class FirstPaint(QObject):
    """Logs a window's first paint, once it is done with all that lies in it. ``done``: then, or in any case soon."""

    done = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._told = False
        window.installEventFilter(self)
        QTimer.singleShot(_LATEST_MS, self, self._tell)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The children are painted in the same turn: it is over when the loop comes round."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._on_painted)
        return False

    def _on_painted(self) -> None:
        _log.info(FIRST_PAINT)
        self._tell()

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            self.done.emit()
