"""An engine to be served: canned statuses, numbered events, and a real host around it in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.engine import Mailbox
from app.model.answers import accepted
from app.model.commands import Command
from app.model.events import Event, SegmentWritten
from app.model.status import EngineStatus
from app.remote.client import RemoteEngine
from app.remote.host import Host
from app.remote.lock import EngineLock
from tests.ui.scripted_engine import channel

RUN = "run-1"


def written(number: int) -> SegmentWritten:
    """An event that tells its number."""
    return SegmentWritten(
        at=datetime.now(UTC),
        channel="one",
        path=f"one/{number}.ts",
        rendition="90p",
        sequence=number,
        pts=number,
        duration_ticks=90_000,
        size=1,
    )


@dataclass
class StandIn:
    """Counts its events as an engine does, keeps all of them as its journal, and answers each command at once."""

    life: int = 1
    journal: list[tuple[int, int, Event]] = field(default_factory=list)
    submitted: list[Command] = field(default_factory=list)
    answers: bool = True
    status: EngineStatus | None = None
    mailboxes: dict[str, Mailbox] = field(default_factory=lambda: {"one": Mailbox(), "two": Mailbox()})

    def __post_init__(self) -> None:
        self._seq = 0
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[Event, int, int], None]] = []

    def tell(self, event: Event) -> None:
        with self._lock:
            self._seq += 1
            self.journal.append((self.life, self._seq, event))
            self.write_down(self.life, self._seq, event)
            for subscriber in self._subscribers:
                subscriber(event, self.life, self._seq)

    def write_down(self, life: int, seq: int, event: Event) -> None:
        """For those whose journal outlives them."""

    def submit(self, command: Command) -> None:
        self.submitted.append(command)
        if self.answers:
            self.tell(accepted(command, datetime.now(UTC)))

    def subscribe_numbered(self, callback: Callable[[Event, int, int], None]) -> Callable[[], None]:
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def events_after(self, life: int, seq: int) -> list[tuple[int, int, Event]]:
        with self._lock:
            return [entry for entry in self.journal if entry[:2] > (life, seq)][:5000]

    def snapshot(self) -> EngineStatus:
        return self.status or EngineStatus(
            pid=1,
            version="0.1.0",
            since=datetime.now(UTC),
            show="Evening",
            timezone="Europe/Berlin",
            channels=(channel("one"), channel("two")),
            life=self.life,
        )

    def preview(self, channel: str) -> Mailbox:
        return self.mailboxes[channel]

    def fail_channel(self, name: str) -> bool:
        return name == "one"

    def end_channels(self, deliver_s: float = 3) -> bool:
        return deliver_s < 100

    def drain_proofs(self, timeout_s: float) -> bool:
        return timeout_s > 1


class House:
    """A data directory in which engines live, one after the other, each behind a real host."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.host: Host | None = None
        self._lock: EngineLock | None = None

    def open(self, engine: StandIn | None, run_id: str = RUN) -> Host:
        """The next one; the one before is gone."""
        self.close(clean=False)
        self._lock = EngineLock(self.data_dir)
        self._lock.acquire()
        self.host = Host(self.data_dir, self._lock)
        self.host.serve(engine, run_id=run_id if engine else "")
        self.host.start()
        return self.host

    def close(self, *, clean: bool = True) -> None:
        """It ends."""
        host, self.host = self.host, None
        if host is not None and self._lock is not None:
            host.stop(clean=clean)
            self._lock.release()


@contextmanager
def housing(data_dir: Path, engine: StandIn | None = None, run_id: str = RUN) -> Iterator[House]:
    """A house with this engine in it; all gone afterwards."""
    house = House(data_dir)
    try:
        house.open(engine, run_id)
        yield house
    finally:
        house.close()


class Watching:
    """A window that writes down what it is told."""

    def __init__(self, remote: RemoteEngine) -> None:
        self.remote = remote
        self.events: list[Event] = []
        self.links: list[bool] = []
        self._news = threading.Condition()
        remote.on_link(self.links.append)
        remote.subscribe(self._take)

    def _take(self, event: Event) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def wait_for(self, condition: Callable[[], bool], within_s: float = 10) -> None:
        with self._news:
            assert self._news.wait_for(condition, within_s), f"it does not come: {self.events[-5:]}"

    @property
    def numbers(self) -> list[int]:
        return [event.sequence for event in list(self.events) if isinstance(event, SegmentWritten)]


@contextmanager
def watching(data_dir: Path, *, after: tuple[int, int] | None = None, wait_s: float = 5) -> Iterator[Watching]:
    """An attached window; it lets go afterwards."""
    remote = RemoteEngine.attach(data_dir, wait_s=wait_s, after=after)
    try:
        yield Watching(remote)
    finally:
        remote.close()


def soon(condition: Callable[[], bool], within_s: float = 10) -> None:
    """Until it holds."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.01)
