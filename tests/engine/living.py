"""An engine in this process, on a folder origin and a test source, and what a test asks of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from app.engine.engine import Engine
from app.model.commands import Command, PlanBreak
from app.model.events import Event
from app.model.rundown import BreakPlan
from app.model.show import Channel, HlsOutput, Origin, Rendition, Show
from app.model.timebase import FrameRate
from app.model.when import When
from app.storage.asrun import Store, open_store
from app.storage.schedule_store import open_schedule
from tests.engine.linked import LinkedEngine

RATE = FrameRate(25)


class Living:
    """An engine that runs; ``events`` grows."""

    def __init__(
        self,
        folder: Path,
        channels: tuple[str, ...],
        rungs: int,
        sources: tuple[str, ...],
        rate: FrameRate | None,
        *,
        linked: bool = False,
        schedule: Path | None = None,
    ) -> None:
        self.folder = folder
        self.store: Store = open_store(folder / "asrun.sqlite3", timezone="Europe/Berlin", busy_timeout_ms=1000)
        origin = Origin("folder", (folder / "origin").as_uri() + "/")
        self.rungs = RUNGS[:rungs]
        on_air = tuple(_channel(name, self.rungs, sources, rate) for name in channels)
        book = None if schedule is None else partial(open_schedule, schedule)
        self.core = Engine(Show("Evening", "Europe/Berlin", (origin,), on_air), self.store, open_schedule=book)
        self.engine = LinkedEngine(self.core, folder / "data") if linked else self.core
        self.events: list[Event] = []
        self._news = threading.Condition()
        self.engine.subscribe(self._take)

    def _take(self, event: Event) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def of[E: Event](self, kind: type[E], **fields: Any) -> list[E]:
        """The events so far of a kind whose fields are as given."""
        return [
            event
            for event in list(self.events)
            if isinstance(event, kind) and all(getattr(event, key) == value for key, value in fields.items())
        ]

    def wait[E: Event](self, kind: type[E], within_s: float = 45, **fields: Any) -> E:
        """The first of them."""
        self.wait_for(lambda: bool(self.of(kind, **fields)), within_s)
        return self.of(kind, **fields)[0]

    def wait_for(self, condition: Callable[[], bool], within_s: float = 45) -> None:
        """Until a condition on events holds."""
        with self._news:
            assert self._news.wait_for(condition, within_s), "it does not come: " + "\n".join(
                map(str, self.events[-9:])
            )

    def submit(self, command: Command) -> float:
        """Give a command; the time when."""
        self.engine.submit(command)
        return time.monotonic()

    def playlist(self, channel: str = "one", rendition: str = "90p") -> str:
        return (self.folder / "origin" / channel / rendition / "index.m3u8").read_text()

    def wait_listed(self, line: str, channel: str = "one") -> None:
        """Until the playlists of all rungs have it."""
        paths = [self.folder / "origin" / channel / rung.name / "index.m3u8" for rung in self.rungs]
        self.wait_for(lambda: all(path.exists() and line in path.read_text() for path in paths))


RUNGS = (
    Rendition("90p", 160, 90, 150_000, preset="ultrafast"),
    Rendition("72p", 128, 72, 100_000, preset="ultrafast"),
)


def _channel(name: str, rungs: tuple[Rendition, ...], sources: tuple[str, ...], rate: FrameRate | None) -> Channel:
    return Channel(
        name,
        name.title(),
        sources,
        rungs,
        (HlsOutput(("folder",), f"{name}/", Fraction(1), 60),),
        rate,
    )


def planned(at: str, duration_s: int, key: str, channel: str = "one") -> PlanBreak:
    plan = BreakPlan(key, channel, When.parse(at), Fraction(duration_s))
    return PlanBreak(channel=channel, by="list", plan=plan)


@contextmanager
def living(
    folder: Path,
    *channels: str,
    rungs: int = 1,
    sources: tuple[str, ...] = ("test:bars",),
    rate: FrameRate | None = RATE,
    linked: bool = False,
    schedule: Path | None = None,
) -> Iterator[Living]:
    """An engine, not started; it is gone afterwards.

    ``linked``: held over the link, as a window does; ``schedule``: the store of a schedule that it is to air.
    """
    one = Living(folder, channels or ("one",), rungs, sources, rate, linked=linked, schedule=schedule)
    try:
        yield one
    finally:
        if isinstance(one.engine, LinkedEngine):
            one.engine.close()
        one.core.stop()
        one.store.close()
