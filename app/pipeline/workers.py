"""Threads with one stop protocol: a name, a niceness, and a fault that is told and never swallowed."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pulse:
    """How far a thread has got: ``moves`` counts up with each step of its work; ``owes``: there is work for it."""

    thread: str
    moves: int
    owes: bool


class Worker:
    """A named thread around ``body``; an exception goes to ``on_fault`` with the thread's name.

    Whoever starts it joins it. It is a daemon all the same: one that hangs inside an encoder must not keep the whole
    program from ending, which says so and exits with 1.
    """

    def __init__(
        self, name: str, body: Callable[[], None], on_fault: Callable[[str, Exception], None], *, nice: int = 0
    ) -> None:
        self._body, self._on_fault, self._nice = body, on_fault, nice
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.name = name
        self.moves = 0  # counted up by ``body``, looked at by whoever watches it

    def pulse(self, *, owes: bool) -> Pulse:
        """How far it has got. Any thread."""
        return Pulse(self.name, self.moves, owes)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False when it has not come in time."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        if self._nice and sys.platform == "linux":
            # The operator's window and the section path come before pictures when the machine is short.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._nice)
        try:
            self._body()
        except Exception as error:  # noqa: BLE001 - the edge of a thread: whatever it is, the supervisor hears it
            self._on_fault(self._thread.name, error)
