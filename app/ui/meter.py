"""The sound meter's ballistics: up at once, down 20 dB in 1.7 s; the peak stands 1.5 s, a clip 3 s. Pure."""

from __future__ import annotations

from dataclasses import dataclass

FLOOR_DBFS, AMBER_FROM_DBFS, CLIP_FROM_DBFS = -60.0, -6.0, -0.05
_FALL_DB_PER_S = 20 / 1.7
_PEAK_FOR_S, _CLIP_FOR_S = 1.5, 3.0


@dataclass(slots=True)
class Needle:
    """One audio channel. Levels are in dBFS, never below the floor."""

    level: float = FLOOR_DBFS
    peak: float = FLOOR_DBFS
    _at_s: float = 0.0
    _peak_until_s: float = 0.0
    _clip_until_s: float = 0.0

    def feed(self, peak_dbfs: float, now_s: float) -> None:
        """A new sample peak; -inf is silence."""
        fallen = self.level - _FALL_DB_PER_S * max(0.0, now_s - self._at_s)
        self._at_s = now_s
        self.level = max(FLOOR_DBFS, fallen, peak_dbfs)
        if self.level >= self.peak or now_s >= self._peak_until_s:
            if self.level >= self.peak:
                self._peak_until_s = now_s + _PEAK_FOR_S
            self.peak = max(self.level, self.peak - _FALL_DB_PER_S * 0.04)
        if peak_dbfs >= CLIP_FROM_DBFS:
            self._clip_until_s = now_s + _CLIP_FOR_S

    def clipped(self, now_s: float) -> bool:
        """Whether a clip still stands."""
        return now_s < self._clip_until_s


def height(level_dbfs: float) -> float:
    """A level as a part of the meter's height, 0 to 1."""
    return min(1.0, max(0.0, 1 - level_dbfs / FLOOR_DBFS))
