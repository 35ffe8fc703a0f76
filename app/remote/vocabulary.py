"""A fingerprint of what goes over the link: commands, events and status, by the names and types of their fields."""

from __future__ import annotations

import dataclasses
import hashlib
from functools import cache

from app.model.commands import COMMANDS
from app.model.cue import DeliveryRestrictions
from app.model.events import EVENTS
from app.model.quality import QualityStatus
from app.model.quality_limits import QualityLimits, Rule
from app.model.readings import Readings, RungReading
from app.model.rundown import Ad, BreakPlan, Upid
from app.model.schedule import RefusedRow
from app.model.schedule_limits import Blackout, ScheduleLimits
from app.model.segment import OriginStatus
from app.model.signalling import Signalling, Template
from app.model.status import (
    Alarm,
    BreakStatus,
    ChannelStatus,
    ConStatus,
    EngineStatus,
    MissedQuestion,
    ScheduleStatus,
    TemplateStatus,
    UpcomingBreak,
)
from app.model.when import When

_OF_STATUS = (
    *(EngineStatus, ChannelStatus, BreakStatus, ConStatus, Alarm, OriginStatus, QualityStatus, Readings, RungReading),
    *(ScheduleStatus, UpcomingBreak, MissedQuestion, TemplateStatus),
)
_PARTS = (
    *(BreakPlan, Ad, Upid, When, Template, Signalling, DeliveryRestrictions, RefusedRow),
    *(QualityLimits, Rule, ScheduleLimits, Blackout),
)
KINDS: tuple[type, ...] = (*COMMANDS.values(), *EVENTS.values(), *_OF_STATUS, *_PARTS)


@cache
def vocabulary() -> str:
    """Equal on both sides, or they do not understand each other; nobody has to remember to count a version up.

    Types are taken as they are written: to look up what each stands for would take a tenth of a second of each start.
    """
    written = [f"{kind.__name__} {field.name} {field.type}" for kind in KINDS for field in dataclasses.fields(kind)]
    return hashlib.sha256("\n".join(written).encode()).hexdigest()[:16]
