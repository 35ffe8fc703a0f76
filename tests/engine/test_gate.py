"""The gate: on disk before it is carried out, in order, and never later than lawful."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.gate import ANNOUNCED_S, AT_ONCE_S, PLANNED_S, CommandGate, Queue, ahead_s, lawful_wait_s
from app.model import commands
from app.model.rundown import BreakPlan
from app.model.timebase import FrameRate
from app.model.when import When
from app.storage.journal import Journal, read_entries
from tests.model.anything import values_of

FRAME_S = 0.04
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
WITHIN_S = 20.0


def plan(at: str | None) -> commands.PlanBreak:
    return commands.PlanBreak(
        channel="one", plan=BreakPlan("b1", "one", None if at is None else When.parse(at), Fraction(30))
    )


def wait_s(command: commands.Command, pre_roll_s: float = 6.0, first_frame_at: datetime | None = None) -> float:
    ahead = ahead_s(command, now=NOW, first_frame_at=first_frame_at, rate=FrameRate(25), timezone="Europe/Berlin")
    return lawful_wait_s(command, FRAME_S, pre_roll_s, ahead_s=ahead)


# ---- how long is lawful


@pytest.mark.parametrize("kind", [commands.Return, commands.Extend, commands.Withdraw, commands.Slate, commands.Stop])
def test_what_acts_on_the_next_frame_waits_a_frame(kind: type[commands.Command]) -> None:
    assert wait_s(kind(channel="one")) == FRAME_S


@pytest.mark.parametrize("kind", [commands.Take, commands.CueNext, commands.Hold, commands.Skip])
def test_what_has_a_pre_roll_before_it_may_wait_a_moment(kind: type[commands.Command]) -> None:
    assert wait_s(kind(channel="one")) == AT_ONCE_S
    assert wait_s(kind(channel="one"), 4.1) == pytest.approx(0.1)
    assert wait_s(kind(channel="one"), 2.0) == FRAME_S


def test_an_immediate_break_waits_a_frame() -> None:
    insert = commands.InsertBreak(channel="one", duration_s=Fraction(30))
    assert wait_s(insert) == AT_ONCE_S
    assert wait_s(commands.InsertBreak(channel="one", duration_s=Fraction(30), immediate=True)) == FRAME_S


@pytest.mark.parametrize(
    ("at", "first_frame_at", "seconds"),
    [
        (None, None, AT_ONCE_S),
        ("+11", None, PLANNED_S),
        ("+9", None, FRAME_S),
        ("+600", NOW - timedelta(seconds=595), FRAME_S),
        ("+600", NOW - timedelta(seconds=500), PLANNED_S),
        ("2026-11-22T21:00:11+01:00", NOW - timedelta(seconds=500), PLANNED_S),
        ("2026-11-22T21:00:05+01:00", None, FRAME_S),
        ("21:01:00:00", None, PLANNED_S),
        ("21:00:01:00", None, FRAME_S),
        ("20:00:00:00", None, FRAME_S),
        ("21:00:00;00", None, AT_ONCE_S),  # there is no drop frame at 25: the channel will say so
    ],
)
def test_a_planned_break_waits_by_how_far_off_it_is(
    at: str | None, first_frame_at: datetime | None, seconds: float
) -> None:
    assert wait_s(plan(at), first_frame_at=first_frame_at) == seconds


@given(
    st.one_of(*map(values_of, commands.COMMANDS.values())),
    st.fractions(Fraction(1, 120), 1).map(float),
    st.floats(0, 60),
    st.none() | st.floats(-1000, 1000),
)
def test_nothing_waits_less_than_a_frame_or_so_long_that_it_airs_late(
    command: commands.Command, frame_s: float, pre_roll_s: float, ahead: float | None
) -> None:
    seconds = lawful_wait_s(command, frame_s, pre_roll_s, ahead_s=ahead)
    assert frame_s <= seconds or seconds == PLANNED_S
    assert seconds <= max(frame_s, PLANNED_S if (ahead or 0) > 10 else max(0.0, pre_roll_s - ANNOUNCED_S))


# ---- order and time, by a clock of our own


@given(st.data())
def test_order_is_kept_and_nothing_goes_early_without_the_disk_or_late_with_or_without(data: st.DataObject) -> None:
    queue = Queue()
    now_s = 0.0
    given_in: dict[str, list[str]] = {"a": [], "b": []}
    released: dict[str, list[str]] = {"a": [], "b": []}
    due: dict[str, float] = {}
    waiting: dict[str, Callable[[], None]] = {}
    on_disk: set[str] = set()

    def let_through() -> None:
        for command, early in queue.ready(now_s):
            released[command.channel].append(command.id)
            assert early == (command.id not in on_disk)
            if early:
                later = given_in[command.channel][given_in[command.channel].index(command.id) :]
                assert min(due[key] for key in later) <= now_s, "only at the last moment, its own or of one behind it"
            waiting.pop(command.id, None)

    for number in range(data.draw(st.integers(1, 30))):
        step = data.draw(st.sampled_from(["give", "give", "disk", "time"]))
        if step == "give":
            command = commands.Take(channel=data.draw(st.sampled_from(["a", "b"])), id=f"c{number}")
            due[command.id] = now_s + data.draw(st.floats(0.01, 2))
            waiting[command.id] = queue.add(command, due[command.id])
            given_in[command.channel].append(command.id)
        elif step == "disk" and waiting:
            key = data.draw(st.sampled_from(sorted(waiting)))  # any: the gate relies on no order of the answers
            on_disk.add(key)
            waiting[key]()
            let_through()
        else:
            next_s = queue.next_due_s()
            now_s = max(now_s, next_s if next_s is not None and data.draw(st.booleans()) else now_s + 0.05)
            let_through()
        for channel, ids in given_in.items():
            assert released[channel] == ids[: len(released[channel])], "in the order in which they came"
            left = ids[len(released[channel]) :]
            assert not left or step == "give" or left[0] not in on_disk, "what is on disk goes at once"
            assert all(due[key] > now_s for key in left) or step == "give"
    now_s = 10_000.0
    let_through()
    assert released == given_in
    assert not len(queue)
    assert queue.next_due_s() is None


# ---- with a journal on a disk that does not answer


class Air:
    """Where commands come out."""

    def __init__(self) -> None:
        self.released: list[tuple[str, float]] = []
        self.alarms: list[str | None] = []
        self._changed = threading.Condition()

    def release(self, command: commands.Command) -> None:
        with self._changed:
            self.released.append((command.id, time.monotonic()))
            self._changed.notify_all()

    def alarm(self, _key: str, _severity: str, text: str | None) -> None:
        with self._changed:
            self.alarms.append(text)
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, WITHIN_S), (self.released, self.alarms)

    @property
    def ids(self) -> list[str]:
        return [command_id for command_id, _ in self.released]


@contextmanager
def gated(path: Path, air: Air, wait: Callable[[commands.Command], float]) -> Iterator[CommandGate]:
    journal = Journal(path, run_id="r1", alarm=air.alarm)
    gate = CommandGate(journal, air.release, wait)
    journal.start()
    gate.start()
    try:
        yield gate
    finally:
        gate.stop()
        journal.close(WITHIN_S)


def test_a_command_is_on_disk_before_it_is_carried_out(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    air = Air()
    there: list[list[str]] = []

    def release(command: commands.Command) -> None:
        there.append([entry.command.id for entry in read_entries(path) if entry.command])
        air.release(command)

    journal = Journal(path, run_id="r1", alarm=air.alarm)
    gate = CommandGate(journal, release, lambda _command: WITHIN_S)
    journal.start()
    gate.start()
    for number in range(20):
        gate.submit(commands.Take(channel="one", id=f"c{number}"))
    air.wait_for(lambda: len(air.released) == 20)
    gate.stop()
    journal.close(WITHIN_S)
    assert air.ids == [f"c{number}" for number in range(20)]
    assert all(f"c{number}" in ids for number, ids in enumerate(there))
    assert not air.alarms


def test_on_a_slow_disk_a_cue_airs_in_time_and_its_row_says_so(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    air = Air()
    with gated(path, air, wait_s) as gate:
        gate.submit(commands.Take(channel="one", id="before"))
        air.wait_for(lambda: len(air.released) == 1)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            given_s = time.monotonic()
            gate.submit(commands.Take(channel="one", id="take"))
            gate.submit(plan("+9000"))
            gate.submit(commands.Take(channel="two", id="alone"))
            gate.submit(commands.Return(channel="one", id="return"))
            air.wait_for(lambda: len(air.released) == 5)
            assert air.alarms
            assert all(air.alarms)
            other.execute("ROLLBACK")
        air.wait_for(lambda: air.alarms[-1] is None)
    times = dict(air.released)
    assert [key for key in air.ids if key != "alone"][:2] == ["before", "take"]
    assert times["return"] - given_s < FRAME_S + 0.1, "a return waits a frame, and takes along what stands before it"
    assert times["alone"] - given_s == pytest.approx(AT_ONCE_S, abs=0.15), "another channel waits by itself"
    entries = {entry.command.id: entry for entry in read_entries(path) if entry.command}
    assert [key for key, entry in entries.items() if entry.overdue] == [*entries][1:]
    assert "carried out before it was written down" in next(text for text in air.alarms if text)


def test_what_still_waits_at_the_end_is_carried_out(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    air = Air()
    with gated(path, air, lambda _command: WITHIN_S) as gate, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        gate.submit(commands.Take(channel="one", id="take"))
        gate.stop()
        assert air.ids == ["take"]
        gate.submit(commands.Take(channel="one", id="after"))
        assert air.ids == ["take", "after"]


def test_a_whole_schedule_at_once_is_let_through_in_order(tmp_path: Path) -> None:
    air = Air()
    with gated(tmp_path / "journal.sqlite3", air, lambda _command: WITHIN_S) as gate:
        for number in range(5000):
            gate.submit(commands.Take(channel="one", id=f"c{number}"))
        air.wait_for(lambda: len(air.released) == 5000)
    assert air.ids == [f"c{number}" for number in range(5000)]


def test_submit_never_waits_for_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    air = Air()
    with gated(path, air, lambda _command: 0.05) as gate, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        started_s = time.perf_counter()
        for number in range(200):
            gate.submit(commands.Take(channel="one", id=f"c{number}"))
        took_s = time.perf_counter() - started_s
        air.wait_for(lambda: len(air.released) == 200)
        other.execute("ROLLBACK")
    assert took_s < 0.5
    assert air.ids == [f"c{number}" for number in range(200)]
