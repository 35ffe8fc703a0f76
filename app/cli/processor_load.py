"""How many processors there are for this program, and how busy they are now."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

_OVER_S = 0.5
_STAT = Path("/proc/stat")
_IDLE = slice(3, 5)  # idle and waiting for disks


def processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def busy_processors() -> float | None:
    """Busy over half a second; None where the system does not tell."""
    before = _times()
    if before is None:
        return None
    time.sleep(_OVER_S)
    after = _times()
    if after is None or sum(after) <= sum(before):
        return None
    spent = [new - old for old, new in zip(before, after, strict=True)]
    share = 1 - sum(spent[_IDLE]) / sum(spent)
    return round(max(0.0, share) * (os.cpu_count() or 1), 2)


def _times() -> list[int] | None:
    with suppress(OSError, ValueError, IndexError):
        return [int(each) for each in _STAT.read_text().splitlines()[0].split()[1:9]]
    return None
