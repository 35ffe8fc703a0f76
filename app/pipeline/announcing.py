"""Sections of a break and the frames at which they go out. SCTE 35 §9.1 (repeats), §9.2, §9.4, §9.9.2.1."""

from __future__ import annotations

from fractions import Fraction

from app.model.cue import Section
from app.model.rundown import BreakPlan
from app.model.signalling import Signalling
from app.model.timebase import TICKS_PER_SECOND, FrameRate, wrapped
from app.pipeline.anchor import Anchor
from app.pipeline.rundown import Break
from app.scte35 import second_reader, signalling
from app.scte35.retiming import retimed_out
from app.scte35.signalling import cancel_section, in_section

_LAST_EVENT_ID = 0xFFFF_FFFF  # its digits are the longest that a UPID may have to hold


def check(plan: BreakPlan, how: Signalling, duration_ticks: int) -> None:
    """CueError when what a plan asks for fits into no section, or the two readers would not read it alike.

    A list's mistakes are told when it comes, not when its break is due.
    """
    event_id = plan.splice_event_id or _LAST_EVENT_ID
    out_section(plan, how, event_id, 0, duration_ticks)
    back_section(plan, how, event_id, 0)


def check_signalling(how: Signalling) -> None:
    """CueError when no break could be signalled so: for a show file, before there is one."""
    check(BreakPlan(id="0" * 12, channel="", at=None, duration_s=Fraction(1)), how, TICKS_PER_SECOND)
    _agreed(cancel_section(how, _LAST_EVENT_ID))


def repeat_frames(brk: Break, rate: FrameRate) -> frozenset[int]:
    """Frames at which an armed break's OUT is sent again: those of its plan that fall inside the pre-roll."""
    out_frame, _ = brk.span()
    armed = out_frame if brk.armed_frame is None else brk.armed_frame
    frames = (out_frame - rate.nearest(lead_s) for lead_s in brk.signalling.repeats_s)
    return frozenset(frame for frame in frames if armed < frame < out_frame)


def in_frames(brk: Break, rate: FrameRate) -> frozenset[int]:
    """Frames at which an open break's IN is sent: all after OUT, the first right after it in a short break."""
    out_frame, in_frame = brk.span()
    frames = {max(out_frame + 1, in_frame - rate.nearest(lead_s)) for lead_s in brk.signalling.in_leads_s}
    return frozenset(frame for frame in frames if frame < in_frame)


def out_section(plan: BreakPlan, how: Signalling, event_id: int, pts: int, duration_ticks: int | None) -> bytes:
    """The OUT of a break at ``pts`` (33 bits): the same bytes whenever it is asked for.

    ``duration_ticks`` None: it tells none. One that is relayed is the source's own, for which it answers itself.
    """
    if plan.section:
        return retimed_out(plan.section, pts, duration_ticks)
    return _agreed(
        signalling.out_section(
            how,
            event_id,
            pts,
            duration_ticks,
            break_id=plan.id,
            auto_return=plan.auto_return,
            segmentation_type_id=plan.segmentation_type_id,
        )
    )


def back_section(plan: BreakPlan, how: Signalling, event_id: int, pts: int) -> bytes:
    """The IN of a break at ``pts`` (33 bits), always sent, with auto-return too."""
    type_id = plan.segmentation_type_id
    return _agreed(in_section(how, event_id, pts, break_id=plan.id, segmentation_type_id=type_id))


class Sections:
    """Encodes what is sent, and has each section read by the second reader before it airs (CueError)."""

    def __init__(self, anchor: Anchor) -> None:
        self._anchor = anchor

    def out(self, brk: Break) -> bytes:
        """OUT at the break's frame with the duration as it stands; the same bytes as long as that stands."""
        out_frame, _ = brk.span()
        pts, duration_ticks = self._anchor.pts(out_frame), brk.told_ticks(self._anchor)
        return out_section(brk.plan, brk.signalling, brk.splice_event_id, wrapped(pts), duration_ticks)

    def back(self, brk: Break) -> bytes:
        """IN at the break's end as it stands."""
        _, in_frame = brk.span()
        return back_section(brk.plan, brk.signalling, brk.splice_event_id, wrapped(self._anchor.pts(in_frame)))

    def cancel(self, brk: Break) -> bytes:
        """The cancel of a break's OUT, §9.7.3, §10.3.3.1: only the event id counts."""
        return _agreed(cancel_section(brk.signalling, brk.splice_event_id))


def _agreed(section: Section) -> bytes:
    second_reader.agree(section.encoded)
    return section.encoded
