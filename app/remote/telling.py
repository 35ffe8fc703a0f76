"""Calls a window's subscribers, all on one thread and in one order."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from app.model.events import Event, SegmentDelivered, SegmentWritten

logger = logging.getLogger(__name__)

LIMIT = 20_000
KEPT = 4_000  # for a subscriber that comes late and wants to know what was
_MANY = SegmentWritten | SegmentDelivered  # too many to keep, and soon of no interest

type Subscriber = Callable[[Event], None]
type OnLink = Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class _Late:
    """From here in the queue on, it is a subscriber; first it is told what was before."""

    callback: Subscriber


class Telling:
    """Keeps events until there is a subscriber. While they take none, who brings them waits: the engine keeps them."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._items: deque[Event | bool | _Late] = deque()
        self._told: deque[Event] = deque(maxlen=KEPT)
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
        return lambda: self._unsubscribe(callback)

    def follow(self, callback: Subscriber) -> Callable[[], None]:
        """As ``subscribe``, and first with what others have been told already, but for what happened to segments."""
        with self._news:
            self._items.append(_Late(callback))
            self._had_one = True
            self._news.notify_all()
        return lambda: self._unsubscribe(callback)

    def _unsubscribe(self, callback: Subscriber) -> None:
        with self._news:
            if callback in self._subscribers:
                self._subscribers.remove(callback)
            late = _Late(callback)
            if late in self._items:
                self._items.remove(late)

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
                on_link, subscribers = list(self._on_link), list(self._subscribers)
                if isinstance(item, _Late):
                    self._subscribers.append(item.callback)
                elif not isinstance(item, bool | _MANY):
                    self._told.append(item)
                self._news.notify_all()
            if isinstance(item, bool):
                for tell_link in on_link:
                    _call(tell_link, item)
            elif isinstance(item, _Late):
                for event in self._told:
                    _call(item.callback, event)
            else:
                for tell in subscribers:
                    _call(tell, item)

    def _ready(self) -> bool:
        """Events wait for the first subscriber; the connection's state for nobody."""
        return bool(self._items) and (self._had_one or isinstance(self._items[0], bool))


def _call[Item](callback: Callable[[Item], None], item: Item) -> None:
    try:
        callback(item)
    except Exception:  # a window that fails must not take the link along
        logger.exception("a subscriber failed on %s", getattr(item, "name", item))
