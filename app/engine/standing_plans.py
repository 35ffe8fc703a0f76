"""Breaks that are not on air yet: planned ones are asked for again when their channel starts again after a fault."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from app.model import commands, events
from app.model.rundown import BreakPlan
from app.model.timebase import round_half_up
from app.model.when import When
from app.model.wire import to_plain

_OVER = (
    events.BreakOut,
    events.BreakWithdrawn,
    events.BreakSkipped,
    events.BreakRefused,
    events.BreakFailed,
)


class StandingPlans:
    """Plans of one channel, by break id, each at the wall time its first rounding gave it. Any thread.

    A break in its pre-roll still counts; one that an operator made without a plan is lost when the channel dies.
    """

    def __init__(self) -> None:
        self._plans: dict[str, commands.PlanBreak] = {}
        self._by_hand: dict[str, events.BreakPlanned] = {}
        self._held: set[str] = set()
        self._first_frame_at: datetime | None = None
        self._lock = threading.Lock()

    def remember(self, command: commands.Command, *, restarted: bool) -> commands.Command:
        """A command on its way to the channel, as it has to be given there.

        ``restarted``: the channel's clock is not its first one, from which "+12.5" still counts.
        """
        if not isinstance(command, commands.PlanBreak):
            return command
        with self._lock:
            if restarted and self._first_frame_at is not None:
                command = replace(command, plan=_from_the_first(command.plan, self._first_frame_at))
            self._plans.setdefault(command.plan.id, command)
        return command

    def note(self, event: events.Event) -> None:
        """What the channel says: where a plan falls, that it is refused, and when it no longer waits."""
        with self._lock:
            if isinstance(event, events.ChannelStarted):
                self._first_frame_at = self._first_frame_at or event.first_frame_at
            elif isinstance(event, events.CommandRefused):  # read again when its break was over, or not a break at all
                self._plans = {key: command for key, command in self._plans.items() if command.id != event.id}
            elif isinstance(event, _OVER):
                self._plans.pop(event.break_id, None)
                self._by_hand.pop(event.break_id, None)
                self._held.discard(event.break_id)
            elif isinstance(event, events.BreakPlanned):
                self._note_planned(event)
            elif isinstance(event, events.BreakHeld):
                self._held.add(event.break_id)
            elif isinstance(event, events.BreakCued):
                self._held.discard(event.break_id)

    def _note_planned(self, event: events.BreakPlanned) -> None:
        command = self._plans.get(event.break_id)
        if command is None:
            self._by_hand[event.break_id] = event
        elif event.planned_at is not None:
            # "+12.5" and house time would mean something else on the next clock: the moment is kept instead
            plan = replace(command.plan, at=When.parse(str(to_plain(event.planned_at))))
            self._plans[event.break_id] = replace(command, plan=plan)

    def again(self) -> list[commands.PlanBreak]:
        """What still waits; a held break must not air by itself: it waits to be taken."""
        with self._lock:
            return [
                replace(command, plan=replace(command.plan, at=None)) if key in self._held else command
                for key, command in self._plans.items()
            ]

    def lost(self) -> list[events.BreakPlanned]:
        """Breaks made by hand that have not been on air, once."""
        with self._lock:
            lost, self._by_hand = list(self._by_hand.values()), {}
            return lost


def _from_the_first(plan: BreakPlan, first_frame_at: datetime) -> BreakPlan:
    """Seconds after the channel's first frame ever as the moment they mean."""
    if plan.at is None or not plan.at.text.startswith("+"):
        return plan
    since = timedelta(microseconds=round_half_up(Fraction(plan.at.text[1:]) * 1_000_000))
    return replace(plan, at=When.parse(str(to_plain(first_frame_at + since))))
