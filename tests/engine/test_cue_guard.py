"""The guard that every cue command passes, whoever gave it: on clocks of its own, and on a running engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from app.engine.cue_guard import CueGuard, Kept
from app.model import commands, events
from app.model.answers import accepted
from app.model.states import BreakState
from app.model.status import ChannelStatus
from app.model.wire import Plain
from tests.engine.living import living, planned
from tests.ui.scripted_engine import a_break, channel


class Desk:
    """A guard whose clocks stand still until they are moved."""

    def __init__(self, kept: dict[str, Plain] | None = None, *, at: datetime | None = None) -> None:
        self.kept: dict[str, Plain] = {} if kept is None else kept
        self.now, self.seconds = at or datetime(2026, 11, 22, 19, tzinfo=UTC), 50.0
        self.channels: dict[str, ChannelStatus] = {name: channel(name) for name in ("one", "two", "three")}
        store = Kept(self.kept.__setitem__, self.kept.get)
        self.guard = CueGuard(
            self.channels, self.channels.__getitem__, store, clock_s=lambda: self.seconds, now=lambda: self.now
        )

    def later(self, seconds: float) -> None:
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)

    def take(self, name: str = "one", *, by: str = "ann", gang: str = "", members: tuple[str, ...] = ()) -> str | None:
        """Give it; one that is not refused was accepted by its channel."""
        command = commands.Take(channel=name, by=by, gang=gang, members=members)
        reason = self.guard.refusal(command)
        if reason is None:
            self.guard.note(accepted(command, self.now))
        return reason


def test_a_take_within_a_second_of_another_is_refused_on_that_channel_only() -> None:
    desk = Desk()
    assert desk.take("one") is None
    desk.later(0.999)
    assert desk.take("one", by="bob") == "just taken: wait 1 s between takes"
    assert desk.take("two") is None
    desk.later(0.002)
    assert desk.take("one") is None


def test_a_refused_take_starts_no_second_of_its_own() -> None:
    desk = Desk()
    assert desk.take() is None
    desk.later(0.9)
    assert desk.take() is not None
    desk.later(0.2)
    assert desk.take() is None


def test_an_inserted_break_is_a_take() -> None:
    desk = Desk()
    insert = commands.InsertBreak(channel="one", duration_s=Fraction(30))
    assert desk.guard.refusal(insert) is None
    desk.guard.note(accepted(insert, desk.now))
    assert desk.take() is not None
    assert desk.guard.refusal(replace(insert, id="again")) is not None


def test_a_gang_is_one_take() -> None:
    desk, names = Desk(), ("one", "two", "three")
    assert [desk.take(name, gang="g", members=names) for name in names] == [None, None, None]
    desk.later(0.5)
    assert [desk.take(name, gang="h", members=names[1:]) for name in names[1:]] == [
        "just taken (two): wait 1 s between takes"
    ] * 2
    desk.later(0.6)
    assert [desk.take(name, gang="i", members=names) for name in names] == [None, None, None]


def test_a_gang_with_a_channel_just_taken_fires_none_of_them() -> None:
    desk, names = Desk(), ("one", "two", "three")
    assert desk.take("three") is None
    said = {desk.take(name, gang="g", members=names) for name in names}
    assert said == {"just taken (three): wait 1 s between takes"}


@pytest.mark.parametrize(("down_s", "refused"), [(0.3, True), (0.99, True), (1.01, False), (3600, False), (-5, False)])
def test_a_take_before_a_kill_counts(down_s: float, refused: bool) -> None:
    desk = Desk()
    assert desk.take() is None
    after = Desk(desk.kept, at=desk.now + timedelta(seconds=down_s))
    assert (after.take() is not None) == refused


@pytest.mark.parametrize("damaged", [7, "x", {"one": "soon"}, {"one": None}, {"gone": "2026-11-22T19:00:00+00:00"}])
def test_what_was_kept_of_takes_and_is_damaged_refuses_none(damaged: Plain) -> None:
    assert Desk({"takes": damaged}).take() is None


def test_a_take_of_what_is_not_on_air_any_more_is_refused() -> None:
    desk = Desk()
    seen = commands.Take(channel="one", playing="test:bars")
    assert desk.guard.refusal(seen) is None
    desk.channels["one"] = channel("one", source="slate")
    assert desk.guard.refusal(seen) == "stale: slate is on air now, look again"
    desk.channels["one"] = replace(channel("one"), on_air=a_break(BreakState.ON_AIR, key="b9", out_in_s=-3))
    assert desk.guard.refusal(seen) == "stale: break b9 is on air now, look again"


def test_others_cues_are_refused_while_one_has_the_con_and_the_shows_own_are_not() -> None:
    desk = Desk()
    desk.guard.order_con(commands.TakeCon(channel="one", by="ann"))
    others = [
        commands.CueNext(channel="one", by="bob"),
        commands.Hold(channel="one", by="bob"),
        commands.Slate(channel="one", by="schedule"),
    ]
    assert {desk.guard.refusal(command) for command in others} == {"ann has the con: ask for it, or force it"}
    assert desk.guard.refusal(commands.CueNext(channel="one", by="ann")) is None
    assert desk.guard.refusal(commands.CueNext(channel="two", by="bob")) is None
    assert desk.guard.refusal(commands.SetShowClock(channel="one", by="bob", late_s=Fraction(9))) is None
    assert desk.guard.refusal(planned("+9", 5, "b1")) is None, "a list is booked whoever has the con"
    own = desk.guard.own(commands.Skip(channel="one", by="schedule"))
    assert desk.guard.refusal(own) is None
    assert desk.guard.refusal(own) is not None  # once: the same words again are somebody else's


@pytest.mark.slow
def test_two_operators_on_a_running_engine(tmp_path: Path) -> None:
    with living(tmp_path, "one", "two") as show:
        show.engine.start()
        for name in ("one", "two"):
            show.wait(events.ChannelStarted, channel=name)
        show.submit(commands.TakeCon(channel="one", by="ann"))
        assert show.wait(events.ConChanged).holder == "ann"
        status = {one.name: one.con for one in show.engine.snapshot().channels}
        assert status["two"] is None
        assert status["one"] is not None
        assert status["one"].holder == "ann"

        cue = commands.CueNext(channel="one", by="bob", duration_s=Fraction(3))
        show.submit(cue)
        assert "ann has the con" in show.wait(events.CommandRefused, id=cue.id).reason

        for name in ("one", "two"):
            show.submit(commands.CueNext(channel=name, by="ann", duration_s=Fraction(3)))
            show.wait(events.BreakCued, channel=name)
        stale = commands.Take(channel="one", by="ann", playing="slate")
        show.submit(stale)
        assert show.wait(events.CommandRefused, id=stale.id).reason.startswith("stale: test:bars is on air")

        gang = [
            commands.Take(channel=name, by="ann", gang="g", members=("one", "two"), playing="test:bars")
            for name in ("one", "two")
        ]
        for take in gang:
            show.submit(take)
        for take in gang:
            show.wait(events.CommandAccepted, id=take.id)
        again = commands.Take(channel="two", by="ann", gang="h", members=("one", "two"))
        show.submit(again)
        assert "just taken" in show.wait(events.CommandRefused, id=again.id).reason
        first, second = (show.wait(events.BreakOut, channel=name) for name in ("one", "two"))
        assert abs((first.out_at - second.out_at).total_seconds()) < 0.1


def test_the_con_refuses_before_the_journal_unless_an_order_of_the_con_waits() -> None:
    desk = Desk()
    desk.guard.order_con(commands.TakeCon(channel="one", by="ann"))
    break_ = commands.InsertBreak(channel="one", by="bob", duration_s=Fraction(3))
    assert "ann has the con" in (desk.guard.refusal_at_once(break_) or "")
    assert desk.guard.refusal_at_once(replace(break_, by="ann")) is None
    assert desk.guard.refusal_at_once(desk.guard.own(replace(break_, id="own"))) is None
    forced = commands.TakeCon(channel="one", by="bob", force=True)
    assert desk.guard.refusal_at_once(forced) is None
    assert desk.guard.refusal_at_once(break_) is None  # bob will have it by then
    desk.guard.order_con(forced)
    assert "bob has the con" in (desk.guard.refusal_at_once(replace(break_, by="ann")) or "")
