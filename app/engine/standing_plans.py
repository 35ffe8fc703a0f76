"""Planned breaks that have not been taken yet: asked for again when their channel is started again after a fault."""

from __future__ import annotations

import threading
from dataclasses import replace

from app.model import commands, events
from app.model.when import When
from app.model.wire import to_plain

_OVER = (events.BreakArmed, events.BreakSkipped, events.BreakRefused, events.BreakFailed)


class StandingPlans:
    """Plans of one channel, by break id, each at the wall time its first rounding gave it. Any thread."""

    def __init__(self) -> None:
        self._plans: dict[str, commands.PlanBreak] = {}
        self._lock = threading.Lock()

    def remember(self, command: commands.Command) -> None:
        """A command on its way to the channel."""
        if isinstance(command, commands.PlanBreak):
            with self._lock:
                self._plans.setdefault(command.plan.id, command)

    def note(self, event: events.Event) -> None:
        """What the channel says of its breaks: where a plan falls, and when it no longer waits."""
        if not isinstance(event, events.BreakEvent):
            return
        with self._lock:
            command = self._plans.get(event.break_id)
            if command is None:
                return
            if isinstance(event, _OVER):
                del self._plans[event.break_id]
            elif isinstance(event, events.BreakPlanned) and event.planned_at is not None:
                # "+12.5" and house time would mean something else on the next clock: the moment is kept instead
                plan = replace(command.plan, at=When.parse(str(to_plain(event.planned_at))))
                self._plans[event.break_id] = replace(command, plan=plan)

    def again(self) -> list[commands.PlanBreak]:
        """What still waits."""
        with self._lock:
            return list(self._plans.values())
