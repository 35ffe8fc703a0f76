"""The window's one timer, and how late it is: the GUI's own health."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal

INTERVAL_S = 0.032
WINDOW_S = 10.0


class Lateness:
    """How late the beats of the last 10 s came. Pure."""

    def __init__(self) -> None:
        self._beats: deque[tuple[float, float]] = deque()
        self._last_s: float | None = None

    def beat(self, now_s: float) -> None:
        """A beat came."""
        if self._last_s is not None:
            self._beats.append((now_s, max(0.0, now_s - self._last_s - INTERVAL_S)))
        self._last_s = now_s
        while self._beats and now_s - self._beats[0][0] > WINDOW_S:
            self._beats.popleft()

    def forget(self) -> None:
        """Begin anew."""
        self._beats.clear()

    def p99_ms(self) -> float:
        """The 99th percentile of the lateness; 0 before the second beat."""
        late = sorted(lateness for _, lateness in self._beats)
        return late[min(len(late) - 1, len(late) * 99 // 100)] * 1000 if late else 0.0


class Heartbeat(QObject):
    """Beats more often than pictures come, so none is skipped, and many of them are painted in one go.

    What a press or an event changes does not wait for it.
    """

    beat = Signal()

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self.lateness = Lateness()
        self._clock = clock
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(INTERVAL_S * 1000))
        self._timer.timeout.connect(self._on_timer)

    def start(self) -> None:
        """Begin to beat."""
        self._timer.start()

    def stop(self) -> None:
        """Fall silent."""
        self._timer.stop()

    def _on_timer(self) -> None:
        self.lateness.beat(self._clock())
        self.beat.emit()
