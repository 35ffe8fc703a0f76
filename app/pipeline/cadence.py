"""The step from picture to picture, and whether the rate has changed for good."""

from __future__ import annotations

from app.model.timebase import TICKS_PER_SECOND

_FIRST_STEP_TICKS = 3600
_LONGEST_STEP_TICKS = TICKS_PER_SECOND // 2
_STEADY_AFTER = 12  # equal steps
_EQUAL_PARTS = 20  # steps that differ by less than one part in these


class Cadence:
    """``step_ticks``: the latest step; ``changes``: how often a steady rate gave way to another."""

    def __init__(self) -> None:
        self.step_ticks = _FIRST_STEP_TICKS
        self.changes = 0
        self._last_ticks: int | None = None
        self._steady_ticks: int | None = None
        self._alike = 0

    def note(self, ticks: int) -> None:
        """A picture is at this time."""
        step = 0 if self._last_ticks is None else ticks - self._last_ticks
        self._last_ticks = ticks
        if not 0 < step < _LONGEST_STEP_TICKS:
            return
        self._alike = self._alike + 1 if _equal(step, self.step_ticks) else 0
        self.step_ticks = step
        if self._alike >= _STEADY_AFTER:
            if self._steady_ticks is not None and not _equal(step, self._steady_ticks):
                self.changes += 1
            self._steady_ticks = step

    def restart(self) -> None:
        """The next picture does not follow the last."""
        self._last_ticks = None

    @property
    def last_ticks(self) -> int | None:
        """Time of the latest picture."""
        return self._last_ticks

    @property
    def per_second(self) -> str:
        """The steady rate, rounded for reading; '' while there is none."""
        return f"{TICKS_PER_SECOND / self._steady_ticks:.4g}" if self._steady_ticks else ""


def _equal(step: int, other: int) -> bool:
    return abs(step - other) * _EQUAL_PARTS < other
