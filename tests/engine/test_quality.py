"""The probes of a channel: what they measure on air, on the slate and off air, and what they cost who hands in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from app.engine import quality
from app.engine.alarms import Alarms
from app.engine.quality import ChannelQuality
from app.model.events import AlarmCleared, AlarmRaised, Event
from app.model.quality import QualityStatus
from app.model.quality_limits import QualityLimits, Rule
from app.model.show import Channel
from app.pipeline.feed import SLATE
from app.pipeline.feed_status import FeedStatus
from app.pipeline.look import Look

URL = "file:///programme.mov"
AT_ONCE = Rule(after_s=Fraction(1, 2), clear_s=Fraction(0))
LIMITS = QualityLimits(silence=AT_ONCE, black=AT_ONCE, freeze=AT_ONCE, continuity=Rule(after_s=Fraction(0)))
WITHIN_S = 10.0


class Air:
    """Hands in frames of 40 ms as a program thread does, as fast as they are taken."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.alarms = Alarms("one", self.events.append)
        self.quality = ChannelQuality(Channel("one", "One", (URL,), (), (), quality=LIMITS), self.alarms)
        self.frame = 0
        self._random = np.random.default_rng(2)

    def show(
        self, frames: int, *, level: float = 0.1, luma: int | None = None, source: str = URL, hidden: bool = False
    ) -> None:
        """``luma`` None: a picture that moves."""
        for _ in range(frames):
            planes = None
            if self.frame % 5 == 0 and source != SLATE and not hidden:
                drawn = self._random.integers(40, 220, (90, 160)) if luma is None else np.full((90, 160), luma)
                colour = np.full((45, 80), 128, np.uint8)
                planes = drawn.astype(np.uint8), colour, colour
            audio = (level * self._random.standard_normal((2, 1920))).astype(np.float32)
            self.quality.take(partial(Look, self.frame / 25, audio, planes, source, hidden))
            self.frame += 1

    def until(self, condition: Callable[[QualityStatus | None], object]) -> QualityStatus | None:
        deadline = time.monotonic() + WITHIN_S
        while not condition(status := self.quality.read()):
            assert time.monotonic() < deadline, (status, self.alarms.standing())
            time.sleep(0.01)
        return status

    def standing(self) -> set[str]:
        return {alarm.key for alarm in self.alarms.standing()}


@pytest.fixture
def air() -> Iterator[Air]:
    made = Air()
    made.quality.start()
    yield made
    assert made.quality.stop(5)


def test_off_air_there_is_nothing_and_on_air_there_is_all(air: Air) -> None:
    assert air.quality.read() is None
    air.show(100)
    status = air.until(lambda status: status is not None and status.short_lufs is not None)
    assert status is not None
    assert (status.black, status.frozen, status.bars, status.silent, status.unmeasured) == (
        False,
        False,
        False,
        False,
        0,
    )
    assert status.momentary_lufs == pytest.approx(
        -13.9, abs=0.3
    )  # two channels of noise at -20 dBFS, which the shelf lifts
    assert status.phase == pytest.approx(0, abs=0.1)
    assert status.cc_errors is None


def test_black_and_silent_until_the_slate_covers_it(air: Air) -> None:
    air.show(50, level=0, luma=16)
    air.until(lambda _: air.standing() == {"picture.black", "audio.silence"})
    air.show(5, hidden=True)
    status = air.until(lambda status: status is not None and status.black is None)
    assert status is not None
    assert (status.silent, status.momentary_lufs, status.integrated_lufs) == (None, None, None)
    air.until(lambda _: not air.standing())


def test_a_source_that_is_lost_is_neither_black_nor_silent(air: Air) -> None:
    air.show(25)
    air.until(lambda status: status is not None and status.momentary_lufs is not None and status.black is False)
    air.show(100, level=0, source=SLATE)
    air.until(lambda status: status is not None and status.momentary_lufs is None and status.black is None)
    assert air.events == []


def test_a_source_of_sound_alone_is_heard(air: Air) -> None:
    air.alarms.set("source.no_video", "warning", "its sound is on air with the slate")
    air.show(50, level=0, source=SLATE)
    air.until(lambda _: "audio.silence" in air.standing())
    assert air.quality.read() is not None


def test_a_test_source_is_measured_and_not_judged(air: Air) -> None:
    air.show(100, level=0, luma=16, source="test:bars")
    air.until(lambda status: status is not None and status.black and status.silent)
    assert air.standing() == set()


def test_a_channel_that_begins_anew_is_measured_anew(air: Air) -> None:
    air.show(100, level=0, luma=100)
    air.until(lambda _: air.standing() == {"picture.freeze", "audio.silence"})
    air.frame = 0
    air.show(10)
    air.until(lambda status: status is not None and status.silent_s == 0)
    assert air.standing() == set()


def test_without_frames_nothing_is_told_for_long(air: Air, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "GONE_S", 0.3)
    air.show(50, level=0)
    air.until(lambda _: "audio.silence" in air.standing())
    air.until(lambda status: status is None)
    assert air.standing() == set()


def test_the_end_clears_what_stands() -> None:
    air = Air()
    air.quality.start()
    air.show(50, level=0)
    air.until(lambda _: air.standing())
    assert air.quality.stop(5)
    assert [type(event) for event in air.events] == [AlarmRaised, AlarmCleared]
    assert air.quality.read() is None


def test_what_the_source_lost_is_in_the_status_and_an_alarm(air: Air) -> None:
    lost = [0]
    air.quality.feed = lambda: FeedStatus(
        URL, 0, lost_packets=lost[0], received_bytes=188, timestamp_jumps=3, corrupt_frames=2
    )
    air.show(5)
    status = air.until(lambda status: status is not None)
    assert status is not None
    assert (status.cc_errors, status.pts_gaps, status.corrupt_frames, status.decode_errors) == (0, 3, 2, 0)
    assert status.received_bytes == 188
    lost[0] = 9
    air.show(5)
    air.until(lambda _: air.standing() == {"source.continuity"})


def test_frames_that_are_too_many_are_counted_and_harm_nothing() -> None:
    air = Air()
    air.show(quality.LOOKS + 7)  # nobody takes them yet
    air.quality.start()
    status = air.until(lambda status: status is not None)
    assert status is not None
    assert status.unmeasured == 7
    assert air.quality.stop(5)


def test_probes_that_fail_say_so_and_nothing_else(air: Air) -> None:
    air.quality.take(lambda: Look(0.0, np.zeros((5, 100), np.float32), None, URL, hidden=False))  # no channel has five
    air.until(lambda _: air.standing() == {"quality"})
    air.show(25)
    assert air.quality.read() is None


def test_a_picture_that_cant_be_sampled_ends_the_measuring_and_nothing_else(air: Air) -> None:
    taken = 0

    def no_look() -> Look:
        nonlocal taken
        taken += 1
        raise ValueError("cannot reshape array")

    for _ in range(3):
        air.quality.take(no_look)  # on the program thread, which must go on
    assert taken == 1
    (alarm,) = air.alarms.standing()
    assert (alarm.key, alarm.severity) == ("quality", "warning")
    assert "not measured any more" in alarm.text


def test_rules_that_change_clear_what_stood_by_the_old_ones_and_judge_anew(air: Air) -> None:
    air.show(60, luma=16)
    air.until(lambda _: "picture.black" in air.standing())
    before = air.until(lambda status: status is not None and status.integrated_lufs is not None)
    air.quality.change(replace(LIMITS, black_luma=2, target_lufs=-16.0))
    air.show(10, luma=16)
    air.until(lambda status: status is not None and status.target_lufs == -16.0)
    air.show(60, luma=16)
    air.until(lambda _: "picture.black" not in air.standing() and "picture.freeze" in air.standing())
    after = air.quality.read()
    assert before is not None
    assert after is not None
    assert (after.black, after.integrated_lufs is not None) == (False, True)
