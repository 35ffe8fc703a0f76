"""A plan made a break of this channel: its wished time and length as frames, everything it asks for checked."""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

from app.model.errors import CommandRefusedError, CueError
from app.model.rundown import BreakPlan
from app.model.when import When
from app.pipeline import announcing
from app.pipeline.anchor import Anchor
from app.pipeline.rundown import Break
from app.pipeline.signals import Signals

SHORTEST_BREAK_S = Fraction(1)


def placed(plan: BreakPlan, by: str, *, frame: int, anchor: Anchor, timezone: str, signals: Signals) -> Break:
    """The break, both ends rounded to frames; CommandRefusedError where it can't be one.

    ``frame`` is the next one to be encoded: a break that would begin before it has passed.
    """
    if plan.duration_s < SHORTEST_BREAK_S:
        raise CommandRefusedError(f"a break lasts at least {SHORTEST_BREAK_S} s, not {float(plan.duration_s):g}")
    brk = Break(plan, by, anchor.rate.nearest(plan.duration_s))
    if plan.at is not None:
        start_s = _start_s(plan.at, frame, anchor, timezone)
        brk.out_frame = anchor.rate.nearest(start_s)
        in_frame = anchor.rate.nearest(start_s + plan.duration_s)
        brk.duration_frames = in_frame - brk.out_frame
        if brk.out_frame < frame:
            raise CommandRefusedError(f"{plan.at.text} has passed")
        _refuse_no_date(plan.at, anchor, in_frame)
    try:
        brk.signalling = signals.of(plan)
        announcing.check(plan, brk.signalling, brk.duration_ticks(anchor))
    except CueError as error:
        raise CommandRefusedError(str(error)) from error
    return brk


def _refuse_no_date(at: When, anchor: Anchor, in_frame: int) -> None:
    try:
        anchor.at(in_frame)
    except OverflowError as error:
        raise CommandRefusedError(f"{at.text} is too far ahead: the calendar ends before its break does") from error


def _start_s(at: When, frame: int, anchor: Anchor, timezone: str) -> Fraction:
    """Seconds from the first frame; a time of day without a date is meant for the day on which ``frame`` airs."""
    today = anchor.at(frame).astimezone(ZoneInfo(timezone)).date()
    try:
        return at.seconds(first_frame_at=anchor.first_frame_at, rate=anchor.rate, timezone=timezone, today=today)
    except ValueError as error:
        raise CommandRefusedError(str(error)) from error
