from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import commands
from app.model.commands import COMMANDS, command_from_script
from app.model.errors import UsageError
from app.model.when import When

WHERE = "script: line 1"
SCALARS = st.none() | st.booleans() | st.integers(-5, 10**7) | st.text(max_size=8) | st.floats() | st.lists(st.none())


def read(**fields: Any) -> commands.Command:
    return command_from_script(fields, WHERE, ("news-1", "news-2"))


def test_each_verb_of_the_contract_is_one() -> None:
    verbs = ["insert_break", "cue_next", "hold", "take", "skip", "return", "extend", "withdraw", "slate", "stop"]
    of_schedule = ["shift_schedule", "set_show_clock", "answer_missed"]
    of_the_con = ["take_con", "hand_con", "accept_con", "release_con"]
    assert sorted([*verbs, *of_schedule, *of_the_con, "plan_break", "change_channel"]) == sorted(COMMANDS)
    for verb in [*verbs, *of_the_con]:
        made = read(command=verb, channel="news-1", by="op", **({"duration": 30} if verb == "insert_break" else {}))
        assert (type(made), made.channel, made.by) == (COMMANDS[verb], "news-1", "op")


def test_fields_of_a_verb() -> None:
    made = read(command="insert_break", channel="news-2", duration=30.04, title="Late", immediate=True, after=3)
    assert isinstance(made, commands.InsertBreak)
    assert (made.duration_s, made.title, made.immediate) == (Fraction(3004, 100), "Late", True)
    longer = read(command="extend", channel="news-2", duration="PT1M")
    assert isinstance(longer, commands.Extend)
    assert longer.duration_s == 60


def test_commands_to_the_schedule() -> None:
    shift = read(command="shift_schedule", channel="news-1", **{"from": "b7"}, by_s=-12.5)
    assert isinstance(shift, commands.ShiftSchedule)
    assert (shift.from_break_id, shift.by_s) == ("b7", Fraction(-25, 2))
    clock = read(command="set_show_clock", channel="news-1", late="90")
    assert isinstance(clock, commands.SetShowClock)
    assert clock.late_s == 90
    answer = read(command="answer_missed", channel="news-1", id="b7", air=False)
    assert isinstance(answer, commands.AnswerMissed)
    assert (answer.break_id, answer.air) == ("b7", False)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"command": "shift_schedule", "from": "b"}, "needs 'by_s'"),
        ({"command": "shift_schedule", "from": "b", "by_s": "soon"}, "no seconds"),
        ({"command": "shift_schedule", "from": "b", "by_s": True}, "no seconds"),
        ({"command": "set_show_clock", "late": "1e9"}, "no seconds"),
        ({"command": "answer_missed", "id": "b", "air": "yes"}, "air is true or false"),
        ({"command": "answer_missed", "id": "b", "air": True, "late": 1}, "takes no 'late'"),
    ],
)
def test_commands_to_the_schedule_that_are_none(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        read(channel="news-1", **fields)


def test_a_break_with_a_time_is_planned() -> None:
    made = read(command="insert_break", channel="news-1", duration=30, at="+12.5", id="b1")
    assert isinstance(made, commands.PlanBreak)
    assert (made.plan.id, made.plan.at, made.plan.channel) == ("b1", When("+12.5"), "news-1")


def test_the_only_channel_need_not_be_named() -> None:
    assert command_from_script({"command": "take"}, WHERE, ("solo",)).channel == "solo"


def test_no_two_commands_share_an_id() -> None:
    assert len({read(command="take", channel="news-1").id for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "unknown command None"),
        ({"command": "fire", "channel": "news-1"}, "unknown command 'fire'"),
        ({"command": "plan_break", "channel": "news-1"}, "unknown command"),
        ({"command": "take"}, "unknown channel None; the show has news-1, news-2"),
        ({"command": "take", "channel": "news-3"}, "unknown channel 'news-3'"),
        ({"command": "take", "channel": ["news-1"]}, "unknown channel"),
        ({"command": "take", "channel": "news-1", "duration": 3}, "take takes no 'duration'"),
        ({"command": "insert_break", "channel": "news-1"}, 'needs "duration"'),
        ({"command": "insert_break", "channel": "news-1", "duration": "soon"}, "no duration"),
        ({"command": "insert_break", "channel": "news-1", "duration": True}, "no duration"),
        ({"command": "insert_break", "channel": "news-1", "duration": 3, "at": "soon"}, "no time"),
        ({"command": "insert_break", "channel": "news-1", "duration": 3, "immediate": 1}, "immediate is true or false"),
        ({"command": "slate", "channel": "news-1", "on": "yes"}, "on is true or false"),
    ],
)
def test_a_wrong_command_says_where_and_why(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(**fields)
    assert str(caught.value).startswith(f"{WHERE}: ")
    assert reason in str(caught.value)


@given(
    st.dictionaries(
        st.sampled_from(["command", "channel", "duration", "at", "id", "title", "on", "by", "after", "immediate", "x"]),
        SCALARS | st.sampled_from([*COMMANDS, "news-1"]),
    )
)
def test_any_object_is_a_command_or_a_usage_error(fields: dict[str, Any]) -> None:
    try:
        read(**fields)
    except UsageError as error:
        assert "\n" not in str(error)
