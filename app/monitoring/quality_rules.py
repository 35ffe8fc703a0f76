"""What is measured of a channel against its limits: an alarm for each cause, once it has held, until it is over."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from app.model.quality import QualityStatus
from app.model.quality_limits import QualityLimits, Rule, Weight

LOST_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's. ``wrong`` None: it can't be judged now, or has another cause; ``text``: what the alarm says."""

    name: str
    key: str
    wrong: bool | None
    text: str


@dataclass(slots=True)
class Hold:
    """A finding becomes an alarm when it has been wrong for long enough; times never run backwards."""

    rule: Rule
    standing: bool = False
    _turned_at_s: float | None = None  # since when it has been otherwise

    def look(self, wrong: bool | None, at_s: float) -> bool:  # noqa: FBT001 - a finding's own three values
        """Whether it stands now."""
        if wrong is None or self.rule.weight is Weight.OFF:
            self.standing, self._turned_at_s = False, None
        elif wrong is self.standing:
            self._turned_at_s = None
        else:
            if self._turned_at_s is None:
                self._turned_at_s = at_s
            if at_s - self._turned_at_s >= (self.rule.after_s if wrong else self.rule.clear_s):
                self.standing, self._turned_at_s = wrong, None
        return self.standing


class LostLately:
    """Packets lost in the last seconds, of a count that begins anew with each session."""

    def __init__(self) -> None:
        self._counts: deque[tuple[float, int]] = deque()
        self._count: int | None = None

    def look(self, count: int | None, at_s: float) -> int | None:
        """None: the source has no such count."""
        before, self._count = self._count, count
        if count is None:
            self._counts.clear()
            return None
        if before is not None and count > before:
            self._counts.append((at_s, count - before))
        while self._counts and at_s - self._counts[0][0] > LOST_WITHIN_S:
            self._counts.popleft()
        return sum(lost for _, lost in self._counts)


class QualityJudge:
    """Of one channel; one thread. ``alarm(key, severity, text)`` is called when one appears or goes (text None)."""

    def __init__(self, limits: QualityLimits, alarm: Callable[[str, str, str | None], None]) -> None:
        self._limits, self._alarm = limits, alarm
        self._holds: dict[str, Hold] = {}
        self._told: dict[str, str] = {}  # severity by key
        self._lost = LostLately()

    def look(self, status: QualityStatus, at_s: float, *, causes: Collection[str] = ()) -> None:
        """``causes``: the alarms that stand already, some of which explain what is found here."""
        lost = self._lost.look(status.cc_errors, at_s)
        for found in findings(status, self._limits, lost, causes):
            rule: Rule = getattr(self._limits, found.name)
            hold = self._holds.setdefault(found.name, Hold(rule))
            self._tell(found.key, rule.weight, found.text if hold.look(found.wrong, at_s) else None)

    def rest(self) -> None:
        """Nothing is judged any more: what stands is cleared, what was under way is forgotten."""
        self._holds.clear()
        self._lost = LostLately()
        for key in list(self._told):
            self._tell(key, Weight.OFF, None)

    def _tell(self, key: str, weight: Weight, text: str | None) -> None:
        if text is None and key in self._told:
            self._alarm(key, self._told.pop(key), None)
        elif text is not None and key not in self._told:
            self._told[key] = weight.value
            self._alarm(key, weight.value, text)


def findings(
    status: QualityStatus, limits: QualityLimits, lost: int | None, causes: Collection[str]
) -> Iterator[Finding]:
    """What each rule finds, one cause blamed for each trouble.

    A source without sound is silent, a black picture does not move, silence has neither loudness nor phase, bars have a
    tone and stand still, lost packets are told with the pictures that they damage.
    """
    bars, silent = bool(status.bars), bool(status.silent_s)
    yield Finding("black", "picture.black", status.black, "the picture is black")
    yield Finding("bars", "picture.bars", status.bars, "colour bars are on air")
    frozen = None if status.frozen_s is None or status.black or bars else status.frozen_s > 0
    yield Finding("freeze", "picture.freeze", frozen, "the picture stands still")
    lost_words = None if status.captions is None else not status.captions
    yield Finding("captions", "picture.captions", lost_words, "the captions of the source are lost")
    lost_cues = None if status.scte35 is None or "source.cue_pids" in causes else not status.scte35
    yield Finding("scte35", "signal.scte35", lost_cues, "the SCTE-35 stream of the source is lost")
    heard = status.silent_s is not None and "source.no_audio" not in causes
    silence = f"no sound above {limits.silence_dbfs:g} dBFS"
    yield Finding("silence", "audio.silence", silent if heard else None, silence)
    yield Finding("level", "audio.level", status.over if heard else None, _level(status, limits))
    judged = heard and not silent and not bars
    yield Finding("loudness", "audio.loudness", _off_target(status, limits) if judged else None, _loud(status, limits))
    phase = status.phase
    opposed = None if phase is None or not judged else phase < limits.phase_least
    yield Finding("phase", "audio.phase", opposed, "left and right are out of phase: in mono they cancel each other")
    damaged = lost is None or "source.damaged" in causes
    text = f"packets of the source are lost: {lost} in {LOST_WITHIN_S:g} s"
    yield Finding("continuity", "source.continuity", None if damaged else (lost or 0) >= limits.lost_packets, text)


def _off_target(status: QualityStatus, limits: QualityLimits) -> bool | None:
    if status.short_lufs is None:
        return None
    return abs(status.short_lufs - limits.target_lufs) > limits.tolerance_lu


def _level(status: QualityStatus, limits: QualityLimits) -> str:
    peak = status.true_peak_dbtp
    if status.clipped and (peak is None or peak <= limits.true_peak_dbtp):
        return "the sound is clipped"
    at = "" if peak is None else f" at {peak:.1f} dBTP"
    return f"over-level{at}: above {limits.true_peak_dbtp:g} dBTP"


def _loud(status: QualityStatus, limits: QualityLimits) -> str:
    short = status.short_lufs
    off = "off" if short is None else f"{short:.1f} LUFS, {'above' if short > limits.target_lufs else 'below'}"
    return f"loudness {off} the target of {limits.target_lufs:g} ± {limits.tolerance_lu:g} LU"
