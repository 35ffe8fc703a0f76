"""From where on what is measured of a channel's programme is an alarm, after how long, and when that is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Weight(StrEnum):
    """How grave an alarm is; OFF: it is measured, and nothing is said."""

    CRITICAL = "critical"
    WARNING = "warning"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Wrong for ``after_s`` without a break raises it, right for ``clear_s`` clears it."""

    weight: Weight = Weight.WARNING
    after_s: Fraction = Fraction(10)
    clear_s: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityLimits:
    """``silence_dbfs``: sample peaks up to there are silence. ``true_peak_dbtp``: above is over-level (EBU R 128).

    ``target_lufs``, ``tolerance_lu``: where the short-term loudness belongs. ``phase_least``: correlation below it is
    out of phase. ``black_luma``: 8-bit video luma up to there is black. ``lost_packets``: so many in 10 s are too many.
    """

    silence_dbfs: float = -60.0
    true_peak_dbtp: float = -1.0
    target_lufs: float = -23.0
    tolerance_lu: float = 10.0
    phase_least: float = -0.5
    black_luma: int = 32
    lost_packets: int = 5
    silence: Rule = field(default_factory=lambda: Rule(weight=Weight.CRITICAL))
    level: Rule = field(default_factory=lambda: Rule(after_s=Fraction(6), clear_s=Fraction(10)))
    loudness: Rule = field(default_factory=lambda: Rule(after_s=Fraction(60), clear_s=Fraction(10)))
    phase: Rule = field(default_factory=lambda: Rule(clear_s=Fraction(5)))
    black: Rule = field(default_factory=lambda: Rule(weight=Weight.CRITICAL, after_s=Fraction(5)))
    freeze: Rule = field(default_factory=Rule)
    bars: Rule = field(default_factory=Rule)
    captions: Rule = field(default_factory=lambda: Rule(after_s=Fraction(30)))
    scte35: Rule = field(default_factory=Rule)
    continuity: Rule = field(default_factory=lambda: Rule(after_s=Fraction(0), clear_s=Fraction(10)))
