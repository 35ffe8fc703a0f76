"""What a channel was asked for and where that stands, read off commands and events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count

import pytest

from app.engine.standing_plans import RETURNED_KEPT, StandingPlans
from app.model import commands, events
from app.model.answers import accepted, refused
from app.model.rundown import BreakPlan
from app.model.schedule import AirMode
from app.model.states import BreakState
from app.model.timebase import FrameRate
from app.model.when import When

NOW = datetime(2026, 11, 22, 20, 15, 32, 123456, UTC)
STARTED = events.ChannelStarted(at=NOW, channel="c", first_pts=900_000, first_frame_at=NOW, frame_rate="25")


def plan(key: str, at: str | None = "+60") -> commands.PlanBreak:
    wished = None if at is None else When.parse(at)
    return commands.PlanBreak(channel="c", by="list", plan=BreakPlan(key, "c", wished, Fraction(30), splice_event_id=7))


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


class Told:
    """Standing plans that are told of a channel's events; each helper tells what the channel would."""

    def __init__(self, *, started: bool = True) -> None:
        self.plans = StandingPlans()
        self._ids = count(100)
        if started:
            self.plans.note(STARTED)

    def asked(self, command: commands.Command, break_id: str = "") -> None:
        self.plans.remember(command, restarted=False)
        if break_id:
            self.plans.note(accepted(command, NOW, break_id))

    def planned(self, key: str, at_s: float | None = 60) -> None:
        self.asked(plan(key), key)
        self.tell(events.BreakPlanned, key, planned_at=None if at_s is None else after(at_s), duration_ticks=2_700_000)

    def tell(self, kind: type[events.BreakEvent], key: str, **fields: object) -> None:
        self.plans.note(kind(at=NOW, channel="c", break_id=key, splice_event_id=7, **fields))  # type: ignore[arg-type]  # a test names fields

    def armed(self, key: str, out_s: int) -> None:
        pts = 900_000 + out_s * 90_000
        ticks = 2_700_000
        self.tell(
            events.BreakArmed,
            key,
            frame=0,
            pts=pts,
            in_frame=0,
            in_pts=pts + ticks,
            duration_ticks=ticks,
            withdraw_until_frame=0,
        )

    def out(self, key: str, out_s: int) -> None:
        pts = 900_000 + out_s * 90_000
        self.tell(events.BreakOut, key, frame=0, pts=pts, out_at=after(out_s), duration_ticks=2_700_000)

    def back(self, key: str, in_s: int, how: str = "auto") -> None:
        self.tell(events.BreakIn, key, frame=0, pts=1, in_at=after(in_s), duration_ticks=1, how=how)

    def standing(self) -> dict[str, BreakState]:
        return {one.plan.id: one.state for one in self.plans.handover({}).breaks}


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.mark.parametrize(("mode", "state"), [(AirMode.MANUAL, BreakState.CUED), (AirMode.HOLD, BreakState.HELD)])
def test_what_enters_cued_or_held_is_so_from_its_first_event_on(told: Told, mode: AirMode, state: BreakState) -> None:
    told.asked(replace(plan("b"), mode=mode), "b")
    told.tell(events.BreakPlanned, "b", planned_at=after(60), duration_ticks=2_700_000)
    assert told.standing() == {"b": state}


def test_a_relative_time_becomes_the_moment_it_meant(told: Told) -> None:
    told.planned("b1", 60)
    (left,) = told.plans.handover({}).breaks
    assert (left.state, left.out_at, left.duration_ticks, left.splice_event_id) == (
        BreakState.PLANNED,
        after(60),
        2_700_000,
        7,
    )
    assert left.plan == plan("b1").plan
    assert told.plans.again() == []


def test_a_break_that_was_withdrawn_or_skipped_is_gone_and_known(told: Told) -> None:
    for key in ("b1", "b2", "b3"):
        told.planned(key)
    told.tell(events.BreakSkipped, "b1")
    told.tell(events.BreakWithdrawn, "b3")
    assert told.standing() == {"b2": BreakState.PLANNED}
    assert told.plans.handover({}).known_ids == {"b1", "b2", "b3"}


def test_cued_and_held_stay_what_they_are(told: Told) -> None:
    told.planned("b1")
    told.tell(events.BreakCued, "b1")
    assert told.standing() == {"b1": BreakState.CUED}
    told.tell(events.BreakHeld, "b1")
    assert told.standing() == {"b1": BreakState.HELD}
    told.tell(events.BreakCued, "b1")
    (left,) = told.plans.handover({}).breaks
    assert (left.state, left.out_at) == (BreakState.CUED, after(60))


def test_what_was_let_go_after_its_time_waits_for_its_take(told: Told) -> None:
    told.planned("b1", -3)
    told.tell(events.BreakHeld, "b1")
    told.tell(events.BreakCued, "b1")
    assert [left.out_at for left in told.plans.handover({}).breaks] == [None]


def test_a_pre_roll_and_an_open_break_are_known_by_their_moments(told: Told) -> None:
    told.planned("b1")
    told.armed("b1", 40)
    (left,) = told.plans.handover({}).breaks
    assert (left.state, left.out_at) == (BreakState.ARMED, after(40))
    assert [one.plan.id for one in told.plans.unfinished()] == ["b1"]
    told.out("b1", 40)
    told.tell(events.BreakExtended, "b1", in_frame=0, in_pts=0, duration_ticks=5_400_000)
    (left,) = told.plans.handover({}).breaks
    assert (left.state, left.out_at, left.out_pts) == (BreakState.ON_AIR, after(40), 900_000 + 40 * 90_000)
    assert (left.announced_ticks, left.duration_ticks) == (2_700_000, 5_400_000)
    told.back("b1", 100, "return")
    (left,) = told.plans.handover({}).breaks
    assert (left.state, left.in_at, left.how) == (BreakState.RETURNED, after(100), "return")
    assert told.plans.unfinished() == []


def test_only_the_breaks_that_returned_lately_are_remembered(told: Told) -> None:
    for number in range(RETURNED_KEPT + 5):
        told.planned(f"b{number}")
        told.out(f"b{number}", 10 * number)
        told.back(f"b{number}", 10 * number + 5)
    assert list(told.standing()) == [f"b{number}" for number in range(5, RETURNED_KEPT + 5)]


def test_an_out_that_aired_again_is_the_one_that_counts(told: Told) -> None:
    told.planned("b1")
    told.out("b1", 40)
    told.tell(
        events.BreakResumed,
        "b1",
        frame=0,
        pts=5,
        out_at=after(50),
        in_frame=9,
        in_pts=9,
        duration_ticks=9,
        out_again=True,
    )
    (left,) = told.plans.handover({}).breaks
    assert (left.out_at, left.out_pts, left.announced_ticks, left.duration_ticks) == (after(50), 5, 9, 9)


def test_one_that_went_on_keeps_its_first_out(told: Told) -> None:
    told.planned("b1")
    told.out("b1", 40)
    told.back("b1", 60)
    told.tell(
        events.BreakResumed,
        "b1",
        frame=-9,
        pts=5,
        out_at=after(40),
        in_frame=9,
        in_pts=9,
        duration_ticks=8,
        out_again=False,
    )
    (left,) = told.plans.handover({}).breaks
    assert (left.state, left.out_pts, left.in_at) == (BreakState.ON_AIR, 900_000 + 40 * 90_000, None)


def test_a_plan_that_was_refused_is_forgotten(told: Told) -> None:
    """A list that is read again when its break has aired: it must not air again after a fault."""
    again = plan("b1")
    told.asked(again)
    told.plans.note(refused(again, NOW, "was given already"))
    assert told.plans.again() == []
    assert told.standing() == {}


def test_what_has_no_answer_is_given_again_where_it_may_wait(told: Told) -> None:
    told.planned("b0")
    kept = [
        plan("b1", "+61.5"),
        commands.InsertBreak(channel="c", duration_s=Fraction(9)),
        commands.Return(channel="c"),
    ]
    lapsed = [commands.Take(channel="c"), commands.Slate(channel="c", on=True), commands.CueNext(channel="c")]
    for command in (*kept, *lapsed):
        told.asked(command)
    assert told.plans.lapsed() == lapsed
    assert told.plans.lapsed() == []
    again = told.plans.again()
    assert [command.id for command in again] == [command.id for command in kept]
    assert isinstance(again[0], commands.PlanBreak)
    assert again[0].plan.at == When.parse("2026-11-22T20:16:33.623456Z")
    assert told.plans.handover({}).known_ids == {"b0"}


@pytest.mark.parametrize(
    ("command", "told_then"),
    [
        (commands.Take(channel="c"), events.BreakArmed),
        (commands.Withdraw(channel="c"), events.BreakWithdrawn),
        (commands.Return(channel="c"), events.BreakIn),
        (commands.Hold(channel="c"), events.BreakHeld),
        (commands.Skip(channel="c"), events.BreakSkipped),
    ],
)
def test_what_was_accepted_and_had_no_effect_yet_is_given_again(
    told: Told, command: commands.Command, told_then: type[events.BreakEvent]
) -> None:
    told.planned("b1")
    told.asked(command, "b1")
    assert told.plans.again() == [command]
    if told_then is events.BreakArmed:
        told.armed("b1", 9)
    elif told_then is events.BreakIn:
        told.back("b1", 9)
    else:
        told.tell(told_then, "b1")
    assert told.plans.again() == []


def test_a_break_by_hand_is_made_by_its_command_until_it_is_armed(told: Told) -> None:
    insert = commands.InsertBreak(channel="c", duration_s=Fraction(30), id="b1", by="ann")
    told.asked(insert, "b1")
    told.tell(events.BreakPlanned, "b1", duration_ticks=2_700_000, title="Late")
    assert told.plans.again() == [insert]
    assert told.standing() == {}
    assert told.plans.handover({}).known_ids == frozenset()
    told.armed("b1", 9)
    assert told.plans.again() == []
    (left,) = told.plans.handover({}).breaks
    assert (left.state, left.plan) == (
        BreakState.ARMED,
        BreakPlan("b1", "c", None, Fraction(30), title="Late"),
    )


def test_a_slate_by_hand_is_remembered(told: Told) -> None:
    for on, stands in ((True, True), (None, False), (None, True), (False, False)):
        command = commands.Slate(channel="c", on=on)
        told.asked(command)
        told.plans.note(accepted(command, NOW))
        assert told.plans.handover({}).slate_by_hand is stands
    assert told.plans.lapsed() == []


def test_a_stop_is_remembered_until_it_is_done(told: Told) -> None:
    stop = commands.Stop(channel="c")
    told.asked(stop)
    assert told.plans.stopping
    assert told.plans.again() == told.plans.lapsed() == []
    assert not told.plans.ended
    told.plans.note(events.ChannelStopped(at=NOW, channel="c"))
    assert told.plans.ended


def test_seconds_count_from_the_first_frame_ever() -> None:
    plans = StandingPlans()
    for at in (NOW, after(100)):
        plans.note(events.ChannelStarted(at=at, channel="c", first_pts=0, first_frame_at=at, frame_rate="25"))
    given = plans.remember(plan("b1", "+160.04"), restarted=True)
    assert isinstance(given, commands.PlanBreak)
    assert given.plan.at is not None
    assert given.plan.at.frame(first_frame_at=after(100), rate=FrameRate(25), timezone="UTC") == 60 * 25 + 1
    first = plans.remember(plan("b2", "+160.04"), restarted=False)
    assert isinstance(first, commands.PlanBreak)
    assert first.plan.at == When.parse("+160.04")
    assert plans.handover({}).rate == FrameRate(25)


def test_a_first_life_is_left_nothing() -> None:
    left = Told(started=False).plans.handover({})
    assert (left.rate, left.breaks, left.known_ids, left.slate_by_hand) == (None, (), frozenset(), False)
