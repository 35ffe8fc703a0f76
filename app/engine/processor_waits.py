"""How long each thread of this process has been ready to run without a processor: Linux tells, others do not."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_TASKS = Path("/proc/self/task")
_NANOSECONDS = 1_000_000_000


def processor_waits_s() -> dict[int, float]:
    """Seconds by native thread id; empty where the system does not tell. A few microseconds a thread."""
    waits: dict[int, float] = {}
    with suppress(OSError):
        for task in _TASKS.iterdir():
            with suppress(OSError, ValueError, IndexError):  # it ended meanwhile
                waits[int(task.name)] = int((task / "schedstat").read_text().split()[1]) / _NANOSECONDS
    return waits
