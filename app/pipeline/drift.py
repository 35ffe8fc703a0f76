"""How far a live source's clock has drifted from ours, and by how many samples to follow it now."""

from __future__ import annotations

_LOW_TICKS, _HIGH_TICKS = 60 * 90, 300 * 90  # the least that is held over a window may be between these
_PUT_OFF_MOST_WINDOWS = 30
_SLEW_PARTS = 200  # 1 sample in 200 at most: 9 cents of pitch


class Drift:
    """Watches the least that a jitter buffer holds over ``window`` takes; corrects by whole source frames.

    ``corrections`` counts them. The picture shows each as one repeated or skipped frame.

    ``hold`` puts a correction off, for moments whose frame has been promised; half a minute is nothing to a clock.
    """

    def __init__(self, window: int) -> None:
        self.corrections = 0
        self._window = window
        self._least_ticks: int | None = None
        self._takes = 0
        self._owed = 0
        self._held = self._put_off = 0  # takes

    def hold(self, takes: int) -> None:
        """No correction goes on in the next takes, but none waits for longer than two minutes."""
        self._held = max(self._held, takes)

    def note(self, ahead_ticks: int, step_samples: int) -> None:
        """One take found this much held; a correction is of ``step_samples``, a source frame."""
        self._least_ticks = ahead_ticks if self._least_ticks is None else min(ahead_ticks, self._least_ticks)
        self._takes += 1
        if self._takes < self._window or self._owed:
            return
        if not _LOW_TICKS <= self._least_ticks <= _HIGH_TICKS:
            self._owed = step_samples if self._least_ticks > _HIGH_TICKS else -step_samples
            self.corrections += 1
        self._takes, self._least_ticks = 0, None

    def slew(self, samples: int) -> int:
        """How many samples more than ``samples`` to play in their time (negative: fewer); it is then done."""
        if self._waits():
            return 0
        most = max(1, samples // _SLEW_PARTS)
        step = max(-most, min(most, self._owed))
        self._owed -= step
        return step

    def _waits(self) -> bool:
        held, self._held = self._held > 0, max(0, self._held - 1)
        if not self._owed:
            self._put_off = 0
            return True
        self._put_off += held
        return held and self._put_off <= _PUT_OFF_MOST_WINDOWS * self._window

    def restart(self) -> None:
        """The clocks have been linked anew."""
        self._owed = self._takes = 0
        self._least_ticks = None
