"""A channel's break logic with a source that brings markers: its clock is a line that the test may bend."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from app.model import events
from app.model.cue import Section
from app.model.feed_cue import FeedCue
from app.model.signalling import CuePolicy, FeedCues, Signalling, SignalMode, Template
from app.model.timebase import TICKS_PER_SECOND, FrameRate, difference, wrapped
from app.pipeline.feed_cues import FeedDesk
from app.pipeline.rundown import Break
from app.pipeline.signals import Signals
from app.scte35.codec import decode
from app.scte35.messages import splice_in, splice_out
from tests.pipeline.break_desk import PAL, STARTED_AT, Desk

S = TICKS_PER_SECOND
URL = "udp://127.0.0.1:5000"
BASE = 2**33 - 20 * S  # source time of frame 0: it wraps in every test that takes longer
HOLD = S // 4
LOCAL = Template(name="Local ad", duration_s=Fraction(20), signalling=Signalling(mode=SignalMode.PROVIDER_PLACEMENT))


class FakeFeed:
    """``base``: the source's time at frame 0; ``next_frame`` is what the next take is for."""

    def __init__(self, rate: FrameRate, base: int) -> None:
        self.base, self.session, self.linked, self.next_frame = Fraction(base), 1, True, 0
        self.early_ticks = 0  # by which each picture is shown before its time
        self.waiting: list[FeedCue] = []
        self._per_tick = rate.fraction / S

    def cues(self) -> list[FeedCue]:
        waiting, self.waiting = self.waiting, []
        return waiting

    def frames_until(self, source_ticks: int, session: int | None = None) -> Fraction | None:
        if not self.linked or session not in {None, self.session}:
            return None
        return (source_ticks - self.base) * self._per_tick - self.next_frame

    def picture_ticks(self, frames: int, session: int) -> int | None:
        if not self.linked or session != self.session:
            return None
        return int(self.base + self.early_ticks + (self.next_frame + frames) / self._per_tick)

    def now(self) -> int:
        """The source's time of the next take."""
        return int(self.base + self.next_frame / self._per_tick)


class FeedBench(Desk):
    """A Desk with a source. ``alarms``: what stands, by key."""

    def __init__(
        self,
        policy: CuePolicy = CuePolicy.RELAY,
        rate: FrameRate = PAL,
        *,
        base: int = BASE,
        started_at: datetime = STARTED_AT,
        cover: bool = False,
        silent_after_s: Fraction | None = None,
        template: str = "Local ad",
    ) -> None:
        super().__init__(rate, started_at=started_at, signals=Signals(templates=(LOCAL,)))
        self.feed = FakeFeed(rate, base)
        self.alarms: dict[str, str] = {}
        self.alarms_told: list[tuple[str, str | None]] = []
        self.policy = FeedCues(
            policy=policy,
            template=template if policy is CuePolicy.ACT else "",
            cover=cover,
            silent_after_s=silent_after_s,
        )
        self.open_desk()

    def open_desk(self) -> None:
        self.feed_desk = FeedDesk(self.feed, self.splicer, self.policy, self._alarm, lambda: 0.0)

    def _alarm(self, key: str, severity: str, text: str | None) -> None:
        assert severity == "warning"
        self.alarms_told.append((key, text))
        self.alarms.pop(key, None)
        if text is not None:
            self.alarms[key] = text

    def tick(self) -> bool:
        self.feed.next_frame = self.frame
        self.feed_desk.tick(self.frame)
        return super().tick()

    # ---- what the source says

    def at(self, lead_s: Fraction | float) -> int:
        """A time of the source that the channel shows on a whole frame, so long from now."""
        self.feed.next_frame = self.frame
        return int(self.feed.now() + self.frames(lead_s) * S / self.rate.fraction)

    def say(
        self, section: Section | bytes, at: int | None = None, *, pid: int = 500, repeats: int = 0, problem: str = ""
    ) -> None:
        """A section on the wire, with ``at`` as its time."""
        encoded = section if isinstance(section, bytes) else section.encoded
        self.feed.next_frame = self.frame
        arrival = self.feed.now() + HOLD
        self.feed.waiting.append(
            FeedCue(
                pid=pid,
                section=encoded,
                source=URL,
                received_at=self.anchor.at(self.frame) + timedelta(microseconds=len(self.feed.waiting)),
                source_ticks=at,
                lead_ticks=None if at is None else at - arrival,
                arrival_ticks=arrival,
                problem=problem,
                repeats=repeats,
                session=self.feed.session,
            )
        )

    def say_out(
        self, lead_s: Fraction | float | None = 8, length_s: int | None = 30, *, number: int = 17, auto: bool = True
    ) -> Section:
        at = None if lead_s is None else self.at(lead_s)
        pts = None if at is None else wrapped(at)
        section = splice_out(number, pts, None if length_s is None else length_s * S, auto_return=auto)
        self.say(section, at)
        return section

    def say_in(self, lead_s: Fraction | float | None = 4, *, number: int = 17) -> Section:
        at = None if lead_s is None else self.at(lead_s)
        section = splice_in(number, None if at is None else wrapped(at))
        self.say(section, at)
        return section

    def on_air(self) -> Break:
        assert self.splicer.on_air is not None
        return self.splicer.on_air

    def pts_of(self, section: bytes) -> int:
        """The effective time of a section that went out, as a frame's place: 0 is frame 0."""
        effective = decode(section).effective_pts
        assert effective is not None
        return difference(effective, wrapped(self.anchor.first_pts))


def is_only_adjusted(sent: bytes, original: bytes) -> bool:
    """Whether all but pts_adjustment (33 bits up to byte 8) and CRC_32 (the last four bytes) is the same."""

    def rest(section: bytes) -> tuple[bytes, int, bytes]:
        return section[:4], section[4] >> 1, section[9:-4]

    return rest(sent) == rest(original)


def handled(bench: FeedBench) -> list[events.FeedCueHandled]:
    return bench.all(events.FeedCueHandled)


def last(bench: FeedBench) -> events.FeedCueHandled:
    return handled(bench)[-1]
