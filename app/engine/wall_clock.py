"""The wall clock watched: steps, sleep and drift are noticed and said, and what is on air survives them.

A channel's time runs with the monotonic clock from the moment it went on air. So a step of the wall clock moves nothing
on air; a sleep, which the monotonic clock does not feel, makes every date on air wrong: then channels begin anew.
"""

from __future__ import annotations

import logging
import platform
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

logger = logging.getLogger(__name__)

LOOK_S = 1.0
STEP_S = 0.5  # of the wall clock against the monotonic one, from look to look
SLEPT_S = 0.5  # that the monotonic clock did not count
STOPPED_S = 10.0  # without a look, by the monotonic clock: channels would be that late for as long
DRIFT_S = 0.5  # of the dates on air against the wall clock
TOLD_S = 60.0  # how long an alarm about a moment stands
_ALARM, _DRIFT_ALARM, _SEVERITY = "clock", "clock.drift", "warning"


def _boot_s() -> float:
    """Seconds that go on while the machine sleeps; where the system has no such clock, the monotonic one."""
    system = platform.system()
    if system == "Linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if system == "Darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # it goes on; Python's own monotonic clock does not
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds: of the day, since some moment, and since some moment with the machine's sleep."""

    wall_s: Callable[[], float] = time.time
    monotonic_s: Callable[[], float] = time.monotonic
    boot_s: Callable[[], float] = _boot_s


@dataclass(frozen=True, slots=True)
class OnAir:
    """A channel that is on air. ``first_frame_at`` tells its lives apart."""

    channel: str
    first_frame_at: datetime


class WallClock:
    """Looks once a second on a thread of its own, between ``start`` and ``stop``.

    ``alarm(key, severity, text)``: text None clears. ``begin_anew(reason)``: start every channel again.
    """

    def __init__(
        self,
        on_air: Callable[[], Iterable[OnAir]],
        alarm: Callable[[str, str, str | None], None],
        begin_anew: Callable[[str], None],
        clocks: Clocks | None = None,
    ) -> None:
        self._on_air, self._alarm, self._begin_anew = on_air, alarm, begin_anew
        self._clocks = clocks or Clocks()
        self._wall_s, self._monotonic_s, self._boot_s = self._read()
        self._told_until_s: float | None = None
        self._ahead_s = 0.0  # of the monotonic clock, in steps too small to be told
        self._since: dict[OnAir, float] = {}  # how far it was ahead when that life was seen first
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wall clock", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._wall_s, self._monotonic_s, self._boot_s = self._read()
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join(LOOK_S + 1)

    def _run(self) -> None:
        while not self._over.wait(LOOK_S):
            self.look()

    def _read(self) -> tuple[float, float, float]:
        return self._clocks.wall_s(), self._clocks.monotonic_s(), self._clocks.boot_s()

    def look(self) -> None:
        """Compare the clocks once."""
        wall_s, monotonic_s, boot_s = self._read()
        passed_s = monotonic_s - self._monotonic_s
        slept_s = boot_s - self._boot_s - passed_s
        stepped_s = wall_s - self._wall_s - passed_s - max(0.0, slept_s)
        self._wall_s, self._monotonic_s, self._boot_s = wall_s, monotonic_s, boot_s
        if slept_s > SLEPT_S:
            self._woke(f"this machine slept for {slept_s:.0f} s")
        elif passed_s > STOPPED_S:
            self._woke(f"the engine was stopped for {passed_s:.0f} s")
        elif abs(stepped_s) > STEP_S:
            self._stepped(stepped_s)
        else:
            self._ahead_s += stepped_s
        if self._told_until_s is not None and monotonic_s > self._told_until_s:
            self._told_until_s = None
            self._alarm(_ALARM, _SEVERITY, None)
        self._watch_drift()

    def _woke(self, what: str) -> None:
        self._tell(f"{what}: every channel begins anew, so that its dates are true")
        self._begin_anew(what)

    def _stepped(self, by_s: float) -> None:
        way = "forward" if by_s > 0 else "back"
        self._tell(
            f"this machine's clock was put {way} by {abs(by_s):.1f} s: channels on air keep the time they began with, "
            "for PROGRAM-DATE-TIME and for breaks by house time; a channel that begins anew takes the new time"
        )

    def _tell(self, text: str) -> None:
        logger.warning("%s", text)
        self._told_until_s = self._monotonic_s + TOLD_S
        self._alarm(_ALARM, _SEVERITY, text)

    def _watch_drift(self) -> None:
        """What was slewed away little by little; a step has been told and does not count."""
        on_air = list(self._on_air())
        self._since = {life: self._since.get(life, self._ahead_s) for life in on_air}
        drifts = {life.channel: self._ahead_s - ahead_s for life, ahead_s in self._since.items()}
        far = {channel: drift_s for channel, drift_s in drifts.items() if abs(drift_s) > DRIFT_S}
        if not far:
            self._alarm(_DRIFT_ALARM, _SEVERITY, None)
            return
        told = ", ".join(f"{channel} {_way(drift_s)}" for channel, drift_s in sorted(far.items()))
        self._alarm(_DRIFT_ALARM, _SEVERITY, f"dates on air against this machine's clock: {told}")


def _way(drift_s: float) -> str:
    """The clock has gone ahead of the dates, or they of it."""
    return f"{abs(drift_s):.1f} s {'behind' if drift_s > 0 else 'ahead'}"
