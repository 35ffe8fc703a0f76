"""The event that answers a command: every command gets one."""

from __future__ import annotations

from datetime import datetime

from app.model.commands import Command
from app.model.events import CommandAccepted, CommandRefused


def accepted(command: Command, at: datetime, break_id: str = "") -> CommandAccepted:
    """It was lawful and is being carried out; ``break_id``: on this break."""
    return CommandAccepted(
        at=at, channel=command.channel, command=command.name, id=command.id, by=command.by, break_id=break_id
    )


def refused(command: Command, at: datetime, reason: str) -> CommandRefused:
    """It changed nothing; ``reason``: for the operator."""
    return CommandRefused(
        at=at, channel=command.channel, command=command.name, id=command.id, by=command.by, reason=reason
    )
