"""A prover at work on what a test wrote, and the events that it publishes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from fractions import Fraction

from app.model.events import BreakIn, BreakOut, BreakResumed, Event
from app.model.unproved import Unproved
from app.monitoring.prover import Prover
from tests.monitoring.airing import ANCHOR, FRAME, Airing

WAIT_S = 10.0


class Told:
    """The events that were published."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def of[Kind: Event](self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]

    def wait(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, WAIT_S), self.events


def out_event(airing: Airing, frame: int = 300, *, event_id: int = 17, immediate: bool = False) -> BreakOut:
    """A break of ten seconds, announced six before."""
    at = airing.at(frame)
    return BreakOut(
        at=at, channel="news", break_id=f"b{event_id}", title="Adverts", by="op", splice_event_id=event_id,
        frame=frame, pts=airing.pts(frame), out_at=at, duration_ticks=250 * FRAME,
        announced_at=at - timedelta(seconds=6), immediate=immediate,
    )  # fmt: skip


def in_event(airing: Airing, frame: int = 550, *, event_id: int = 17) -> BreakIn:
    at = airing.at(frame)
    return BreakIn(
        at=at, channel="news", break_id=f"b{event_id}", splice_event_id=event_id, frame=frame, pts=airing.pts(frame),
        in_at=at, duration_ticks=250 * FRAME, how="auto",
    )  # fmt: skip


def again(airing: Airing, frame: int, *, event_id: int = 17) -> BreakResumed:
    """The same break's OUT aired anew."""
    at = airing.at(frame)
    return BreakResumed(
        at=at, channel="news", break_id=f"b{event_id}", splice_event_id=event_id, frame=frame, pts=airing.pts(frame),
        out_at=at, in_frame=frame + 250, in_pts=airing.pts(frame + 250), duration_ticks=250 * FRAME, out_again=True,
    )  # fmt: skip


@contextmanager
def proving(
    told: Told,
    origins: dict[str, str],
    grace_s: float = 5.0,
    now: datetime = ANCHOR + timedelta(seconds=12),
    left: Iterable[Unproved] = (),
    dialects: tuple[str, ...] = (),
    undeclared: tuple[str, ...] = (),
    *,
    relays: bool = False,
) -> Iterator[Prover]:
    """A prover that goes on with what was ``left`` to it."""
    prover = Prover(told, poll_s=0.05, grace_s=grace_s, utc_now=lambda: now)
    prover.add_output(
        "news", "news/", origins, segment_s=Fraction(1, 10), window=2, dialects=dialects, undeclared=undeclared
    )
    if relays:
        prover.relays("news")
    for one in left:
        prover.resume(one)
    prover.start()
    try:
        yield prover
    finally:
        assert prover.stop(5.0)
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("proof-")]
