"""CUE NEXT of a break that the schedule still has: it waits here until its channel has the break, and follows it there.

One thread: the schedule's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.engine.scheduling_store import Key
from app.model import commands, events
from app.model.answers import refused

TAKES_S = 1.8  # a lock may take a second; behind two of silence whoever pressed is told that nobody answers

type CueCommand = commands.CueNext | commands.Skip


@dataclass(frozen=True, slots=True)
class _Waiting:
    command: commands.CueNext
    until_s: float


class CueingBooked:
    """``forward``: to the channel itself; ``publish``: an answer. ``now_s``: of one steady clock."""

    def __init__(self, forward: Callable[[commands.Command], None], publish: Callable[[events.Event], None]) -> None:
        self._forward, self._publish = forward, publish
        self._waiting: dict[Key, list[_Waiting]] = {}

    def wait(self, key: Key, command: commands.CueNext, now_s: float) -> None:
        """Until the channel has the break."""
        self._waiting.setdefault(key, []).append(_Waiting(command, now_s + TAKES_S))

    def entered(self, key: Key) -> None:
        """The channel has it."""
        for one in self._waiting.pop(key, ()):
            self._forward(one.command)

    def refuse(self, key: Key, reason: str) -> None:
        """The channel does not get it."""
        for one in self._waiting.pop(key, ()):
            self._publish(refused(one.command, datetime.now(UTC), reason))

    def tick(self, now_s: float) -> None:
        """Every command is answered."""
        for key, some in list(self._waiting.items()):
            late = [one for one in some if now_s >= one.until_s]
            self._waiting[key] = [one for one in some if one not in late]
            for one in late:
                reason = f"channel {key[0]} has not taken break {key[1]} yet: look again"
                self._publish(refused(one.command, datetime.now(UTC), reason))
            if not self._waiting[key]:
                del self._waiting[key]
