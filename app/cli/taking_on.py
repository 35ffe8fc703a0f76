"""Having channels on air take on what they can of a show: one command each, and what became of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from app.model import commands, events
from app.model.errors import CueError, UsageError
from app.model.live_change import change_of
from app.model.setup_face import TakenOn
from app.model.show import Show

ANSWER_S = 5.0
NO_ANSWER = "the engine has not answered: look whether it is on air, then try again"


class Commanded(Protocol):
    """An engine, here or in its own process."""

    def submit(self, command: commands.Command) -> None:
        """Hand a command in."""
        ...

    def subscribe(self, callback: Callable[[events.Event], None]) -> Callable[[], None]:
        """Have each event told, until the result is called."""
        ...


def take_on(engine: Commanded, runs: Show, wanted: Show, *, by: str, answer_s: float = ANSWER_S) -> tuple[TakenOn, ...]:
    """Of the channels that both shows have and of which something can change as they run; blocks for the answers.

    UsageError: no break could be signalled as one of the templates says.
    """
    will = {channel.name: channel for channel in wanted.channels}
    pairs = ((channel, will[channel.name]) for channel in runs.channels if channel.name in will)
    asked = [command for was, now in pairs if (command := change_of(was, now, by=by)) is not None]
    for command in asked:
        _check(command)
    reasons: dict[str, str] = {}
    wanted_ids, all_came = {command.id for command in asked}, threading.Event()

    def note(event: events.Event) -> None:
        if isinstance(event, events.CommandAccepted | events.CommandRefused) and event.id in wanted_ids:
            reasons[event.id] = event.reason if isinstance(event, events.CommandRefused) else ""
            if len(reasons) == len(wanted_ids):
                all_came.set()

    leave = engine.subscribe(note)
    try:
        for command in asked:
            engine.submit(command)
        if asked:
            all_came.wait(answer_s)
    finally:
        leave()
    return tuple(TakenOn(command.channel, reasons.get(command.id, NO_ANSWER)) for command in asked)


def _check(command: commands.ChangeChannel) -> None:
    from app.pipeline.announcing import check_signalling  # it loads the second reader, for which no start waits

    for template in command.templates or ():
        try:
            check_signalling(template.signalling)
        except CueError as error:
            raise UsageError(f"{command.channel}, template {template.name}", str(error)) from error
