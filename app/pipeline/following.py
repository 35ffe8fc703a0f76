"""What a source's own markers do to the breaks and the air of a channel, beside the operator's verbs.

Functions of a splicer; program thread only. SCTE 35 §9.4 (the same event corrected), §9.7.3.
"""

from __future__ import annotations

from fractions import Fraction

from app.model import events
from app.model.errors import CommandRefusedError, CueError
from app.model.states import BreakState
from app.model.timebase import wrapped
from app.pipeline.packets import CueKind, MarkExtend, MarkSignal, SendSection
from app.pipeline.rundown import Break
from app.pipeline.splicer import LAWFUL_LEAD_S, WITHDRAW_CLOSES_S, Splicer
from app.scte35.retiming import retimed


def move(splicer: Splicer, brk: Break, out_frame: int, in_frame: int) -> None:
    """Let a break that has not begun begin elsewhere; one that was announced is announced again, corrected.

    CommandRefusedError, and nothing changed, when its sections can't air.
    """
    in_frame = _up_to_the_next(splicer, brk, out_frame, in_frame)
    before = brk.out_frame, brk.duration_frames
    waits = any(other is brk for other in splicer.planned)
    if waits:
        splicer.forget(brk)
    brk.out_frame, brk.duration_frames = out_frame, in_frame - out_frame
    if waits:
        splicer.add_planned(brk)
    if brk.state is not BreakState.ARMED:
        return
    try:
        splicer.make_sections(brk)
    except CueError as error:
        brk.out_frame, brk.duration_frames = before
        raise CommandRefusedError(f"its section can't air: {error}") from error
    withdraw_until_frame = out_frame - _frames(splicer, WITHDRAW_CLOSES_S)
    brk.withdraw_until_frame = withdraw_until_frame
    armed_frame = out_frame if brk.armed_frame is None else brk.armed_frame
    brk.immediate = out_frame - armed_frame < _frames(splicer, LAWFUL_LEAD_S)
    splicer.armed_breaks.sort(key=Break.span)
    splicer.publish_armed(brk, withdraw_until_frame)
    splicer.send_out(brk)


def end_at(splicer: Splicer, brk: Break, in_frame: int, section: bytes = b"") -> None:
    """Let a break end at ``in_frame`` at the latest; ``section``: the source's IN, else one of our own.

    CommandRefusedError, and nothing changed, when that can't air. An IN that was sent already is sent again, corrected.
    """
    before = brk.duration_frames
    in_frame = _up_to_the_next(splicer, brk, brk.span()[0], in_frame)
    brk.duration_frames = in_frame - brk.span()[0]
    try:
        if section:
            brk.in_section = retimed(section, wrapped(splicer.anchor.pts(in_frame)))
        elif brk.state is not BreakState.PLANNED:
            brk.in_section = splicer.sections.back(brk)
    except CueError as error:
        brk.duration_frames = before
        raise CommandRefusedError(f"its section can't air: {error}") from error
    if brk.in_announced:
        splicer.send_in(brk)


def lasts(splicer: Splicer, brk: Break, in_frame: int) -> None:
    """Give the open break another length and say so: OUT again, CONT tags from here on; as EXTEND does."""
    in_frame = _up_to_the_next(splicer, brk, brk.span()[0], in_frame)
    splicer.set_length(brk, in_frame - brk.span()[0])
    splicer.effects.append(MarkExtend(brk.splice_event_id, brk.told_ticks(splicer.anchor), brk.out_section))
    splicer.send_out(brk)
    if brk.in_announced:
        splicer.send_in(brk)
    splicer.publish(
        events.BreakExtended,
        brk,
        in_frame=in_frame,
        in_pts=splicer.anchor.pts(in_frame),
        duration_ticks=brk.duration_ticks(splicer.anchor),
        section=brk.plan.section,
    )


def cancel(splicer: Splicer, brk: Break, section: bytes = b"") -> None:
    """The source has taken it back; ``section``: its cancel, else what was announced is cancelled by ours."""
    if brk.state is not BreakState.ARMED:
        splicer.forget(brk)
        brk.move(BreakState.SKIPPED)
        splicer.publish(events.BreakSkipped, brk)
        return
    now_s = splicer.clocks.monotonic_s()
    try:
        section = section or splicer.sections.cancel(brk)
    except CueError as error:
        raise CommandRefusedError(f"its cancel can't air: {error}") from error
    splicer.effects.append(
        SendSection(CueKind.CANCEL, section, brk.id, brk.splice_event_id, None, None, now_s, brk.plan.title)
    )
    brk.move(BreakState.WITHDRAWN)
    splicer.armed_breaks.remove(brk)
    splicer.publish(events.BreakWithdrawn, brk)


def relay(splicer: Splicer, section: bytes, pts: int | None) -> None:
    """A section of the source that is no end of a break goes out now; ``pts``: the time that it has."""
    at_s = splicer.clocks.monotonic_s()
    splicer.effects.append(SendSection(CueKind.RELAYED, section, "", None, pts, None, at_s))


def force(splicer: Splicer, frame: int, section: bytes, splice_event_id: int) -> None:
    """The picture of ``frame``, the next one, is where a source's signal stands: an IDR, told in the playlists."""
    splicer.forced.add(frame)
    anchor = splicer.anchor
    splicer.effects.append(MarkSignal(anchor.pts(frame), splice_event_id, section, anchor.at(frame)))


def _up_to_the_next(splicer: Splicer, brk: Break, out_frame: int, in_frame: int) -> int:
    """Whatever a source says: where the next break begins, this one is over."""
    begins = splicer.next_out(brk, out_frame)
    return in_frame if begins is None else min(in_frame, begins)


def _frames(splicer: Splicer, seconds: Fraction) -> int:
    return splicer.anchor.rate.frames_covering(seconds)
