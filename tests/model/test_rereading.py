"""A status that comes again is what it would be if it were read for the first time, and its quiet parts are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.quality import QualityStatus
from app.model.rereading import Rereading
from app.model.states import BreakState, ChannelState
from app.model.status import EngineStatus
from app.model.wire import from_plain, to_plain
from tests.ui.scripted_engine import NOW, a_break, an_alarm, channel, origin

BREAKS = (None, a_break(BreakState.CUED, out_in_s=9), a_break(BreakState.ON_AIR, out_in_s=-3, armed_ago_s=9))
ALARMS = (an_alarm("critical", "lost", key="source"), an_alarm("warning", "503"))
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "frame": st.integers(0, 3),
    "state": st.sampled_from(ChannelState),
    "current": st.sampled_from(BREAKS),
    "alarms": st.lists(st.sampled_from(ALARMS), max_size=2).map(tuple),
    "quality": st.none() | st.builds(QualityStatus, short_lufs=st.sampled_from((None, -23.0)), black=st.booleans()),
    "origins": st.dictionaries(st.sampled_from("ab"), st.integers(0, 2).map(origin)),
    "source": st.sampled_from(("test:bars", "slate")),
}
CHANNEL = st.fixed_dictionaries({}, optional=CHANGES).map(lambda changes: replace(channel("one", "One"), **changes))


def engine(*channels: Any) -> EngineStatus:
    return EngineStatus(1, "1", NOW, "Evening", "UTC", channels)


@given(st.lists(st.lists(CHANNEL, max_size=3), min_size=1, max_size=6))
def test_it_is_read_as_if_it_were_for_the_first_time(statuses: list[list[Any]]) -> None:
    reading = Rereading(EngineStatus)
    for channels in statuses:
        plain = to_plain(engine(*channels))
        assert reading.read(plain) == from_plain(EngineStatus, plain) == engine(*channels)


def test_what_is_as_it_was_is_the_same_object() -> None:
    reading = Rereading(EngineStatus)
    before = reading.read(to_plain(engine(channel("one"), channel("two", current=BREAKS[2]))))
    changed = replace(channel("two", current=BREAKS[2]), frame=26_000)
    after = reading.read(to_plain(engine(channel("one"), changed)))
    assert after.channels[0] is before.channels[0]
    assert after.channels[1] == changed
    assert after.channels[1].current is before.channels[1].current


@pytest.mark.parametrize("bad", [{"frame": "soon"}, {"unheard": 1}, {"current": 3}])
def test_what_does_not_fit_is_refused_and_the_next_one_is_read(bad: dict[str, Any]) -> None:
    reading, good = Rereading(EngineStatus), engine(channel("one"))
    plain: Any = to_plain(good)
    reading.read(plain)
    with pytest.raises(ValueError, match=r"wanted|unknown"):
        reading.read({**plain, "channels": [{**plain["channels"][0], **bad}]})
    assert reading.read(to_plain(good)) == good
