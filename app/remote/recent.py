"""The newest events of an engine's life, kept for windows that come back, each written as JSON at most once."""

from __future__ import annotations

import logging
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from app.model.errors import StorageError
from app.model.events import Event, event_to_plain
from app.remote.link import encoded

logger = logging.getLogger(__name__)

type Position = tuple[int, int]  # (life, seq) of an event

KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a window has got in a run."""

    run_id: str
    position: Position


class Told:
    """An event and where it stands."""

    __slots__ = ("_frame", "event", "position")

    def __init__(self, event: Event, position: Position) -> None:
        self.event, self.position = event, position
        self._frame: bytes | None = None

    def frame(self) -> bytes:
        """As it goes over the link. Any thread: two that meet here write the same."""
        if self._frame is None:
            life, seq = self.position
            self._frame = encoded({"event": event_to_plain(self.event), "life": life, "seq": seq})
        return self._frame


class Recent:
    """At most ``kept`` to twice as many; its owner locks."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._told: list[Told] = []

    def add(self, event: Event, life: int, seq: int) -> None:
        """Behind all others."""
        self._told.append(Told(event, (life, seq)))
        if len(self._told) >= 2 * self._kept:
            del self._told[: self._kept]

    @property
    def first(self) -> Position | None:
        """The oldest it has."""
        return self._told[0].position if self._told else None

    @property
    def last(self) -> Position | None:
        """The newest it has."""
        return self._told[-1].position if self._told else None

    def reaches_back_to(self, after: Position) -> bool:
        """Whether all that came after that position, in this life, is here."""
        return self.first is not None and after[0] == self.first[0] and after[1] >= self.first[1] - 1

    def after(self, position: Position, limit: int) -> list[Told]:
        """The oldest ``limit`` that came after it."""
        start = bisect_right(self._told, position, key=lambda told: told.position)
        return self._told[start : start + limit]


def events_before(data_dir: Path, run_id: str, position: Position, count: int) -> list[Told]:
    """From the journal of a run: its newest events before a position, oldest first, but for those about segments."""
    from app.storage.journal_reader import read_events_before, read_run_id  # noqa: PLC0415 - a window needs no store

    journal = data_dir / "journal.sqlite3"
    if read_run_id(journal) != run_id:
        return []
    try:
        found = read_events_before(journal, *position, count)
    except StorageError as error:
        logger.warning("%s", error)
        return []
    return [Told(event, (life, seq)) for life, seq, event in found]
