"""How many pictures a second the multiviewer may have: it shrinks first when the machine is short. Pure."""

from __future__ import annotations

RATES = (25.0, 12.5, 5.0, 1.0, 0.0)  # pictures a second, a step each
DEEP = 0.25  # of the ladder's queue: it lags, and the preview loses a step
VERY_DEEP = 0.75  # nothing is left for previews
LATE_S = 0.2  # behind the channel's clock
STEP_S = 0.4  # between two steps down: the one before needs a moment to help
_MOST_OWED = 1.9  # pictures: what was not shown is not made up for
_ROUNDING = 1e-9
CALM_S, LONGEST_CALM_S = 4.0, 64.0  # without any lag, before a step up


class PreviewBudget:
    """Counts in frames of the channel. ``frames_per_s``: its rate. One thread, once a frame.

    A step up that had to be taken back makes the next one wait twice as long.
    """

    def __init__(self, frames_per_s: float) -> None:
        self._frames_per_s = frames_per_s
        self._step = 0
        self._changed_frame: int | None = None
        self._busy_frame = 0  # the last one that came with a lag
        self._went_up = False
        self._calm_s = CALM_S
        self._owed = 0.0  # pictures

    @property
    def rate(self) -> float:
        """Pictures a second at present; any thread."""
        return min(RATES[self._step], self._frames_per_s)

    def wants(self, frame: int, depth: float, late_s: float) -> bool:
        """Whether to show this frame; the first one always. ``depth``: of the ladder's queue, 0 to 1.

        ``late_s``: how far the frame is behind the channel's clock.
        """
        if self._changed_frame is None:
            self._changed_frame = frame
            return True
        self._settle(frame, self._changed_frame, depth, late_s)
        self._owed = min(_MOST_OWED, self._owed + self.rate / self._frames_per_s)
        if not self.rate or self._owed < 1.0 - _ROUNDING or depth >= DEEP:
            return False
        self._owed -= 1.0
        return True

    def _settle(self, frame: int, changed_frame: int, depth: float, late_s: float) -> None:
        if depth >= VERY_DEEP:
            self._down(frame, len(RATES) - 1)
        elif depth >= DEEP or late_s > LATE_S:
            if self._seconds(frame - changed_frame) >= STEP_S or not self._step:
                self._down(frame, min(self._step + 1, len(RATES) - 1))
        elif self._step and self._seconds(frame - max(self._busy_frame, changed_frame)) >= self._calm_s:
            self._step, self._changed_frame, self._went_up = self._step - 1, frame, True
        elif self._went_up and self._seconds(frame - changed_frame) >= self._calm_s:
            self._went_up, self._calm_s = False, CALM_S  # it has stayed: the machine has room again
        if depth >= DEEP or late_s > LATE_S:
            self._busy_frame = frame

    def _down(self, frame: int, step: int) -> None:
        if self._went_up:
            self._went_up, self._calm_s = False, min(2 * self._calm_s, LONGEST_CALM_S)
        if step != self._step:
            self._step, self._changed_frame = step, frame

    def _seconds(self, frames: int) -> float:
        return frames / self._frames_per_s
