"""What a trigger asks for becomes commands, and each trigger is answered once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.automation.trigger_bus import MOST_WAITING, SILENT, VERBS, Outcome, TriggerBus, TriggerError
from app.model import commands, events
from app.model.answers import accepted, refused
from app.model.show import Channel
from app.model.signalling import Template

CHANNELS = [
    Channel(name, name, ("test:bars",), (), (), templates=(Template(name="promo"),) if name == "news-1" else ())
    for name in ("news-1", "news-2", "9")
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


class Surface:
    def __init__(self, channels: Sequence[Channel] = CHANNELS) -> None:
        self.given: list[commands.Command] = []
        self.told: list[events.Event] = []
        self.answers: list[Sequence[Outcome]] = []
        self.seconds = 10.0
        self.bus = TriggerBus(channels, self.given.append, self.told.append, lambda: self.seconds)

    def fire(self, verb: str, **asked: Any) -> None:
        self.bus.fire("osc", verb, asked, self.answers.append)

    def answer(self, n: int, reason: str = "") -> None:
        command, now = self.given[n], datetime.now(UTC)
        self.bus.note(refused(command, now, reason) if reason else accepted(command, now))


@pytest.mark.parametrize(
    ("channel", "names"),
    [
        (1, ["news-1"]),
        ("2", ["news-2"]),
        ("news-2", ["news-2"]),
        ("9", ["9"]),  # a name comes before a number
        ("1+9", ["news-1", "9"]),
        ([2, "news-1", 2], ["news-2", "news-1"]),
        ("all", ["news-1", "news-2", "9"]),
    ],
)
def test_channels_by_number_or_name(channel: object, names: list[str]) -> None:
    surface = Surface()
    surface.fire("skip", channel=channel)
    assert [command.channel for command in surface.given] == names


def test_the_only_channel_need_not_be_named() -> None:
    surface = Surface(CHANNELS[:1])
    surface.fire("skip")
    assert [command.channel for command in surface.given] == ["news-1"]


def test_a_take_of_several_is_one_gang() -> None:
    surface = Surface()
    surface.fire("take", channel="1+2", by="ann")
    takes = [command for command in surface.given if isinstance(command, commands.Take)]
    assert len({take.gang for take in takes}) == 1
    assert takes[0].gang
    assert {take.members for take in takes} == {("news-1", "news-2")}
    assert {take.by for take in takes} == {"ann"}
    surface.answer(0)
    assert not surface.answers
    surface.answer(1, "nothing is cued")
    assert surface.answers == [[Outcome("news-1"), Outcome("news-2", "nothing is cued")]]
    surface.answer(1)
    assert len(surface.answers) == 1


def test_a_verbs_own_words() -> None:
    surface = Surface()
    surface.fire("cue_next", channel=1, duration=30, template="promo")
    surface.fire("extend", channel=1, duration="PT1M")
    surface.fire("slate", channel=1, on="true")
    cue, extend, slate = surface.given
    assert isinstance(cue, commands.CueNext)
    assert (cue.duration_s, cue.template, cue.by) == (Fraction(30), "promo", "osc trigger")
    assert isinstance(extend, commands.Extend)
    assert extend.duration_s == 60
    assert isinstance(slate, commands.Slate)
    assert slate.on is True


def test_a_trial_fires_nothing_and_is_shown() -> None:
    surface = Surface()
    surface.fire("take", channel=1, test=True)
    assert not surface.given
    assert surface.answers == [[Outcome("news-1")]]
    told = surface.told[0]
    assert isinstance(told, events.TriggerReceived)
    assert (told.via, told.verb, told.channels, told.test) == ("osc", "take", ("news-1",), True)


def test_an_engine_that_does_not_answer_is_told_of() -> None:
    surface = Surface()
    surface.fire("take", channel="1+2")
    surface.answer(0)
    surface.bus.sweep()
    assert not surface.answers
    surface.seconds += 2
    surface.bus.sweep()
    surface.bus.sweep()
    assert surface.answers == [[Outcome("news-1"), Outcome("news-2", SILENT)]]


def test_so_many_wait_and_no_more() -> None:
    surface = Surface()
    for _ in range(MOST_WAITING):
        surface.fire("hold", channel=1)
    with pytest.raises(TriggerError, match="wait for the engine"):
        surface.fire("hold", channel=1)
    assert len(surface.given) == MOST_WAITING


@pytest.mark.parametrize(
    ("verb", "asked", "why"),
    [
        ("fire", {}, "unknown verb 'fire': known are cue_next"),
        ("stop", {"channel": 1}, "unknown verb"),
        ("take", {}, "no channel ''"),
        ("take", {"channel": 4}, "no channel '4': there are news-1, news-2, 9, or 1 to 3"),
        ("take", {"channel": 0}, "no channel"),
        ("take", {"channel": "0000013"}, "no channel '0000013'"),
        ("take", {"channel": True}, "no channel"),
        ("take", {"channel": []}, "no channel"),
        ("take", {"channel": "1+nope"}, "no channel 'nope'"),
        ("take", {"channel": 1, "duration": 3}, "takes no 'duration'"),
        ("take", {"channel": 1, "by": ""}, "by is a name"),
        ("take", {"channel": 1, "by": 7}, "by is a name"),
        ("take", {"channel": 1, "test": "perhaps"}, "test is true or false"),
        ("extend", {"channel": 1, "duration": float("nan")}, "no duration"),
        ("extend", {"channel": 1, "duration": -3}, "no duration"),
        ("extend", {"channel": 1, "duration": [1]}, "no duration"),
        ("cue_next", {"channel": 2, "template": "promo"}, "there is no template"),
        ("slate", {"channel": "1+2"}, "slate on several channels needs on"),
        ("hold", {"channel": "all"}, "hold on several channels needs on"),
        ("slate", {"channel": 1, "on": "perhaps"}, "on is true or false"),
    ],
)
def test_triggers_that_are_none(verb: str, asked: dict[str, Any], why: str) -> None:
    surface = Surface()
    with pytest.raises(TriggerError, match=why):
        surface.fire(verb, **asked)
    assert not surface.given
    assert not surface.told


@given(st.sampled_from(VERBS), st.dictionaries(st.sampled_from(["channel", "by", "test", "duration", "on"]), JSON))
def test_whatever_is_asked_it_is_fired_or_says_why_not(verb: str, asked: dict[str, object]) -> None:
    surface = Surface()
    try:
        surface.bus.fire("http", verb, asked, surface.answers.append)
    except TriggerError as error:
        assert str(error)
        assert not surface.given
    else:
        assert surface.given or surface.answers
