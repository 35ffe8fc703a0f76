"""One attempt at one source: its playout, its reader, and the judgement whether it is worth going on with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from app.pipeline.playout import LOST_AFTER_S, Playout
from app.pipeline.reader import Reader, Tally
from app.pipeline.source_alarms import SourceAlarms
from app.pipeline.source_cues import SourceCues

_PICTURE_WITHIN_S = 8.0  # of the beginning: several seconds may pass before a decoder finds an entry point
_NO_VIDEO_AFTER_S = 3.0  # streams may be announced late
_AWAITED_S = 3.0  # a lost source with no other beside it is waited for before it is opened anew
_NO_SOUND_AFTER_S = 1.5
_SETTLED_S = 2.0  # pictures before the first entry point are damaged by nature


@dataclass(frozen=True, slots=True)
class Frozen:
    """A tally as it was when last looked at."""

    damaged: int
    jumps: int
    changes: int

    @classmethod
    def of(cls, tally: Tally) -> Frozen:
        """The tally as it is now."""
        return cls(tally.corrupt_frames + tally.decode_errors, tally.jumps, tally.kind_changes + tally.rate_changes)


class Received(NamedTuple):
    """Of a transport stream that comes live: packets lost by their continuity counters, and bytes."""

    lost_packets: int
    received_bytes: int


class Session:
    """``look`` is called on the feed's thread ten times a second or so; ``over`` then says why the session must end.

    ``alone``: there is no other source to turn to, so this one is given more time, and its sound alone is welcome.
    """

    def __init__(
        self,
        url: str,
        playout: Playout,
        reader: Reader,
        cues: SourceCues,
        *,
        alone: bool,
        clock: Callable[[], float],
    ) -> None:
        self.url, self.playout, self.reader, self.cues = url, playout, reader, cues
        self.over = ""
        self.lost = self.sounded = False
        self.let_go: Callable[[], None] = lambda: None  # of what it listens on
        self.received: Callable[[], Received | None] = lambda: None
        self._alone, self._clock = alone, clock
        self._began_s = clock()
        self._seen = Frozen.of(reader.tally)
        self._unread = 0

    @property
    def aired(self) -> bool:
        """Whether it has been on air, be it with its sound alone."""
        return self.playout.delivers or self.sounded

    @property
    def reason(self) -> str:
        """Why there is no picture of it, for an operator."""
        if self.playout.delivers:
            return f"{self.url}: no picture for {LOST_AFTER_S:g} s"
        return f"{self.url}: no picture yet" if self.playout.picture_expected else f"{self.url}: no picture in it"

    def look(self, alarms: SourceAlarms) -> None:
        """Judge, and say what is wrong."""
        self.cues.line.look()
        now_s = self._clock()
        if not self.playout.delivers:
            self._judge_beginning(alarms, now_s - self._began_s)
            return
        missing_s = self.playout.picture_missing_s()
        self.lost = missing_s > 0
        if self.lost:
            alarms.set("source.lost", "critical", f"source lost: {self.url}")
            if not self._alone or missing_s > _AWAITED_S:
                self.over = self.reason
            return
        for key in ("source.lost", "source.no_video", f"source.failed:{self.url}"):
            alarms.set(key, "critical" if key == "source.lost" else "warning", None)
        self._tell_sound(alarms)
        self._tell_trouble(alarms, now_s)
        self._tell_cues(alarms, now_s)

    def _judge_beginning(self, alarms: SourceAlarms, waited_s: float) -> None:
        sounds = self.playout.sound_missing_s() < _NO_SOUND_AFTER_S and waited_s > _NO_VIDEO_AFTER_S
        pictures_come = self.playout.picture_expected
        if self._alone and sounds:
            self.sounded = True
            alarms.set("source.no_video", "warning", f"no picture from {self.url}: its sound is on air with the slate")
            alarms.set("source.lost", "critical", None)
        elif waited_s > (_PICTURE_WITHIN_S if pictures_come else _NO_VIDEO_AFTER_S):
            self.over = f"{self.url}: no picture for {waited_s:.0f} s" if pictures_come else self.reason

    def _tell_sound(self, alarms: SourceAlarms) -> None:
        silent = self.playout.sound_missing_s() > _NO_SOUND_AFTER_S
        alarms.set("source.no_audio", "warning", f"no sound from {self.url}" if silent else None)

    def _tell_trouble(self, alarms: SourceAlarms, now_s: float) -> None:
        tally = self.reader.tally
        before, self._seen = self._seen, Frozen.of(tally)
        if self._seen.damaged > before.damaged and now_s - self._began_s > _SETTLED_S:
            alarms.occurred("source.damaged", "warning", f"damaged pictures from {self.url}", now_s)
        if self._seen.jumps > before.jumps:
            alarms.occurred("source.timestamps", "warning", f"the timestamps of {self.url} jumped", now_s)
        if self._seen.changes > before.changes:
            rate = f", {tally.per_second} fps" if tally.per_second else ""
            alarms.occurred("source.format", "note", f"{self.url} changed to {tally.kind}{rate}", now_s)

    def _tell_cues(self, alarms: SourceAlarms, now_s: float) -> None:
        """What is wrong with its markers on their way; what is wrong in them is told where they are handled."""
        counts = self.cues.counts()
        missing = ", ".join(map(str, counts.unknown_pids))
        there = f"it is on {', '.join(map(str, counts.pids))}" if counts.pids else "none that was chosen is there"
        text = f"{self.url} has no SCTE-35 on PID {missing}: {there}" if missing else None
        alarms.set("source.cue_pids", "warning", text)
        before, self._unread = self._unread, counts.cut + counts.unreadable
        if self._unread > before:
            alarms.occurred(
                "source.cues", "warning", f"markers of {self.url} come damaged, scrambled or in part", now_s
            )
