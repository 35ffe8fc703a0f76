"""A window's commands that no answer has come for, and what becomes of them when the connection was lost meanwhile.

The same life of the engine knows exactly which of them reached it. Another life answers those that its journal has,
a moment after it started; what is then still unanswered had not been written down.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.model.commands import Command, InsertBreak, PlanBreak

LIMIT = 10_000
BY_ID = (PlanBreak, InsertBreak)  # a break is known by its id: sent twice, it airs once
ANSWERS_COME_S = 3.0  # a restarted engine answers what it had written down
LATEST_S = 15.0  # though its channel is not on air yet

RESTARTED = "the engine restarted before it answered: look, then press again"
NEVER_CAME = "the connection to the engine broke before it came through: look, then press again"


@dataclass(slots=True)
class _Sent:
    command: Command
    connection: int  # on which it was sent; 0: on none yet
    asked_s: float | None = None  # since when another life of the engine may answer it


@dataclass(frozen=True, slots=True)
class Verdict:
    """``again``: to be sent again, nothing is doubled by it. ``refuse``: told to the operator, with the reason."""

    again: tuple[Command, ...] = ()
    refuse: tuple[tuple[Command, str], ...] = ()


class Unanswered:
    """In the order in which they were given. Its owner locks. ``connection`` counts up from 1."""

    def __init__(self) -> None:
        self._sent: dict[str, _Sent] = {}

    @property
    def full(self) -> bool:
        """No more are taken."""
        return len(self._sent) >= LIMIT

    @property
    def ids(self) -> list[str]:
        """All of them."""
        return list(self._sent)

    def add(self, command: Command, connection: int) -> None:
        """It goes out on this connection (0: it waits for the next)."""
        self._sent[command.id] = _Sent(command, connection)

    def answered(self, command_id: str) -> None:
        """Its answer came."""
        self._sent.pop(command_id, None)

    def level(self, connection: int, *, same_life: bool, known: Collection[str], now_s: float) -> Verdict:
        """All events up to now have come over this new connection. ``known``: those that this life has got."""
        again, refuse = [], []
        for sent in [one for one in self._sent.values() if one.connection < connection]:
            if sent.command.id in known:
                sent.connection = connection
            elif sent.connection == 0 or (same_life and isinstance(sent.command, BY_ID)):
                again.append(sent)
            elif same_life:
                refuse.append((sent.command, NEVER_CAME))
            elif sent.asked_s is None:
                sent.asked_s = now_s
        return self._judged(again, refuse, connection)

    def due(self, connection: int, *, on_air: Collection[str], now_s: float) -> Verdict:
        """What another life should have answered by now. ``on_air``: channels that are."""
        again, refuse = [], []
        for sent in self._sent.values():
            if sent.asked_s is None:
                continue
            waited_s = now_s - sent.asked_s
            if waited_s >= LATEST_S or (waited_s >= ANSWERS_COME_S and sent.command.channel in on_air):
                if isinstance(sent.command, BY_ID):
                    again.append(sent)
                else:
                    refuse.append((sent.command, RESTARTED))
        return self._judged(again, refuse, connection)

    def _judged(self, again: list[_Sent], refuse: list[tuple[Command, str]], connection: int) -> Verdict:
        for sent in again:
            sent.connection, sent.asked_s = connection, None
        for command, _ in refuse:
            del self._sent[command.id]
        return Verdict(tuple(sent.command for sent in again), tuple(refuse))
