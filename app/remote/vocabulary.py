"""A fingerprint of what goes over the link: commands, events and status, by the names and types of their fields."""

from __future__ import annotations

import dataclasses
import hashlib
from functools import cache
from typing import get_type_hints

from app.model.commands import COMMANDS
from app.model.events import EVENTS
from app.model.segment import OriginStatus
from app.model.status import Alarm, BreakStatus, ChannelStatus, ConStatus, EngineStatus


@cache
def vocabulary() -> str:
    """Equal on both sides, or they do not understand each other; nobody has to remember to count a version up."""
    kinds: list[type] = [
        *COMMANDS.values(),
        *EVENTS.values(),
        EngineStatus,
        ChannelStatus,
        BreakStatus,
        ConStatus,
        Alarm,
        OriginStatus,
    ]
    written = [
        f"{kind.__name__} {field.name} {get_type_hints(kind)[field.name]}"
        for kind in kinds
        for field in dataclasses.fields(kind)
    ]
    return hashlib.sha256("\n".join(written).encode()).hexdigest()[:16]
