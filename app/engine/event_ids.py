"""splice_event_ids for new breaks: unique over restarts, given without waiting for a disk or a store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from app.model.wire import Plain

BLOCK = 4096  # reserved in the store at once
LEASE = 64  # written down ahead of their use: so many at most are passed over by a restart
LAST_ID = (1 << 32) - 1  # SCTE 35 §9.9.1: 32 bits
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class EventIds:
    """Hands out ids; any thread.

    ``kept``: what ``keep`` was given last in an earlier life, [id that is free for certain, end of the block that is
    reserved in the store or 0]. ``used``: the highest id that is known where nothing was kept. Without either the
    clock says where to begin, until the store answers: more than one new break a second, for years, is not expected.
    """

    def __init__(self, kept: Plain, keep: Callable[[Plain], None], *, used: int = 0) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        known = _going_on(kept)
        self._next, self._reserved = known or (_after(used or _clock_id(), LEASE), 0)
        self._used = known is not None or used > 0  # the store has to come behind what was handed out
        self._leased = 0
        with self._lock:
            self._lease()

    def next(self) -> int:
        """The next id; never blocks."""
        with self._lock:
            event_id, self._next = self._next, _after(self._next, 1)
            self._used = True
            self._reserved -= 1
            self._leased -= 1
            if self._leased < LEASE // 2:
                self._lease()
            return event_id

    def refill(self, reserve: Callable[[int, int], int]) -> None:
        """Reserve more where few are left; on the thread that may wait for the store. StorageError.

        ``reserve(count, beyond)``: the first of so many ids in a row, not below ``beyond``, which are then used up.
        """
        with self._lock:
            if self._reserved > BLOCK // 2:
                return
            beyond = _after(self._next, LEASE) if self._used else 1  # some more may go while the store thinks
        start = reserve(BLOCK, beyond)
        with self._lock:
            self._next, self._reserved = start, BLOCK
            self._lease()

    def _lease(self) -> None:
        self._leased = LEASE
        end = _after(self._next, self._reserved) if self._reserved > 0 else 0
        self._keep([_after(self._next, LEASE), end])


def _going_on(kept: Plain) -> tuple[int, int] | None:
    """The next id and how many are reserved from it on."""
    if not isinstance(kept, list) or len(kept) != 2:  # noqa: PLR2004 - [next, end]
        return None
    start, end = kept
    if not isinstance(start, int) or not isinstance(end, int) or not 1 <= start <= LAST_ID:
        return None
    reserved = (end - start) % LAST_ID if end else 0
    return start, reserved if reserved <= BLOCK else 0


def _after(event_id: int, count: int) -> int:
    return (event_id - 1 + count) % LAST_ID + 1


def _clock_id() -> int:
    return max(1, int((datetime.now(UTC) - _EPOCH).total_seconds()) % LAST_ID)
