"""One continuous source time from timestamps that wrap, jump and start anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.model.timebase import PTS_WRAP, TICKS_PER_SECOND, difference, unwrapped

_JUMP_TICKS = TICKS_PER_SECOND  # further ahead than this is no lost packet but another time line
_BACK_TICKS = TICKS_PER_SECOND // 10  # and so is a step back by more than this
_APART_TICKS = TICKS_PER_SECOND  # what one stream of a program may be ahead of another in the multiplex
_FOLLOWS_TICKS = 3 * TICKS_PER_SECOND  # a stream is late for a jump by no more than this


@dataclass(slots=True)
class _Stretch:
    """Timestamps between two jumps, held by the latest pair of a raw one and its time."""

    raw: int
    time: int

    def place(self, raw: int) -> int:
        return self.time + unwrapped(raw, self.raw) - self.raw


@dataclass(slots=True)
class _Track:
    stretch: _Stretch
    raw: int
    time: int


@dataclass(slots=True)
class Timeline:
    """Places the timestamps of one program's streams on one time line in ticks that never wraps.

    All streams share one offset: whichever stream jumps first begins a new stretch, continuing from its own last time;
    the others follow it when they jump. ``jumps`` counts the stretches after the first.

    ``read_ahead``: streams may be read far ahead of each other, as a file's are; where one begins is then never absurd.
    """

    jumps: int = 0
    read_ahead: bool = False
    _newest: _Stretch | None = None
    _tracks: dict[str, _Track] = field(default_factory=dict)

    def place(self, stream: str, raw: int, duration: int) -> int:
        """The source time of a timestamp; ``duration`` is the stream's usual step, used across a jump."""
        if self._newest is None:
            self._newest = _Stretch(raw, raw)
        track = self._tracks.get(stream)
        if track is None:
            track = self._tracks[stream] = self._joined(raw, self._newest)
        step = difference(raw, track.raw)
        if -_BACK_TICKS <= step <= _JUMP_TICKS:
            track.time += step
        else:
            self._jump(stream, track, raw, duration)
        track.raw = raw
        if track.stretch is self._newest:  # kept close, so that unwrapping has no limit of hours
            self._newest.raw, self._newest.time = raw, track.time
        return track.time

    def follow(self, stream: str, duration: int) -> int | None:
        """The source time of something without a timestamp, a step after the last; None when there is no last."""
        track = self._tracks.get(stream)
        return None if track is None else self.place(stream, (track.raw + duration) % PTS_WRAP, duration)

    def _joined(self, raw: int, newest: _Stretch) -> _Track:
        """A stream's first timestamp: on the newest stretch, or if that is absurd, where the program is now."""
        time = newest.place(raw)
        now = max((track.time for track in self._tracks.values()), default=time)
        if self.read_ahead or abs(time - now) <= _FOLLOWS_TICKS:
            return _Track(newest, raw, time)
        return _Track(_Stretch(raw, now), raw, now)

    def _jump(self, stream: str, track: _Track, raw: int, duration: int) -> None:
        newest = self._newest or track.stretch
        time = newest.place(raw)
        others = [other.time for name, other in self._tracks.items() if name != stream]
        ahead = abs(time - max(others, default=time))
        follows = track.stretch is not newest and ahead <= _FOLLOWS_TICKS and time > track.time - _FOLLOWS_TICKS
        gap = track.stretch is newest and bool(others) and ahead <= _APART_TICKS and time > track.time
        if follows or gap:
            track.stretch, track.time = newest, time
            return
        track.time += duration
        self._newest = track.stretch = _Stretch(raw, track.time)
        self.jumps += 1
