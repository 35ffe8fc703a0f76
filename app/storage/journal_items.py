"""What waits for the journal's thread, and how each becomes rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.model.commands import Command, command_to_plain
from app.model.events import CommandAccepted, CommandRefused, Event, event_to_plain
from app.model.wire import Plain
from app.storage.journal_file import BRIEF

_ENTRY = "(life, seq, at, kind, name, channel, break_id, id, brief, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class CommandItem:
    """A command as it came in."""

    at: datetime
    command: Command
    on_disk: Callable[[], None]

    brief = False

    def write(self, connection: sqlite3.Connection, life: int) -> int:
        """Its row; how many were added."""
        command = self.command
        break_id = getattr(getattr(command, "plan", None), "id", "")
        values = (None, self.at, "command", command.name, command.channel, break_id, command.id, 0)
        return _insert(connection, life, values, command_to_plain(command))


@dataclass(frozen=True, slots=True)
class OverdueItem:
    """A command was carried out before the disk answered."""

    command_id: str

    brief = False

    def write(self, connection: sqlite3.Connection, life: int) -> int:
        """The mark on its row."""
        connection.execute(
            "UPDATE entry SET overdue = 1 WHERE kind = 'command' AND id = ? AND life = ?",
            (clean(self.command_id), life),
        )
        return 0


@dataclass(frozen=True, slots=True)
class EventItem:
    """An event with its number in this life."""

    event: Event
    seq: int

    @property
    def brief(self) -> bool:
        """Whether it is one of many that are soon of no interest."""
        return self.event.name in BRIEF

    def write(self, connection: sqlite3.Connection, life: int) -> int:
        """Its row, and the outcome in the row of the command that it answers."""
        event = self.event
        break_id = getattr(event, "break_id", "")
        values = (self.seq, event.at, "event", event.name, event.channel, break_id, "", int(self.brief))
        added = _insert(connection, life, values, event_to_plain(event))
        if isinstance(event, CommandAccepted | CommandRefused):
            outcome = f"refused: {event.reason}" if isinstance(event, CommandRefused) else "accepted"
            connection.execute(
                "UPDATE entry SET outcome = ? WHERE kind = 'command' AND id = ? AND outcome IS NULL",
                (clean(outcome), clean(event.id)),
            )
        return added


type Item = CommandItem | OverdueItem | EventItem


def _insert(
    connection: sqlite3.Connection,
    life: int,
    values: tuple[int | None, datetime, str, str, str, str, str, int],
    body: dict[str, Plain],
) -> int:
    seq, at, kind, name, channel, break_id, known_as, brief = values
    moment = at.isoformat(timespec="microseconds")
    texts = (kind, name, clean(channel), clean(break_id), clean(known_as))
    return connection.execute(
        f"INSERT OR IGNORE INTO entry {_ENTRY}",
        (life, seq, moment, *texts, brief, json.dumps(body)),
    ).rowcount


def clean(text: str) -> str:
    """Text that SQLite takes: JSON can bring lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
