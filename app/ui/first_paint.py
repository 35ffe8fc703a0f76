"""When a window was first on the glass, for its log: how long a start took is asked for when one is slow."""

from __future__ import annotations

import logging
from typing import override

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.ui.window_cost import FIRST_PAINT

_log = logging.getLogger(__name__)


class FirstPaint(QObject):
    """Logs a window's first paint, once it is done with all that lies in it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The children are painted in the same turn: it is over when the loop comes round."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, lambda: _log.info(FIRST_PAINT))
        return False
