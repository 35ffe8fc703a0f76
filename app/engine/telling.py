"""Who is told of events: in one order, and of none that a crash of this process could undo."""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable

from app.model.events import Event

logger = logging.getLogger(__name__)

RECENT_EVENTS = 4096  # kept for whoever asks for what came after an event; more are in the journal
WAIT_S = 1.0  # for a disk: what is told twice confuses more than what comes late; then it is told all the same
CLOSE_S = 10.0

type Subscriber = Callable[[Event], None]
type NumberedSubscriber = Callable[[Event, int, int], None]
type Numbered = tuple[int, int, Event]  # life, seq, event


class Telling:
    """``tell`` from one thread. ``written(timeout_s)``: whether all that was journaled so far is on disk.

    With it, subscribers are called on a thread of its own, a moment later: what they were told, the next life knows.
    None: they are called at once, on the thread that tells. None of them must block; one that fails is left alone.
    """

    def __init__(self, written: Callable[[float], bool] | None) -> None:
        self._written = written
        self._behind = False  # the disk did not answer in time: it is not waited for until it does
        self._subscribers: list[NumberedSubscriber] = []
        self._recent: deque[Numbered] = deque(maxlen=RECENT_EVENTS)
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[Numbered | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="telling")

    def start(self) -> None:
        """Begin."""
        if self._written is not None:
            self._thread.start()

    def stop(self) -> bool:
        """Tell what is left and end; False when a subscriber hangs."""
        self._waiting.put(None)
        if self._thread.ident is not None:
            self._thread.join(CLOSE_S)
        return not self._thread.is_alive()

    def tell(self, event: Event, life: int, seq: int) -> None:
        """Have everybody told; never waits."""
        if self._written is None:
            self._tell((life, seq, event))
        else:
            self._waiting.put((life, seq, event))

    # ---- any thread

    def subscribe(self, callback: NumberedSubscriber) -> Callable[[], None]:
        """From the next event on; the result ends that."""
        with self._lock:
            self._subscribers.append(callback)
        return lambda: self._unsubscribe(callback)

    def follow(self, callback: NumberedSubscriber) -> Callable[[], None]:
        """As ``subscribe``, and first, on this thread, what is still here of before."""
        with self._lock:
            for life, seq, event in self._recent:
                callback(event, life, seq)
            self._subscribers.append(callback)
        return lambda: self._unsubscribe(callback)

    def _unsubscribe(self, callback: NumberedSubscriber) -> None:
        with self._lock:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

    def after(self, life: int, seq: int) -> list[Numbered]:
        """What is still here of what came after an event."""
        with self._lock:
            return [one for one in self._recent if one[:2] > (life, seq)]

    # ---- its own thread

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch: list[Numbered | None] = [first]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            self._wait_for_the_disk()
            for one in batch:
                if one is None:
                    return
                self._tell(one)

    def _wait_for_the_disk(self) -> None:
        if self._written is not None:
            self._behind = not self._written(0.0 if self._behind else WAIT_S)

    def _tell(self, one: Numbered) -> None:
        life, seq, event = one
        with self._lock:
            self._recent.append(one)
            subscribers = list(self._subscribers)
        for subscriber in subscribers:
            try:
                subscriber(event, life, seq)
            except Exception:  # a window that fails must not take the engine along
                logger.exception("a subscriber failed on %s", event.name)
