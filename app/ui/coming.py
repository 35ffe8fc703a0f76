"""Booked breaks that the schedule still keeps, as the cue column speaks of them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.model.schedule import AirMode
from app.model.states import BreakState
from app.model.status import BreakStatus, ChannelStatus, UpcomingBreak
from app.model.timebase import span_of, ticks_of

_GRAIN = timedelta(milliseconds=100)  # less is the frames' to decide
_DECIDED = ("asked", "arming")
_GOES_OUT = (BreakState.ARMED, BreakState.ON_AIR)


def booked(channel: ChannelStatus, break_id: str) -> UpcomingBreak | None:
    """The booking of a break that its channel does not have yet; None: it has it, or there is none."""
    upcoming = () if channel.schedule is None else channel.schedule.upcoming
    return next((one for one in upcoming if one.id == break_id), None)


def met_by(channel: ChannelStatus, out_at: datetime, length: timedelta, *, but: str = "") -> UpcomingBreak | None:
    """The first booked break that would air by itself while another has the air: nobody but an operator parts them."""
    for one in () if channel.schedule is None else channel.schedule.upcoming:
        if one.at is None or one.mode is not AirMode.AUTO or one.state in _DECIDED or one.id == but:
            continue
        if one.at + _GRAIN < out_at + length and out_at + _GRAIN < one.at + span_of(ticks_of(one.duration_s)):
            return one
    return None


def met_by_current(channel: ChannelStatus) -> UpcomingBreak | None:
    """As ``met_by``, by the break whose pre-roll runs, or that is on air."""
    brk = channel.current
    if brk is None or brk.state not in _GOES_OUT or brk.out_at is None or brk.in_at is None:
        return None
    return met_by(channel, brk.out_at, brk.in_at - brk.out_at, but=brk.id)


def is_booked(brk: BreakStatus) -> bool:
    """Whether it is the schedule's still: a channel gives each break its splice event id."""
    return brk.state is BreakState.PLANNED and brk.splice_event_id is None
