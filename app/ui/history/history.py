"""What the charts draw: each channel's figures, breaks and alarms, taken from the status once a second."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from app.model.events import Event, SpliceProved
from app.model.states import ChannelState
from app.model.status import ChannelStatus, EngineStatus
from app.model.timebase import TICKS_PER_SECOND
from app.ui.history.tiers import Series

EVERY_S = 1.0
_SPANS, _ALARMS = 2_000, 2_000  # kept a channel: more than a day has
FPS, ENCODE_MS, DROPPED, REPEATED, QUEUE, BUDGET_MS = "fps", "encode", "dropped", "repeated", "queue", "budget"
IN, LOUDNESS, SOUND_BEHIND = "in", "loudness", "behind"
OUT, PUSH, BACKLOG, PROOF, ERROR = "out:", "push:", "backlog:", "proof:", "error:"
_FRESH_S = 60.0  # a window that comes late is told of proofs that are long over


@dataclass(slots=True)
class Channel:
    """One channel's past, by the desk's clock in seconds. ``breaks``: from OUT to IN, the open one up to now.

    ``proofs``: of the newest splice at each origin, shown until the next.
    """

    series: dict[str, Series] = field(default_factory=dict)
    breaks: deque[list[float]] = field(default_factory=lambda: deque(maxlen=_SPANS))
    alarms: deque[float] = field(default_factory=lambda: deque(maxlen=_ALARMS))
    proofs: dict[str, float] = field(default_factory=dict)
    last: ChannelStatus | None = None
    last_s: float = -math.inf
    standing: frozenset[tuple[str, datetime]] = frozenset()
    in_break: bool = False

    def named(self, prefix: str) -> list[tuple[str, Series]]:
        """The series of one kind, by what they are of; origins in the channel's order: each has one colour."""
        found = [(key.removeprefix(prefix), series) for key, series in self.series.items() if key.startswith(prefix)]
        order = {name: place for place, name in enumerate(self.last.origins)} if self.last is not None else {}
        return sorted(found, key=lambda one: order.get(one[0], len(order)))


class History:
    """``take`` on every look at the status; what comes sooner than a second after the last is left out. Pure."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self._taken_s = -math.inf

    def of(self, channel: str) -> Channel:
        """A channel's past; empty for one that is not known."""
        return self.channels.setdefault(channel, Channel())

    def take(self, status: EngineStatus, now_s: float, *, lost: bool = False) -> bool:
        """Whether a second is over and was taken. ``lost``: the status is old, and nothing is measured."""
        if now_s - self._taken_s < EVERY_S:
            return False
        self._taken_s = now_s
        for one in status.channels:
            kept = self.of(one.name)
            figures = {} if lost else kept.proofs | _figures(kept.last, one, now_s - kept.last_s)
            for name, value in figures.items():
                kept.series.setdefault(name, Series()).add(now_s, value)
            for name in kept.series.keys() - figures.keys():
                kept.series[name].advance(now_s)
            if not lost:
                _mark(kept, one, now_s)
                kept.last, kept.last_s = one, now_s
        return True

    def note(self, event: Event, now: datetime) -> None:
        """A verdict: how long after its splice it came, and by how much that splice was off."""
        if not isinstance(event, SpliceProved) or (now - event.at).total_seconds() > _FRESH_S:
            return
        kept = self.of(event.channel)
        if event.error_ticks is not None:
            kept.proofs[ERROR + event.origin] = event.error_ticks * 1000 / TICKS_PER_SECOND
        status = kept.last
        if status is not None and status.first_frame_at is not None and event.pts >= status.first_pts:
            aired_s = (event.pts - status.first_pts) / TICKS_PER_SECOND
            kept.proofs[PROOF + event.origin] = (event.at - status.first_frame_at).total_seconds() - aired_s


def _mark(kept: Channel, status: ChannelStatus, now_s: float) -> None:
    standing = frozenset((alarm.key, alarm.raised_at) for alarm in status.alarms if alarm.severity != "note")
    kept.alarms.extend(now_s for _ in standing - kept.standing)
    kept.standing = standing
    in_break = status.on_air is not None
    if in_break and not kept.in_break:
        kept.breaks.append([now_s, now_s])
    elif in_break:
        kept.breaks[-1][1] = now_s
    kept.in_break = in_break


def _figures(before: ChannelStatus | None, now: ChannelStatus, took_s: float) -> dict[str, float]:
    """Rates since the look before; nothing where the channel is off air or began anew meanwhile."""
    found: dict[str, float] = {}
    for name, origin in now.origins.items():
        found[PUSH + name], found[BACKLOG + name] = origin.push_ms, origin.backlog
    if now.state is not ChannelState.ON_AIR or before is None or not now.frame_rate or now.frame < before.frame:
        return found
    found[FPS] = (now.frame - before.frame) / took_s
    found[BUDGET_MS] = float(1000 / Fraction(now.frame_rate))
    found[DROPPED] = max(0, now.dropped_frames - before.dropped_frames)
    found[REPEATED] = max(0, now.repeated_frames - before.repeated_frames)
    return found | _ladder(before, now, took_s) | _quality(before, now, took_s)


def _quality(before: ChannelStatus, now: ChannelStatus, took_s: float) -> dict[str, float]:
    found: dict[str, float] = {}
    if now.quality is None:
        return found
    if now.quality.short_lufs is not None:
        found[LOUDNESS] = now.quality.short_lufs
    if now.quality.sound_behind_ms is not None:
        found[SOUND_BEHIND] = now.quality.sound_behind_ms
    received = now.quality.received_bytes
    earlier = before.quality.received_bytes if before.quality is not None else None
    if received is not None and earlier is not None and received >= earlier:
        found[IN] = (received - earlier) * 8 / took_s
    return found


def _ladder(before: ChannelStatus, now: ChannelStatus, took_s: float) -> dict[str, float]:
    if before.readings is None or now.readings is None:
        return {}
    found = {QUEUE: float(now.readings.waiting)}
    slowest_ms = 0.0
    for old, new in zip(before.readings.rungs, now.readings.rungs, strict=False):
        pictures = new.pictures - old.pictures
        if old.name != new.name or pictures < 0:
            continue
        found[OUT + new.name] = (new.encoded_bytes - old.encoded_bytes) * 8 / took_s
        if pictures:
            slowest_ms = max(slowest_ms, (new.encoding_s - old.encoding_s) / pictures * 1000)
    return found | ({ENCODE_MS: slowest_ms} if slowest_ms else {})
