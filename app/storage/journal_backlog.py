"""What waits for the journal's thread: bounded, in order, and never in a caller's way."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from app.model.wire import Plain
from app.storage.journal_items import CommandItem, EventItem, Item

WAITING_LIMIT = 20_000  # entries in memory while the disk does not answer; the brief ones may take half of it
AT_ONCE = 1000  # entries in one transaction
CALLBACKS_LIMIT = 64  # of one key whose value changes while the disk does not answer

logger = logging.getLogger(__name__)

type Written = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written at once: ``items`` in order, and the keys whose newest value is."""

    items: list[Item]
    keys: dict[str, list[Written]]
    ticket: int

    @property
    def callbacks(self) -> list[Written]:
        """Whom to tell when it is on disk."""
        told = [item.on_disk for item in self.items if isinstance(item, CommandItem)]
        return told + [written for each in self.keys.values() for written in each]


class Backlog:
    """Any thread puts in; the journal's thread takes a batch, and another only once ``done`` was called for it."""

    def __init__(self) -> None:
        self.lost = 0  # came on top of the bound
        self._items: deque[Item] = deque()
        self._values: dict[str, str] = {}  # every key's newest value as JSON ("" forgotten), written or not
        self._keys: dict[str, list[Written]] = {}
        self._batch: Batch | None = None
        self._put = self._done = 0
        self._changed = threading.Condition()
        self._closing_s: float | None = None

    def put(self, item: Item) -> None:
        """Take up an entry."""
        with self._changed:
            if len(self._items) >= (WAITING_LIMIT // 2 if item.brief else WAITING_LIMIT):
                self.lost += 1
                return
            self._items.append(item)
            self._put += 1
            self._changed.notify_all()

    def keep(self, key: str, value: Plain | None, written: Written | None) -> None:
        """Take up the newest value of a key."""
        text = "" if value is None else json.dumps(value)
        with self._changed:
            self._values[key] = text
            callbacks = self._keys.setdefault(key, [])
            if written is not None:
                callbacks.append(written)
                del callbacks[:-CALLBACKS_LIMIT]
            self._put += 1
            self._changed.notify_all()

    def value(self, key: str) -> Plain | None:
        """The newest value of a key; None: there is none that can be read."""
        with self._changed:
            text = self._values.get(key, "")
        try:
            value: Plain = json.loads(text) if text else None
        except (ValueError, TypeError):  # the engine asks as it starts: a damaged value must not keep it off the air
            logger.warning("what the journal keeps of %s is damaged: it is taken for nothing", key)
            return None
        return value

    def events(self) -> list[EventItem]:
        """Events that are not known to be on disk."""
        with self._changed:
            items = [*(self._batch.items if self._batch else ()), *self._items]
        return [item for item in items if isinstance(item, EventItem)]

    def left(self) -> int:
        """How much is not known to be on disk."""
        with self._changed:
            batch = self._batch
            taken = 0 if batch is None else len(batch.items) + len(batch.keys)
            return taken + len(self._items) + len(self._keys)

    def wait_done(self, timeout_s: float) -> bool:
        """Until everything that was put in so far is on disk."""
        with self._changed:
            wanted = self._put
            return self._changed.wait_for(lambda: self._done >= wanted, timeout_s)

    def close(self, timeout_s: float) -> None:
        """Say that the end has come: for so long what waits is tried."""
        with self._changed:
            self._closing_s = time.monotonic() + timeout_s
            self._changed.notify_all()

    # ---- the journal's thread

    def next(self, idle_s: float) -> Batch | None:
        """The batch that is not done yet, or a new one; None: nothing came for so long, or nothing will."""
        with self._changed:
            if self._batch is None:
                self._changed.wait_for(lambda: self._items or self._keys or self._closing_s is not None, idle_s)
                if self._items or self._keys:
                    items = [self._items.popleft() for _ in range(min(AT_ONCE, len(self._items)))]
                    self._batch = Batch(items, self._keys, self._done if self._items else self._put)
                    self._keys = {}
            return self._batch

    def texts(self, batch: Batch) -> dict[str, str]:
        """The newest value of each key in the batch."""
        with self._changed:
            return {key: self._values[key] for key in batch.keys}

    def done(self, batch: Batch) -> bool:
        """It is on disk; whether that was all."""
        with self._changed:
            self._batch = None
            self._done = batch.ticket
            self._changed.notify_all()
            return not self._items and not self._keys

    def found(self, values: dict[str, str], *, anew: bool) -> None:
        """Values that the file has; ``anew``: it has been made anew, every value has to go into it."""
        with self._changed:
            if anew:
                for key in self._values:
                    self._keys.setdefault(key, [])
            self._values = values | self._values

    @property
    def closing(self) -> bool:
        """Whether the end has come."""
        return self._closing_s is not None

    def pause(self, again_s: float, closing_again_s: float) -> bool:
        """Wait before the next try; False when the time to try is over."""
        with self._changed:
            if self._closing_s is None:
                self._changed.wait_for(lambda: self._closing_s is not None, again_s)
                return True
            self._changed.wait_for(lambda: False, closing_again_s)
            return time.monotonic() < self._closing_s
