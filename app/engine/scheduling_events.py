"""What a channel's events tell its planner, and what they say of a booking in the store."""

from __future__ import annotations

from app.model import events
from app.model.merging import BookingState
from app.model.timebase import FrameRate, span_of
from app.pipeline.anchor import Anchor
from app.schedule.planner import Line
from app.schedule.planner_times import us_at
from app.scte35.program_marks import marks_of

GONE = (events.BreakWithdrawn, events.BreakSkipped, events.BreakRefused, events.BreakFailed)
_UNCUED = (*GONE, events.BreakArmed, events.BreakOut)
_STATES: dict[type[events.Event], BookingState] = {
    events.BreakOut: BookingState.ON_AIR,
    events.BreakResumed: BookingState.ON_AIR,
    events.BreakIn: BookingState.AIRED,
    **dict.fromkeys(GONE, BookingState.PLANNED),
}
HEARD = (
    *(events.ChannelStarted, events.BreakPlanned, events.BreakCued, events.BreakHeld, events.BreakArmed),
    *(events.BreakOut, events.BreakResumed, events.BreakExtended, events.BreakReturning, events.BreakIn),
    *(*GONE, events.BreakKeptOff, events.FeedCueSeen, events.CommandRefused),
)
"""The events that a planner follows."""


def anchor_of(event: events.ChannelStarted) -> Anchor:
    """The clock of that life."""
    return Anchor(FrameRate.parse(event.frame_rate), event.first_frame_at, event.first_pts)


def state_after(event: events.Event) -> BookingState | None:
    """Where a booking stands behind an event of its break; None: as before."""
    return _STATES.get(type(event))


def tell(line: Line, event: events.Event, anchor: Anchor) -> None:
    """Have the planner know. ``anchor``: of the life that the event is of."""
    if isinstance(event, events.FeedCueSeen):
        _tell_marks(line, event, anchor)
    elif isinstance(event, events.BreakEvent):
        if isinstance(event, _UNCUED) and line.cue == event.break_id:
            line.cued(None)
        _tell_break(line, event, anchor)


def _tell_break(line: Line, event: events.BreakEvent, anchor: Anchor) -> None:
    key = event.break_id
    match event:
        case events.BreakPlanned(planned_at=None):
            line.entered(key)
        case events.BreakCued():
            line.cued(key)
        case events.BreakHeld():
            line.cued(key)
            line.places.free(key)  # it does not air at its time
        case events.BreakIn():
            line.ended(key, us_at(event.in_at))
        case _ if isinstance(event, GONE):
            line.gone(key)
        case _:
            span = _span(line, event, anchor)
            if span is not None:
                line.has(key, *span)


def _span(line: Line, event: events.BreakEvent, anchor: Anchor) -> tuple[int, int] | None:
    """From OUT to IN as it stands now; None: the event says nothing of it."""
    match event:
        case events.BreakPlanned(planned_at=out_at) | events.BreakOut(out_at=out_at) if out_at is not None:
            return us_at(out_at), us_at(out_at + span_of(event.duration_ticks))
        case events.BreakArmed():
            return us_at(anchor.moment(event.pts)), us_at(anchor.moment(event.in_pts))
        case events.BreakResumed():
            return us_at(event.out_at), us_at(anchor.moment(event.in_pts))
        case events.BreakExtended() | events.BreakReturning():
            taken = line.places.taken(event.break_id)
            start_us = us_at(event.at) if taken is None else taken.span.start_us
            return start_us, us_at(anchor.moment(event.in_pts))
    return None


def _tell_marks(line: Line, event: events.FeedCueSeen, anchor: Anchor) -> None:
    if event.frame is None or event.problem:
        return
    for mark in marks_of(event.section):
        line.marked(mark, us_at(anchor.at(event.frame)))
