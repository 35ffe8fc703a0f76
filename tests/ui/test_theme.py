"""The palettes keep the contrast that the design promises, recomputed after WCAG 2.2."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from app.ui.theme import COLOUR_BLIND_SAFE, COMPACT, ROOMY, STANDARD, Palette, density_for


def luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def worst(p: Palette, name: str) -> float:
    return min(contrast(getattr(p, name), ground) for ground in (p.bg0, p.bg1, p.bg2))


@pytest.mark.parametrize(
    ("name", "ratio"), [("hi", 15.4), ("text", 10.8), ("dim", 6.5), ("red", 5.7), ("amber", 9.2), ("green", 9.2)]
)
def test_standard_text_on_its_worst_ground(name: str, ratio: float) -> None:
    assert worst(STANDARD, name) == pytest.approx(ratio, abs=0.06)


@pytest.mark.parametrize(("name", "ratio"), [("red", 6.8), ("amber", 13.0), ("green", 8.7)])
def test_colour_blind_safe_text_on_its_worst_ground(name: str, ratio: float) -> None:
    assert worst(COLOUR_BLIND_SAFE, name) == pytest.approx(ratio, abs=0.06)


def test_fills_and_edges() -> None:
    p, safe = STANDARD, COLOUR_BLIND_SAFE
    found = {
        "hi on bg0": (contrast(p.hi, p.bg0), 18.7),
        "hi on bg3": (contrast(p.hi, p.bg3), 12.4),
        "ink on face": (contrast(p.ink, p.face), 16.7),
        "white on redf": (contrast(p.sel, p.redf), 5.7),
        "ink on amber": (contrast(p.ink, p.amber), 11.0),
        "hi on plan": (contrast(p.hi, p.plan), 8.9),
        "planl": (contrast(p.planl, p.bg1), 6.4),
        "line": (contrast(p.line, p.bg1), 1.9),
        "edge": (contrast(p.edge, p.bg1), 5.0),
        "sel": (contrast(p.sel, p.bg1), 18.5),
        "blue": (contrast(p.blue, p.bg1), 7.9),
        "meter": (contrast(p.meter, p.bg1), 8.2),
        "safe white on redf": (contrast(safe.sel, safe.redf), 5.7),
        "safe ink on amber": (contrast(safe.ink, safe.amber), 15.5),
        "safe meter": (contrast(safe.meter, safe.bg1), 7.7),
    }
    wrong = {name: pair for name, pair in found.items() if abs(pair[0] - pair[1]) > 0.06}
    assert not wrong


@pytest.mark.parametrize("p", [STANDARD, COLOUR_BLIND_SAFE])
def test_every_word_on_a_coloured_ground_can_be_read(p: Palette) -> None:
    pairs = [(p.amber, p.amberb), (p.green, p.greenb), (p.hi, p.redb), (p.hi, p.bg3), (p.dim, p.bg1), (p.ink, p.face)]
    assert min(contrast(*pair) for pair in pairs) >= 4.5
    assert contrast(p.amber_on_face, p.face) >= 3


def test_the_density_follows_the_window() -> None:
    assert density_for(1920, 1080) is ROOMY
    assert density_for(1599, 1200) is COMPACT
    assert density_for(1920, 900) is COMPACT
