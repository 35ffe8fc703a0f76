"""Booked breaks on their way to their channels, and CUE NEXT of some of them: it waits here and follows its break.

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


class HandOvers:
    """``forward``: to the channel itself; ``publish``: an answer. ``now_s``: of one steady clock."""

    def __init__(self, forward: Callable[[commands.Command], None], publish: Callable[[events.Event], None]) -> None:
        self._forward, self._publish = forward, publish
        self._plans: dict[Key, str] = {}  # the commands that their channels have to answer
        self._early: set[Key] = set()  # those that somebody cued before their time
        self._waiting: dict[Key, list[_Waiting]] = {}

    def cue(self, key: Key, command: commands.CueNext, now_s: float) -> None:
        """The break is handed over for this command, which waits until the channel has it."""
        self._early.add(key)
        self._waiting.setdefault(key, []).append(_Waiting(command, now_s + TAKES_S))

    def submitted(self, key: Key, command: commands.PlanBreak) -> None:
        """It is on its way."""
        self._plans[key] = command.id

    def is_early(self, key: Key) -> bool:
        """Whether somebody cued it before its time, and the channel has not answered."""
        return key in self._early

    def refused_plan(self, command_id: str) -> Key | None:
        """The break whose hand-over that was."""
        return next((key for key, plan in self._plans.items() if plan == command_id), None)

    def entered(self, key: Key) -> None:
        """The channel has it."""
        self._forget(key)
        for one in self._waiting.pop(key, ()):
            self._forward(one.command)

    def failed(self, key: Key, reason: str) -> None:
        """The channel does not get it."""
        self._forget(key)
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

    def _forget(self, key: Key) -> None:
        self._plans.pop(key, None)
        self._early.discard(key)
