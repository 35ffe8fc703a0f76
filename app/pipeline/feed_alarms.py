"""What is wrong with the markers that a source brings: told while it lasts. Program thread only."""

from __future__ import annotations

from collections.abc import Callable

from app.model.signalling import CuePolicy, FeedCues
from app.model.timebase import FrameRate, decimal_text, ticks_of

SILENT, LEAD, BROKEN, RETURN = "feed.cue.silent", "feed.cue.lead", "feed.cue.broken", "feed.cue.return"
_BROKEN_LASTS_S = 60
_ANEW_A_SECOND = 5

type Alarm = Callable[[str, str, str | None], None]


class FeedAlarms:
    """``alarm(key, severity, text)``, text None: it is over. ``tick`` once a frame."""

    def __init__(self, policy: FeedCues, rate: FrameRate, alarm: Alarm) -> None:
        self._alarm = alarm
        self._judged = policy.policy is not CuePolicy.STRIP
        self._lead_ticks = ticks_of(policy.lead_s[0]), ticks_of(policy.lead_s[1])
        silent_s = policy.silent_after_s
        self._silent_frames = None if silent_s is None else rate.frames_covering(silent_s)
        self._silent_text = "" if silent_s is None else f"no marker from the source for {float(silent_s):g} s"
        self._broken_frames = rate.frames_covering(rate.seconds(rate.nominal) * _BROKEN_LASTS_S)
        self._nominal = rate.nominal
        self._heard_frame = 0
        self._broken_frame: int | None = None
        self._told: dict[str, str | None] = {}
        self._about: dict[str, str] = {}  # what a standing alarm was raised for
        self._anew = 0  # alarms raised in place of others since the last look
        for key in (SILENT, LEAD, BROKEN, RETURN):  # of an earlier life of the channel
            alarm(key, "warning", None)

    def heard(self, frame: int) -> None:
        """A marker came that is one."""
        self._heard_frame = frame
        self._set(SILENT, None)

    def broken(self, frame: int, pid: int, reason: str) -> None:
        """Something came that is none."""
        self._broken_frame = frame
        self._set(BROKEN, f"a marker on PID {pid} can't be read: {reason}")

    def lead(self, name: str, lead_ticks: int | None) -> None:
        """An OUT was announced so long before its splice; None: it has no time."""
        least, most = self._lead_ticks
        if not self._judged:
            return
        if lead_ticks is None:
            self._set(LEAD, f"{name} came without a time", name)
        elif least <= lead_ticks <= most:
            self._set(LEAD, None)
        else:
            came = f"{decimal_text(lead_ticks, 1)} s before its splice"
            if lead_ticks < 0:
                came = f"{decimal_text(-lead_ticks, 1)} s after its splice"
            self._set(
                LEAD, f"{name} came {came}, {decimal_text(least, 1)} to {decimal_text(most, 1)} s are wanted", name
            )

    def returned(self, text: str | None) -> None:
        """A break ended: as it was told to, or with this said about it."""
        self._set(RETURN, text, text or "")

    def tick(self, frame: int) -> None:
        """Silence and the end of what lasted."""
        if not frame % self._nominal:
            self._anew = 0
        if self._silent_frames is not None and frame - self._heard_frame >= self._silent_frames:
            self._set(SILENT, self._silent_text)
        if self._broken_frame is not None and frame - self._broken_frame >= self._broken_frames:
            self._broken_frame = None
            self._set(BROKEN, None)

    def end(self) -> None:
        """Nothing is wrong any more with a channel that is over."""
        for key in sorted(self._told):
            self._set(key, None)

    def _set(self, key: str, text: str | None, about: str = "") -> None:
        """One about something else is another alarm: the one before is over, so that both are told; a flood's not."""
        before = self._told.get(key)
        if before == text:
            return
        if before is not None and text is not None and self._about.get(key) != about and self._anew < _ANEW_A_SECOND:
            self._anew += 1
            self._alarm(key, "warning", None)
        self._told[key], self._about[key] = text, about
        self._alarm(key, "warning", text)
