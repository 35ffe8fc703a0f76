"""A break that was open when its channel died, in the next life of the channel: pure logic, frame by frame."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.model import commands, events
from app.model.timebase import FrameRate
from app.pipeline.packets import CueKind, MarkExtend, MarkIn, MarkOut, SendSection
from app.pipeline.resuming import OpenBreak, open_break, resume
from tests.pipeline.break_desk import CHANNEL, PAL, RATES, STARTED_AT, Desk


def left_open(rate: FrameRate, duration_s: int, aired_s: int) -> OpenBreak:
    desk = Desk(rate)
    desk.verbs.carry_out(
        commands.InsertBreak(channel=CHANNEL, by="pat", duration_s=Fraction(duration_s), immediate=True), 0
    )
    desk.run_to(desk.frames(aired_s))
    left = open_break(desk.splicer)
    assert left is not None
    return left


@given(st.sampled_from(RATES), st.integers(3, 60), st.integers(1, 100_000_000))
def test_it_ends_when_it_would_have_ended_or_on_the_first_frame(rate: FrameRate, duration_s: int, away_us: int) -> None:
    left = left_open(rate, duration_s, 2)
    again = Desk(rate, started_at=STARTED_AT + timedelta(seconds=2, microseconds=away_us))
    resume(again.splicer, left)
    due_at = left.mark.start_at + timedelta(microseconds=left.duration_ticks * 100 // 9)
    late = max(timedelta(0), again.anchor.first_frame_at - due_at)
    again.run_to(rate.nearest(Fraction(duration_s)) + 2)
    (back,) = [seen.effect for seen in again.seen if isinstance(seen.effect, events.BreakIn)]
    half_frame = timedelta(seconds=float(rate.seconds(1)) / 2, microseconds=20)
    assert abs(back.in_at - due_at - late) <= half_frame
    if late > half_frame:
        assert back.frame == 0
    (mark,) = [seen.effect for seen in again.seen if isinstance(seen.effect, MarkIn)]
    assert mark.duration_ticks == back.duration_ticks > 0
    assert abs(back.duration_ticks - (back.in_at - left.mark.start_at) / timedelta(microseconds=100) * 9) <= 3
    ins = [s.effect for s in again.seen if isinstance(s.effect, SendSection) and s.effect.kind is CueKind.IN]
    assert ins
    assert all(one.not_before_ticks is None and one.pts_ticks == back.pts for one in ins)
    assert again.splicer.on_air is None


def test_its_lines_go_on_with_the_sections_they_had() -> None:
    left = left_open(PAL, 30, 5)
    again = Desk(PAL, started_at=STARTED_AT + timedelta(seconds=8))
    resume(again.splicer, left)
    opened, length = again.splicer.take_effects()
    assert isinstance(opened, MarkOut)
    assert isinstance(length, MarkExtend)
    assert (opened.section, opened.start_at, opened.planned_duration_ticks) == (
        left.mark.section,
        left.mark.start_at,
        left.mark.planned_duration_ticks,
    )
    assert opened.ticks == again.anchor.pts(0) - 8 * 90_000 + 3600, "its OUT was one frame after the first"
    assert length.section == left.section == left.mark.section


def test_a_clock_that_was_put_back_never_has_it_begin_again() -> None:
    left = left_open(PAL, 30, 5)
    again = Desk(PAL, started_at=STARTED_AT - timedelta(hours=1))
    resume(again.splicer, left)
    assert again.splicer.on_air is not None
    assert again.splicer.on_air.span() == (-1, 749)
    again.run_to(800)
    assert again.splices == [749]
