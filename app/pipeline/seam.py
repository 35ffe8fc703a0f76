"""Where one life of a channel may hand over to the next: not where a splice would fall into the seam. Pure."""

from __future__ import annotations

from fractions import Fraction

from app.model.states import BreakState
from app.model.timebase import FrameRate
from app.pipeline.rundown import Rundown
from app.pipeline.splicer import LAWFUL_LEAD_S

SEAM_S = Fraction(3)  # that a hand-over may take: an IN that is so near airs before it
SEAM_BEFORE_OUT_S = SEAM_S + LAWFUL_LEAD_S  # for an OUT: its section needs its lead behind the seam too
SEAM_WAIT_S = 15  # for splices that follow each other


def splice_is_near(rundown: Rundown, frame: int, rate: FrameRate) -> bool:
    """Whether a splice had better air before a seam that begins with ``frame``."""
    near, near_out = frame + rate.frames_covering(SEAM_S), frame + rate.frames_covering(SEAM_BEFORE_OUT_S)
    to_come = [*rundown.armed_breaks, *rundown.planned[:1], *([rundown.cued] if rundown.cued else [])]
    outs = [brk.out_frame for brk in to_come if brk.out_frame is not None and brk.state is not BreakState.HELD]
    return any(out <= near_out for out in outs) or any(edge <= near for edge in rundown.splices_after(frame - 1))
