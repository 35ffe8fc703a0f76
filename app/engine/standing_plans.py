"""What a channel was asked for and where that stands, read off its commands and events: what a restart goes on from.

The same for a channel that is started again in a living engine, where both come as they happen, and for one that a new
engine process takes up, where they come from the journal.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from app.model import commands, events
from app.model.rundown import BreakPlan
from app.model.states import BreakState
from app.model.timebase import FrameRate, round_half_up, seconds_of
from app.model.when import When
from app.model.wire import to_plain
from app.pipeline.anchor import Anchor
from app.pipeline.handover import Handover, StandingBreak, as_announced
from app.pipeline.hls_keeping import Written

RETURNED_KEPT = (
    8  # breaks that have returned: their INs are in no playlist until another cut comes, at most one segment
)

_GONE = (events.BreakWithdrawn, events.BreakSkipped, events.BreakRefused, events.BreakFailed)
_CONSEQUENCES: dict[type[commands.Command], tuple[type[events.Event], ...]] = {
    commands.PlanBreak: (events.BreakPlanned,),
    commands.InsertBreak: (events.BreakArmed,),
    commands.CueNext: (events.BreakCued,),
    commands.Hold: (events.BreakHeld, events.BreakCued),
    commands.Take: (events.BreakArmed,),
    commands.Skip: (events.BreakSkipped,),
    commands.Return: (events.BreakIn,),
    commands.Extend: (events.BreakExtended,),
    commands.Withdraw: (events.BreakWithdrawn,),
}


@dataclass(slots=True)
class _Pending:
    """A command whose consequence has not been told. ``break_id``: of the break it was accepted for, "" before."""

    command: commands.Command
    break_id: str = ""
    answered: bool = False

    @property
    def makes(self) -> str:
        """The id of the break that it makes; "" for one that makes none."""
        command = self.command
        by_hand = isinstance(command, commands.InsertBreak) or (
            isinstance(command, commands.CueNext) and command.makes_break
        )
        return command.id if by_hand else ""


class StandingPlans:
    """Of one channel. Any thread; commands before the events that follow from them."""

    def __init__(self) -> None:
        self._breaks: dict[str, StandingBreak] = {}  # as they came; those that returned lately too
        self._pending: dict[str, _Pending] = {}  # by command id
        self._known_ids: set[str] = set()
        self._slate_by_hand = False
        self._anchor: Anchor | None = None  # of the present life
        self._first_frame_at: datetime | None = None
        self.stopping = self.ended = False
        self._lock = threading.Lock()

    def know(self, break_ids: Iterable[str]) -> None:
        """Breaks there were, which are over."""
        with self._lock:
            self._known_ids.update(break_ids)

    def adopt(self, found: Iterable[StandingBreak]) -> None:
        """Breaks on air of which only the playlists tell: they must be closed, whatever they were."""
        with self._lock:
            ids = {one.splice_event_id for one in self._breaks.values()}
            self._breaks |= {one.plan.id: one for one in found if one.splice_event_id not in ids}

    @classmethod
    def of_another_run(cls, other: StandingPlans) -> StandingPlans:
        """What viewers still see of a run that died for good: its open break has no other end than here."""
        plans = cls()
        aired = {BreakState.ON_AIR, BreakState.RETURNED}
        plans._breaks = {key: one for key, one in other._breaks.items() if one.state in aired}
        plans._known_ids = set(plans._breaks)
        return plans

    # ---- what comes in

    def remember(self, command: commands.Command, *, restarted: bool, answered: bool = False) -> commands.Command:
        """A command on its way to the channel, as it has to be given there.

        ``restarted``: the channel's clock is not its first one, from which "+12.5" still counts. ``answered``: it is
        from the journal, which knows that it was answered; what followed may be forgotten there.
        """
        with self._lock:
            if restarted:
                command = self._on_the_first_clock(command)
            self._pending[command.id] = _Pending(command, answered=answered)
            self.stopping = self.stopping or isinstance(command, commands.Stop)
        return command

    def note(self, event: events.Event) -> None:
        """What the channel says."""
        with self._lock:
            match event:
                case events.ChannelStarted():
                    self._first_frame_at = self._first_frame_at or event.first_frame_at
                    self._anchor = Anchor(FrameRate.parse(event.frame_rate), event.first_frame_at, event.first_pts)
                case events.ChannelStopped():
                    self.ended = True
                case events.CommandRefused():
                    self._pending.pop(event.id, None)
                case events.CommandAccepted():
                    self._note_accepted(event)
                case events.BreakEvent():
                    self._note_break(event)

    def _note_accepted(self, event: events.CommandAccepted) -> None:
        pending = self._pending.get(event.id)
        self.stopping = self.stopping or event.command == commands.Stop.name
        if pending is None:
            return
        if isinstance(pending.command, commands.Slate):
            wanted = pending.command.on
            self._slate_by_hand = not self._slate_by_hand if wanted is None else wanted
        if type(pending.command) not in _CONSEQUENCES:
            del self._pending[event.id]
        pending.break_id = event.break_id

    def _note_break(self, event: events.BreakEvent) -> None:
        if isinstance(event, events.BreakPlanned):
            self._known_ids.add(event.break_id)
            self._breaks[event.break_id] = self._planned(event)
        standing = self._breaks.get(event.break_id)
        if standing is not None:
            by = event.by or standing.by
            if isinstance(event, _GONE):
                del self._breaks[event.break_id]
            elif (after := self._after(standing, event)) is not None:
                self._breaks[event.break_id] = replace(after, by=by)
        self._settle(event)
        if isinstance(event, events.BreakIn):
            returned = [key for key, one in self._breaks.items() if one.state is BreakState.RETURNED]
            for key in returned[:-RETURNED_KEPT]:
                del self._breaks[key]

    def _settle(self, event: events.BreakEvent) -> None:
        """Commands whose consequence this is, or whose break is over, need not be given again."""
        over = isinstance(event, (*_GONE, events.BreakIn))
        for key, pending in list(self._pending.items()):
            command = pending.command
            of = command.plan.id if isinstance(command, commands.PlanBreak) else pending.makes or pending.break_id
            if of == event.break_id and (over or isinstance(event, _CONSEQUENCES.get(type(command), ()))):
                del self._pending[key]

    def _planned(self, event: events.BreakPlanned) -> StandingBreak:
        return StandingBreak(
            plan=self._plan_of(event),
            by=event.by,
            state=BreakState.PLANNED,
            splice_event_id=event.splice_event_id or 0,
            duration_ticks=event.duration_ticks,
            out_at=event.planned_at,
            out_pts=event.pts,
        )

    def _plan_of(self, event: events.BreakPlanned) -> BreakPlan:
        for pending in self._pending.values():
            if isinstance(pending.command, commands.PlanBreak) and pending.command.plan.id == event.break_id:
                return pending.command.plan
        known = self._breaks.get(event.break_id)
        if known is not None:
            return known.plan
        length_s = seconds_of(event.duration_ticks)
        return BreakPlan(
            event.break_id,
            event.channel,
            None,
            length_s,
            title=event.title,
            template=event.template,
            auto_return=event.auto_return,
        )

    def _after(self, standing: StandingBreak, event: events.BreakEvent) -> StandingBreak | None:  # noqa: PLR0911 - a line an event
        match event:
            case events.BreakCued():
                missed = (
                    standing.state is BreakState.HELD and standing.out_at is not None and standing.out_at <= event.at
                )
                return replace(standing, state=BreakState.CUED, out_at=None if missed else standing.out_at)
            case events.BreakHeld():
                return replace(standing, state=BreakState.HELD)
            case events.BreakArmed():
                armed = replace(standing, state=BreakState.ARMED, immediate=event.immediate, out_pts=event.pts)
                armed = as_announced(armed, event.section, relayed=event.relayed)
                return replace(armed, duration_ticks=event.duration_ticks, out_at=self._moment(event.pts, event.at))
            case events.BreakOut() | events.BreakResumed(out_again=True):
                return replace(
                    standing,
                    state=BreakState.ON_AIR,
                    out_at=event.out_at,
                    out_pts=event.pts,
                    announced_ticks=event.duration_ticks,
                    duration_ticks=event.duration_ticks,
                    in_at=None,
                )
            case events.BreakResumed():
                return replace(standing, state=BreakState.ON_AIR, in_at=None)
            case events.BreakExtended():
                longer = replace(standing, duration_ticks=event.duration_ticks, back_ticks=None, back=b"")
                if not (event.section and standing.plan.section):
                    return longer
                return replace(longer, plan=replace(standing.plan, section=event.section))
            case events.BreakReturning():
                return replace(standing, back_ticks=event.duration_ticks, back=event.section)
            case events.BreakIn():
                returned = replace(standing, state=BreakState.RETURNED, in_at=event.in_at, how=event.how)
                return replace(returned, duration_ticks=event.duration_ticks)
        return None

    def _moment(self, pts: int, otherwise: datetime) -> datetime:
        return otherwise if self._anchor is None else self._anchor.moment(pts)

    # ---- what the next life is given

    def handover(self, written: Written) -> Handover:
        """Everything of the life that has ended; ``written``: how far its outputs had got."""
        with self._lock:
            again = {pending.makes for pending in self._given_again()}  # made anew by their command
            return Handover(
                written,
                tuple(standing for key, standing in self._breaks.items() if key not in again),
                frozenset(self._known_ids - again),
                self._slate_by_hand,
                None if self._anchor is None else self._anchor.rate,
            )

    def again(self) -> list[commands.Command]:
        """Commands that the next life carries out: their answer, or what followed from it, has not been told."""
        with self._lock:
            return [self._on_the_first_clock(pending.command) for pending in self._given_again()]

    def lapsed(self) -> list[commands.Command]:
        """Commands without an answer that must not be carried out later than they were meant; they are forgotten."""
        with self._lock:
            kept = {pending.command.id for pending in self._given_again()}
            lapsed = [pending for key, pending in self._pending.items() if key not in kept]
            for pending in lapsed:
                del self._pending[pending.command.id]
            return [one.command for one in lapsed if not (one.answered or isinstance(one.command, commands.Stop))]

    def unfinished(self) -> list[StandingBreak]:
        """Breaks that are on air or announced: where no other life follows they have failed."""
        with self._lock:
            return [one for one in self._breaks.values() if one.state in {BreakState.ON_AIR, BreakState.ARMED}]

    @property
    def first_frame_at(self) -> datetime | None:
        """Of the channel's first life."""
        with self._lock:
            return self._first_frame_at

    def _given_again(self) -> list[_Pending]:
        return [
            pending
            for pending in self._pending.values()
            if not isinstance(pending.command, commands.Stop)
            and (pending.break_id or (isinstance(pending.command, commands.CARRIED_OVER) and not pending.answered))
        ]

    def _on_the_first_clock(self, command: commands.Command) -> commands.Command:
        """Seconds after the channel's first frame ever as the moment they mean."""
        if self._first_frame_at is None or not isinstance(command, commands.PlanBreak):
            return command
        at = command.plan.at
        if at is None or not at.text.startswith("+"):
            return command
        since = timedelta(microseconds=round_half_up(Fraction(at.text[1:]) * 1_000_000))
        moment = When.parse(str(to_plain(self._first_frame_at + since)))
        return replace(command, plan=replace(command.plan, at=moment))


def failed(left: StandingBreak, at: datetime) -> events.BreakFailed:
    """Of a break that no other life of its channel will carry on."""
    return events.BreakFailed(
        at=at,
        channel=left.plan.channel,
        break_id=left.plan.id,
        title=left.plan.title,
        by=left.by,
        splice_event_id=left.splice_event_id or None,
        reason="its channel stopped before it was over",
    )
