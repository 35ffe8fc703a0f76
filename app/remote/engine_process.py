"""An engine's process as its watchdog has it: a child of its own, or one that was there before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

TELL_S = 0.1  # for a frozen engine to write its stacks into its output file
GONE_S = 5.0  # a killed process is gone by then, or nothing can be done
_LOOK_S = 0.02
if sys.platform != "win32":
    STACKS_SIGNAL = signal.SIGUSR2
    """An engine answers it with the stacks of all its threads."""


class EngineProcess(Protocol):
    """An engine's process."""

    pid: int
    first_word_s: float  # it may be silent for so long at first

    def alive(self) -> bool:
        """Whether it has not ended."""
        ...

    def how(self) -> str:
        """How it ended."""
        ...

    def kill(self) -> None:
        """End it as a frozen process can be ended, and wait until it is gone."""
        ...


class OwnProcess:
    """A child of ours."""

    first_word_s = 30.0  # a cold start on a machine that is very busy

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.pid, self._child = child.pid, child

    @property
    def status(self) -> int | None:
        """Its exit status, once ``alive`` has seen its end."""
        return self._child.returncode

    def alive(self) -> bool:
        """Reaps it, too."""
        return self._child.poll() is None

    def how(self) -> str:
        """By its exit status."""
        status = self._child.returncode
        return f"signal {-status}" if status is not None and status < 0 else f"status {status}"

    def kill(self) -> None:
        """SIGKILL; one that a dead disk holds in the kernel may stay."""
        _ask_for_stacks(self.pid)
        self._child.kill()
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(GONE_S)


class AdoptedProcess:
    """Another's child. ``holds_lock``: whether that process is the engine still; then its number is its own."""

    first_word_s = 10.0  # it may be frozen since before we came

    def __init__(self, pid: int, holds_lock: Callable[[], bool]) -> None:
        self.pid, self._holds_lock = pid, holds_lock

    def alive(self) -> bool:
        """An engine has the lock as long as it lives."""
        return self._holds_lock()

    def how(self) -> str:
        """Only a parent is told."""
        return "how is not known: another had started it"

    def kill(self) -> None:
        """As above."""
        if not self.alive():
            return
        _ask_for_stacks(self.pid)
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        until_s = time.monotonic() + GONE_S
        while self.alive() and time.monotonic() < until_s:
            time.sleep(_LOOK_S)


def _ask_for_stacks(pid: int) -> None:
    """Where it hangs will not be seen again."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError):
            os.kill(pid, STACKS_SIGNAL)
        time.sleep(TELL_S)
