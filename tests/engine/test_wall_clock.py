"""The wall clock's steps, the machine's sleep and slow drift: told apart, said once, cleared."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.wall_clock import Clocks, OnAir, WallClock

BEGAN = OnAir("one", datetime(2026, 5, 1, tzinfo=UTC))


class Times:
    """Three clocks that a test moves, and what is said of them."""

    def __init__(self) -> None:
        self.wall_s, self.monotonic_s, self.boot_s = 1_700_000_000.0, 500.0, 900.0
        self.alarms: dict[str, str] = {}
        self.said: list[str] = []
        self.anew: list[str] = []
        self.on_air = [BEGAN]
        self.clock = WallClock(
            lambda: list(self.on_air),
            self._alarm,
            self.anew.append,
            Clocks(lambda: self.wall_s, lambda: self.monotonic_s, lambda: self.boot_s),
        )

    def _alarm(self, key: str, severity: str, text: str | None) -> None:
        assert severity == "warning"
        if text is None:
            self.alarms.pop(key, None)
        else:
            self.alarms[key] = text
            self.said.append(text)

    def passes(self, seconds: float = 1.0, *, wall: float = 0.0, asleep: float = 0.0) -> None:
        """So long, with the wall clock put on and a sleep in it; then a look."""
        self.wall_s += seconds + wall + asleep
        self.monotonic_s += seconds
        self.boot_s += seconds + asleep
        self.clock.look()


@given(st.lists(st.floats(0.1, 9.0), max_size=30))
def test_a_clock_that_runs_true_is_nobodys_business(looks: list[float]) -> None:
    times = Times()
    for later_s in looks:
        times.passes(later_s)
    assert (times.said, times.anew) == ([], [])


@given(st.one_of(st.floats(0.6, 1e6), st.floats(-1e6, -0.6)))
def test_a_step_is_told_with_its_size_and_moves_nothing(step_s: float) -> None:
    times = Times()
    times.passes(wall=step_s)
    way = "forward" if step_s > 0 else "back"
    assert f"put {way} by {abs(step_s):.1f} s" in times.alarms["clock"]
    assert "channels on air keep the time" in times.alarms["clock"]
    for _ in range(62):
        times.passes()
    assert times.alarms == {}, "it is over after a minute, and the step is no drift"
    assert len(times.said) == 1
    assert times.anew == []


@given(st.floats(1.0, 1e6), st.floats(0.0, 3.0))
def test_a_sleep_lets_every_channel_begin_anew(asleep_s: float, clock_behind_s: float) -> None:
    times = Times()
    times.passes(asleep=asleep_s, wall=-clock_behind_s)
    assert times.anew == [f"this machine slept for {asleep_s:.0f} s"]
    assert "begins anew" in times.alarms["clock"]
    for _ in range(62):
        times.passes()
    assert len(times.anew) == 1
    assert "clock" not in times.alarms


def test_a_long_stop_of_the_process_is_as_bad_as_a_sleep() -> None:
    times = Times()
    times.passes(9.0)
    assert times.anew == []
    times.passes(61.0)
    assert times.anew == ["the engine was stopped for 61 s"]


def test_drift_that_adds_up_is_told_until_the_channel_begins_anew() -> None:
    times = Times()
    for _ in range(13):
        times.passes(3.0, wall=0.05)
    assert times.alarms["clock.drift"].endswith("one 0.6 s behind")
    times.on_air = [OnAir("one", datetime(2026, 5, 2, tzinfo=UTC))]
    times.passes()
    assert times.alarms == {}


def test_a_real_clock_is_looked_at_by_a_thread() -> None:
    looked = threading.Event()

    def on_air() -> list[OnAir]:
        looked.set()
        return []

    clock = WallClock(on_air, lambda _key, _severity, text: pytest.fail(text) if text else None, pytest.fail)
    clock.start()
    assert looked.wait(5)
    clock.stop()
