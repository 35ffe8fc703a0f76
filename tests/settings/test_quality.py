"""``[channels.quality]``: every key, every fault."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from app.model.quality_limits import QualityLimits, Rule, Weight
from tests.settings.test_signalling import channel, refused


def test_without_it_the_limits_are_those_of_the_house() -> None:
    assert channel("").quality == QualityLimits()
    assert channel("quality = {}\n").quality == QualityLimits()
    assert channel("quality = { silence = {} }\n").quality == QualityLimits()


def test_every_key_is_read() -> None:
    keys = (
        'silence = { severity = "warning", after = 3.5, clear = 0, below = -50.5 }, level = { above = -2 }, '
        "loudness = { target = -16, tolerance = 4.5, after = 30 }, phase = { below = 0.25 }, "
        'black = { luma = 20, severity = "off" }, freeze = { after = 20 }, bars = { clear = 2 }, '
        "continuity = { lost = 100 }"
    )
    made, usual = channel(f"quality = {{ {keys} }}\n").quality, QualityLimits()
    assert made.silence == Rule(weight=Weight.WARNING, after_s=Fraction(7, 2), clear_s=Fraction(0))
    assert (made.silence_dbfs, made.true_peak_dbtp, made.target_lufs, made.tolerance_lu) == (-50.5, -2.0, -16.0, 4.5)
    assert (made.phase_least, made.black_luma, made.lost_packets) == (0.25, 20, 100)
    held = [made.loudness.after_s, made.freeze.after_s, made.bars.clear_s]
    assert held == [Fraction(30), Fraction(20), Fraction(2)]
    assert made.loudness.clear_s == usual.loudness.clear_s
    assert made.black.weight is Weight.OFF
    assert made.level == usual.level


@pytest.mark.parametrize(
    ("keys", "where", "right"),
    [
        ("silense = {}", "quality.silense", "did you mean silence?"),
        ("silence = { after = -1 }", "quality.silence.after", "from 0 to 3600"),
        ('silence = { after = "10 s" }', "quality.silence.after", "a number of seconds"),
        ("silence = { beneath = -60 }", "quality.silence.beneath", "known are severity, after, clear, below"),
        ("silence = { below = 3 }", "quality.silence.below", "from -120 to 0"),
        ('silence = { below = "-60" }', "quality.silence.below", "a number of dBFS from -120 to 0"),
        ("silence = { below = nan }", "quality.silence.below", "from -120 to 0"),
        ("silence = { below = true }", "quality.silence.below", "from -120 to 0"),
        ('silence = { severity = "loud" }', "quality.silence.severity", "known are critical, warning, off"),
        ("silence = false", "quality.silence", "a table"),
        ("black = { luma = 3 }", "quality.black.luma", "from 16 to 128"),
        ("black = { luma = 20.5 }", "quality.black.luma", "a whole number"),
        ("loudness = { tolerance = 0 }", "quality.loudness.tolerance", "a number of LU from 0.5 to 50"),
        ("continuity = { lost = 0 }", "quality.continuity.lost", "from 1 to 100000"),
    ],
)
def test_a_fault_names_the_key_and_what_is_right(keys: str, where: str, right: str) -> None:
    error = refused(f"quality = {{ {keys} }}\n")
    assert where in error
    assert right in error


def test_the_readme_shows_the_limits_of_the_house() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    block = readme.partition("[channels.quality]")[2].partition("```")[0]
    rules = [line.partition("#")[0].strip() for line in block.splitlines()[1:]]
    assert channel(f"quality = {{ {', '.join(rule for rule in rules if rule)} }}\n").quality == QualityLimits()
    assert len([rule for rule in rules if rule]) == 10
