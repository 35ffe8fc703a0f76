"""Questions to the engine that take their time, and their answers."""

from __future__ import annotations

import itertools
import threading
from typing import Any

from app.model.errors import SplicedeckError


class CallFailedError(SplicedeckError):
    """The engine could not do what it was asked; ``exit_status`` is its error's own."""

    def __init__(self, text: str, exit_status: int) -> None:
        self.exit_status = exit_status
        super().__init__(text)


class Calls:
    """Those under way. ``news`` is its owner's condition; ``lost`` and ``answered`` are called by the receiver."""

    def __init__(self, news: threading.Condition) -> None:
        self._news = news
        self._numbers = itertools.count(1)
        self._waiting: dict[int, dict[str, Any] | None] = {}
        self._over = False

    def begin(self) -> int:
        """The number of a new one."""
        with self._news:
            number = next(self._numbers)
            self._waiting[number] = None
            return number

    def wait(self, number: int, timeout_s: float) -> bool | None:
        """Its answer; None when the time is over or the connection was lost. CallFailedError."""
        with self._news:
            self._news.wait_for(lambda: self._waiting.get(number, {}) is not None, max(0.0, timeout_s))
            answer = self._waiting.pop(number, None)
        if answer is None or not answer:
            return None
        if "error" in answer:
            raise CallFailedError(str(answer["error"]), int(answer.get("exit_status", 1)))
        return bool(answer["ok"])

    def answered(self, message: dict[str, Any]) -> None:
        """An answer came."""
        with self._news:
            if message["answer"] in self._waiting:
                self._waiting[message["answer"]] = message
                self._news.notify_all()

    def lost(self) -> None:
        """The connection is lost: none of them is answered any more. ``news`` is held."""
        self._waiting.clear()

    def give_up(self) -> None:
        """There will be no other connection."""
        with self._news:
            self._waiting.clear()
            self._news.notify_all()
