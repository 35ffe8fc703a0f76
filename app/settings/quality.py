"""``[channels.quality]``: thresholds, hold times and weights of the alarms about a channel's sound and picture."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import Any

from app.model.quality_limits import QualityLimits, Rule, Weight
from app.settings.table import Table

_HOLD_S = (Fraction(0), Fraction(3600))
_RULE = ("severity", "after", "clear")
_DEFAULTS = QualityLimits()
# rule: its thresholds as (key, field of QualityLimits, least, most, unit)
_THRESHOLDS = MappingProxyType(
    {
        "silence": (("below", "silence_dbfs", -120.0, 0.0, " of dBFS"),),
        "level": (("above", "true_peak_dbtp", -40.0, 6.0, " of dBTP"),),
        "loudness": (
            ("target", "target_lufs", -50.0, 0.0, " of LUFS"),
            ("tolerance", "tolerance_lu", 0.5, 50.0, " of LU"),
        ),
        "phase": (("below", "phase_least", -1.0, 1.0, ""),),
        "black": (("luma", "black_luma", 16, 128, ""),),
        "freeze": (),
        "bars": (),
        "captions": (),
        "scte35": (),
        "continuity": (("lost", "lost_packets", 1, 100_000, " of packets in 10 s"),),
    }
)


def quality_of_channel(channel: Table) -> QualityLimits:
    """``quality`` of a channel; what is not there is as EBU R 128 and habit have it."""
    table = channel.table("quality")
    if table is None:
        return _DEFAULTS
    table.only(*_THRESHOLDS)
    made: dict[str, Any] = {}
    for name, thresholds in _THRESHOLDS.items():
        rule = table.table(name)
        if rule is None:
            continue
        rule.only(*_RULE, *(key for key, *_ in thresholds))
        made[name] = _rule(rule, getattr(_DEFAULTS, name))
        for key, field, least, most, unit in thresholds:
            default = getattr(_DEFAULTS, field)
            if isinstance(default, int):
                made[field] = rule.integer(key, int(least), int(most), default, unit=unit)
            else:
                made[field] = rule.number(key, least, most, default, unit=unit)
    return QualityLimits(**made)


def quality_keys(limits: QualityLimits) -> dict[str, dict[str, str | int | Fraction]]:
    """The inverse of ``quality_of_channel``: the rules that differ from what is so without them."""
    told: dict[str, dict[str, str | int | Fraction]] = {}
    for name, thresholds in _THRESHOLDS.items():
        rule: Rule = getattr(limits, name)
        values = {key: getattr(limits, field) for key, field, *_ in thresholds}
        usual = {key: getattr(_DEFAULTS, field) for key, field, *_ in thresholds}
        if rule == getattr(_DEFAULTS, name) and values == usual:
            continue
        numbers = {key: Fraction(str(each)) if isinstance(each, float) else each for key, each in values.items()}
        told[name] = {"severity": rule.weight.value, **numbers, "after": rule.after_s, "clear": rule.clear_s}
    return told


def _rule(table: Table, default: Rule) -> Rule:
    return Rule(
        weight=Weight(table.choice("severity", Weight, default.weight)),
        after_s=table.seconds("after", *_HOLD_S, default.after_s),
        clear_s=table.seconds("clear", *_HOLD_S, default.clear_s),
    )
