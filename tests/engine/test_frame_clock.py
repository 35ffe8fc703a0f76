"""A channel's frame clock: a hang is told within a second and names its cause; whatever is only late is left alone."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.frame_clock import LONGEST_S, LOOK_S, STARTING_S, FrameClock
from app.engine.processor_waits import processor_waits_s
from app.pipeline.workers import Pulse

DOWN = ("packager", "90p", "72p", "ladder", "program")  # downstream first


class Channel:
    """Threads that move until they are told otherwise, and a clock that looks at them."""

    def __init__(self, frame_s: float = 0.04, started: int = 16) -> None:
        self.now_s = 1000.0
        self.moves = dict.fromkeys(DOWN, 0)
        self.owing = set(DOWN)
        self.waited = {1: 0.0, 2: 0.0}
        self.clock = FrameClock(frame_s, lambda: dict(self.waited))
        self.look()
        for _ in range(started):
            assert self.look(LOOK_S) == ""

    def look(self, later_s: float = 0.0, *, still: tuple[str, ...] = ()) -> str:
        self.now_s += later_s
        for name in self.moves:
            self.moves[name] += name not in still
        return self.clock.look(self.now_s, [Pulse(name, self.moves[name], name in self.owing) for name in DOWN])

    def until_told(self, still: tuple[str, ...], within_s: float = 60.0) -> tuple[str, float]:
        since_s = self.now_s
        while self.now_s - since_s < within_s:
            if said := self.look(LOOK_S, still=still):
                return said, self.now_s - since_s
        return "", within_s


@given(st.sampled_from(DOWN), st.integers(0, 50))
def test_a_thread_that_hangs_is_named_within_a_second(hangs: str, healthy: int) -> None:
    channel = Channel()
    for _ in range(healthy):
        assert channel.look(LOOK_S) == ""
    said, after_s = channel.until_told((hangs,))
    assert said.startswith(f"{hangs} hangs: no move for")
    assert after_s <= 1.001


def test_a_start_may_take_longer() -> None:
    for started in (0, 7):
        said, after_s = Channel(started=started).until_told(("90p",))
        assert said.startswith("90p hangs")
        assert 1.0 < after_s <= STARTING_S + 2 * LOOK_S


def test_the_cause_is_named_where_it_holds_up_the_others() -> None:
    channel = Channel()
    assert channel.look(LOOK_S, still=("72p",)) == ""
    assert channel.until_told(("72p", "ladder", "program"))[0].startswith("72p hangs")


def test_a_thread_without_work_does_not_hang() -> None:
    channel = Channel()
    channel.owing -= {"packager", "90p", "72p", "ladder"}
    assert channel.until_told(("packager", "90p", "72p", "ladder")) == ("", 60.0)


@given(st.floats(0.45, 2.0))
def test_who_has_been_slow_lately_is_given_longer(slow_s: float) -> None:
    """Late is not hung: each standstill was longer than the one before, and each one ended."""
    channel = Channel()
    standstill_s = 0.4
    while standstill_s < slow_s:
        looks = round(standstill_s / LOOK_S)
        for _ in range(looks):
            assert channel.look(LOOK_S, still=("90p",)) == ""
        assert channel.look(LOOK_S) == ""
        standstill_s *= 1.5
    assert channel.until_told(("90p",))[1] <= LONGEST_S + LOOK_S + 0.001


def test_slow_days_are_forgotten() -> None:
    channel = Channel()
    for _ in range(3):
        channel.look(LOOK_S, still=("90p",))
    for _ in range(300):
        channel.look(LOOK_S)
    assert channel.until_told(("90p",))[1] <= 1.001


@given(st.floats(2.0, 100_000.0))
def test_a_process_that_was_stopped_or_suspended_is_given_time_to_move_again(asleep_s: float) -> None:
    channel = Channel()
    channel.look(LOOK_S)
    assert channel.look(asleep_s, still=DOWN) == ""
    assert channel.look(LOOK_S, still=DOWN) == "", "the first look after it comes before anybody has moved"
    assert channel.look(LOOK_S) == ""


@pytest.mark.parametrize("waits", [{1: 0.9}, {1: 0.4, 2: 0.4, 3: 0.4, 4: 0.4}], ids=["one thread", "many in turn"])
def test_a_machine_that_gives_no_processor_is_waited_for_but_not_for_ever(waits: dict[int, float]) -> None:
    channel = Channel()
    channel.waited = dict.fromkeys(waits, 0.0)
    since_s = channel.now_s
    said = ""
    while not said:
        for thread, share in waits.items():
            channel.waited[thread] += LOOK_S * share
        said = channel.look(LOOK_S, still=("90p",))
    assert LONGEST_S - 0.5 <= channel.now_s - since_s <= LONGEST_S + 0.5


def test_one_frame_a_second_is_no_hang() -> None:
    channel = Channel(frame_s=1.0)
    for _ in range(20):
        for _ in range(4):
            assert channel.look(LOOK_S, still=DOWN) == ""
        assert channel.look(LOOK_S) == ""


def test_the_system_tells_how_long_threads_wait_for_a_processor() -> None:
    waits = processor_waits_s()
    assert not waits or waits[threading.get_native_id()] >= 0
