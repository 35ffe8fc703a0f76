"""The buffer between two clocks, on a clock of the test's own."""

from dataclasses import dataclass, field
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.timebase import FrameRate
from app.pipeline.drift import Drift
from app.pipeline.normalise import Sound
from app.pipeline.playout import LOST_AFTER_S, Picked, Playout
from app.pipeline.sound_store import SoundStore

HZ = 48_000
P25 = FrameRate(25)
PICTURES = [av.VideoFrame(16, 16, "yuv420p") for _ in range(1000)]
NUMBERS = {id(picture): number for number, picture in enumerate(PICTURES)}


def block(first: int, count: int) -> Sound:
    """Samples that are their own number over 2**24: exact in float32."""
    return np.tile((np.arange(first, first + count) / 2**24).astype(np.float32), (1, 1))


def number_of(picture: av.VideoFrame) -> int:
    return NUMBERS[id(picture)]


@dataclass
class Bench:
    """Source and output on one simulated clock, which both run by."""

    playout: Playout
    rate: FrameRate
    now_s: list[float]
    taken: list[Picked] = field(default_factory=list)

    def take(self) -> Picked:
        frame = len(self.taken)
        picked = self.playout.take(frame, self.rate.samples(frame + 1, HZ) - self.rate.samples(frame, HZ))
        self.taken.append(picked)
        return picked

    def numbers(self) -> list[int]:
        return [number_of(picked.picture) for picked in self.taken if picked.picture is not None]


def bench(rate: FrameRate = P25, *, live: bool = False) -> Bench:
    now_s = [0.0]
    playout = Playout(rate, channels=1, sample_rate_hz=HZ, live=live, clock=lambda: now_s[0])
    if live:
        playout.reached_live_edge()
    return Bench(playout, rate, now_s)


def put(playout: Playout, number: int, rate: FrameRate, base: int = 0) -> None:
    playout.put_picture(base + rate.ticks(number), PICTURES[number % len(PICTURES)])
    first, end = (rate.samples(at, HZ) + base * 8 // 15 for at in (number, number + 1))
    playout.put_sound(first, block(first, end - first))


def play_file(source: FrameRate, output: FrameRate, frames: int, base: int = 0) -> Bench:
    """A source that waits for room, as fast as it is taken."""
    here = bench(output)
    number = 0
    while len(here.taken) < frames:
        while not here.playout.pictures_full():
            put(here.playout, number, source, base)
            number += 1
        here.take()
        here.now_s[0] += float(output.seconds(1))
    return here


def test_a_file_at_the_channel_s_rate_is_shown_picture_by_picture() -> None:
    here = play_file(P25, P25, 300, base=7_654_321)
    assert here.numbers() == list(range(300))
    assert all(picked.fresh for picked in here.taken)
    sound = np.concatenate([picked.sound[0] for picked in here.taken]) * 2**24
    assert np.all(np.diff(sound) == 1)


@pytest.mark.parametrize(
    ("source", "output", "expected"),
    [
        (FrameRate(25), FrameRate(50), [0, 0, 1, 1, 2, 2, 3, 3]),
        (FrameRate(50), FrameRate(25), [0, 2, 4, 6, 8, 10]),
        (FrameRate(25), FrameRate(30), [0, 1, 1, 2, 3, 4, 5, 6, 6]),
        (FrameRate(30_000, 1001), FrameRate(30_000, 1001), [0, 1, 2, 3, 4, 5]),
    ],
)
def test_another_rate_is_met_by_repeating_and_dropping(
    source: FrameRate, output: FrameRate, expected: list[int]
) -> None:
    here = play_file(source, output, 200)
    numbers = here.numbers()
    assert numbers[: len(expected)] == expected
    shown = numbers[-1] / float(source.fraction)
    assert abs(shown - (len(numbers) - 1) / float(output.fraction)) < 1 / float(source.fraction)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**33), st.sampled_from([FrameRate(25), FrameRate(30_000, 1001), FrameRate(50), FrameRate(24)]))
def test_no_picture_is_lost_or_repeated_wherever_source_time_begins(base: int, rate: FrameRate) -> None:
    numbers = play_file(rate, rate, 60, base=base).numbers()
    assert numbers == list(range(60))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-400, 400), min_size=60, max_size=60))
def test_rounded_timestamps_change_nothing(jitter: list[int]) -> None:
    here = bench()
    number = 0
    for _ in range(50):
        while not here.playout.pictures_full():
            here.playout.put_picture(90_000 + P25.ticks(number) + jitter[number % 60], PICTURES[number])
            number += 1
        here.playout.sound_expected = False
        here.take()
    numbers = here.numbers()
    assert numbers == list(range(len(numbers)))


def play_live(speed: Fraction, seconds: int, rate: FrameRate = P25) -> Bench:
    """A source whose clock runs at ``speed`` of ours."""
    here = bench(rate, live=True)
    number = 0
    for frame in range(int(seconds * rate.fraction)):
        here.now_s[0] = float(rate.seconds(frame))
        while rate.seconds(number + 1) <= rate.seconds(frame) * speed:
            put(here.playout, number, rate, base=90_000)
            number += 1
        here.take()
    return here


def test_a_live_source_is_held_back_by_its_jitter_buffer() -> None:
    here = play_live(Fraction(1), 20)
    first = next(index for index, picked in enumerate(here.taken) if picked.picture is not None)
    assert 0.2 <= first / 25 <= 0.32
    assert here.numbers() == list(range(len(here.numbers())))
    assert here.playout.drift.corrections == 0


@pytest.mark.parametrize("speed", [Fraction(1001, 1000), Fraction(999, 1000)])
def test_a_drifting_source_is_followed_without_a_gap(speed: Fraction) -> None:
    here = play_live(speed, 600)
    steps = np.diff(np.array(here.numbers()))
    jumps = int(np.count_nonzero(np.abs(np.where(steps < -500, steps + 1000, steps) - 1)))
    assert here.playout.drift.corrections >= 10
    assert jumps <= here.playout.drift.corrections + 1  # each is one picture repeated or skipped
    assert here.playout.relinked == 0
    assert here.playout.sound_gaps == 0
    assert 40 <= here.playout.buffer_ms() <= 400
    assert all(picked.sound.shape == (1, 1920) for picked in here.taken)


def test_sound_stays_with_its_picture_while_drift_is_taken_out() -> None:
    here = play_live(Fraction(1001, 1000), 120)
    for picked in here.taken[500:]:
        assert picked.picture is not None
        sample = float(picked.sound[0, 0]) * 2**24 - 48_000
        numbers = np.array([sample / 1920 % 1000, number_of(picked.picture)])
        assert abs(numbers[0] - numbers[1]) < 1.1 or abs(numbers[0] - numbers[1]) > 998


def test_the_slate_comes_within_half_a_second_of_the_last_picture() -> None:
    here = bench(live=True)
    for frame in range(100):
        here.now_s[0] = frame / 25
        if frame < 50:
            put(here.playout, frame, P25)
        here.take()
    last_put_s = 49 / 25
    shown_s = [frame / 25 for frame, picked in enumerate(here.taken) if picked.picture is not None]
    assert LOST_AFTER_S - 0.05 <= shown_s[-1] + 1 / 25 - last_put_s <= 0.5


def test_after_a_loss_it_fills_again_and_goes_on() -> None:
    here = bench(live=True)
    for frame in range(200):
        here.now_s[0] = frame / 25
        if not 50 <= frame < 100:
            put(here.playout, frame, P25)
        here.take()
    assert here.taken[99].picture is None
    assert not here.taken[99].sound.any()
    tail = [number_of(picked.picture) for picked in here.taken[120:] if picked.picture is not None]
    assert tail == list(range(tail[0], tail[0] + 80))
    assert 195 - tail[-1] <= 5


def test_a_short_gap_freezes_the_picture_and_costs_nothing_else() -> None:
    here = bench(live=True)
    for frame in range(100):
        here.now_s[0] = frame / 25
        if not 50 <= frame < 57:
            put(here.playout, frame, P25)
        here.take()
    assert all(picked.picture is not None for picked in here.taken[10:])
    assert [number_of(picked.picture) for picked in here.taken[-20:] if picked.picture] == list(range(76, 96))


def test_a_source_that_pauses_is_played_later_from_then_on() -> None:
    here = bench(live=True)
    number = 0
    for frame in range(200):
        here.now_s[0] = frame / 25
        if not 50 <= frame < 58:
            put(here.playout, number, P25)
            number += 1
        here.take()
    tail = [number_of(picked.picture) for picked in here.taken[120:] if picked.picture is not None]
    assert tail == list(range(tail[0], tail[0] + 80))
    assert here.playout.relinked == 1


def test_a_full_live_buffer_drops_the_oldest_and_begins_anew() -> None:
    here = bench(live=True)
    for number in range(100):
        put(here.playout, number, P25)
    picked = here.take()
    assert picked.picture is not None
    assert 90 <= number_of(picked.picture) <= 95
    assert here.playout.buffer_ms() <= 700


def test_sound_alone_is_played_when_there_is_no_picture_to_come() -> None:
    here = bench(live=True)
    here.playout.picture_expected = False
    for frame in range(50):
        here.now_s[0] = frame / 25
        here.playout.put_sound(frame * 1920, block(frame * 1920, 1920))
        picked = here.take()
    assert picked.picture is None
    assert picked.sound.all()


@pytest.mark.parametrize("behind_frames", [0, 5, -3])
def test_how_far_sound_lies_behind_its_pictures_is_told(behind_frames: int) -> None:
    here = bench(live=True)
    assert here.playout.sound_behind_ms is None
    for frame in range(20, 40):
        here.playout.put_picture(P25.ticks(frame), PICTURES[frame])
        first = (frame - behind_frames) * 1920
        here.playout.put_sound(first, block(first, 1920))
    assert here.playout.sound_behind_ms == behind_frames * 40


def test_late_sound_is_waited_for() -> None:
    """A multiplexer packs 320 ms of sound together: it comes in bursts, behind its pictures."""
    here = bench(live=True)
    for frame in range(200):
        here.now_s[0] = frame / 25
        here.playout.put_picture(P25.ticks(frame), PICTURES[frame])
        if frame % 8 == 7:
            first = (frame - 7) * 1920
            here.playout.put_sound(first, block(first, 8 * 1920))
        here.take()
    silent = [frame for frame, picked in enumerate(here.taken[100:]) if not picked.sound.all()]
    assert silent == []
    assert here.playout.relinked <= 1


class TestDrift:
    @staticmethod
    def test_nothing_moves_while_enough_is_held() -> None:
        drift = Drift(10)
        for _ in range(100):
            drift.note(18_000, 1920)
            assert drift.slew(1920) == 0

    @staticmethod
    @pytest.mark.parametrize(("ahead", "sign"), [(90_000, 1), (0, -1)])
    def test_a_whole_frame_is_made_up_slowly(ahead: int, sign: int) -> None:
        drift = Drift(10)
        made_up = []
        for _ in range(300):
            drift.note(ahead if not drift.corrections else 18_000, 1920)
            made_up.append(drift.slew(1920))
        assert sum(made_up) == sign * 1920
        assert max(map(abs, made_up)) <= 10

    @staticmethod
    def test_it_is_put_off_while_a_frame_is_promised_but_not_for_ever() -> None:
        drift = Drift(10)
        made_up = []
        for take in range(1200):
            drift.note(90_000, 1920)
            if take < 100 or take >= 500:
                drift.hold(5)
            made_up.append(drift.slew(1920))
        assert not any(made_up[:104])
        assert made_up[104]
        assert not any(made_up[505:700])
        assert any(made_up[700:1000])


class TestSoundStore:
    @staticmethod
    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.integers(1, 400), min_size=1, max_size=20), st.integers(-1000, 1000), st.integers(1, 700))
    def test_what_was_written_is_read(sizes: list[int], start: int, step: int) -> None:
        store = SoundStore(1, join=20, most=100_000)
        at = start
        for size in sizes:
            store.write(at, block(at, size))
            at += size
        read = [store.read(place, step) for place in range(start, at, step)]
        sound = np.concatenate([sound[0] for sound, _ in read])[: at - start] * 2**24
        assert np.array_equal(sound, np.arange(start, at))
        assert sum(found for _, found in read) == at - start

    @staticmethod
    def test_a_gap_is_silence_and_an_overlap_is_cut() -> None:
        store = SoundStore(1, join=2, most=100_000)
        store.write(1000, block(1000, 100))
        store.write(1050, block(1050, 100))
        store.write(1200, block(1200, 100))
        sound, found = store.read(1000, 300)
        assert found == 250
        assert not sound[0, 150:200].any()
        assert np.array_equal(sound[0, :150] * 2**24, np.arange(1000, 1150))

    @staticmethod
    @pytest.mark.parametrize("end", [1050, 1100, 1130])
    def test_it_can_be_cut_to_a_sample(end: int) -> None:
        store = SoundStore(1, join=2, most=100_000)
        store.write(1000, block(1000, 100))
        store.cut(end)
        assert store.end == end

    @staticmethod
    def test_it_is_bounded() -> None:
        store = SoundStore(1, join=2, most=1000)
        for first in range(0, 5000, 100):
            store.write(first, block(first, 100))
        assert store.start == 4000
        assert store.dropped == 4000


def test_frames_are_the_very_objects_put_in() -> None:
    here = bench()
    here.playout.sound_expected = False
    frames = [av.VideoFrame(16, 16, "yuv420p") for _ in range(5)]
    for index, frame in enumerate(frames):
        here.playout.put_picture(P25.ticks(index), frame)
    assert here.take().picture is frames[0]
    assert here.take().picture is frames[1]
