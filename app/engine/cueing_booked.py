"""Cue commands for breaks that the schedule still has: each waits here until its channel has the break.

CUE NEXT and SKIP reach a booked break before its time: the planner gives it to the channel at once, and the command
follows it there. One thread: the schedule's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.engine.scheduling_store import Key
from app.model import commands, events
from app.model.answers import accepted, refused
from app.model.schedule import AirMode

TAKES_S = 4.0  # a lock may take a second, the journal's disk two: by then the channel has the break

type CueCommand = commands.CueNext | commands.Skip


@dataclass(frozen=True, slots=True)
class _Waiting:
    command: CueCommand
    until_s: float


class CueingBooked:
    """``forward``: to the channel itself; ``publish``: an answer. ``now_s``: of one steady clock."""

    def __init__(self, forward: Callable[[commands.Command], None], publish: Callable[[events.Event], None]) -> None:
        self._forward, self._publish = forward, publish
        self._waiting: dict[Key, list[_Waiting]] = {}

    def wait(self, key: Key, command: CueCommand, now_s: float) -> None:
        """Until the channel has the break."""
        self._waiting.setdefault(key, []).append(_Waiting(command, now_s + TAKES_S))

    def entered(self, event: events.BreakPlanned, mode: AirMode) -> None:
        """The channel has it; one that was handed over to be cued needs no cue any more."""
        for one in self._waiting.pop((event.channel, event.break_id), ()):
            if isinstance(one.command, commands.CueNext) and mode is not AirMode.AUTO:
                self._publish(accepted(one.command, datetime.now(UTC), event.break_id))
            elif isinstance(one.command, commands.Skip):
                self._forward(replace(one.command, splice_event_id=event.splice_event_id))
            else:
                self._forward(one.command)

    def refuse(self, key: Key, reason: str) -> None:
        """The channel does not get it."""
        for one in self._waiting.pop(key, ()):
            self._publish(refused(one.command, datetime.now(UTC), reason))

    def tick(self, now_s: float) -> None:
        """Every command is answered."""
        late = [key for key, some in self._waiting.items() if any(now_s >= one.until_s for one in some)]
        for key in late:
            self.refuse(key, f"channel {key[0]} has not taken break {key[1]} yet: look again")
