"""From source time to the channel's own clock: a jitter buffer that hands out one picture and its sound a frame.

The reader's thread puts pictures and sound in by source time; the program's thread takes frame n. One offset links the
two clocks. A live source's offset follows the slow drift of its clock; a file's offset never moves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np

from app.model.timebase import TICKS_PER_SECOND, FrameRate
from app.pipeline.drift import Drift
from app.pipeline.link import Link
from app.pipeline.normalise import Sound
from app.pipeline.picture_queue import PictureQueue
from app.pipeline.sound_store import SoundStore, stretched

LOST_AFTER_S = 0.4  # without a picture; the promise is a slate within 0.5 s, and a frame may pass before the next take
_TARGET_TICKS = TICKS_PER_SECOND // 5  # what a live source is held back at least
_JITTER_TICKS = TICKS_PER_SECOND * 3 // 25  # of that, against jitter
_SOUND_LAG_MOST_TICKS = TICKS_PER_SECOND * 4 // 5  # multiplexers pack a third of a second of sound together, and more
_PACED_START_PICTURES = 3
_WINDOW_S = 4  # over which the least that is held is looked at
_WAIT_S = 0.8  # for sound, or enough pictures, before a start without
_SOUND_ALIVE_S = 0.5
_SOUND_ONLY_AFTER_S = 2.0
_LATE_PICTURES = 3  # in a row; then the source is later for good


@dataclass(frozen=True, slots=True)
class Picked:
    """One frame's worth. ``picture`` None: none to show. ``fresh``: not the picture of the take before."""

    picture: av.VideoFrame | None
    sound: Sound
    fresh: bool


class Playout:
    """The buffer of one session with one source. Methods are thread-safe; ``take`` waits for nobody but a short lock.

    ``live``: pictures come by the source's clock, and the oldest is dropped from a full buffer; else the reader asks
    ``full`` and waits. ``sound_expected`` and ``picture_expected`` are set by the reader from the streams it finds.
    ``relinked`` counts new links of the clocks with a picture on air, ``sound_gaps`` takes without all their sound,
    ``drift`` the frames by which the source's clock was followed.
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
        self.relinked = self.overflows = self.sound_gaps = 0
        self._rate, self._sample_rate_hz, self._live, self._clock = rate, sample_rate_hz, live, clock
        self._room = threading.Condition()
        self._pictures = PictureQueue(live=live)
        self._sound = SoundStore(channels, join=sample_rate_hz // 100, most=sample_rate_hz * (4 if live else 120))
        self._link = Link(rate, sample_rate_hz)
        self._caught_up = not live
        self._begun_at_s = self._picture_at_s = self._dry_at_s = clock()
        self._sound_at_s: float | None = None
        self._waiting_since_s: float | None = None
        self._sound_lag_ticks = self._held_ticks = 0
        self._behind_ticks: int | None = None
        self.drift = Drift(_WINDOW_S * rate.nominal)
        self._late_pictures = 0
        self._sound_missed = False

    # the reader's side

    def put_picture(self, ticks: int, picture: av.VideoFrame) -> None:
        """Add a picture; one that is not after the newest is dropped."""
        with self._room:
            self._picture_at_s = self._clock()
            if self._pictures.put(ticks, picture) and self._link.tied:
                self._link.untie()  # too far behind: begin anew, closer to the newest
                self.overflows += 1

    def put_sound(self, first: int, block: Sound) -> None:
        """Add sound from sample ``first`` of source time on, shape (channels, samples)."""
        with self._room:
            self._note_sound_lag(first)
            end = self._link.ticks(first + block.shape[-1])
            self._behind_ticks = self._pictures.end_ticks - end if self.delivers else None
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
            ahead = self._sound_ahead()
            if not self.picture_expected:
                return ahead >= self._sample_rate_hz
            return self._pictures.full and (not self.sound_expected or ahead >= self._sample_rate_hz // 2)

    def pictures_full(self) -> bool:
        """Whether no more pictures should be decoded for now."""
        return self._pictures.full

    def wait_for_room(self, timeout_s: float) -> None:
        """Wait until something has been taken, or for a while."""
        with self._room:
            self._room.wait(timeout_s)

    # the program's side

    def take(self, frame: int, samples: int) -> Picked:
        """The picture and the sound of an output frame; never blocks."""
        with self._room:
            now_s = self._clock()
            self._link.next_frame = frame + 1
            if self._starved(now_s) > 0:
                self._forget_pictures(now_s)
            if not self._link.tied and not self._anchor(frame, now_s):
                silence = np.zeros((self._sound.channels, samples), np.float32)
                picked = Picked(self._picture(), silence, fresh=False)
            else:
                picked = self._picked(frame, samples, now_s)
            self._room.notify_all()
            return picked

    def keep_steady(self, frames: int) -> None:
        """Follow no drift for so many frames, where that can wait: what is told of a moment in them stays true."""
        with self._room:
            self.drift.hold(frames)

    # any thread

    def frames_until(self, source_ticks: int) -> Fraction | None:
        """Frames of the channel from the next take to a moment of the source; None while the clocks aren't linked.

        The next take is frame 0. It is good to a sample and a tick: within a hundredth of a whole number is on a frame.
        A picture of that time is shown from the least whole number on that is not below it by more than a quarter.
        """
        with self._room:
            return self._link.frames_until(source_ticks)

    def picture_ticks(self, frames: int) -> int | None:
        """Source time of the picture that the take ``frames`` after the next one will show, as the source goes on now.

        None where that can't be told: the clocks aren't linked, or it has been.
        """
        with self._room:
            if not self._link.tied:
                return None
            at_ticks = self._link.ticks(self._link.first_sample(self._link.next_frame + frames))
            return self._pictures.time_shown(at_ticks + self._early_ticks)

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

    def ready(self) -> bool:
        """Whether a take would find a picture now."""
        with self._room:
            return self.delivers and (self._link.tied or self._start_ticks(self._clock()) is not None)

    @property
    def delivers(self) -> bool:
        """Whether a picture has ever come."""
        return self._pictures.newest_ticks is not None

    @property
    def skipped(self) -> int:
        """Pictures never shown, a lower frame rate's included."""
        return self._pictures.skipped

    def buffer_ms(self) -> int:
        """What is held, in milliseconds of pictures."""
        with self._room:
            return self._pictures.span_ticks // 90

    @property
    def sound_behind_ms(self) -> float | None:
        """How far the newest sound lies behind the newest picture as they come, negative ahead; None: no source."""
        return None if self._behind_ticks is None else self._behind_ticks / 90

    # inside, the lock held

    def _picture(self) -> av.VideoFrame | None:
        return self._pictures.shown[1] if self._pictures.shown else None

    def _sound_ahead(self) -> int:
        end, start = self._sound.end, self._sound.start
        if end is None or start is None:
            return 0
        playing = self._link.samples(self._pictures.shown[0]) if self._pictures.shown else start
        return end - max(playing, start)

    def _sound_alive(self, now_s: float) -> bool:
        return self._sound_at_s is not None and now_s - self._sound_at_s <= _SOUND_ALIVE_S

    def _note_sound_lag(self, first: int) -> None:
        """How far sound comes behind pictures in the multiplex, at worst; it must be waited for."""
        if self.delivers and (self._sound_at_s is None or self._sound_alive(self._clock())):
            lag = self._pictures.end_ticks - self._link.ticks(first)
            self._sound_lag_ticks = max(self._sound_lag_ticks, min(lag, _SOUND_LAG_MOST_TICKS))

    def _starved(self, now_s: float) -> float:
        if len(self._pictures) and not self._live:
            self._dry_at_s = now_s
            return 0.0
        since_s = self._picture_at_s if self._live else max(self._picture_at_s, self._dry_at_s)
        tolerable_s = max(LOST_AFTER_S, 2.5 * self._pictures.step_ticks / TICKS_PER_SECOND)
        return max(0.0, now_s - since_s - tolerable_s) if self.delivers else 0.0

    def _forget_pictures(self, now_s: float) -> None:
        self._pictures.forget()
        self._waiting_since_s = None
        if not self._sound_alive(now_s):
            self._link.untie()

    def _anchor(self, frame: int, now_s: float) -> bool:
        """Link the clocks at this frame, if there is enough to begin with."""
        start = self._start_ticks(now_s)
        if start is None:
            return False
        self.relinked += self._pictures.shown is not None
        self._pictures.skip_before(start)
        self._link.tie(frame, start)
        self._waiting_since_s = None
        self._late_pictures = 0
        self.drift.restart()
        return True

    def _start_ticks(self, now_s: float) -> int | None:
        if not self._caught_up:
            return None
        if not len(self._pictures):
            return self._sound_start_ticks(now_s)
        if self._waiting_since_s is None:
            self._waiting_since_s = now_s
        oldest, newest, sound_end = self._pictures.oldest_ticks, self._pictures.end_ticks, self._sound.end
        if now_s - self._waiting_since_s > _WAIT_S:
            return oldest
        if self.sound_expected and sound_end is None and now_s - self._begun_at_s < _WAIT_S:
            return None
        if self._live:
            return self._live_start_ticks(oldest, newest)
        if self.sound_expected and sound_end is not None:
            newest = min(newest, self._link.ticks(sound_end))
        return oldest if newest - oldest >= _PACED_START_PICTURES * self._pictures.step_ticks else None

    def _live_start_ticks(self, first: int, end: int) -> int | None:
        self._held_ticks = self._hold_ticks
        last = end - self._held_ticks
        if self._sound.start is not None and self._sound.end is not None:
            first = self._link.ticks(self._sound.start)
            last = min(last, self._link.ticks(self._sound.end) - self._pictures.step_ticks)
        return self._pictures.latest_between(first, last)

    @property
    def _hold_ticks(self) -> int:
        """How far behind its newest picture a live source is played."""
        wanted = max(_TARGET_TICKS, _JITTER_TICKS + self._sound_lag_ticks)
        return min(wanted, (self._pictures.most - 2) * self._pictures.step_ticks)

    def _sound_start_ticks(self, now_s: float) -> int | None:
        start, end = self._sound.start, self._sound.end
        patient = self.picture_expected and now_s - self._begun_at_s < _SOUND_ONLY_AFTER_S
        if patient or start is None or end is None or self._link.ticks(end - start) < _TARGET_TICKS:
            return None
        return (
            max(self._link.ticks(start), self._link.ticks(end) - 2 * _TARGET_TICKS)
            if self._live
            else self._link.ticks(start)
        )

    def _picked(self, frame: int, samples: int, now_s: float) -> Picked:
        first = self._link.first_sample(frame)
        at_ticks = self._link.ticks(first)
        fresh = self._show(at_ticks)
        sound = self._read_sound(first, samples, now_s)
        if self._live and self.delivers:
            self.drift.note(self._ahead_ticks(at_ticks, samples, now_s), self._link.samples(self._pictures.step_ticks))
        sound_is_late = self._live and self._sound_missed and self._hold_ticks > self._held_ticks
        if self._late_pictures >= _LATE_PICTURES or sound_is_late:
            self._link.untie()  # it fills again before it goes on
        return Picked(self._picture(), sound, fresh)

    @property
    def _early_ticks(self) -> int:
        """A picture is due a quarter of a frame before its time, so that rounding never matters."""
        return self._rate.ticks(1) // 4

    def _show(self, at_ticks: int) -> bool:
        """Show the last picture that is due."""
        fresh = self._pictures.show_until(at_ticks + self._early_ticks)
        if fresh and self._pictures.shown is not None:
            behind = at_ticks - self._pictures.shown[0] > 2 * self._pictures.step_ticks
            self._late_pictures = self._late_pictures + 1 if behind and not len(self._pictures) else 0
        return fresh

    def _read_sound(self, first: int, samples: int, now_s: float) -> Sound:
        slew = self.drift.slew(samples)
        sound, found = self._sound.read(first, samples + slew)
        if slew:
            self._link.follow(slew)
            sound = stretched(sound, samples)
        self._sound_missed = found < samples + slew and self._sound_alive(now_s)
        self.sound_gaps += self._sound_missed
        return sound

    def _ahead_ticks(self, at_ticks: int, samples: int, now_s: float) -> int:
        """How much of both pictures and living sound is held beyond this take."""
        ahead = self._pictures.end_ticks - at_ticks
        sound_end = self._sound.end
        if sound_end is not None and self._sound_alive(now_s):
            ahead = min(ahead, self._link.ticks(sound_end - samples) - at_ticks)
        return ahead
