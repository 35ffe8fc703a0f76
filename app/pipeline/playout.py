"""From source time to the channel's own clock: a jitter buffer that hands out one picture and its sound a frame.

The reader's thread puts pictures and sound in by source time; the program's thread takes frame n. One offset links the
two clocks. A live source's offset follows the slow drift of its clock; a file's offset never moves.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import av
import numpy as np

from app.model.timebase import TICKS_PER_SECOND, FrameRate
from app.pipeline.drift import Drift
from app.pipeline.normalise import Sound
from app.pipeline.sound_store import SoundStore, stretched

LOST_AFTER_S = 0.4  # without a picture; the promise is a slate within 0.5 s, and a frame may pass before the next take
_TARGET_TICKS = TICKS_PER_SECOND // 5  # what a live source is held back at least
_JITTER_TICKS = TICKS_PER_SECOND * 3 // 25  # of that, against jitter
_SOUND_LAG_MOST_TICKS = TICKS_PER_SECOND * 11 // 25  # multiplexers pack up to a third of a second of sound together
_PACED_START_PICTURES, _PACED_PICTURES = 3, 10
_LIVE_PICTURES, _LIVE_TICKS = (16, 48), TICKS_PER_SECOND * 3 // 5
_WINDOW_S = 4  # over which the least that is held is looked at
_WAIT_S = 1.5  # for sound, or enough pictures, before a start without
_SOUND_ALIVE_S = 0.5
_SOUND_ONLY_AFTER_S = 2.0
_FIRST_STEP_TICKS = 3600
_LATE_PICTURES = 3  # in a row; then the source is later for good


@dataclass(frozen=True, slots=True)
class Picked:
    """One frame's worth. ``picture`` None: none to show. ``fresh``: not the picture of the take before."""

    picture: av.VideoFrame | None
    sound: Sound
    fresh: bool


@dataclass(slots=True)
class Counts:
    """What the buffer had to do. ``skipped``: pictures never shown; ``relinked``: the clocks, with a picture on air."""

    skipped: int = 0
    relinked: int = 0
    overflows: int = 0
    sound_gaps: int = 0


class Playout:
    """The buffer of one session with one source. Methods are thread-safe; ``take`` waits for nobody but a short lock.

    ``live``: pictures come by the source's clock, and the oldest is dropped from a full buffer; else the reader asks
    ``full`` and waits. ``sound_expected`` and ``picture_expected`` are set by the reader from the streams it finds.
    """

    def __init__(
        self,
        rate: FrameRate,
        *,
        channels: int,
        sample_rate_hz: int,
        live: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sound_expected = self.picture_expected = True
        self.counts = Counts()
        self._rate, self._sample_rate_hz, self._live, self._clock = rate, sample_rate_hz, live, clock
        self._room = threading.Condition()
        self._pictures: deque[tuple[int, av.VideoFrame]] = deque()
        self._sound = SoundStore(channels, join=sample_rate_hz // 100, most=sample_rate_hz * (4 if live else 120))
        self._shown: tuple[int, av.VideoFrame] | None = None
        self._offset: int | None = None  # samples: source sample = output sample - offset
        self._step_ticks = _FIRST_STEP_TICKS
        self._newest_ticks: int | None = None
        self._caught_up = not live
        self._begun_at_s = self._picture_at_s = self._dry_at_s = clock()
        self._sound_at_s: float | None = None
        self._waiting_since_s: float | None = None
        self._sound_lag_ticks = self._held_ticks = 0
        self._drift = Drift(_WINDOW_S * rate.nominal)
        self._late_pictures = self._late_sounds = 0

    # the reader's side

    def put_picture(self, ticks: int, picture: av.VideoFrame) -> None:
        """Add a picture; one that is not after the newest is dropped."""
        with self._room:
            self._picture_at_s = self._clock()
            if self._newest_ticks is not None:
                if ticks <= self._newest_ticks:
                    self.counts.skipped += 1
                    return
                if ticks - self._newest_ticks < TICKS_PER_SECOND:
                    self._step_ticks = ticks - self._newest_ticks
            self._newest_ticks = ticks
            self._pictures.append((ticks, picture))
            if self._live and len(self._pictures) > self._most:
                self._pictures.popleft()
                if self._offset is not None:
                    self._offset = None
                    self.counts.overflows += 1

    def put_sound(self, first: int, block: Sound) -> None:
        """Add sound from sample ``first`` of source time on, shape (channels, samples)."""
        with self._room:
            self._note_sound_lag(first)
            self._sound_at_s = self._clock()
            self._sound.write(first, block)

    def cut_sound(self, end: int) -> None:
        """Let the sound put in so far end at exactly this sample."""
        with self._room:
            self._sound.cut(end)

    def reached_live_edge(self) -> None:
        """All that had queued up before has been put in: from here on the source's own pace rules."""
        self._caught_up = True

    def full(self) -> bool:
        """Whether a source that can wait should: pictures and sound are both far enough ahead."""
        with self._room:
            pictures = len(self._pictures) >= self._most
            ahead = self._sound_ahead()
            if not self.picture_expected:
                return ahead >= self._sample_rate_hz
            if not self._pictures:
                return False
            return pictures and (not self.sound_expected or ahead >= self._sample_rate_hz // 2)

    def pictures_full(self) -> bool:
        """Whether no more pictures should be decoded for now."""
        return len(self._pictures) >= self._most

    def wait_for_room(self, timeout_s: float) -> None:
        """Wait until something has been taken, or for a while."""
        with self._room:
            self._room.wait(timeout_s)

    # the program's side

    def take(self, frame: int, samples: int) -> Picked:
        """The picture and the sound of an output frame; never blocks."""
        with self._room:
            now_s = self._clock()
            lost = self._starved(now_s) > 0
            if lost:
                self._forget_pictures(now_s)
            if self._offset is None and not self._anchor(frame, now_s):
                picked = Picked(self._shown[1] if self._shown else None, self._silence(samples), fresh=False)
            else:
                picked = self._picked(frame, samples, now_s)
            self._room.notify_all()
            return picked

    def picture_missing_s(self) -> float:
        """For how long longer than tolerable no picture has come; 0: all is well."""
        with self._room:
            return self._starved(self._clock())

    def sound_missing_s(self) -> float:
        """Seconds since sound last came in, or since the beginning."""
        with self._room:
            if not self._live and self._sound_ahead() > 0:
                return 0.0
            return self._clock() - (self._begun_at_s if self._sound_at_s is None else self._sound_at_s)

    @property
    def delivers(self) -> bool:
        """Whether a picture has ever come."""
        return self._newest_ticks is not None

    @property
    def corrections(self) -> int:
        """How often the source's clock was followed by a frame."""
        return self._drift.corrections

    def buffer_ms(self) -> int:
        """What is held, in milliseconds of pictures."""
        with self._room:
            return (self._pictures[-1][0] - self._pictures[0][0] + self._step_ticks) // 90 if self._pictures else 0

    # inside, the lock held

    @property
    def _most(self) -> int:
        """The most pictures to hold, 3 MB each at 1920x1080."""
        if not self._live:
            return _PACED_PICTURES
        return min(_LIVE_PICTURES[1], max(_LIVE_PICTURES[0], _LIVE_TICKS // self._step_ticks))

    def _note_sound_lag(self, first: int) -> None:
        """How far sound comes behind pictures in the multiplex, at worst; it must be waited for."""
        now_s = self._clock()
        if self._newest_ticks is not None and (self._sound_at_s is None or self._sound_alive(now_s)):
            lag = self._newest_ticks + self._step_ticks - self._ticks(first)
            self._sound_lag_ticks = max(self._sound_lag_ticks, min(lag, _SOUND_LAG_MOST_TICKS))

    def _silence(self, samples: int) -> Sound:
        return np.zeros((self._sound.channels, samples), np.float32)

    def _sound_ahead(self) -> int:
        end, start = self._sound.end, self._sound.start
        if end is None or start is None:
            return 0
        playing = start if self._shown is None else self._samples(self._shown[0])
        return end - max(playing, start)

    def _samples(self, ticks: int) -> int:
        return ticks * self._sample_rate_hz // TICKS_PER_SECOND

    def _ticks(self, samples: int) -> int:
        return samples * TICKS_PER_SECOND // self._sample_rate_hz

    def _starved(self, now_s: float) -> float:
        if self._pictures and not self._live:
            self._dry_at_s = now_s
            return 0.0
        since_s = self._picture_at_s if self._live else max(self._picture_at_s, self._dry_at_s)
        tolerable_s = max(LOST_AFTER_S, 2.5 * self._step_ticks / TICKS_PER_SECOND)
        return max(0.0, now_s - since_s - tolerable_s) if self._newest_ticks is not None else 0.0

    def _forget_pictures(self, now_s: float) -> None:
        self._pictures.clear()
        self._shown = None
        if not self._sound_alive(now_s):
            self._offset = None

    def _sound_alive(self, now_s: float) -> bool:
        return self._sound_at_s is not None and now_s - self._sound_at_s <= _SOUND_ALIVE_S

    def _anchor(self, frame: int, now_s: float) -> bool:
        """Link the clocks at this frame, if there is enough to begin with."""
        start = self._start_ticks(now_s)
        if start is None:
            return False
        if self._shown is not None:
            self.counts.relinked += 1
        while self._pictures and self._pictures[0][0] < start:
            self._pictures.popleft()
            self.counts.skipped += 1
        self._offset = self._rate.samples(frame, self._sample_rate_hz) - self._samples(start)
        self._waiting_since_s = None
        self._late_pictures = self._late_sounds = 0
        self._drift.restart()
        return True

    def _start_ticks(self, now_s: float) -> int | None:
        if not self._caught_up:
            return None
        if not self._pictures:
            return self._sound_start_ticks(now_s)
        if self._waiting_since_s is None:
            self._waiting_since_s = now_s
        oldest, newest = self._pictures[0][0], self._pictures[-1][0] + self._step_ticks
        if now_s - self._waiting_since_s > _WAIT_S:
            return oldest
        sound_end = self._sound.end
        if self.sound_expected and (sound_end is not None or now_s - self._begun_at_s < _WAIT_S):
            if sound_end is None:
                return None
            if not self._live:
                newest = min(newest, self._ticks(sound_end))
        if not self._live:
            return oldest if newest - oldest >= _PACED_START_PICTURES * self._step_ticks else None
        self._held_ticks = self._hold_ticks
        first, last = oldest, newest - self._held_ticks
        if sound_end is not None:
            first, last = self._ticks(self._sound.start or 0), min(last, self._ticks(sound_end) - self._step_ticks)
        due = [ticks for ticks, _ in self._pictures if first <= ticks <= last]
        return max(due, default=None)

    @property
    def _hold_ticks(self) -> int:
        """How far behind its newest picture a live source is played."""
        wanted = max(_TARGET_TICKS, _JITTER_TICKS + self._sound_lag_ticks)
        return min(wanted, (self._most - 2) * self._step_ticks)

    def _sound_start_ticks(self, now_s: float) -> int | None:
        start, end = self._sound.start, self._sound.end
        patient = self.picture_expected and now_s - self._begun_at_s < _SOUND_ONLY_AFTER_S
        if patient or start is None or end is None or self._ticks(end - start) < _TARGET_TICKS:
            return None
        return max(self._ticks(start), self._ticks(end) - 2 * _TARGET_TICKS) if self._live else self._ticks(start)

    def _picked(self, frame: int, samples: int, now_s: float) -> Picked:
        first = self._rate.samples(frame, self._sample_rate_hz) - (self._offset or 0)
        at_ticks = self._ticks(first)
        fresh = self._advance(at_ticks)
        sound = self._read_sound(first, samples, now_s)
        ahead_ticks = self._ahead_ticks(at_ticks, samples, now_s)
        if self._live and ahead_ticks is not None:
            self._drift.note(ahead_ticks, self._samples(self._step_ticks))
        worse = self._late_sounds > 0 and self._hold_ticks > self._held_ticks
        if self._late_pictures >= _LATE_PICTURES or self._late_sounds >= self._rate.nominal or worse:
            self._offset = None  # it fills again before it goes on
        return Picked(self._shown[1] if self._shown else None, sound, fresh)

    def _advance(self, at_ticks: int) -> bool:
        """Show the last picture that is due; a quarter of a frame early is due, so that rounding never matters."""
        limit = at_ticks + self._rate.ticks(1) // 4
        due = 0
        while self._pictures and self._pictures[0][0] <= limit:
            self._shown = self._pictures.popleft()
            due += 1
        self.counts.skipped += max(0, due - 1)
        if self._shown is not None and due:
            late = not self._pictures and at_ticks - self._shown[0] > 2 * self._step_ticks
            self._late_pictures = self._late_pictures + 1 if late else 0
        return due > 0

    def _read_sound(self, first: int, samples: int, now_s: float) -> Sound:
        slew = self._drift.slew(samples)
        sound, found = self._sound.read(first, samples + slew)
        if slew:
            self._offset = (self._offset or 0) - slew
            sound = stretched(sound, samples)
        if found < samples + slew and self._sound_alive(now_s):
            self.counts.sound_gaps += 1
            self._late_sounds += 1
        else:
            self._late_sounds = 0
        return sound

    def _ahead_ticks(self, at_ticks: int, samples: int, now_s: float) -> int | None:
        """How much of both pictures and living sound is held beyond this take."""
        if self._newest_ticks is None:
            return None
        ahead = self._newest_ticks + self._step_ticks - at_ticks
        sound_end = self._sound.end
        if sound_end is not None and self._sound_alive(now_s):
            ahead = min(ahead, self._ticks(sound_end - samples) - at_ticks)
        return ahead
