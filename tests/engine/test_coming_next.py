"""Which break comes next: the channel's own, or one that its schedule still keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from app.engine.coming_next import booked_next, next_break
from app.engine.hand_overs import CueCommand
from app.model import commands
from app.model.schedule import AirMode
from app.model.states import BreakState, ChannelState
from app.model.status import BreakStatus, ChannelStatus, ScheduleStatus, UpcomingBreak
from tests.ui import scripted_engine

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


def booking(key: str, in_s: float | None, state: str = "planned") -> UpcomingBreak:
    at = None if in_s is None else NOW + timedelta(seconds=in_s)
    return UpcomingBreak(
        id=key, title=key.upper(), at=at, duration_s=Fraction(30), mode=AirMode.AUTO, state=state, ads=("a", "b")
    )


def a_break(key: str, state: BreakState, in_s: float | None = 60) -> BreakStatus:
    out_at = None if in_s is None else NOW + timedelta(seconds=in_s)
    return BreakStatus(key, key, state, 7, 900_000, None, None, out_at, None, None, None, None)


def channel(current: BreakStatus | None = None, following: BreakStatus | None = None) -> ChannelStatus:
    return scripted_engine.channel("one", current=current, following=following)


def ids(status: ChannelStatus, *upcoming: UpcomingBreak) -> str | None:
    found = next_break(status, ScheduleStatus(upcoming=upcoming))
    return None if found is None else found.id


def test_the_earlier_of_both_comes_next() -> None:
    own = a_break("own", BreakState.PLANNED)
    assert ids(channel(), booking("b", 30)) == "b"
    assert ids(channel(following=own), booking("b", 30)) == "b"
    assert ids(channel(following=own), booking("b", 90)) == "own"
    assert ids(channel(following=own), booking("b", None, "waiting")) == "own"
    assert ids(channel(), booking("b", None, "waiting")) is None
    assert ids(channel(following=a_break("own", BreakState.PLANNED, None)), booking("b", 900)) == "b"
    assert ids(replace(channel(), state=ChannelState.OFF_AIR), booking("b", 30)) is None
    assert next_break(channel(following=own), None) is own


def test_what_the_channel_has_is_shown_as_it_has_it_and_a_question_is_not_next() -> None:
    own = a_break("own", BreakState.CUED)
    assert ids(channel(current=own), booking("own", 5, "arming"), booking("b", 30)) == "b"
    assert ids(channel(), booking("q", 1, "asked"), booking("b", 30)) == "b"
    assert ids(channel(), booking("q", 1, "asked")) is None


def test_a_booking_is_told_with_its_times_and_ads_and_without_what_only_a_channel_gives() -> None:
    found = next_break(channel(), ScheduleStatus(upcoming=(booking("b", 30),)))
    assert found is not None
    assert (found.title, found.ads, found.duration_ticks) == ("B", ("a", "b"), 30 * 90_000)
    assert (found.out_at, found.in_at) == (NOW + timedelta(seconds=30), NOW + timedelta(seconds=60))
    assert (found.frame, found.splice_event_id) == (None, None)


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        (commands.CueNext(channel="one"), "b"),
        (commands.CueNext(channel="one", break_id="b"), "b"),
        (commands.CueNext(channel="one", break_id="later"), None),
        (commands.Skip(channel="one", break_id="later"), "later"),
        (commands.CueNext(channel="one", break_id="own"), None),
        (commands.CueNext(channel="one", duration_s=Fraction(30)), None),
        (commands.Skip(channel="one"), "b"),
        (commands.Skip(channel="one", splice_event_id=9), None),
    ],
)
def test_a_command_reaches_the_break_that_is_meant(command: CueCommand, meant: str | None) -> None:
    status = channel(following=a_break("own", BreakState.PLANNED))
    schedule = ScheduleStatus(upcoming=(booking("b", 30), booking("later", 300)))
    assert booked_next(command, status, schedule) == meant
    assert booked_next(command, status, None) is None


@pytest.mark.parametrize("state", [BreakState.CUED, BreakState.HELD, BreakState.ARMED, BreakState.ON_AIR])
@pytest.mark.parametrize("command", [commands.Skip(channel="one"), commands.CueNext(channel="one")])
def test_without_a_name_it_is_the_channels_to_tell_beside_a_break(command: CueCommand, state: BreakState) -> None:
    status = channel(current=a_break("own", state))
    assert booked_next(command, status, ScheduleStatus(upcoming=(booking("b", 90),))) is None
