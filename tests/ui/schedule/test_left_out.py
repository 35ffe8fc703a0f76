"""A booking that was skipped looks skipped, whatever an older status says, until it is booked for another time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.model import events
from app.model.states import BreakState
from app.model.status import ChannelStatus, EngineStatus
from app.ui.schedule.engine_book import EngineBook
from tests.ui.scripted_engine import NOW, ZONE, a_break, channel
from tests.ui.test_coming import upcoming, with_booked

KEY = "one", "b9"


def status(channel: ChannelStatus) -> EngineStatus:
    return EngineStatus(1, "1", NOW, "Evening", ZONE, (channel,))


def test_a_skipped_booking_stays_skipped_until_it_is_booked_for_another_time() -> None:
    book, before = EngineBook(), status(with_booked(None, upcoming(300)))
    book.look(before)
    assert book.breaks[KEY].state is BreakState.PLANNED
    book.take(events.BreakSkipped(at=NOW, channel="one", break_id="b9", by="mira"))
    book.look(before)
    assert book.breaks[KEY].state is BreakState.SKIPPED, "that status was older"
    later = status(with_booked(None, upcoming(600)))
    book.look(later)
    assert book.breaks[KEY].state is BreakState.PLANNED
    book.take(events.BreakSkipped(at=NOW, channel="one", break_id="b9", by="mira"))
    behind = with_booked(None, upcoming(60, "b1"), upcoming(900))
    book.look(status(replace(behind, next=None)))
    assert book.breaks[KEY].state is BreakState.PLANNED, "also where another comes before it"


@pytest.mark.parametrize("left", ["in time", "by hand", "withdrawn"])
def test_a_break_that_is_over_stays_so_though_an_older_status_comes_behind(left: str) -> None:
    """Its end and its length are those that aired, not those of the status from before."""
    book, armed = EngineBook(), a_break(BreakState.ARMED, key="b1", out_in_s=1, armed_ago_s=1)
    on_air = a_break(BreakState.ON_AIR, key="b1", out_in_s=-9)
    before = channel("one", current=armed if left == "withdrawn" else on_air)
    book.look(status(before))
    if left == "withdrawn":
        book.take(events.BreakWithdrawn(at=NOW, channel="one", break_id="b1"))
    else:
        ticks = 9 * 90_000
        end = events.BreakIn(
            at=NOW, channel="one", break_id="b1", frame=1, pts=1, in_at=NOW, duration_ticks=ticks, how=left
        )
        book.take(end)
    over = book.breaks["one", "b1"]
    assert over.state is (BreakState.WITHDRAWN if left == "withdrawn" else BreakState.RETURNED)
    book.look(status(before))
    assert book.breaks["one", "b1"] == over
    book.take(events.BreakCued(at=NOW, channel="one", break_id="b1"))
    book.look(status(channel("one", current=replace(armed, state=BreakState.CUED))))
    assert book.breaks["one", "b1"].state is BreakState.CUED, "an event brings it back"
