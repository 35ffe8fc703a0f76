"""What of a section matters on its way from the source to the program: its time, whether it is valid, its repeats."""

from __future__ import annotations

import functools
from collections import OrderedDict, deque
from collections.abc import Callable

from app.model.errors import CueError
from app.scte35.codec import decode

_MINUTE_S = 60.0
_KNOWN_MOST = 256  # different sections that are remembered
_COUNTED_MOST = 1000
_BROKEN_PER_S, _BROKEN_MOST = 5.0, 20.0  # of broken ones that are handed on: noise must not fill a journal


@functools.lru_cache(maxsize=_KNOWN_MOST)
def read_cue(section: bytes) -> tuple[int | None, str]:
    """Effective PTS (33 bits; None: it has no time) and why it is no valid section, else ""."""
    try:
        return decode(section).effective_pts, ""
    except CueError as error:
        return None, str(error)


class CueHistory:
    """What came within the last minute. ``unshown``: broken sections that were only counted."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.unshown = 0
        self._clock = clock
        self._came: OrderedDict[tuple[int, bytes], deque[float]] = OrderedDict()
        self._allowed, self._allowed_at_s = _BROKEN_MOST, clock()

    def repeats(self, pid: int, section: bytes) -> int:
        """How many of the same bytes came on this PID within the minute before; this one is added."""
        now_s, key = self._clock(), (pid, section)
        came = self._came.setdefault(key, deque(maxlen=_COUNTED_MOST))
        self._came.move_to_end(key)
        if len(self._came) > _KNOWN_MOST:
            self._came.popitem(last=False)
        while came and now_s - came[0] > _MINUTE_S:
            came.popleft()
        before = len(came)
        came.append(now_s)
        return before

    def may_show_broken(self) -> bool:
        """Whether one more that is no section is handed on: some at once, then a few a second."""
        now_s = self._clock()
        self._allowed = min(_BROKEN_MOST, self._allowed + (now_s - self._allowed_at_s) * _BROKEN_PER_S)
        self._allowed_at_s = now_s
        if self._allowed < 1:
            self.unshown += 1
            return False
        self._allowed -= 1
        return True
