"""The as-run, written on a thread of its own: a slow disk or a locked store holds up no command."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from app.engine.event_ids import EventIds
from app.model import events
from app.model.asrun import is_told
from app.model.errors import StorageError
from app.storage.asrun import Store

logger = logging.getLogger(__name__)

UNWRITTEN_LIMIT = 10_000  # events kept while the store can't be written; what comes on top is counted
AGAIN_S = 0.5
CLOSE_S = 6.0  # the store itself waits for others up to five seconds


class Recorder:
    """``note`` from one thread, in order; the store and ``event_ids.refill`` are met on the recorder's own.

    ``alarm`` is given what stands in the way, or None when all is written; from that thread too.
    """

    def __init__(self, store: Store, event_ids: EventIds, alarm: Callable[[str | None], None]) -> None:
        self._store, self._event_ids, self._alarm = store, event_ids, alarm
        self._unwritten: deque[events.Event] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self.dropped = 0
        self._thread = threading.Thread(target=self._run, name="as-run")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def note(self, event: events.Event) -> None:
        """Take up what changes the as-run; never blocks."""
        if not is_told(event) and not isinstance(event, events.ChannelStarted):
            return
        with self._changed:
            if len(self._unwritten) < UNWRITTEN_LIMIT:
                self._unwritten.append(event)
            else:
                self.dropped += 1
            self._changed.notify()

    def close(self) -> bool:
        """Write what is left and end; False when something could not be written."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(CLOSE_S)
        left = len(self._unwritten) + self.dropped
        if left:
            logger.error("not written to the as-run: %d events", left)
        return not left and not self._thread.is_alive()

    def _run(self) -> None:
        failed = False
        while event := self._next(wait_s=AGAIN_S if failed else 0):
            try:
                self._store.record_event(event)
                self._event_ids.refill()
            except StorageError as error:
                lost = f", {self.dropped} are lost" if self.dropped else ""
                self._alarm(f"{len(self._unwritten)} as-run events wait to be written{lost}: {error}")
                if self._closing:
                    return
                failed = True
                continue
            except Exception:
                logger.exception("lost to the as-run: %s", event)  # one event must not cost all that follow
                self.dropped += 1
            with self._changed:
                self._unwritten.popleft()
            if failed and not self._unwritten:
                failed = False
                self._alarm(None)

    def _next(self, wait_s: float) -> events.Event | None:
        """The oldest unwritten event, once there is one and ``wait_s`` is over; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing, wait_s)
            self._changed.wait_for(lambda: self._closing or self._unwritten)
            return self._unwritten[0] if self._unwritten else None
