"""What each operator's verb does to the breaks of a channel, and when it is refused. Program thread only."""

from __future__ import annotations

from fractions import Fraction

from app.model import commands, events
from app.model.errors import CommandRefusedError
from app.model.rundown import BreakPlan
from app.model.states import BreakState
from app.model.timebase import decimal_text
from app.pipeline.packets import MarkExtend
from app.pipeline.rundown import Break
from app.pipeline.splicer import Splicer

TAKE_GUARD_S = Fraction(1)  # at least this between two takes of one channel
EXTEND_BY_S = Fraction(30)


class Verbs:
    """Carries commands out on a splicer."""

    def __init__(self, splicer: Splicer) -> None:
        self._splicer = splicer
        self._last_take_s: float | None = None

    def carry_out(self, command: commands.Command, frame: int) -> None:
        """Do it, counting from ``frame``, the next one to be encoded; CommandRefusedError with the reason.

        The acceptance comes before its consequences in ``splicer.effects``.
        """
        splicer = self._splicer
        place = len(splicer.effects)
        brk = self._done(command, frame, splicer.clocks.monotonic_s())
        accepted = events.CommandAccepted(
            at=splicer.clocks.now(),
            channel=splicer.channel,
            command=command.name,
            id=command.id,
            by=command.by,
            break_id=brk.id,
        )
        splicer.effects.insert(place, accepted)

    def _done(self, command: commands.Command, frame: int, now_s: float) -> Break:  # noqa: PLR0911 - a verb a line
        match command:
            case commands.PlanBreak():
                return self._plan(command, frame)
            case commands.InsertBreak():
                return self._insert(command, frame, now_s)
            case commands.CueNext():
                return self._cue_next(command, frame)
            case commands.Hold():
                return self._hold(frame)
            case commands.Take():
                return self._take(command, frame, now_s)
            case commands.Skip():
                return self._skip()
            case commands.Return():
                return self._return(command, frame, now_s)
            case commands.Extend():
                return self._extend(command, now_s)
            case commands.Withdraw():
                return self._withdraw(frame, now_s)
            case _:
                raise CommandRefusedError(f"{command.name} is no matter of breaks")

    def _plan(self, command: commands.PlanBreak, frame: int) -> Break:
        splicer = self._splicer
        brk = splicer.new_break(command.plan, command.by, frame)
        if brk.out_frame is not None:
            splicer.refuse_overlap(brk, *brk.span())
        splicer.enter(brk)
        splicer.planned.append(brk)
        return brk

    def _insert(self, command: commands.InsertBreak, frame: int, now_s: float) -> Break:
        splicer = self._splicer
        plan = BreakPlan(
            id=command.id, channel=command.channel, at=None, duration_s=command.duration_s, title=command.title
        )
        brk = splicer.new_break(plan, command.by, frame)
        lead_frames = 1 if command.immediate else splicer.pre_roll_frames
        self._refuse_take(brk, frame + lead_frames, now_s)
        splicer.enter(brk)
        self._last_take_s = now_s
        splicer.arm(brk, frame + lead_frames, frame, accepted_at_s=now_s)
        return brk

    def _cue_next(self, command: commands.CueNext, frame: int) -> Break:
        splicer = self._splicer
        if splicer.cued is not None:
            raise CommandRefusedError(f"break {splicer.cued.name} is cued already")
        if splicer.armed is not None:
            raise CommandRefusedError(f"break {splicer.armed.name} is in its pre-roll")
        brk = self._next_planned()
        if command.duration_s is not None or brk is None:
            if command.duration_s is None:
                raise CommandRefusedError("nothing is planned: give a duration to cue a new break")
            plan = BreakPlan(
                id=command.id, channel=command.channel, at=None, duration_s=command.duration_s, title=command.title
            )
            brk = splicer.new_break(plan, command.by, frame)
            splicer.enter(brk)
        splicer.forget(brk)
        brk.move(BreakState.CUED)
        splicer.cued = brk
        splicer.publish(events.BreakCued, brk)
        return brk

    def _next_planned(self) -> Break | None:
        """The earliest break with a time, else the first that waits."""
        planned = self._splicer.planned
        timed = sorted((brk for brk in planned if brk.out_frame is not None), key=Break.span)
        return timed[0] if timed else next(iter(planned), None)

    def _hold(self, frame: int) -> Break:
        brk = self._splicer.cued
        if brk is None:
            raise CommandRefusedError("nothing is cued: CUE NEXT first")
        held = brk.state is BreakState.HELD
        brk.move(BreakState.CUED if held else BreakState.HELD)
        if held and brk.out_frame is not None and brk.out_frame <= frame:
            brk.out_frame = None  # its time passed while it was held: it waits for TAKE now
        self._splicer.publish(events.BreakCued if held else events.BreakHeld, brk)
        return brk

    def _take(self, command: commands.Take, frame: int, now_s: float) -> Break:
        splicer = self._splicer
        brk = splicer.cued
        if brk is None:
            raise CommandRefusedError("nothing is cued: CUE NEXT first")
        if command.break_id is not None and command.break_id != brk.id:
            raise CommandRefusedError(f"stale: break {brk.name} is cued now, look again")
        self._refuse_take(brk, frame + splicer.pre_roll_frames, now_s)
        self._last_take_s = now_s
        brk.by = command.by
        splicer.arm(brk, frame + splicer.pre_roll_frames, frame, accepted_at_s=now_s)
        return brk

    def _refuse_take(self, brk: Break, out_frame: int, now_s: float) -> None:
        splicer = self._splicer
        if splicer.armed is not None:
            raise CommandRefusedError(f"break {splicer.armed.name} is in its pre-roll")
        if self._last_take_s is not None and now_s - self._last_take_s < TAKE_GUARD_S:
            raise CommandRefusedError(f"just taken: wait {TAKE_GUARD_S} s between takes")
        splicer.refuse_overlap(brk, out_frame, out_frame + brk.duration_frames)

    def _skip(self) -> Break:
        splicer = self._splicer
        brk = splicer.cued or self._next_planned()
        if brk is None:
            raise CommandRefusedError("nothing is cued or planned")
        splicer.forget(brk)
        brk.move(BreakState.SKIPPED)
        splicer.publish(events.BreakSkipped, brk)
        return brk

    def _return(self, command: commands.Return, frame: int, now_s: float) -> Break:
        brk = self._open_break()
        self.close(brk, frame, how="return", accepted_at_s=now_s)
        brk.by = command.by
        return brk

    def close(self, brk: Break, frame: int, *, how: str, accepted_at_s: float) -> None:
        """End the open break on ``frame``: the first that can still be an IDR, with its section before it."""
        out_frame, _ = brk.span()
        brk.duration_frames, brk.how = max(frame, out_frame + 1) - out_frame, how
        self._splicer.send_in(brk, accepted_at_s=accepted_at_s)

    def _extend(self, command: commands.Extend, now_s: float) -> Break:
        splicer, rate = self._splicer, self._splicer.anchor.rate
        brk = self._open_break()
        out_frame = brk.span()[0]
        now_lasts = splicer.duration_ticks(brk)
        if command.duration_s is None:
            duration_frames = brk.duration_frames + rate.nearest(EXTEND_BY_S)
        else:
            duration_frames = rate.nearest(command.duration_s)
        if duration_frames <= brk.duration_frames:
            raise CommandRefusedError(f"the break lasts {decimal_text(now_lasts)} s: extend to more, or RETURN")
        splicer.refuse_overlap(brk, out_frame, out_frame + duration_frames)
        announced = bool(brk.in_section)
        brk.duration_frames = duration_frames
        duration_ticks = splicer.duration_ticks(brk)
        splicer.effects.append(MarkExtend(brk.splice_event_id, duration_ticks))
        splicer.resend_out(brk, accepted_at_s=now_s)
        if announced:  # an IN that was announced for the old end is corrected at once, §9.4
            splicer.send_in(brk, accepted_at_s=now_s)
        new_in = brk.span()[1]
        splicer.publish(
            events.BreakExtended, brk, in_frame=new_in, in_pts=splicer.anchor.pts(new_in), duration_ticks=duration_ticks
        )
        return brk

    def _open_break(self) -> Break:
        brk = self._splicer.on_air
        if brk is None:
            raise CommandRefusedError("not in a break")
        return brk

    def _withdraw(self, frame: int, now_s: float) -> Break:
        brk = self._splicer.armed
        if brk is None:
            raise CommandRefusedError("no pre-roll runs: nothing to withdraw")
        if brk.withdraw_until_frame is None or frame > brk.withdraw_until_frame:
            raise CommandRefusedError("too late: a cancel would reach the receivers after the OUT")
        self.withdraw(brk, accepted_at_s=now_s)
        return brk

    def withdraw(self, brk: Break, *, accepted_at_s: float) -> None:
        """Cancel an armed break; nothing of it stays in the playlists, for nothing was marked yet."""
        self._splicer.send_cancel(brk, accepted_at_s=accepted_at_s)
        brk.move(BreakState.WITHDRAWN)
        self._splicer.armed_breaks.remove(brk)
        self._splicer.publish(events.BreakWithdrawn, brk)
