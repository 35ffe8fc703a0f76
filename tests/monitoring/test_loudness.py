"""Loudness and true peak against EBU Tech 3341's own cases, and against FFmpeg's ebur128 on sound of any kind."""

from __future__ import annotations

import math
import re
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from app.monitoring.loudness import BLOCK_SAMPLES, HIGH_PASS, RATE_HZ, SHELF, Biquad, GatedPowers, KWeighting
from app.monitoring.sound_quality import SoundProbe, SoundReading

type Sound = NDArray[np.float32]


def sine(dbfs: float, seconds: float, hertz: float = 1000.0, *, channels: int = 2, phase: float = 0.0) -> Sound:
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    one = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * at + phase)
    return np.tile(one.astype(np.float32), (channels, 1))


def silence(seconds: float, channels: int = 2) -> Sound:
    return np.zeros((channels, int(seconds * RATE_HZ)), np.float32)


def heard(sound: Sound, piece: int = 1920) -> SoundReading:
    """Measured in pieces as a channel hands them in."""
    probe = SoundProbe(sound.shape[0], silence_dbfs=-60)
    for at in range(0, sound.shape[1], piece):
        probe.take(sound[:, at : at + piece])
    reading = probe.read()
    assert reading is not None
    return reading


def integrated(sound: Sound) -> float:
    found = heard(sound).integrated_lufs
    assert found is not None
    return found


# ---- EBU Tech 3341, table 1


@pytest.mark.parametrize(("dbfs", "expected"), [(-23.0, -23.0), (-33.0, -33.0)])
def test_cases_1_and_2_a_sine_has_its_loudness_on_every_scale(dbfs: float, expected: float) -> None:
    reading = heard(sine(dbfs, 20))
    for found in (reading.momentary_lufs, reading.short_lufs, reading.integrated_lufs):
        assert found == pytest.approx(expected, abs=0.1)


def test_case_3_the_quiet_beginning_and_end_are_gated_out() -> None:
    sound = np.concatenate([sine(-36, 10), sine(-23, 60), sine(-36, 10)], axis=1)
    assert integrated(sound) == pytest.approx(-23, abs=0.1)


def test_case_4_what_is_below_the_absolute_gate_does_not_count() -> None:
    levels = [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)]
    assert integrated(np.concatenate([sine(*each) for each in levels], axis=1)) == pytest.approx(-23, abs=0.1)


def test_case_5_the_relative_gate_is_of_what_is_above_the_absolute_one() -> None:
    levels = [(-26, 20), (-20, 20.1), (-26, 20)]
    assert integrated(np.concatenate([sine(*each) for each in levels], axis=1)) == pytest.approx(-23, abs=0.1)


def test_case_9_short_term_of_a_level_that_changes_within_it_stays() -> None:
    pair = [sine(-20, 1.34), sine(-30, 1.66)]
    probe, found = SoundProbe(2, -60), []
    for piece in np.split(np.concatenate(pair * 5, axis=1), 150, axis=1):
        probe.take(piece)
        reading = probe.read()
        if reading is not None and reading.short_lufs is not None:
            found.append(reading.short_lufs)
    assert len(found) > 100
    assert max(found) == pytest.approx(-23, abs=0.1)
    assert min(found) == pytest.approx(-23, abs=0.1)


def test_case_12_momentary_of_a_level_that_changes_within_it_stays() -> None:
    pair = [sine(-20, 0.18), sine(-30, 0.22)]
    probe, found = SoundProbe(2, -60), []
    for piece in np.split(np.concatenate(pair * 25, axis=1), 100, axis=1):
        probe.take(piece)
        reading = probe.read()
        if reading is not None and reading.momentary_lufs is not None:
            found.append(reading.momentary_lufs)
    assert max(found) == pytest.approx(-23, abs=0.1)
    assert min(found) == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(
    ("divisor", "degrees", "level", "expected"),
    [(4, 0, 0.50, -6.0), (4, 45, 0.50, -6.0), (6, 60, 0.50, -6.0), (8, 67.5, 0.50, -6.0), (4, 45, 1.41, 3.0)],
)
def test_cases_15_to_19_true_peak_finds_what_lies_between_the_samples(
    divisor: int, degrees: float, level: float, expected: float
) -> None:
    sound = sine(20 * math.log10(level), 1, RATE_HZ / divisor, phase=math.radians(degrees))
    fade = np.minimum(1, np.arange(sound.shape[1]) / 4800)  # the case's own sound begins softly
    assert expected - 0.4 <= heard((sound * fade).astype(np.float32)).true_peak_dbtp <= expected + 0.2


# ---- against another meter


def of_ffmpeg(sound: Sound, folder: Path) -> tuple[float, float]:
    """Integrated loudness and true peak by FFmpeg."""
    (folder / "sound.raw").write_bytes(np.ascontiguousarray(sound.T).tobytes())
    said = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-f", "f32le", "-ar", str(RATE_HZ), "-ac",
         str(sound.shape[0]), "-i", str(folder / "sound.raw"), "-af", "ebur128=peak=true", "-f", "null", "-"],
        check=True, capture_output=True, text=True,
    ).stderr  # fmt: skip
    summary = said[said.rindex("Summary:") :]
    loud, peak = re.search(r"I: +(-?[\d.]+|-inf|nan) LUFS", summary), re.search(r"Peak: +(-?[\d.]+) dBFS", summary)
    assert loud is not None
    assert peak is not None
    return float(loud[1]), float(peak[1])


def speech_like(seconds: float, seed: int, channels: int) -> Sound:
    """Noise of falling spectrum that swells, pauses and clicks."""
    random = np.random.default_rng(seed)
    samples = int(seconds * RATE_HZ)
    spectrum = np.fft.rfft(random.standard_normal((channels, samples)))
    spectrum /= np.sqrt(1 + np.arange(spectrum.shape[1]) / 500)
    noise = np.fft.irfft(spectrum, samples)
    swell = np.abs(np.sin(2 * np.pi * random.uniform(0.1, 0.7) * np.arange(samples) / RATE_HZ)) ** 3
    sound = noise / np.abs(noise).max() * swell * random.uniform(0.05, 0.9)
    sound[:, :: RATE_HZ // 2] *= 1.5
    sound[:, samples // 3 : samples // 2] *= 0.01
    made: Sound = sound.astype(np.float32)
    return made


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_ffmpeg_measures_the_same(seed: int, channels: int, tmp_path: Path) -> None:
    sound = speech_like(14, seed, channels)
    loudness, peak = of_ffmpeg(sound, tmp_path)
    assert integrated(sound) == pytest.approx(loudness, abs=0.1)
    highest = heard(sound[:, -3 * RATE_HZ :]).true_peak_dbtp
    assert highest == pytest.approx(
        of_ffmpeg(sound[:, -3 * RATE_HZ :], tmp_path)[1], abs=0.3
    )  # its clicks reach up to the band's end
    assert highest <= peak + 0.3


# ---- what is not in the tables


def test_the_pieces_that_sound_comes_in_do_not_matter() -> None:
    sound = speech_like(5, 9, 2)[:, : 48 * BLOCK_SAMPLES]
    readings = [heard(sound, piece) for piece in (801, 1920, 4800, 30_000)]
    assert all(reading == readings[0] for reading in readings)


def gain(filtering: Biquad, hertz: float) -> float:
    back = np.exp(-2j * np.pi * hertz / RATE_HZ)
    over = filtering.b[0] + filtering.b[1] * back + filtering.b[2] * back**2
    return float(abs(over / (1 + filtering.a[0] * back + filtering.a[1] * back**2)))


@pytest.mark.parametrize("hertz", [20.0, 30.0, 60.0, 150.0, 997.0, 2500.0, 10_000.0, 20_000.0])
def test_the_k_weighting_is_that_of_the_standards_two_filters(hertz: float) -> None:
    probe = KWeighting(1)
    powers = [probe.power(block) for block in np.split(sine(0, 2, hertz, channels=1), 20, axis=1)]
    expected = (gain(SHELF, hertz) * gain(HIGH_PASS, hertz)) ** 2 / 2
    assert np.mean(powers[-10:]) == pytest.approx(expected, rel=0.001)


def test_a_full_scale_tone_in_one_channel_is_as_loud_as_the_standard_says() -> None:
    assert integrated(sine(0, 2, 997, channels=1)) == pytest.approx(-3.01, abs=0.01)  # BS.1770-4, annex 1


def test_silence_has_no_integrated_loudness_and_no_phase() -> None:
    reading = heard(silence(5))
    assert (reading.integrated_lufs, reading.momentary_lufs, reading.phase) == (None, -math.inf, None)
    assert reading.true_peak_dbtp == -math.inf
    assert reading.silent_s == pytest.approx(5)


def test_too_little_sound_has_no_loudness() -> None:
    assert heard(sine(-20, 0.2)).momentary_lufs is None
    assert heard(sine(-20, 1)).short_lufs is None
    assert SoundProbe(2, -60).read() is None


def test_the_integrated_loudness_forgets_the_oldest_minute() -> None:
    powers = GatedPowers(blocks_a_minute=10, minutes=3)
    loud, quiet = (10 ** ((level + 0.691) / 10) for level in (-10.0, -30.0))
    for _ in range(10):
        powers.add(loud)
    assert powers.lufs() == pytest.approx(-10)
    for _ in range(21):
        powers.add(quiet)
    assert powers.lufs() == pytest.approx(-30)


@pytest.mark.parametrize(("right", "expected"), [(1.0, 1.0), (-1.0, -1.0), (0.0, None)])
def test_phase_of_equal_opposed_and_missing_sides(right: float, expected: float | None) -> None:
    sound = sine(-20, 2)
    sound[1] *= right
    phase = heard(sound).phase
    assert phase is None if expected is None else phase == pytest.approx(expected)


def test_sides_that_have_nothing_to_do_with_each_other_have_no_correlation() -> None:
    noise = np.random.default_rng(1).standard_normal((2, 2 * RATE_HZ)).astype(np.float32) * 0.1
    assert heard(noise).phase == pytest.approx(0, abs=0.03)


def test_clipping_is_a_run_at_full_scale_and_not_a_single_sample() -> None:
    sound = sine(-6, 1)
    sound[0, 1000] = 1.0
    assert heard(sound).clipped == 0
    sound[0, 2000:2003] = 1.0
    sound[1, 9000:9100] = -1.0
    assert heard(sound).clipped == 2
    assert heard(np.concatenate([sound, sine(-6, 3.5)], axis=1)).clipped == 0


def test_what_is_no_number_does_no_lasting_harm() -> None:
    sound = np.concatenate([sine(-20, 1), np.full((2, BLOCK_SAMPLES), np.nan, np.float32), sine(-20, 4)], axis=1)
    reading = heard(sound)
    assert reading.short_lufs == pytest.approx(-20, abs=0.1)
    assert reading.true_peak_dbtp == pytest.approx(-20, abs=0.2)
