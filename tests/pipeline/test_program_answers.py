"""How the program answers commands, without a frame being encoded."""

from typing import Any, cast

import pytest

from app.model import commands, events
from app.pipeline.program import Program
from tests.pipeline.break_desk import CHANNEL, Desk


def answers(desk: Desk, *given: commands.Command) -> list[events.Event]:
    published: list[events.Event] = []
    nothing = cast("Any", None)
    program = Program(
        CHANNEL,
        feed=nothing,
        feed_desk=nothing,
        ladder=nothing,
        splicer=desk.splicer,
        grids={},
        slate=nothing,
        to_packager=lambda _item: None,
        publish=published.append,
        alarm=lambda _key, _severity, _text: None,
        now=lambda: desk.anchor.at(0),
        clock=desk.now_s,
        on_fault=lambda _name, _error: None,
    )
    for command in given:
        program._carry_out(command)
    return published


def test_a_plan_that_can_not_air_is_told_as_a_refused_break() -> None:
    desk = Desk()
    told = answers(desk, desk.planning("+10", 30, key="b1"), desk.planning("+20", 30, key="b2", splice_event_id=9))
    assert [one.name for one in told[-2:]] == ["break.refused", "command.refused"]
    refused = told[-2]
    assert isinstance(refused, events.BreakRefused)
    assert (refused.break_id, refused.splice_event_id, refused.by) == ("b2", 9, "list")
    assert refused.reason == "overlaps break b1 by 20.000 s"


def test_a_list_read_again_leaves_its_breaks_as_they_stand() -> None:
    desk = Desk()
    told = answers(desk, desk.planning("+10", 30, key="b1"), desk.planning("+10", 30, key="b1"))
    assert [one.name for one in told] == ["command.accepted", "break.planned", "command.refused"]
    assert [brk.id for brk in desk.splicer.planned] == ["b1"]


def test_slate_by_hand_is_accepted() -> None:
    desk = Desk()
    (told,) = answers(desk, commands.Slate(channel=CHANNEL, by="pat", id="c1"))
    assert isinstance(told, events.CommandAccepted)
    assert (told.command, told.id, told.by) == ("slate", "c1", "pat")


def test_a_command_that_can_not_be_carried_out_is_refused_and_the_channel_stays(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is wrong with it: a channel that died of it would be given it again."""
    desk = Desk()

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of no use")

    monkeypatch.setattr(desk.splicer, "new_break", fails)
    told = answers(desk, desk.planning("+10", 30, key="b1"))
    assert [one.name for one in told] == ["break.refused", "command.refused"]
    assert isinstance(told[0], events.BreakRefused)
    assert "of no use" in told[0].reason
    assert "ZeroDivisionError" in caplog.text
