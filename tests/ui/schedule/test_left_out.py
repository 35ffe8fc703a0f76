"""A booking that was skipped looks skipped, whatever an older status says, until it is booked for another time."""

from __future__ import annotations

from dataclasses import replace

from app.model import events
from app.model.states import BreakState
from app.model.status import ChannelStatus, EngineStatus
from app.ui.schedule.engine_book import EngineBook
from tests.ui.scripted_engine import NOW, ZONE
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
