"""What ended one life of a channel."""

from __future__ import annotations

import logging
import threading

logger = logging.getLogger(__name__)


class Fault:
    """The first thread of one life of the channel that died; a late one of an earlier life harms nobody."""

    def __init__(self, wake: threading.Event) -> None:
        self._wake = wake
        self.first: tuple[str, Exception] | None = None

    def note(self, thread: str, error: Exception) -> None:
        """On the dying thread."""
        logger.error("%s died", thread, exc_info=error)
        self.first = self.first or (thread, error)
        self._wake.set()
