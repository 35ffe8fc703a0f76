"""The events of the run that is served, for windows wherever they stand: from memory, before that from its journal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from app.model.events import Event, SegmentDelivered, SegmentWritten
from app.remote.recent import KEPT, Mark, Position, Recent, Told, events_before
from app.remote.served import Served

_MANY = {SegmentWritten.name, SegmentDelivered.name}


class Story:
    """``begin`` and ``end`` on the thread that serves; the rest on any.

    ``news`` is told of every event; ``changed`` is called for those that change what is on air.
    """

    def __init__(self, data_dir: Path, news: threading.Condition, changed: Callable[[], None]) -> None:
        self._data_dir, self._news, self._changed = data_dir, news, changed
        self._engine: Served | None = None
        self._life, self.run_id = 0, ""
        self._recent = Recent()
        self._unsubscribe: Callable[[], None] = lambda: None

    def begin(self, engine: Served | None, run_id: str, life: int) -> None:
        """Another engine's, from its first event on if it has not started."""
        self.end()
        with self._news:
            self._engine, self.run_id, self._life, self._recent = engine, run_id, life, Recent()
            self._news.notify_all()
        if engine is not None:
            self._unsubscribe = engine.subscribe_numbered(self._happened)

    def end(self) -> None:
        """No more is told."""
        unsubscribe, self._unsubscribe = self._unsubscribe, lambda: None
        unsubscribe()

    def _happened(self, event: Event, life: int, seq: int) -> None:
        """On the engine's thread."""
        with self._news:
            self._recent.add(event, life, seq)
            self._news.notify_all()
        if event.name not in _MANY:
            self._changed()

    def has_news(self, mark: Mark) -> bool:
        """Whether there is an event behind the mark. ``news`` is held."""
        last = self._recent.last
        return last is not None and (mark.run_id != self.run_id or last > mark.position)

    def after(self, mark: Mark, limit: int) -> tuple[list[Told], Mark]:
        """Events behind the mark, and where they lead; of another run all of them. ``news`` is not held."""
        with self._news:
            run_id, engine = self.run_id, self._engine
            position = mark.position if mark.run_id == run_id else (0, 0)
            first = self._recent.first
            if self._recent.reaches_back_to(position):
                return _marked(run_id, position, self._recent.after(position, limit))
        older = engine.events_after(*position) if engine is not None else []
        told = [Told(event, (life, seq)) for life, seq, event in older if first is None or (life, seq) < first]
        if not told:
            with self._news:
                told = self._recent.after(position, limit)
        return _marked(run_id, position, told)  # all of them: reading them from the journal again would cost more

    def now(self) -> Mark:
        """Where a window stands that wants nothing of before."""
        with self._news:
            return Mark(self.run_id, self._recent.last or (self._life, 0))

    def newest(self, count: int) -> tuple[list[Told], Mark]:
        """What a window that has seen nothing is told first, and where it stands then; segments are left out."""
        with self._news:
            run_id, mark = self.run_id, Mark(self.run_id, self._recent.last or (self._life, 0))
            told = [one for one in self._recent.after((0, 0), 2 * KEPT) if one.event.name not in _MANY]
            first = self._recent.first or (self._life + 1, 0)
        missing = min(count, KEPT) - len(told)
        older = events_before(self._data_dir, run_id, first, missing) if missing > 0 and run_id else []
        return [*older, *told][-count:], mark


def _marked(run_id: str, position: Position, told: list[Told]) -> tuple[list[Told], Mark]:
    return told, Mark(run_id, told[-1].position if told else position)
