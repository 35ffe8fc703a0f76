"""What is written into the as-run a second time, from any point on, changes no row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.model import events
from app.model.asrun import AsRunRow, AsRunState, is_told, row_after
from tests.model.anything import values_of

KINDS = [kind for kind in events.EVENTS.values() if issubclass(kind, events.BreakEvent) and kind is not events.CueSent]
_WAITING = {AsRunState.PLANNED, AsRunState.CUED, AsRunState.HELD, AsRunState.ARMED}
_ON_AIR = {AsRunState.ON_AIR}
_RESUMED_FROM = {AsRunState.ON_AIR, AsRunState.RETURNED}
_PROVED = {*_RESUMED_FROM, AsRunState.FAILED}
_IN: dict[
    type[events.BreakEvent], set[AsRunState]
] = {  # the states that an event is told in; of all others: while a break waits
    events.BreakPlanned: _WAITING | {AsRunState.REFUSED},
    events.BreakIn: _ON_AIR,
    events.BreakExtended: _ON_AIR,
    events.BreakResumed: _RESUMED_FROM,
    events.BreakFailed: _WAITING | _ON_AIR,
    events.SpliceProved: _PROVED,
    events.BreakLanded: _PROVED,
    events.BreakMissed: _PROVED,
}


def row(told: Iterable[events.BreakEvent], start: AsRunRow | None = None) -> AsRunRow:
    found = start or AsRunRow(run_id="r", channel="c", break_id="b", recorded_at=datetime.min.replace(tzinfo=UTC))
    for event in told:
        found = row_after(found, event)
    return found


def in_order(drawn: list[events.BreakEvent]) -> list[events.BreakEvent]:
    """What of it a channel can tell of one break, one after the other."""
    found, told = row(()), []
    for event in (replace(one, channel="c", break_id="b") for one in drawn):
        if found.state in _IN.get(type(event), _WAITING):
            found = row_after(found, event)
            told.append(event)
    return told


happened = st.lists(st.one_of(*map(values_of, KINDS)), max_size=24).map(in_order)


@given(happened, st.data())
def test_a_replay_changes_nothing(told: list[events.BreakEvent], data: st.DataObject) -> None:
    assert all(is_told(event) for event in told)
    once = row(told)
    again_from = data.draw(st.integers(0, len(told)))
    assert row(told[again_from:], once) == once


def test_an_out_told_behind_its_in_is_kept_and_stays_over() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    back = events.BreakIn(
        at=at, channel="c", break_id="b", frame=50, pts=180_000, in_at=at, duration_ticks=90_000, how="auto"
    )
    out = events.BreakOut(at=at, channel="c", break_id="b", frame=25, pts=90_000, out_at=at, duration_ticks=90_000)
    resumed = events.BreakResumed(
        at=at,
        channel="c",
        break_id="b",
        frame=25,
        pts=90_000,
        out_at=at,
        in_frame=50,
        in_pts=180_000,
        duration_ticks=90_000,
        out_again=False,
    )
    told = [back, out, resumed]
    assert (row(told[:2]).out_frame, row(told[:2]).state) == (25, "returned")
    assert row(told[1:], row(told)) == row(told)


@given(happened, st.data())
def test_several_replays_that_break_off_change_nothing(told: list[events.BreakEvent], data: st.DataObject) -> None:
    found, written = row(()), 0
    for end in sorted(data.draw(st.lists(st.integers(0, len(told)), max_size=4))):
        start = data.draw(st.integers(0, min(written, end)))  # where the journal says that the store is
        found, written = row(told[start:end], found), max(written, end)
    start = data.draw(st.integers(0, written))
    assert row(told[start:], found) == row(told)
