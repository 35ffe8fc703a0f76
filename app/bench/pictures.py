"""Pictures for sixteen tiles or more, made without FFmpeg: whoever posts them in its own process loads no more."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from math import inf

from app.engine import Mailbox, PreviewFrame

TILES, FPS = 16, 25
_PICTURES = 8  # different ones, shown in turn


def names(tiles: int) -> tuple[str, ...]:
    """The channels' that are shown."""
    return tuple(f"tile-{number:02}" for number in range(1, tiles + 1))


NAMES = names(TILES)


def a_picture(width: int, height: int, number: int) -> PreviewFrame:
    """Stripes."""
    pixels = os.urandom(width * 4) * height
    return PreviewFrame(width, height, width * 4, memoryview(pixels), number, (-20.0, -inf), pixels)


class Pictures:
    """Posts a picture into each mailbox, 25 times a second, in the size that is wanted there.

    ``cpu_s``: what that has taken of a core so far.
    """

    def __init__(self, tiles: int = TILES) -> None:
        self.mailboxes = {name: Mailbox() for name in names(tiles)}
        self.cpu_s = 0.0
        self._made: dict[tuple[int, int], list[PreviewFrame]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._post, name="pictures", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join(2)

    def _post(self) -> None:
        begun_s, number = time.monotonic(), 0
        while not self._over.wait(max(0.0, begun_s + number / FPS - time.monotonic())):
            number += 1
            self.cpu_s = time.thread_time()
            for mailbox in self.mailboxes.values():
                if mailbox.size is not None:
                    mailbox.post(self._picture(*mailbox.size, number))

    def _picture(self, width: int, height: int, number: int) -> PreviewFrame:
        made = self._made.setdefault((width, height), [])
        if len(made) < _PICTURES:
            made.append(a_picture(width, height, number))
        return replace(made[number % len(made)], frame=number, peaks_dbfs=(-30.0 + number % 20, -inf))
