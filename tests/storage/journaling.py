"""Journals, and who is told by them, for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.model import commands, events
from app.storage.journal import Journal

T0 = datetime(2026, 11, 22, 19, 15, 32, 440_000, UTC)
WITHIN_S = 20.0


class Told:
    """The alarms of a journal; ``text`` of the one that stands."""

    def __init__(self) -> None:
        self.changes: list[str | None] = []
        self._changed = threading.Condition()

    def __call__(self, key: str, severity: str, text: str | None) -> None:
        assert (key, severity) == ("journal", "warning")
        with self._changed:
            self.changes.append(text)
            self._changed.notify_all()

    @property
    def text(self) -> str | None:
        return self.changes[-1] if self.changes else None

    def wait(self, *, raised: bool) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self.text) is raised, WITHIN_S), self.changes


@contextmanager
def journal(path: Path, *, run_id: str = "r1", told: Told | None = None, **more: Any) -> Iterator[Journal]:
    """A journal that writes; closed behind."""
    opened = Journal(path, run_id=run_id, alarm=told or Told(), **more)
    opened.start()
    try:
        yield opened
    finally:
        opened.close(WITHIN_S)


def insert(number: int, channel: str = "news-1") -> commands.InsertBreak:
    return commands.InsertBreak(channel=channel, by="ann", id=f"c{number}", duration_s=Fraction(30))


def accepted(number: int, channel: str = "news-1") -> events.CommandAccepted:
    at = T0 + timedelta(seconds=number)
    return events.CommandAccepted(at=at, channel=channel, command="insert_break", id=f"c{number}", by="ann")


def segment(number: int) -> events.SegmentDelivered:
    return events.SegmentDelivered(
        at=T0, channel="news-1", origin="a", path=f"{number}.ts", sequence=number, push_ms=1.0, attempts=1
    )
