"""A break that was open when its channel died goes on in the next life of the channel, to its end by the wall clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

from app.model import events
from app.model.errors import CueError
from app.model.rundown import BreakPlan
from app.model.states import BreakState
from app.model.timebase import seconds_of, ticks_of
from app.pipeline.announcing import IN_LEADS_S, Sections
from app.pipeline.packets import MarkExtend, MarkOut
from app.pipeline.rundown import Break
from app.pipeline.splicer import Splicer

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class OpenBreak:
    """What the next life must know. ``mark``: the OUT as it aired.

    ``duration_ticks`` and ``section``: its length and its OUT as they stand now, extended perhaps.
    """

    plan: BreakPlan
    by: str
    how: str
    immediate: bool
    mark: MarkOut
    duration_ticks: int
    section: bytes


def open_break(splicer: Splicer) -> OpenBreak | None:
    """The break on air, once the program thread is over."""
    brk = splicer.on_air
    if brk is None or brk.mark is None:
        return None
    return OpenBreak(
        brk.plan, brk.by, brk.how, brk.immediate, brk.mark, brk.duration_ticks(splicer.anchor), brk.out_section
    )


def resume(splicer: Splicer, left: OpenBreak) -> None:
    """Before frame 0: the break is on air, its OUT before the first frame; where its end has passed it ends on frame 0.

    A break whose IN can't air has failed.
    """
    anchor, length_s = splicer.anchor, seconds_of(left.duration_ticks)
    since_s = Fraction((left.mark.start_at - anchor.first_frame_at) // _MICROSECOND, 1_000_000)
    since_s = min(since_s, -anchor.rate.seconds(1))  # the wall clock may have been put back
    in_frame = max(0, anchor.rate.nearest(since_s + length_s))
    brk = Break(left.plan, left.by, anchor.rate.nearest(length_s), how=left.how, immediate=left.immediate)
    brk.out_frame = min(-1, in_frame - brk.duration_frames)
    brk.duration_frames = in_frame - brk.out_frame
    brk.state, brk.splice_event_id = BreakState.ON_AIR, left.mark.splice_event_id
    brk.mark = replace(left.mark, ticks=anchor.first_pts + ticks_of(since_s))
    splicer.known_ids.add(brk.id)
    try:
        brk.out_section, brk.in_section = left.section, Sections(anchor).back(brk)
    except CueError as error:
        brk.move(BreakState.FAILED)
        splicer.publish(events.BreakFailed, brk, reason=f"its section can't air: {error}")
        return
    splicer.on_air = brk
    splicer.effects += [brk.mark, MarkExtend(brk.splice_event_id, brk.duration_ticks(anchor), left.section)]
    if in_frame <= anchor.rate.nearest(IN_LEADS_S[0]):
        splicer.send_in(brk)
