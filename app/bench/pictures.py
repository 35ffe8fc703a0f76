"""Pictures for sixteen tiles, made without FFmpeg: a window that has them posted in its own process loads no more."""

from __future__ import annotations

import os
import threading
import time
from math import inf

from app.engine import Mailbox, PreviewFrame

TILES, FPS = 16, 25
NAMES = tuple(f"tile-{number:02}" for number in range(1, TILES + 1))
_PICTURES = 8  # different ones, shown in turn


class Pictures:
    """Posts a picture into each of sixteen mailboxes, 25 times a second, in the size that is wanted there."""

    def __init__(self) -> None:
        self.mailboxes = {name: Mailbox() for name in NAMES}
        self._made: dict[tuple[int, int], list[bytes]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._post, name="pictures", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._over.set()
        self._thread.join(2)

    def _post(self) -> None:
        begun_s, number = time.monotonic(), 0
        while not self._over.wait(max(0.0, begun_s + number / FPS - time.monotonic())):
            number += 1
            for mailbox in self.mailboxes.values():
                if mailbox.size is not None:
                    mailbox.post(self._picture(*mailbox.size, number))

    def _picture(self, width: int, height: int, number: int) -> PreviewFrame:
        made = self._made.setdefault((width, height), [])
        if len(made) < _PICTURES:
            made.append(os.urandom(width * 4) * height)
        pixels = made[number % len(made)]
        level = -30.0 + number % 20
        return PreviewFrame(width, height, width * 4, memoryview(pixels), number, (level, -inf), pixels)
