"""What a window has to say to the engine, in order; a thread for each connection sends it."""

from __future__ import annotations

import threading
from collections import deque

from app.remote.link import Link, LinkLostError

LIMIT = 20_000


class Outbox:
    """Open while there is a connection; what is put in while there is none is dropped. Never blocks who puts."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._frames: deque[bytes] = deque()
        self._open = False
        self.dropped = 0

    def open(self, first: bytes) -> None:
        """A connection begins, with this."""
        with self._news:
            self._frames = deque([first])
            self._open = True

    def put(self, frame: bytes) -> None:
        """Say this behind the rest."""
        with self._news:
            if not self._open or len(self._frames) >= LIMIT:
                self.dropped += 1
                return
            self._frames.append(frame)
            self._news.notify()

    def shut(self) -> None:
        """The connection is lost."""
        with self._news:
            self._open = False
            self._frames.clear()
            self._news.notify()

    def send_all(self, link: Link) -> None:
        """Until the connection is lost; on a thread of its own."""
        while True:
            with self._news:
                self._news.wait_for(lambda: self._frames or not self._open)
                if not self._open:
                    return
                frames, self._frames = self._frames, deque()
            try:
                for frame in frames:
                    link.send(frame)
            except LinkLostError:
                return
