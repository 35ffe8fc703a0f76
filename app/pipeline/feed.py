"""What the program thread draws from: the source that is on air, or nothing, on the channel's own clock."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np

from app.model.errors import SourceError, UsageError
from app.model.feed_cue import FeedCue
from app.model.timebase import TICKS_PER_SECOND, FrameRate, seconds_of
from app.pipeline.feed_status import FeedStatus
from app.pipeline.normalise import LAYOUTS, Sound
from app.pipeline.playout import Playout
from app.pipeline.reader import Reader
from app.pipeline.session import Received, Session
from app.pipeline.source_alarms import PublishAlarm, SourceAlarms
from app.pipeline.source_cues import SourceCues
from app.pipeline.sources.address import Address, Bars, MediaFile, UdpAddress, parse_address
from app.pipeline.sources.bars import BarsPicture, play_bars
from app.pipeline.sources.file import play_file
from app.pipeline.sources.live import play_udp
from app.pipeline.sources.udp import UdpInput

SLATE = "slate"
_PAUSE_S = 1.0  # after all sources have failed in turn
_LOOK_S = 0.1
_STEADY_TICKS = 60 * TICKS_PER_SECOND  # for markers further ahead the clock is followed meanwhile

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """One output frame. ``video``: yuv420p of the master's size, shared (make a ref-clone before changing its pts).

    ``video`` None: nothing usable, show the slate; ``reason`` then says why, for an operator. ``audio``: float32 of
    shape (channels, samples), silence where there is none. ``source``: its URL, or "slate". ``repeated``: the same
    picture of the source as the tick before; False on the slate.
    """

    video: av.VideoFrame | None
    audio: Sound
    source: str
    repeated: bool
    reason: str


class Feed:
    """Keeps one of ``sources`` on air: the first that opens; when it is lost the next that opens, in turn.

    UsageError for a URL that is no source. ``cue_pids``: of the SCTE-35 streams to listen to, none: all.
    ``publish_alarm(key, severity, text)`` is called on the feed's own thread,
    with text None when the alarm is over. ``start``, ``take`` and ``stop`` are for one thread each.
    """

    def __init__(  # noqa: PLR0913 - a channel's constants, each by its name
        self,
        sources: tuple[str, ...],
        *,
        channel: str,
        title: str,
        rate: FrameRate,
        width: int,
        height: int,
        audio_channels: int,
        sample_rate_hz: int = 48_000,
        publish_alarm: PublishAlarm,
        cue_pids: tuple[int, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not sources:
            raise UsageError(f"channel {channel}", "there is no source", "name at least test:bars")
        if audio_channels not in LAYOUTS:
            right = ", ".join(map(str, LAYOUTS))
            raise UsageError(f"channel {channel}", f"{audio_channels} audio channels have no layout", f"one of {right}")
        self._addresses: list[tuple[str, Address]] = [(url, parse_address(url)) for url in sources]
        self._rate, self._size, self._title = rate, (width, height), title
        self._sound = (audio_channels, sample_rate_hz)
        self._cue_pids = cue_pids
        self._alarms, self._clock = SourceAlarms(publish_alarm), clock
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"feed {channel}", daemon=True)
        self._session: Session | None = None
        self._reason = "no source has been opened yet"
        self._losses = 0
        self._looked_s = 0.0
        self.name, self.url = self._thread.name, sources[0]
        self.beats = 0  # counted up on the feed's thread, several times a second as long as it does not hang

    @property
    def alive(self) -> bool:
        """Whether its thread has not ended."""
        return self._thread.is_alive()

    def abandon(self) -> None:
        """Leave a thread that hangs behind: its alarms are cleared, what it listens on is let go. Any thread."""
        self._stopping.set()
        self._alarms.clear_all()
        self.let_go()

    def let_go(self) -> None:
        """Close what it listens on, though its thread hangs: another feed can then listen there. Any thread."""
        session = self._session
        if session is not None:
            session.let_go()

    def start(self) -> None:
        """Begin to open sources."""
        self._thread.start()

    def wait_for_picture(self, timeout_s: float) -> bool:
        """Wait until a source has enough to begin with, so that a channel need not begin on the slate."""
        return self._ready.wait(timeout_s)

    def take(self, frame: int, samples: int) -> Taken:
        """Picture and sound of an output frame, counted up by one from call to call. Never blocks."""
        session = self._session
        if session is None:
            return Taken(
                None, np.zeros((self._sound[0], samples), np.float32), SLATE, repeated=False, reason=self._reason
            )
        picked = session.playout.take(frame, samples)
        if picked.picture is None:
            return Taken(None, picked.sound, SLATE, repeated=False, reason=session.reason)
        return Taken(picked.picture, picked.sound, session.url, repeated=not picked.fresh, reason="")

    def cues(self) -> list[FeedCue]:
        """The markers that the source brought in this session since the last call, in the order they came.

        For the thread that takes, once a frame; never blocks. At most 1000 wait, the oldest are dropped and counted.
        What is no valid section comes too, with its ``problem``; of noise only some, the rest is counted. What was not
        asked for when a session ends is gone with it. Until the time of one has passed, a live source's clock is not
        followed.
        """
        session = self._session
        if session is None:
            return []
        cues = session.cues.queue.drain()
        for cue in cues:
            if cue.lead_ticks is not None and 0 < cue.lead_ticks <= _STEADY_TICKS:
                session.playout.keep_steady(self._rate.frames_covering(seconds_of(cue.lead_ticks) + 1))
        return cues

    @property
    def session(self) -> int:
        """Of the session with the present source, as in its cues; 0: none. Changes on the feed's thread at any time."""
        session = self._session
        return 0 if session is None else session.cues.session

    def frames_until(self, source_ticks: int, session: int | None = None) -> Fraction | None:
        """Frames of the channel's rate from what the next ``take`` shows to a time of the source, below 0: it is past.

        Good to a sample: within a hundredth of a whole number is on a frame, else it lies between two. The picture of
        that time is in the take after ``ceil(frames - 1/4)`` others. None while there is no link to the source's clock,
        or ``session`` (of the cue that the ticks are of) is over. Ask again each frame: the clock of a live source is
        followed, and linked anew after a loss.
        """
        present = self._session
        if present is None or session not in (None, present.cues.session):
            return None
        return present.playout.frames_until(source_ticks)

    def picture_ticks(self, frames: int, session: int) -> int | None:
        """Source time of the picture that the take ``frames`` after the next will show, as the source goes on now.

        None where that can't be told: no link, the session is over, or that take has been.
        """
        present = self._session
        if present is None or session != present.cues.session:
            return None
        return present.playout.picture_ticks(frames)

    def stop(self, timeout_s: float) -> None:
        """End, and clear every alarm raised. SourceError when the thread is still inside a read after the timeout."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                raise SourceError(f"{self._thread.name} has not ended in {timeout_s:g} s: a read hangs")

    def status(self) -> FeedStatus:
        """What is measured now; any thread."""
        session = self._session
        if session is None:
            return FeedStatus(SLATE, self._losses)
        playout, tally, received = session.playout, session.reader.tally, session.received()
        return FeedStatus(
            SLATE if session.lost or not playout.delivers else session.url,
            self._losses + session.lost,
            buffer_ms=playout.buffer_ms(),
            sound_behind_ms=playout.sound_behind_ms,
            packets=tally.packets,
            pictures=tally.pictures,
            captioned=tally.captioned,
            corrupt_frames=tally.corrupt_frames,
            decode_errors=tally.decode_errors,
            timestamp_jumps=tally.jumps,
            skipped_pictures=playout.skipped,
            clock_corrections=playout.drift.corrections + playout.relinked,
            sound_gaps=playout.sound_gaps,
            lost_packets=None if received is None else received.lost_packets,
            received_bytes=None if received is None else received.received_bytes,
            cues=session.cues.counts(),
        )

    # the feed's thread

    def _run(self) -> None:
        turn = failures = 0
        while not self._stopping.is_set():
            url, address = self._addresses[turn]
            self.url = url
            if self._played(url, address):
                failures = 0
            else:
                failures += 1
                if failures % len(self._addresses) == 0:
                    self._pause()
            turn = (turn + 1) % len(self._addresses)
        self._alarms.clear_all()

    def _pause(self) -> None:
        end_s = self._clock() + _PAUSE_S
        while self._clock() < end_s and not self._stopping.wait(_LOOK_S):
            self.beats += 1
            self._alarms.expire(self._clock())

    def _played(self, url: str, address: Address) -> bool:
        """Whether this source was on air for a while; it is over when this returns."""
        session = self._new_session(url, address)
        self._session = session
        why = ""
        try:
            self._play(session, address)
        except SourceError as error:
            why = str(error)
        except Exception as error:  # noqa: BLE001 - whatever a source's bytes do to a decoder, the channel stays on air
            _log.exception("%s", url)
            why = f"{url}: {error}"
        finally:
            session.reader.close()
        self._reason = why or session.over or f"{url}: it has ended"
        self._session = None
        if not self._stopping.is_set():
            self._tell_end(session)
        return session.aired

    def _new_session(self, url: str, address: Address) -> Session:
        width, height = self._size
        channels, sample_rate_hz = self._sound
        live = isinstance(address, UdpAddress)
        playout = Playout(self._rate, channels=channels, sample_rate_hz=sample_rate_hz, live=live, clock=self._clock)
        reader = Reader(playout, width=width, height=height, channels=channels, sample_rate_hz=sample_rate_hz)
        cues = SourceCues(url, self._cue_pids, paced=not live, clock=self._clock)
        reader.placed = cues.line.placed
        return Session(url, playout, reader, cues, alone=len(self._addresses) == 1, clock=self._clock)

    def _play(self, session: Session, address: Address) -> None:
        def keep_going() -> bool:
            self.beats += 1
            now_s = self._clock()
            if now_s - self._looked_s >= _LOOK_S:
                self._looked_s = now_s
                session.look(self._alarms)
                self._alarms.expire(now_s)
                if not self._ready.is_set() and session.playout.ready():
                    self._ready.set()
            return not self._stopping.is_set() and not session.over

        match address:
            case UdpAddress():
                stream = UdpInput(session.url, address, keep_going, session.cues.watch)
                session.let_go = stream.close
                session.received = lambda: Received(stream.watch.lost, stream.received_bytes)
                play_udp(session.url, stream, session.reader, session.playout, keep_going)
            case MediaFile():
                play_file(session.url, address, session.reader, session.playout, session.cues, keep_going)
            case Bars():
                picture = BarsPicture(self._rate, self._title, *self._size)
                play_bars(picture, self._rate, self._sound, session.playout, keep_going)

    def _tell_end(self, session: Session) -> None:
        if session.aired:
            self._losses += 1
            self._alarms.set("source.lost", "critical", f"source lost: {session.url}")
        else:
            self._alarms.set(f"source.failed:{session.url}", "warning", self._reason)
            if not self._losses:
                self._alarms.set("source.lost", "critical", "no source has opened yet")
        for key in ("source.no_audio", "source.no_video", "source.cue_pids"):
            self._alarms.set(key, "warning", None)
