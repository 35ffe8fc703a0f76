"""A thread of a channel that hangs when a test says so, and goes on when it says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from app.pipeline.encoders import VideoEncoder
from app.pipeline.feed import Feed
from app.pipeline.filters import Cascade
from app.pipeline.muxer import RenditionMuxer

PLACES: tuple[tuple[type, str], ...] = (
    (Feed, "take"),  # on the program thread
    (Cascade, "scaled"),  # on the ladder's
    (VideoEncoder, "encode"),  # on a rung's
    (RenditionMuxer, "write_video"),  # on the packager's
)


class Hanging:
    """``hang(thread name)``: its next call of one of the above does not come back until ``go_on``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.since_s = 0.0
        self._thread = ""
        self._go_on = threading.Event()
        self._began = threading.Event()
        self.hung: list[threading.Thread] = []
        for owner, method in PLACES:
            monkeypatch.setattr(owner, method, self._slow(getattr(owner, method)))

    def _slow(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*values: Any, **more: Any) -> Any:
            if self._thread and threading.current_thread().name == self._thread:
                self._thread = ""
                self.since_s = time.monotonic()
                self.hung.append(threading.current_thread())
                self._began.set()
                self._go_on.wait(100)
            return real(*values, **more)

        return called

    def hang(self, thread: str) -> None:
        """Have that thread hang, and wait until it does."""
        self._began.clear()
        self._thread = thread
        assert self._began.wait(20)

    def go_on(self) -> None:
        """Let all that hang go on, and wait for their end."""
        self._go_on.set()
        for thread in self.hung:
            thread.join(10)
            assert not thread.is_alive()
