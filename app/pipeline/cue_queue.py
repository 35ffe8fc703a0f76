"""Markers of a source between the thread that reads it and the program's: bounded, what it drops is counted."""

from __future__ import annotations

import threading
from collections import deque

from app.model.feed_cue import FeedCue

CUES_MOST = 1000  # a channel that takes none for a second loses its pictures first


class CueQueue:
    """``put`` on the feed's thread, ``drain`` on the program's. ``dropped``: the oldest, of a queue that was full."""

    def __init__(self) -> None:
        self.dropped = 0
        self._lock = threading.Lock()
        self._waiting: deque[FeedCue] = deque()

    def put(self, cue: FeedCue) -> None:
        """Add one; from a full queue the oldest goes."""
        with self._lock:
            self._waiting.append(cue)
            if len(self._waiting) > CUES_MOST:
                self._waiting.popleft()
                self.dropped += 1

    def drain(self) -> list[FeedCue]:
        """All that wait, in the order they came."""
        if not self._waiting:  # nearly always: no lock is taken for it
            return []
        with self._lock:
            cues = list(self._waiting)
            self._waiting.clear()
            return cues
