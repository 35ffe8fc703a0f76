"""The loudness bar's scale: EBU +18 (EBU Tech 3341 §2.6), the target two thirds up. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.quality import QualityStatus

_BELOW_LU, _ABOVE_LU = 36.0, 18.0


@dataclass(frozen=True, slots=True)
class Loudness:
    """``short``, ``momentary``: parts of the bar's height, 0 to 1; ``target``, ``most`` (still right): its marks."""

    short: float = 0.0
    momentary: float = 0.0
    target: float = _BELOW_LU / (_BELOW_LU + _ABOVE_LU)
    most: float = 1.0


EMPTY = Loudness()


def loudness_of(quality: QualityStatus | None) -> Loudness:
    """What the bar shows of a channel; empty where nothing is measured."""
    if quality is None or quality.target_lufs is None:
        return EMPTY
    target = quality.target_lufs
    return Loudness(
        short=_part(quality.short_lufs, target),
        momentary=_part(quality.momentary_lufs, target),
        most=_part(target + (quality.tolerance_lu or 0.0), target),
    )


def _part(lufs: float | None, target: float) -> float:
    if lufs is None:
        return 0.0
    return min(1.0, max(0.0, (lufs - target + _BELOW_LU) / (_BELOW_LU + _ABOVE_LU)))
