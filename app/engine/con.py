"""The con: who may cue a channel. Taken, offered and accepted, given up; kept over restarts. Engine thread only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from app.model import commands, events
from app.model.errors import CommandRefusedError
from app.model.status import ConStatus
from app.model.wire import Plain, from_plain, to_plain

NOBODY = "nobody has the con: take it first"


def changed(command: commands.ConCommand, now: datetime, con: ConStatus | None) -> tuple[ConStatus | None, str]:
    """The con after a command and how that came about; CommandRefusedError with the reason."""
    match command:
        case commands.TakeCon():
            return _taken(command, now, con)
        case commands.HandCon():
            held = _own(command, con)
            if command.to == command.by:
                raise CommandRefusedError("it is yours already: offer it to somebody else")
            if not command.to and not held.offered_to:
                raise CommandRefusedError("it is offered to nobody")
            return ConStatus(held.holder, held.since, command.to), "offered" if command.to else "unoffered"
        case commands.AcceptCon():
            if con is None or not command.by or con.offered_to != command.by:
                raise CommandRefusedError(f"it is not offered to {command.by}: {said(con)}")
            return ConStatus(command.by, now), "accepted"
        case commands.ReleaseCon():
            _own(command, con)
            return None, "released"
        case _:
            raise CommandRefusedError(f"{command.name} is no matter of the con")


def said(con: ConStatus | None) -> str:
    """Who has it, for a reason."""
    return "nobody has the con" if con is None else f"{con.holder} has the con"


def _taken(command: commands.TakeCon, now: datetime, con: ConStatus | None) -> tuple[ConStatus, str]:
    if not command.by:
        raise CommandRefusedError("it is not said who takes the con")
    if con is not None and con.holder == command.by:
        raise CommandRefusedError("it is yours already")
    if con is not None and not command.force:
        raise CommandRefusedError(f"{said(con)}: ask for it, or force it")
    return ConStatus(command.by, now), "taken" if con is None else "forced"


def _own(command: commands.ConCommand, con: ConStatus | None) -> ConStatus:
    if con is None:
        raise CommandRefusedError(NOBODY)
    if con.holder != command.by:
        raise CommandRefusedError(said(con))
    return con


class Cons:
    """The con of every channel. ``kept``: what ``keep`` was given last, in an earlier life of this run."""

    def __init__(self, channels: Iterable[str], kept: Plain, keep: Callable[[Plain], None]) -> None:
        self._keep = keep
        names = frozenset(channels)
        self._held = {name: con for name, con in _held_before(kept).items() if name in names}
        self._lock = threading.Lock()  # windows ask for the status meanwhile

    def status(self, channel: str) -> ConStatus | None:
        """Any thread."""
        with self._lock:
            return self._held.get(channel)

    def refusal(self, command: commands.Command) -> str | None:
        """Why whoever gives a cue command may not."""
        con = self.status(command.channel)
        return None if con is None or con.holder == command.by else f"{said(con)}: ask for it, or force it"

    def carry_out(self, command: commands.ConCommand) -> events.ConChanged:
        """Do it and keep it; CommandRefusedError."""
        now, before = datetime.now(UTC), self.status(command.channel)
        con, how = changed(command, now, before)
        with self._lock:
            if con is None:
                self._held.pop(command.channel, None)
            else:
                self._held[command.channel] = con
            self._keep({name: to_plain(held) for name, held in self._held.items()})
        return events.ConChanged(
            at=now,
            channel=command.channel,
            holder="" if con is None else con.holder,
            was="" if before is None else before.holder,
            offered_to="" if con is None else con.offered_to,
            how=how,
            by=command.by,
        )


def _held_before(kept: Plain) -> dict[str, ConStatus]:
    """What can't be read is free: nobody must be kept from the air by a damaged file."""
    found: dict[str, ConStatus] = {}
    for name, value in kept.items() if isinstance(kept, Mapping) else ():
        try:
            found[str(name)] = from_plain(ConStatus, value)
        except ValueError:
            continue
    return found
