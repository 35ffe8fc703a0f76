"""The book of proofs over lives that end at any moment: each splice told once a place, each break once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.model.events import BreakIn, BreakLanded, BreakMissed, BreakOut, BreakResumed, Event, SpliceProved
from app.model.states import ProofState
from app.model.unproved import Unproved, unproved
from app.monitoring.expected import Expected, Ledger, Place, Told
from app.monitoring.report import Row
from tests.monitoring.airing import Airing
from tests.monitoring.proving import again, in_event, out_event

PLACES: list[Place] = [("news/", "primary"), ("news/", "backup")]
AIRING = Airing()


def expected(event: BreakOut | BreakResumed | BreakIn) -> Expected:
    return Expected(
        channel="news", break_id=event.break_id, title="", by="", splice_event_id=event.splice_event_id or 0,
        direction="in" if isinstance(event, BreakIn) else "out", pts=event.pts,
        at=event.in_at if isinstance(event, BreakIn) else event.out_at,
        immediate=False, lookback_ticks=0, due_s=0, last_s=0,
    )  # fmt: skip


class Life:
    """A book and what it still looks for; ``journal`` outlives it."""

    def __init__(self, journal: list[Event]) -> None:
        self.journal = journal
        self.ledger = Ledger(journal.append, lambda _channel: PLACES)
        self.looked_for: dict[tuple[str, str, Place], Expected] = {}
        for one in unproved(list(journal)):
            self._resume(one)
        self.ledger.close_told()

    def _resume(self, one: Unproved) -> None:
        told = {(of.output, of.origin): Told(of.verdict, of.reason) for of in one.proved}
        self.ledger.resume(expected(one.event), told)
        self._look_for(expected(one.event))

    def _look_for(self, splice: Expected) -> None:
        for place in PLACES:
            if not self.ledger.is_told(splice, place):
                self.looked_for[splice.break_id, splice.direction, place] = splice

    def aired(self, event: BreakOut | BreakResumed | BreakIn) -> None:
        self.journal.append(event)
        if isinstance(event, BreakResumed):
            self.ledger.reopen("news", event.break_id)
            for place in PLACES:
                self.looked_for.pop((event.break_id, "in", place), None)
            if not event.out_again:
                return
        self.ledger.expect(expected(event))
        self._look_for(expected(event))

    def find(self, verdict: ProofState) -> None:
        """The oldest splice that is looked for, at one place."""
        key, splice = next(iter(self.looked_for.items()))
        del self.looked_for[key]
        row = Row(splice.splice_event_id, splice.direction, 0, None, None, {}, {}, verdict)
        self.ledger.settle(splice, key[2], row)


def evening(breaks: int) -> Iterator[BreakOut | BreakIn]:
    for number in range(1, breaks + 1):
        yield out_event(AIRING, event_id=number)
        yield in_event(AIRING, event_id=number)


STEPS = ("air", "landed", "missing", "die", "die unwritten", "die, OUT again")


@given(st.integers(1, 3), st.lists(st.sampled_from(STEPS), max_size=30))
def test_every_splice_and_every_break_is_told_once_however_often_it_dies(breaks: int, steps: list[str]) -> None:
    journal: list[Event] = []
    life, to_air, on_air = Life(journal), list(evening(breaks)), 0
    for step in [*steps, *["air"] * 2 * breaks, *["landed"] * 12]:
        if step == "air" and to_air:
            event = to_air.pop(0)
            on_air = 0 if isinstance(event, BreakIn) else event.splice_event_id or 0
            life.aired(event)
        elif step in {"landed", "missing"} and life.looked_for:
            life.find(ProofState(step))
        elif step.startswith("die"):
            if (
                step == "die unwritten"
                and journal
                and isinstance(journal[-1], SpliceProved | BreakLanded | BreakMissed)
            ):
                journal.pop()  # told, and not in the journal when it died
            life = Life(journal)
            if on_air:
                life.aired(replace(again(AIRING, 600, event_id=on_air), out_again="again" in step))
    life = Life(journal)
    assert not life.looked_for
    splices = Counter(
        (event.break_id, event.direction, event.output, event.origin)
        for event in journal
        if isinstance(event, SpliceProved)
    )
    verdicts = Counter(event.break_id for event in journal if isinstance(event, BreakLanded | BreakMissed))
    aired = {event.break_id for event in journal if isinstance(event, BreakOut)}
    assert splices == Counter((name, way, *place) for name in aired for way in ("out", "in") for place in PLACES)
    assert verdicts == Counter(aired)
