"""When each frame is due on the channel's own clock, and whether the machine keeps up. Program thread only."""

from __future__ import annotations

from collections.abc import Callable

from app.model.timebase import FrameRate

LATE_ALARM_S = 1.0
LATE_CLEAR_S = 0.2
CALM_S = 10.0  # without a picture given up, until that alarm is over


class Pace:
    """Frame n is due at ``started_s + n / rate`` of ``clock``, exact for years: nothing is added up."""

    def __init__(
        self, rate: FrameRate, clock: Callable[[], float], alarm: Callable[[str, str, str | None], None]
    ) -> None:
        self._rate, self._clock, self._alarm = rate, clock, alarm
        self._started_s = 0.0
        self._is_late = False
        self._gave_up_s: float | None = None
        self.late_frames = self.dropped_frames = 0

    def start(self, started_s: float) -> None:
        """Frame 0 is due then."""
        self._started_s = started_s

    def due_s(self, frame: int) -> float:
        """When a frame is due."""
        return self._started_s + float(self._rate.seconds(frame))

    def late_s(self, frame: int) -> float:
        """How far the clock is past a frame."""
        return self._clock() - self.due_s(frame)

    def done(self, frame: int) -> None:
        """A frame has been handed on, or given up."""
        now_s, late_s = self._clock(), self.late_s(frame)
        self.late_frames += late_s > float(self._rate.seconds(1))
        if late_s > LATE_ALARM_S and not self._is_late:
            self._is_late = True
            self._alarm("late", "warning", f"this machine can't keep up: output {late_s:.1f} s behind its clock")
        elif late_s < LATE_CLEAR_S and self._is_late:
            self._is_late = False
            self._alarm("late", "warning", None)
        if self._gave_up_s is not None and now_s - self._gave_up_s > CALM_S:
            self._gave_up_s = None
            self._alarm("encoder", "critical", None)

    def gave_up(self) -> None:
        """A picture had to be given up."""
        self._gave_up_s = self._clock()
        self.dropped_frames += 1
        self._alarm("encoder", "critical", f"encoders can't keep up: {self.dropped_frames} pictures dropped")

    def end(self) -> None:
        """Nothing is due any more."""
        self._alarm("encoder", "critical", None)
        self._alarm("late", "warning", None)
