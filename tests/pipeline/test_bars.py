"""The built-in test picture and tone."""

import math

import numpy as np
import pytest

from app.model.timebase import FrameRate
from app.pipeline.canvas import plane_of
from app.pipeline.sources.bars import BarsPicture, _glyphs, bars_sound, flash_at, time_code

RATES = [FrameRate(25), FrameRate(30_000, 1001), FrameRate(50)]


def _luma(picture: BarsPicture, number: int) -> np.ndarray:
    return plane_of(picture.frame(number), 0)[:180, :320].copy()


def test_every_picture_differs_and_only_in_the_strip() -> None:
    picture = BarsPicture(FrameRate(25), "News 1", 320, 180)
    first = _luma(picture, 0)
    for number in range(1, 100):
        differs = np.flatnonzero((_luma(picture, number) != first).any(axis=1))
        assert differs.size
        assert 104 <= differs.min() <= differs.max() < 130


def test_a_frame_given_out_is_not_written_to_again() -> None:
    picture = BarsPicture(FrameRate(25), "News 1", 320, 180)
    kept = picture.frame(0)
    before = bytes(kept.planes[0])
    for number in range(1, 10):
        picture.frame(number)
    assert bytes(kept.planes[0]) == before


def test_the_title_is_in_the_picture() -> None:
    one, other = (plane_of(BarsPicture(FrameRate(25), title, 320, 180).frame(0), 0) for title in ("News 1", "Sport"))
    assert (one[:104] != other[:104]).any()


def test_the_time_code_does_not_dance() -> None:
    signs = _glyphs(60)
    assert len({signs[sign].shape for sign in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("rate", "number", "text"),
    [
        (FrameRate(25), 0, "00:00:00:00"),
        (FrameRate(25), 25 * 3661 + 7, "01:01:01:07"),
        (FrameRate(30_000, 1001), 59, "00:00:01:29"),
        (FrameRate(50), 50 * 86_400 + 49, "00:00:00:49"),
    ],
)
def test_the_time_code_counts_frames(rate: FrameRate, number: int, text: str) -> None:
    assert time_code(rate, number) == text


@pytest.mark.parametrize("rate", RATES)
def test_the_beep_begins_with_the_flash_once_a_second(rate: FrameRate) -> None:
    frames = rate.nominal * 4
    sound = np.concatenate([bars_sound(rate, number, 1, 48_000)[0] for number in range(frames)])
    assert sound.size == rate.samples(frames, 48_000)
    flashes = [number for number in range(frames) if flash_at(rate, number) and not flash_at(rate, number - 1)]
    assert [math.ceil(second * rate.fraction) for second in range(4)] == flashes
    loud = np.abs(sound) > 0.2
    for flash in flashes:
        begin = rate.samples(flash, 48_000)
        assert loud[begin : begin + 24].any()
        assert not loud[max(0, begin - 4000) : begin].any()


def test_the_tone_is_at_minus_18_dbfs_without_a_step() -> None:
    rate = FrameRate(30_000, 1001)
    sound = np.concatenate([bars_sound(rate, number, 2, 48_000) for number in range(4, 29)], axis=1)
    assert sound.shape[0] == 2
    assert sound.dtype == np.float32
    assert abs(20 * math.log10(float(sound.max())) + 18) < 0.01
    assert np.abs(np.diff(sound[0])).max() < 0.13 * 2 * math.pi * 1000 / 48_000
