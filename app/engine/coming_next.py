"""The break that comes next on a channel: of those that it has, and those that its schedule still keeps."""

from __future__ import annotations

from datetime import datetime

from app.engine.hand_overs import CueCommand
from app.model import commands
from app.model.states import BreakState, ChannelState
from app.model.status import BreakStatus, ChannelStatus, ScheduleStatus, UpcomingBreak
from app.model.timebase import span_of, ticks_of

_NOT_NEXT = ("asked", "waiting")  # a question is answered, not cued; what follows something has no time yet


def next_break(channel: ChannelStatus, schedule: ScheduleStatus | None) -> BreakStatus | None:
    """The earlier of the channel's own next break and its schedule's; what the channel has is shown as it has it."""
    has = {brk.id for brk in (channel.current, channel.on_air, channel.next) if brk is not None}
    upcoming = () if schedule is None or channel.state is not ChannelState.ON_AIR else schedule.upcoming
    booked = next((one for one in upcoming if one.state not in _NOT_NEXT and one.id not in has), None)
    if booked is None:
        return channel.next
    own = channel.next
    if own is None or (booked.at is not None and (own.out_at is None or booked.at < own.out_at)):
        return _as_break(booked)
    return own


def booked_next(command: CueCommand, channel: ChannelStatus, schedule: ScheduleStatus | None) -> str | None:
    """The break that is meant, where it is one that the channel does not have; None: the channel knows."""
    if isinstance(command, commands.CueNext) and command.makes_break:
        return None
    if isinstance(command, commands.Skip) and command.splice_event_id is not None:
        return None
    if schedule is None:
        return None
    coming = next_break(channel, schedule)
    if command.break_id is None:  # beside a break that is cued, in its pre-roll or on air it is the channel's to tell
        booked = coming if coming is not None and channel.current is None else None
        return booked.id if booked is not None and booked is not channel.next else None
    has = {brk.id for brk in (channel.current, channel.on_air, channel.next) if brk is not None}
    is_next = coming is not None and coming.id == command.break_id
    return command.break_id if command.break_id not in has and (is_next or isinstance(command, commands.Skip)) else None


def _as_break(booked: UpcomingBreak) -> BreakStatus:
    """Frames and ids are the channel's to give, once it has it."""
    ticks = ticks_of(booked.duration_s)
    out_at: datetime | None = booked.at
    return BreakStatus(
        id=booked.id,
        title=booked.title,
        state=BreakState.PLANNED,
        splice_event_id=None,
        duration_ticks=ticks,
        frame=None,
        in_frame=None,
        out_at=out_at,
        in_at=None if out_at is None else out_at + span_of(ticks),
        withdraw_until_frame=None,
        withdraw_until_at=None,
        armed_at=None,
        ads=booked.ads,
    )
