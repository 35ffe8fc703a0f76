"""Between the packager and the uploaders: what a crash must not lose is on disk before anybody is told of it."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from app.delivery.spool import Spool
from app.model.segment import Delivery, Kept, MediaObject
from app.model.wire import Plain

logger = logging.getLogger(__name__)

WAIT_S = 0.25  # for a disk; then the air goes on without it
QUEUE_BYTES = 64 << 20

type KeepCall = Callable[[str, Plain, Callable[[], None] | None], None]  # key, value, called when it is on disk
type HandOn = Callable[[int, Delivery], None]  # output index and what is for it

_KEY = "journal"
_BEHIND = "the journal's disk does not answer: the air goes on, but a crash may lose what was aired since"


class Relay:
    """One channel's, on a thread of its own; without ``spool`` and ``keep`` it hands on directly.

    All that waits goes together: segments to the spool, then to the uploaders; ``Kept`` to the journal; then playlists
    and the rest. Segments thus overtake what was handed in before them in one go, which changes nothing: a playlist
    never depends on a segment's absence. ``lose``: a segment that found no room; see ``deliver``.
    """

    def __init__(
        self,
        channel: str,
        *,
        hand_on: HandOn,
        lose: Callable[[int, MediaObject], None],
        alarm: Callable[[str, str, str | None], None],
        spool: Spool | None,
        keep: KeepCall | None,
    ) -> None:
        self._hand_on, self._lose, self._alarm = hand_on, lose, alarm
        self._spool, self._keep = spool, keep
        self._changed = threading.Condition()  # guards the queue and its size
        self._queue: deque[tuple[int, Delivery]] = deque()
        self._bytes = 0
        self._running = self._stopping = False
        self._behind: threading.Event | None = None  # the journal's answer that did not come in time
        self.lost = 0
        self._thread = threading.Thread(target=self._run, name=f"relay {channel}", daemon=True)

    def start(self) -> None:
        """Begin to hand on."""
        if self._spool is not None or self._keep is not None:
            self._running = True
            self._thread.start()

    def deliver(self, output: int, delivery: Delivery) -> None:
        """Take a delivery; never waits.

        At most 64 MiB of segments wait here, which takes a machine that does not run this thread for many seconds.
        Then the oldest one that waits is lost, counted and listed as a gap; playlists and the rest always find room.
        """
        with self._changed:
            running = self._running
            if running:
                self._queue.append((output, delivery))
                self._bytes += _size(delivery)
                self._changed.notify_all()
            overflow = self._overflow()
        if not running:
            self._pass(output, delivery)
        for index, segment in overflow:
            self.lost += 1
            self._lose(index, segment)

    def stop(self, timeout_s: float) -> bool:
        """Hand on what waits, then end; what comes later is handed on directly. False when it hangs."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        if self._behind is not None:
            self._alarm(_KEY, "warning", None)
        return not self._thread.is_alive()

    def _overflow(self) -> list[tuple[int, MediaObject]]:
        """The oldest segments for which there is no room; under the lock."""
        over: list[tuple[int, MediaObject]] = []
        for index, delivery in list(self._queue) if self._bytes > QUEUE_BYTES else ():
            if self._bytes <= QUEUE_BYTES:
                break
            if isinstance(delivery, MediaObject):
                over.append((index, delivery))
                self._bytes -= len(delivery.body)
        dropped = {segment.path for _, segment in over}
        if dropped:
            self._queue = deque(each for each in self._queue if getattr(each[1], "path", "") not in dropped)
        return over

    # ---- its own thread

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._stopping)
                batch, self._queue, self._bytes = list(self._queue), deque(), 0
                if not batch:
                    self._running = False
                    return
            self._carry(batch)

    def _carry(self, batch: list[tuple[int, Delivery]]) -> None:
        segments = [(output, delivery) for output, delivery in batch if isinstance(delivery, MediaObject)]
        until_s = time.monotonic() + WAIT_S
        spooled = [self._spooled(segment) for _, segment in segments]
        for (output, segment), written in zip(segments, spooled, strict=True):
            self._await_spool(written, until_s)
            self._pass(output, segment)
        try:
            self._keep_all({delivery.key: delivery.value for _, delivery in batch if isinstance(delivery, Kept)})
        except Exception:  # whatever the journal does, the air goes on
            logger.exception("the journal failed")
        for output, delivery in batch:
            if not isinstance(delivery, MediaObject):
                self._pass(output, delivery)

    def _pass(self, output: int, delivery: Delivery) -> None:
        if isinstance(delivery, Kept):
            return
        try:
            self._hand_on(output, delivery)
        except Exception:  # one delivery's fault must not end the thread that all of them go through
            logger.exception("%s: a delivery failed", self._thread.name)

    def _spooled(self, segment: MediaObject) -> threading.Event:
        """Handed to the spool; set when it is there, or will not be."""
        written = threading.Event()
        try:
            if self._spool is not None:
                self._spool.keep(segment, written.set)
                return written
        except Exception:  # whatever the spool does, the air goes on
            logger.exception("the spool failed")
        written.set()
        return written

    def _await_spool(self, written: threading.Event, until_s: float) -> None:
        if written.is_set() or self._spool is None or self._spool.is_off:
            return
        if not written.wait(max(0.0, until_s - time.monotonic())):
            self._spool.late()

    def _keep_all(self, values: dict[str, Plain]) -> None:
        """The newest value of each key; while the journal is behind, nobody waits for it."""
        if self._keep is None or not values:
            return
        written = _All(len(values))
        for key, value in values.items():
            self._keep(key, value, written.one)
        if self._behind is not None:
            # The newest answer is waited for: of the older ones the journal may have let go.
            answered, self._behind = self._behind.is_set(), written.event
            if answered:
                self._behind = None
                self._alarm(_KEY, "warning", None)
        if self._behind is None and not written.event.wait(WAIT_S):
            self._behind = written.event
            self._alarm(_KEY, "warning", _BEHIND)


class _All:
    """An event that is set when ``one`` has been called so many times, from any thread."""

    def __init__(self, count: int) -> None:
        self._left = count
        self._lock = threading.Lock()
        self.event = threading.Event()

    def one(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left <= 0:
                self.event.set()


def _size(delivery: Delivery) -> int:
    return len(delivery.body) if isinstance(delivery, MediaObject) else 0
