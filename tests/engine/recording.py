"""A recorder with a real journal and a real store, for tests; also run as a process of its own that is killed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

from app.engine.event_ids import EventIds
from app.engine.recorder import Recorder
from app.model import events
from app.model.asrun import AsRunRow
from app.storage.asrun import Store, open_store
from app.storage.journal import Journal
from tests.storage.stories import started, story

WITHIN_S = 20.0
BUSY_MS = 50


def told(breaks: Iterable[int]) -> Iterator[events.Event]:
    """What an engine tells about breaks, from the channel's start on."""
    yield started()
    for n in breaks:
        yield from story(f"b{n}", start_s=20 * n)


class Recording:
    """One life: events that are noted here are journaled and recorded as in an engine."""

    def __init__(self, folder: Path, run_id: str = "r1", open_named: Callable[[], Store] | None = None) -> None:
        self.path = folder / "journal.sqlite3"
        self.alarms: list[str | None] = []
        self._changed = threading.Condition()
        self._run_id, self._database = run_id, folder / "store.sqlite3"
        self.journal = Journal(self.path, run_id=run_id, alarm=lambda *_: None)
        self.ids = EventIds(self.journal.kept("event_ids"), lambda kept: self.journal.keep("event_ids", kept))
        self.recorder = Recorder(open_named or self.open_store, self.journal, self.ids, self._take)
        self._seq = count(1)
        self.journal.start()

    def open_store(self) -> Store:
        """As the engine is given it."""
        return open_store(self._database, timezone="UTC", run_id=self._run_id, busy_timeout_ms=BUSY_MS)

    def _take(self, text: str | None) -> None:
        with self._changed:
            self.alarms.append(text)
            self._changed.notify_all()

    def wait(self, *, raised: bool) -> None:
        """Until the alarm stands, or does not."""
        with self._changed:
            found = self._changed.wait_for(lambda: bool(self.alarms and self.alarms[-1]) is raised, WITHIN_S)
        assert found, self.alarms

    def note(self, happened: Iterable[events.Event]) -> None:
        """As the engine's thread does."""
        for event in happened:
            seq = next(self._seq)
            self.journal.event(event, seq)
            self.recorder.note(event, self.journal.life, seq)

    def close(self) -> bool:
        """The end of the engine."""
        written = self.recorder.close()
        return self.journal.close(WITHIN_S) and written


def rows(folder: Path) -> list[AsRunRow]:
    """The as-run, whoever wrote it."""
    with closing(open_store(folder / "store.sqlite3", create=False)) as store:
        return [replace(row, run_id="") for row in store.rows()]


def undisturbed(folder: Path, breaks: Iterable[int]) -> list[AsRunRow]:
    """What has to be in the store."""
    folder.mkdir()
    with closing(open_store(folder / "store.sqlite3", timezone="UTC")) as store:
        for event in told(breaks):
            store.record_event(event)
    return rows(folder)


def _tell_until_killed(folder: Path) -> None:
    recording = Recording(folder)
    recording.recorder.start()
    recording.note((started(),))
    for n in count(100 * recording.journal.life):
        for event in story(f"b{n}", start_s=20 * n):
            recording.note((event,))
            recording.journal.written(WITHIN_S)
            print(n, event.name, flush=True)


if __name__ == "__main__":
    _tell_until_killed(Path(sys.argv[1]))
