"""What the engine says of breaks, by channel and id: where each stands, when it went out, whether it landed. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from datetime import datetime

from app.model import events
from app.model.states import BreakState, ProofState
from app.model.status import BreakStatus, ChannelStatus, EngineStatus, UpcomingBreak
from app.model.timebase import FrameRate, round_half_up
from app.ui.schedule.moments import SECOND_US, us_of
from app.ui.schedule.pending import Key
from app.ui.schedule.snapping import Target
from app.ui.words import _

_KEPT, _MARKS_KEPT = 20_000, 500
_TICK = 90_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineBreak:
    """``out_us``, ``in_us``: where they lie or lay; None: not known. ``reason``: why it failed or was refused."""

    state: BreakState = BreakState.PLANNED
    proof: ProofState | None = None
    title: str = ""
    out_us: int | None = None
    in_us: int | None = None
    ads: tuple[str, ...] = ()
    reason: str = ""


_OVER = (BreakState.SKIPPED, BreakState.WITHDRAWN, BreakState.RETURNED)
_STATE_OF: dict[type[events.Event], BreakState] = {
    events.BreakCued: BreakState.CUED,
    events.BreakHeld: BreakState.HELD,
    events.BreakSkipped: BreakState.SKIPPED,
    events.BreakArmed: BreakState.ARMED,
    events.BreakWithdrawn: BreakState.WITHDRAWN,
    events.BreakRefused: BreakState.FAILED,
    events.BreakFailed: BreakState.FAILED,
}


class EngineBook:
    """``take`` each event, ``look`` at each status. ``touched``: what changed since it was last taken away."""

    def __init__(self) -> None:
        self.breaks: OrderedDict[Key, EngineBreak] = OrderedDict()
        self.touched: set[Key] = set()
        self._clocks: dict[str, tuple[FrameRate, datetime]] = {}
        self._marks: dict[str, deque[Target]] = {}

    def marks(self, channel: str) -> tuple[Target, ...]:
        """The programme's own marks, as its source told them."""
        return tuple(self._marks.get(channel, ()))

    def look(self, status: EngineStatus) -> None:
        """Learn from a status: it knows what happened before the window came."""
        for channel in status.channels:
            self._look_at(channel)

    def _look_at(self, channel: ChannelStatus) -> None:
        if channel.first_frame_at is not None and channel.frame_rate:
            self._clocks[channel.name] = FrameRate.parse(channel.frame_rate), channel.first_frame_at
        for shown in (channel.next, channel.current, channel.on_air):
            if shown is not None and not self._is_old((channel.name, shown.id), shown):
                self._put((channel.name, shown.id), self._of_status(channel.name, shown))
        if channel.schedule is not None:
            for booked in channel.schedule.upcoming:
                self._look_ahead((channel.name, booked.id), booked)

    def _is_old(self, key: Key, shown: BreakStatus) -> bool:
        """A status may be older than the event before it: only an event brings a break that is over back.

        Booked for another time it is planned again, which the status alone tells.
        """
        known = self.breaks.get(key)
        if known is None or known.state not in _OVER:
            return False
        if shown.state is not BreakState.PLANNED:
            return True
        return shown.out_at is None or us_of(shown.out_at) == known.out_us

    def _look_ahead(self, key: Key, booked: UpcomingBreak) -> None:
        """Where the planner will have it, with the show clock and all that was shifted."""
        known = self.breaks.get(key, EngineBreak())
        if booked.at is None:
            return
        out_us = us_of(booked.at)
        if known.state in _OVER and out_us != known.out_us:
            known = replace(known, state=BreakState.PLANNED)
        if known.state is BreakState.PLANNED:
            in_us = out_us + round_half_up(booked.duration_s * SECOND_US)
            self._put(key, replace(known, title=booked.title or known.title, out_us=out_us, in_us=in_us))

    def _of_status(self, channel: str, shown: BreakStatus) -> EngineBreak:
        known = self.breaks.get((channel, shown.id), EngineBreak())
        out_us = known.out_us if shown.out_at is None else us_of(shown.out_at)
        in_us = known.in_us if shown.in_at is None else us_of(shown.in_at)
        if shown.in_at is None and out_us is not None:
            in_us = out_us + _span_us(shown.duration_ticks)
        proof = ProofState.PENDING if shown.state is BreakState.ON_AIR and known.proof is None else known.proof
        return replace(
            known,
            state=shown.state,
            title=shown.title or known.title,
            out_us=out_us,
            in_us=in_us,
            ads=shown.ads,
            proof=proof,
        )

    def take(self, event: events.Event) -> None:
        """Learn from one event."""
        if isinstance(event, events.ChannelStarted):
            self._clocks[event.channel] = FrameRate.parse(event.frame_rate), event.first_frame_at
        elif isinstance(event, events.FeedCueSeen):
            self._mark(event)
        elif isinstance(event, events.BreakEvent) and event.break_id:
            key = event.channel, event.break_id
            known = self.breaks.get(key, EngineBreak())
            if event.title:
                known = replace(known, title=event.title)
            self._put(key, self._after(known, event))

    def _after(self, known: EngineBreak, event: events.BreakEvent) -> EngineBreak:
        state = _STATE_OF.get(type(event))
        if state is not None:
            known = replace(known, state=state, reason=str(getattr(event, "reason", "")))
        if isinstance(event, events.SpliceProved | events.BreakLanded | events.BreakMissed):
            return _judged(known, event)
        return self._placed(known, event)

    def _placed(self, known: EngineBreak, event: events.BreakEvent) -> EngineBreak:
        """Where it lies now."""
        match event:
            case events.BreakPlanned():
                out_us = None if event.planned_at is None else us_of(event.planned_at)
                in_us = None if out_us is None else out_us + _span_us(event.duration_ticks)
                known = replace(known, state=BreakState.PLANNED, out_us=out_us, in_us=in_us)
            case events.BreakArmed() if event.channel in self._clocks:
                out_us = self._frame_us(event.channel, event.frame)
                known = replace(known, out_us=out_us, in_us=self._frame_us(event.channel, event.in_frame))
            case events.BreakOut() | events.BreakResumed():
                out_us = us_of(event.out_at)
                in_us = out_us + _span_us(event.duration_ticks)
                proof = known.proof or ProofState.PENDING
                known = replace(known, state=BreakState.ON_AIR, out_us=out_us, in_us=in_us, proof=proof)
            case events.BreakExtended() if known.out_us is not None:
                known = replace(known, in_us=known.out_us + _span_us(event.duration_ticks))
            case events.BreakIn():
                known = replace(known, state=BreakState.RETURNED, in_us=us_of(event.in_at))
            case _:
                pass
        return known

    def _frame_us(self, channel: str, frame: int) -> int:
        rate, first = self._clocks[channel]
        return us_of(first) + round_half_up(rate.seconds(frame) * SECOND_US)

    def _mark(self, event: events.FeedCueSeen) -> None:
        if event.frame is None or event.problem or event.repeats or event.channel not in self._clocks:
            return
        mark = Target(
            self._frame_us(event.channel, event.frame), _("mark {summary}").format(summary=event.summary).rstrip()
        )
        self._marks.setdefault(event.channel, deque(maxlen=_MARKS_KEPT)).append(mark)

    def _put(self, key: Key, now: EngineBreak) -> None:
        if self.breaks.get(key) == now:
            return
        self.breaks[key] = now
        self.touched.add(key)
        if len(self.breaks) > _KEPT:
            gone, _other = self.breaks.popitem(last=False)
            self.touched.add(gone)


def _judged(known: EngineBreak, event: events.SpliceProved | events.BreakLanded | events.BreakMissed) -> EngineBreak:
    """With the proof's verdict; of several that are bad the first stays."""
    if isinstance(event, events.BreakLanded):
        return replace(known, proof=ProofState.LANDED)
    bad = known.proof not in {None, ProofState.PENDING, ProofState.LANDED}
    if isinstance(event, events.BreakMissed):
        return known if bad else replace(known, proof=ProofState.MISSING, reason=event.reason)
    if event.verdict in {ProofState.LANDED, ProofState.PENDING} or bad:
        return known
    return replace(known, proof=event.verdict)


def _span_us(ticks: int) -> int:
    return ticks * SECOND_US // _TICK
