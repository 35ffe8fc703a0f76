"""Calls a window's subscribers, all on one thread and in one order."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from app.model.events import Event

logger = logging.getLogger(__name__)

LIMIT = 20_000

type Subscriber = Callable[[Event], None]
type OnLink = Callable[[bool], None]


class Telling:
    """Keeps events until there is a subscriber. While they take none, who brings them waits: the engine keeps them."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._items: deque[Event | bool] = deque()
        self._subscribers: list[Subscriber] = []
        self._on_link: list[OnLink] = []
        self._had_one = False
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="engine link events", daemon=True)
        self._thread.start()

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Until the result is called."""
        with self._news:
            self._subscribers.append(callback)
            self._had_one = True
            self._news.notify_all()

        def unsubscribe() -> None:
            with self._news:
                if callback in self._subscribers:
                    self._subscribers.remove(callback)

        return unsubscribe

    def on_link(self, callback: OnLink) -> None:
        """Have it told when the connection is lost or made."""
        with self._news:
            self._on_link.append(callback)

    def event(self, event: Event) -> None:
        """Tell this; blocks while the subscribers take nothing."""
        with self._news:
            while len(self._items) >= LIMIT and not self._closing:
                if not self._had_one:
                    self._items.popleft()
                else:
                    self._news.wait()
        self._put(event)

    def at_once(self, event: Event) -> None:
        """Tell this; never blocks: there are no more of these than commands are given."""
        self._put(event)

    def link(self, *, up: bool) -> None:
        """Tell that the connection is made or lost."""
        self._put(up)

    def _put(self, item: Event | bool) -> None:  # noqa: FBT001 - a link's state in one queue with the events
        with self._news:
            self._items.append(item)
            self._news.notify_all()

    def close(self) -> None:
        """Call nobody any more."""
        with self._news:
            self._closing = True
            self._news.notify_all()

    def join(self, timeout_s: float) -> None:
        """Wait for the call that is under way."""
        if self._thread is not threading.current_thread():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._closing or self._ready())
                if self._closing:
                    return
                item = self._items.popleft()
                called: list[Callable[[Event], None]] | list[OnLink]
                called = list(self._on_link) if isinstance(item, bool) else list(self._subscribers)
                self._news.notify_all()
            for callback in called:
                try:
                    callback(item)  # type: ignore[arg-type]  # each list goes with its kind of item
                except Exception:  # a window that fails must not take the link along
                    logger.exception("a subscriber failed on %s", item if isinstance(item, bool) else item.name)

    def _ready(self) -> bool:
        """Events wait for the first subscriber; the connection's state for nobody."""
        return bool(self._items) and (self._had_one or isinstance(self._items[0], bool))
