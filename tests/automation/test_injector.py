"""SCTE 104 requests as commands of a channel."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from app.automation.injector import Injector
from app.automation.messages import (
    SEGMENTATION_DESCRIPTOR,
    SEVERAL,
    SPLICE_NULL,
    SPLICE_REQUEST,
    TIME_SIGNAL,
    MessageError,
    Operation,
    Result,
    Several,
    SpliceRequest,
    SpliceType,
    splice_bytes,
)
from app.model import commands, events
from app.model.rundown import BreakPlan, Upid
from app.model.show import Channel
from app.model.signalling import Signalling, SignalMode, Template
from app.model.timebase import FrameRate

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
TEMPLATE = Template(name="Local", signalling=Signalling(mode=SignalMode.PROVIDER_PLACEMENT))


def channel(name: str) -> Channel:
    return Channel(name, name, ("test:bars",), (), (), FrameRate(25), templates=(TEMPLATE,))


def injector() -> Injector:
    """Both channels are on air since ten seconds."""
    elapsed_s = iter([0.0, 0.0, *[10.0] * 100])
    one = Injector((channel("a"), channel("b")), lambda: next(elapsed_s))
    for name in ("a", "b"):
        began_at = NOW - timedelta(seconds=10)
        one.on_air.note(
            events.ChannelStarted(at=NOW, channel=name, first_pts=0, first_frame_at=began_at, frame_rate="25")
        )
    return one


def message(*operations: Operation, index: int = 2) -> Several:
    return Several(SEVERAL, 1, 1, index, 0, operations)


def segmentation(type_id: int, *, event_id: int = 9, cancel: int = 0, duration_s: int = 30) -> Operation:
    head = struct.pack(">IBHBB", event_id, cancel, duration_s, 9, 4) + b"AB12"
    return Operation(SEGMENTATION_DESCRIPTOR, head + bytes((type_id, 0, 0, 10, 1, 1, 1, 1, 3)))


def signal(pre_roll_ms: int) -> Operation:
    return Operation(TIME_SIGNAL, pre_roll_ms.to_bytes(2, "big"))


def planned(command: commands.Command) -> BreakPlan:
    assert isinstance(command, commands.PlanBreak)
    assert (command.channel, command.by) == ("b", "playout")
    return command.plan


def opened(event_id: int) -> events.BreakOut:
    return events.BreakOut(
        at=NOW, channel="b", break_id="x", splice_event_id=event_id, frame=0, pts=0, out_at=NOW, duration_ticks=1
    )


def test_a_time_signal_airs_by_the_template_of_its_type() -> None:
    (command,) = injector().commands_of(message(signal(5000), segmentation(0x34)), "playout")
    plan = planned(command)
    assert plan.at is not None
    assert plan.at.text == "2026-11-22T20:00:05+00:00"
    assert (plan.template, plan.splice_event_id, plan.upid) == ("Local", 9, Upid(9, "0x41423132"))
    assert plan.duration_s == Fraction(30) + Fraction(10, 25), "the extension counts in frames"


def test_the_channels_pre_roll_stands_for_none() -> None:
    (command,) = injector().commands_of(message(signal(0), segmentation(0x34)), "playout")
    at = planned(command).at
    assert at is not None
    assert at.text == "2026-11-22T20:00:06+00:00"


def test_a_descriptor_rides_with_its_splice_request() -> None:
    request = SpliceRequest(SpliceType.START_NORMAL, 7, 1, 4000, 155, 1, 2, auto_return=False)
    splice = Operation(SPLICE_REQUEST, splice_bytes(request))
    (command,) = injector().commands_of(message(splice, segmentation(0x30)), "playout")
    plan = planned(command)
    assert (plan.segmentation_type_id, plan.duration_s, plan.auto_return) == (0x30, Fraction(31, 2), False)
    assert (plan.unique_program_id, plan.avail, plan.segments) == (1, (1, 2), ())
    with pytest.raises(MessageError, match="takes one here"):
        injector().commands_of(message(splice, segmentation(0x30), segmentation(0x34)), "playout")


def test_nothing_starts_on_a_channel_that_is_not_on_air() -> None:
    dark = Injector((channel("a"), channel("b")))
    with pytest.raises(MessageError, match="channel b is not on air"):
        dark.commands_of(message(signal(5000), segmentation(0x34)), "playout")


def test_ends_and_cancels_name_what_stands() -> None:
    one = injector()
    with pytest.raises(MessageError, match="event 9 is not on air, nothing is"):
        one.commands_of(message(signal(4000), segmentation(0x35)), "playout")
    one.on_air.note(opened(9))
    (command,) = one.commands_of(message(signal(4000), segmentation(0x35)), "playout")
    assert isinstance(command, commands.Return)
    assert (command.lands_in_s, command.splice_event_id) == (Fraction(4), 9)
    with pytest.raises(MessageError, match="event 9 is neither planned nor announced"):
        one.commands_of(message(signal(4000), segmentation(0x34, cancel=1)), "playout")


def test_a_heartbeat_asks_for_nothing() -> None:
    assert injector().commands_of(message(Operation(SPLICE_NULL, b"")), "playout") == []


@pytest.mark.parametrize(
    ("operations", "result"),
    [
        ((signal(5000), segmentation(0x36)), Result.BAD_PARAMETER),
        ((signal(5000), segmentation(0x34, duration_s=0)), None),
        ((segmentation(0x34),), Result.INVALID_SYNTAX),
        ((signal(1000), segmentation(0x34)), Result.PRE_ROLL_TOO_SMALL),
        ((Operation(TIME_SIGNAL, b"\x01"),), Result.INVALID_SYNTAX),
        ((Operation(0x010F, b"\x0f\xff"),), Result.UNKNOWN_OPERATION),
    ],
)
def test_what_can_not_be_done_is_told_by_its_code(operations: tuple[Operation, ...], result: Result | None) -> None:
    if result is None:  # ten frames are a duration too
        assert planned(injector().commands_of(message(*operations), "playout")[0]).duration_s == Fraction(10, 25)
        return
    with pytest.raises(MessageError) as told:
        injector().commands_of(message(*operations), "playout")
    assert told.value.result is result
