"""Sections of a source that are no end of a break, on their way out: on our clock, at an IDR where they have a time."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.model.timebase import wrapped
from app.pipeline import following
from app.pipeline.source_line import SourceLine
from app.pipeline.splicer import Splicer
from app.scte35.relaying import relayed
from app.scte35.retiming import retimed
from app.scte35.spoken import EventKey

_MOST = 256  # that wait for their picture
_REPEATED_S = 60


@dataclass(slots=True, eq=False)
class Signal:
    """``at_ticks``: of the source. ``event_ids``: of what the playlists tell of it. ``keys``: the events it opens."""

    section: bytes
    at_ticks: int
    event_ids: tuple[int, ...]
    frame: int
    keys: frozenset[EventKey] = field(default_factory=frozenset)
    sent: bool = False


class FeedSignals:
    """Program thread only."""

    def __init__(self, splicer: Splicer, line: SourceLine, ahead_frames: int) -> None:
        self._splicer, self._line, self._ahead_frames = splicer, line, ahead_frames
        self._waiting: list[Signal] = []
        self._cut_for: dict[bytes, int] = {}  # sections without a time, and when each was said last

    @property
    def full(self) -> bool:
        """Whether no more may wait."""
        return len(self._waiting) >= _MOST

    def at_once(self, section: bytes, delta_ticks: int, frame: int, event_ids: tuple[int, ...]) -> None:
        """One without a time: now. Without ids: the playlists do not tell it, no picture is its own."""
        moved = relayed(section, delta_ticks)
        following.relay(self._splicer, moved, None)
        if self._is_repeat(section, frame):
            return  # one cut, however often the same is said
        for event_id in event_ids:
            following.force(self._splicer, frame, moved, event_id)

    def _is_repeat(self, section: bytes, frame: int) -> bool:
        last = self._cut_for.pop(section, None)
        self._cut_for[section] = frame
        while len(self._cut_for) > _MOST:
            del self._cut_for[next(iter(self._cut_for))]
        return last is not None and self._splicer.anchor.rate.seconds(frame - last) < _REPEATED_S

    def add(self, signal: Signal, frame: int) -> None:
        """One with a time; sent now, unless it is far ahead. The same again before its picture is sent again."""
        same = (one for one in self._waiting if one.at_ticks == signal.at_ticks and one.section == signal.section)
        known = next(same, None)
        if known is None:
            self._waiting.append(signal)
        signal = known or signal
        if signal.frame - frame <= self._ahead_frames:
            self._send(signal)

    def cancel(self, key: EventKey) -> None:
        """What it opens will not be: no picture is made for it."""
        self._waiting = [one for one in self._waiting if one.keys != {key}]

    def shift(self, ticks: int) -> None:
        """The source's line has become another one."""
        for one in self._waiting:
            one.at_ticks += ticks

    def tick(self, frame: int) -> None:
        """Once a frame, before the splicer's tick: follow the source's clock, force the picture that is due."""
        for one in self._waiting:
            before = one.frame
            one.frame = max(self._line.followed(one.at_ticks, before), frame)
            if (one.sent and one.frame != before) or (not one.sent and one.frame - frame <= self._ahead_frames):
                self._send(one)
            if one.frame == frame:
                self._force(one)
        self._waiting = [one for one in self._waiting if one.frame > frame]
        self._splicer.forced = {one.frame for one in self._waiting} | ({frame} & self._splicer.forced)

    def _edges(self) -> set[int]:
        """Where breaks begin and end: their tags tell of everything that is said of that picture."""
        splicer = self._splicer
        standing = [*splicer.armed_breaks, *([splicer.on_air] if splicer.on_air else [])]
        return {edge for brk in standing for edge in brk.span()}

    def _send(self, one: Signal) -> None:
        one.sent = True
        pts = self._splicer.anchor.pts(one.frame)
        following.relay(self._splicer, retimed(one.section, wrapped(pts)), pts)

    def _force(self, one: Signal) -> None:
        self._splicer.forced.add(one.frame)
        if one.frame in self._edges():
            return
        section = retimed(one.section, wrapped(self._splicer.anchor.pts(one.frame)))
        for event_id in one.event_ids:
            following.force(self._splicer, one.frame, section, event_id)
