"""The schedule on air, over a real store: locked, handed over and marked, edited by others, away and back."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.engine import scheduling
from app.engine.scheduling import Hands, Scheduling
from app.model import commands, events
from app.model.errors import StoreUnusableError
from app.model.merging import BookingState, Stored
from app.model.rundown import BreakPlan
from app.model.schedule import Airing, AirMode, Booking, Missed
from app.model.show import Channel, Show
from app.model.status import ScheduleStatus
from app.model.when import When
from app.model.wire import Plain
from app.storage.schedule_store import ScheduleStore, open_schedule

SHOW = Show("Evening", "Europe/Berlin", (), (Channel("one", "One", ("test:bars",), (), (), pre_roll_s=Fraction(4)),))
WITHIN_S = 30.0


NOW = datetime.now(UTC).replace(microsecond=0)


def moment(seconds: float) -> datetime:
    """That far from when this began."""
    return NOW + timedelta(seconds=seconds)


def booked(key: str, at: datetime, lasts: int = 2, **air: Any) -> Booking:
    plan = BreakPlan(id=key, channel="one", at=When(at.isoformat()), duration_s=Fraction(lasts))
    return Booking(plan=plan, air=Airing(**air))


class Room:
    """A scheduling with hands that write down what it does; ``now_s``: what the channel has on air, from ``NOW``."""

    def __init__(self, path: Path, past: tuple[events.Event, ...] = (), kept: Plain | None = None) -> None:
        self.store: ScheduleStore = open_schedule(path)
        self.path, self.past, self.kept = path, past, kept
        self.given: list[commands.PlanBreak] = []
        self.told: list[events.Event] = []
        self.alarms: dict[str, str | None] = {}
        self.warned: dict[str, str | None] = {}
        self.forwarded: list[commands.Command] = []
        self.now_s: float | None = 0.0
        self.away = threading.Event()
        self.opened = 0
        hands = Hands(
            submit=self._submit,
            publish=self.told.append,
            alarm=lambda key, _severity, text: self.alarms.__setitem__(key, text),
            forward=self.forwarded.append,
            warn=lambda _channel, key, text: self.warned.__setitem__(key, text),
            air_time=self._air_time,
            past=lambda: self.past,
            keep=lambda value: setattr(self, "kept", value),
            kept=lambda: self.kept,
        )
        self.scheduling = Scheduling(SHOW, self._open, hands)

    def _open(self) -> ScheduleStore:
        if self.away.is_set():
            raise StoreUnusableError("store", "gone", "bring it back")
        self.opened += 1
        return open_schedule(self.path, busy_timeout_ms=300)

    def _submit(self, command: commands.Command) -> None:
        assert isinstance(command, commands.PlanBreak)
        self.given.append(command)

    def _air_time(self, _channel: str) -> datetime | None:
        return None if self.now_s is None else moment(self.now_s)

    def start(self, since_s: float = -60) -> None:
        """The channel is on air since then."""
        self.scheduling.start()
        on_air = events.ChannelStarted(
            at=datetime.now(UTC), channel="one", first_pts=0, first_frame_at=moment(since_s), frame_rate="25"
        )
        self.scheduling.note(on_air)
        self.until(lambda: self.scheduling._book._loaded or self.away.is_set())
        self.until(lambda: self.scheduling.status("one"))

    def book(self, *bookings: Booking) -> list[Stored]:
        return [self.store.edit(one, 0, by="traffic") for one in bookings]

    def state(self, key: str) -> BookingState:
        stored = self.store.booking("one", key)
        assert stored is not None
        return stored.state

    def status(self) -> ScheduleStatus:
        found = self.scheduling.status("one")
        assert found is not None
        return found

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + WITHIN_S
        while not condition():
            assert time.monotonic() < deadline, (self.given, self.told, self.scheduling.status("one"))
            time.sleep(0.01)

    def given_ids(self) -> list[str]:
        return [one.plan.id for one in self.given]


@contextmanager
def room(folder: Path, **life: Any) -> Iterator[Room]:
    one = Room(folder / "store.sqlite3", **life)
    try:
        yield one
    finally:
        one.away.clear()
        assert one.scheduling.stop(hand_on=True)
        one.store.close()


def out(key: str) -> events.BreakOut:
    now = datetime.now(UTC)
    return events.BreakOut(at=now, channel="one", break_id=key, frame=9, pts=9, out_at=now, duration_ticks=180_000)


def back(key: str) -> events.BreakIn:
    now = datetime.now(UTC)
    common: dict[str, Any] = {"at": now, "channel": "one", "break_id": key, "frame": 9, "pts": 9}
    return events.BreakIn(**common, in_at=now, duration_ticks=180_000, how="auto")


def test_a_break_is_locked_handed_over_and_marked_as_it_airs(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        at = moment(600)
        one.book(booked("b", at))
        one.start()
        assert [(up.id, up.at, up.state) for up in one.status().upcoming] == [("b", at, "planned")]
        one.now_s = 594.5
        one.until(lambda: one.given)
        (given,) = one.given
        assert (given.by, given.mode, given.plan.at) == ("schedule", AirMode.AUTO, When(at.isoformat()))
        one.until(lambda: one.state("b") is BookingState.ARMED)
        for event, state in ((out("b"), BookingState.ON_AIR), (back("b"), BookingState.AIRED)):
            one.scheduling.note(event)
            one.until(lambda state=state: one.state("b") is state)  # type: ignore[misc]  # a default of a lambda has no type
        assert one.given_ids() == ["b"]


def test_changes_of_others_are_followed_and_one_that_was_quicker_than_the_lock_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "LOCK_WAIT_S", WITHIN_S)
    with room(tmp_path) as one:
        (stored,) = one.book(booked("b", moment(600)))
        one.start()
        one.book(booked("new", moment(700)))
        one.until(lambda: [up.id for up in one.status().upcoming] == ["b", "new"])
        one.scheduling._news.put(None)
        one.scheduling._thread.join()
        moved = booked("b", moment(650), 3)
        one.store.edit(moved, stored.version, by="traffic")
        one.now_s = 594.5
        one.scheduling._tick()
        one.until(lambda: one.scheduling._hear() and not one.scheduling._locking)
        assert one.given == []
        assert one.status().upcoming[0].duration_s == 3
        one.now_s = 644.5
        one.scheduling._tick()
        one.until(lambda: one.scheduling._hear() and one.given)
        assert one.given[0].plan == moved.plan


def test_it_goes_on_with_what_it_has_while_the_store_is_away(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.book(booked("b", moment(600)), booked("c", moment(660)))
        one.start()
        one.until(lambda: one.status().pending == 2)
        blocker = sqlite3.connect(one.path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")  # another program's lock
        one.now_s = 594.5
        one.until(lambda: one.given)
        one.scheduling.note(out("b"))
        one.until(lambda: one.alarms.get("schedule"))
        assert "does not answer" in (one.alarms["schedule"] or "")
        assert one.status().trouble
        blocker.execute("ROLLBACK")
        blocker.close()
        one.until(lambda: one.state("b") is BookingState.ON_AIR)
        one.until(lambda: one.alarms["schedule"] is None)
        assert one.status().trouble == ""


def test_a_store_that_is_away_at_the_start_is_tried_again(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.away.set()
        one.book(booked("b", moment(600)))
        one.start()
        one.until(lambda: one.alarms.get("schedule"))
        one.away.clear()
        one.until(lambda: one.status().pending == 1)


def test_commands_are_carried_out_kept_and_refused_with_the_reason(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        at = moment(600)
        one.book(booked("b", at))
        one.start()
        shift = commands.ShiftSchedule(channel="one", from_break_id="b", by_s=Fraction(30))
        one.scheduling.order(shift)
        one.scheduling.order(commands.SetShowClock(channel="one", late_s=Fraction(5)))
        one.scheduling.order(commands.AnswerMissed(channel="one", break_id="b", air=True))
        one.scheduling.order(commands.ShiftSchedule(channel="one", from_break_id="x", by_s=Fraction(1)))
        one.until(lambda: len(one.told) == 4)
        assert [type(event) for event in one.told] == [events.CommandAccepted] * 2 + [events.CommandRefused] * 2
        assert one.told[2].reason == "nothing is asked of break b"  # type: ignore[attr-defined]  # the event that it is was looked at above
        assert one.status().upcoming[0].at == at + timedelta(seconds=35)
        assert one.status().late_s == 5
        kept = one.kept
        one.now_s = None
        one.scheduling.order(commands.SetShowClock(channel="one", late_s=Fraction(0)))
        one.until(lambda: len(one.told) == 5)
        assert one.told[4].reason == "channel one is not on air"  # type: ignore[attr-defined]  # the event that it is was looked at above
    with room(tmp_path, kept=kept) as next_life:
        next_life.start()
        next_life.until(lambda: next_life.status().pending == 1)
        assert next_life.status().upcoming[0].at == at + timedelta(seconds=35)


def test_a_question_is_an_alarm_until_it_is_answered(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.book(replace(booked("b", moment(-5)), air=Airing(missed=Missed.ASK)))
        one.start()
        one.until(lambda: one.warned.get("schedule.ask.b"))
        assert [question.id for question in one.status().questions] == ["b"]
        one.scheduling.order(commands.AnswerMissed(channel="one", break_id="b", air=True))
        one.until(lambda: one.given_ids() == ["b"])
        assert one.warned["schedule.ask.b"] is None


def test_a_next_life_gives_what_was_only_locked_and_nothing_twice(tmp_path: Path) -> None:
    began = datetime.now(UTC) - timedelta(seconds=90)
    life: dict[str, Any] = {"at": began, "channel": "one"}
    on_air = events.ChannelStarted(**life, first_pts=0, first_frame_at=began, frame_rate="25")
    planned = [
        events.BreakPlanned(**life, break_id=key, planned_at=moment(20), duration_ticks=180_000, by="schedule")
        for key in ("aired", "waits")
    ]
    kept_off = events.BreakKeptOff(**life, break_id="over", reason="overlaps", by="schedule")
    past = (on_air, *planned, out("aired"), back("aired"), kept_off)
    with room(tmp_path, past=past) as one:
        keys = ("aired", "waits", "locked", "over", "old")
        one.book(*(booked(key, moment(-9 if key == "over" else 30)) for key in keys))
        for key in ("aired", "waits", "locked"):
            one.store.mark("one", key, BookingState.ARMED)
        one.store.mark("one", "old", BookingState.ON_AIR)
        one.start()
        one.now_s = 25
        one.until(lambda: one.given)
        one.until(lambda: one.state("aired") is BookingState.AIRED and one.state("old") is BookingState.AIRED)
        assert one.given_ids() == ["locked"]
        assert one.told == [], "that it is kept off was said before"
        assert one.state("waits") is BookingState.ARMED


def test_a_next_life_airs_what_comes_next_before_the_store_answers(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        stored = one.book(booked("b", moment(600)), booked("gone", moment(700)))
        one.start()
        one.until(lambda: one.status().pending == 2)
        kept = one.kept
        one.store.remove("one", "gone", stored[1].version)
    with room(tmp_path, kept=kept) as next_life:
        next_life.away.set()
        next_life.start()
        next_life.until(lambda: next_life.scheduling.status("one"))
        assert [up.id for up in next_life.status().upcoming] == ["b", "gone"]
        next_life.now_s = 594.5
        next_life.until(lambda: next_life.given_ids() == ["b"])
        next_life.away.clear()
        next_life.until(lambda: next_life.state("b") is BookingState.ARMED and next_life.status().pending == 0)


def test_what_is_left_over_when_the_channels_have_ended_may_be_edited_again(tmp_path: Path) -> None:
    with room(tmp_path) as one:
        one.book(booked("b", moment(600)))
        one.start()
        one.now_s = 594.5
        one.until(lambda: one.given and one.state("b") is BookingState.ARMED)
        one.scheduling.hush()
        assert one.scheduling.stop(hand_on=False)
        assert one.state("b") is BookingState.PLANNED


@pytest.mark.parametrize(
    "damaged",
    [None, 3, {"one": 3}, {"one": {"late": "x", "shifts": [1, [2]], "marks": [], "next": [3, ["{", 1], ["{}", 1]]}}],
)
def test_what_was_kept_and_is_damaged_is_left_out(tmp_path: Path, damaged: Plain) -> None:
    with room(tmp_path, kept=damaged) as one:
        one.book(booked("b", moment(600)))
        one.start()
        assert one.status().late_s == 0
