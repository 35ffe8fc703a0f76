"""What each operator's verb does to the breaks of a channel, and when it is refused. Program thread only."""

from __future__ import annotations

from fractions import Fraction

from app.model import commands, events
from app.model.answers import accepted
from app.model.errors import CommandRefusedError, CueError
from app.model.rundown import BreakPlan
from app.model.schedule import AirMode
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
        splicer.effects.insert(place, accepted(command, splicer.clocks.now(), brk.id))

    def _done(self, command: commands.Command, frame: int, now_s: float) -> Break:  # noqa: PLR0911 - a verb a line
        match command:
            case commands.PlanBreak():
                return self._plan(command, frame)
            case commands.InsertBreak():
                return self._insert(command, frame, now_s)
            case commands.CueNext():
                return self._cue_next(command, frame)
            case commands.Hold():
                return self._hold(command, frame)
            case commands.Take():
                return self._take(command, frame, now_s)
            case commands.Skip():
                return self._skip(command, frame)
            case commands.Return():
                return self._return(command, frame, now_s)
            case commands.Extend():
                return self._extend(command, frame, now_s)
            case commands.Withdraw():
                return self._withdraw(command, frame, now_s)
            case _:
                raise CommandRefusedError(f"{command.name} is no matter of breaks")

    # ---- before the pre-roll

    def _plan(self, command: commands.PlanBreak, frame: int) -> Break:
        splicer = self._splicer
        brk = splicer.new_break(command.plan, command.by, frame)
        if command.mode is not AirMode.AUTO and splicer.cued is not None:
            raise CommandRefusedError(f"break {splicer.cued.name} is {splicer.cued.state} already")
        if brk.out_frame is not None and command.mode is not AirMode.HOLD:
            splicer.refuse_overlap(brk, *brk.span())
        splicer.enter(brk)
        if command.mode is AirMode.AUTO:
            splicer.add_planned(brk)
        else:
            self._enter_cued(brk, held=command.mode is AirMode.HOLD)
        return brk

    def _enter_cued(self, brk: Break, *, held: bool) -> None:
        """In one go: nothing can air or end it in between."""
        splicer = self._splicer
        brk.move(BreakState.CUED)
        splicer.cued = brk
        splicer.publish(events.BreakCued, brk)
        if held:
            brk.move(BreakState.HELD)
            splicer.publish(events.BreakHeld, brk)

    def _cue_next(self, command: commands.CueNext, frame: int) -> Break:
        splicer = self._splicer
        if splicer.cued is not None:
            raise CommandRefusedError(f"break {splicer.cued.name} is {splicer.cued.state} already")
        self._refuse_in_pre_roll(frame)
        brk = splicer.next_planned
        if command.makes_break:
            brk = splicer.new_break(self._new_plan(command), command.by, frame)
            splicer.enter(brk)
        elif brk is None:
            raise CommandRefusedError("nothing is planned: give a duration to cue a new break")
        else:
            _refuse_other(command, brk, "next")
        splicer.forget(brk)
        brk.move(BreakState.CUED)
        brk.by = command.by
        splicer.cued = brk
        splicer.publish(events.BreakCued, brk)
        return brk

    def _hold(self, command: commands.Hold, frame: int) -> Break:
        brk = self._cued_break(frame)
        _refuse_other(command, brk, "cued")
        held = brk.state is BreakState.HELD
        if command.on is held:
            raise CommandRefusedError(f"break {brk.name} is {'held already' if held else 'not held'}")
        if held:
            self._let_go(brk, frame)
        else:
            brk.move(BreakState.HELD)
        brk.by = command.by
        self._splicer.publish(events.BreakCued if held else events.BreakHeld, brk)
        return brk

    def _let_go(self, brk: Break, frame: int) -> None:
        """A held break airs at its time again; where that has passed it waits for TAKE."""
        if brk.out_frame is not None and brk.out_frame <= frame:
            brk.out_frame = None
        if brk.out_frame is not None:
            self._splicer.refuse_overlap(brk, *brk.span())  # its place was free to others while it was held
        brk.move(BreakState.CUED)

    def _skip(self, command: commands.Skip, frame: int) -> Break:
        splicer = self._splicer
        if command.splice_event_id is not None:
            waiting = (splicer.cued, *splicer.planned)
            brk = next((one for one in waiting if one and one.splice_event_id == command.splice_event_id), None)
        else:
            if splicer.cued is None:
                self._refuse_in_pre_roll(frame)  # who wanted that one gone must not lose the next
            brk = splicer.cued or splicer.next_planned
        if brk is None:
            raise CommandRefusedError("nothing is cued or planned")
        _refuse_other(command, brk, "next")
        splicer.forget(brk)
        brk.move(BreakState.SKIPPED)
        brk.by = command.by
        splicer.publish(events.BreakSkipped, brk)
        return brk

    # ---- takes

    def _insert(self, command: commands.InsertBreak, frame: int, now_s: float) -> Break:
        splicer = self._splicer
        brk = splicer.new_break(self._new_plan(command), command.by, frame)
        lead_frames = 1 if command.immediate else splicer.pre_roll_frames
        self._refuse_take(brk, frame, frame + lead_frames, now_s)
        splicer.enter(brk)
        self._last_take_s = now_s
        splicer.arm(brk, frame + lead_frames, frame, accepted_at_s=now_s)
        return brk

    def _take(self, command: commands.Take, frame: int, now_s: float) -> Break:
        splicer = self._splicer
        brk = self._cued_break(frame)
        _refuse_other(command, brk, "cued")
        self._refuse_take(brk, frame, frame + splicer.pre_roll_frames, now_s)
        self._last_take_s = now_s
        brk.by = command.by
        splicer.arm(brk, frame + splicer.pre_roll_frames, frame, accepted_at_s=now_s)
        return brk

    def _refuse_take(self, brk: Break, frame: int, out_frame: int, now_s: float) -> None:
        self._refuse_in_pre_roll(frame)
        if self._last_take_s is not None and now_s - self._last_take_s < TAKE_GUARD_S:
            raise CommandRefusedError(f"just taken: wait {TAKE_GUARD_S} s between takes")
        self._splicer.refuse_overlap(brk, out_frame, out_frame + brk.duration_frames)

    def _cued_break(self, frame: int) -> Break:
        if self._splicer.cued is None:
            self._refuse_in_pre_roll(frame)
            raise CommandRefusedError("nothing is cued: CUE NEXT first")
        return self._splicer.cued

    def _refuse_in_pre_roll(self, frame: int) -> None:
        brk = next((one for one in self._splicer.armed_breaks if self._is_in_pre_roll(one, frame)), None)
        if brk is not None:
            raise CommandRefusedError(f"break {brk.name} is in its pre-roll: WITHDRAW takes it back")

    def _is_in_pre_roll(self, brk: Break, frame: int) -> bool:
        """A source announces long ahead: what it has announced is no order of ours before our own pre-roll begins."""
        return not brk.plan.section or brk.span()[0] - frame <= self._splicer.pre_roll_frames

    def _withdraw(self, command: commands.Withdraw, frame: int, now_s: float) -> Break:
        wanted = command.splice_event_id
        armed = [one for one in self._splicer.armed_breaks if wanted in {None, one.splice_event_id}]
        brk = min(armed, key=lambda one: not self._is_in_pre_roll(one, frame), default=None)
        if brk is None:
            raise CommandRefusedError("no pre-roll runs: nothing to withdraw")
        _refuse_other(command, brk, "in its pre-roll")
        if brk.withdraw_until_frame is None or frame > brk.withdraw_until_frame:
            raise CommandRefusedError("too late: a cancel would reach the receivers after the OUT")
        brk.by = command.by
        self.withdraw(brk, accepted_at_s=now_s)
        return brk

    def withdraw(self, brk: Break, *, accepted_at_s: float) -> None:
        """Cancel an armed break; nothing of it stays in the playlists, for nothing was marked yet."""
        self._splicer.send_cancel(brk, accepted_at_s=accepted_at_s)
        brk.move(BreakState.WITHDRAWN)
        self._splicer.armed_breaks.remove(brk)
        self._splicer.publish(events.BreakWithdrawn, brk)

    # ---- on air

    def _return(self, command: commands.Return, frame: int, now_s: float) -> Break:
        brk = self._open_break(frame)
        if command.splice_event_id not in {None, brk.splice_event_id}:
            raise CommandRefusedError(f"splice event {command.splice_event_id} is not on air, break {brk.name} is")
        lands = frame + self._splicer.anchor.rate.nearest(command.lands_in_s)
        _refuse_other(command, brk, "on air")
        self.close(brk, min(lands, brk.span()[1]), how="return", accepted_at_s=now_s)
        brk.by = command.by
        return brk

    def close(self, brk: Break, frame: int, *, how: str, accepted_at_s: float) -> None:
        """End the open break on ``frame``: the first that can still be an IDR, with its section before it."""
        out_frame, _ = brk.span()
        self._splicer.set_length(brk, max(frame, out_frame + 1) - out_frame)
        brk.how = how
        self._splicer.send_in(brk, accepted_at_s=accepted_at_s)

    def _extend(self, command: commands.Extend, frame: int, now_s: float) -> Break:
        splicer, rate = self._splicer, self._splicer.anchor.rate
        brk = self._open_break(frame)
        _refuse_other(command, brk, "on air")
        out_frame = brk.span()[0]
        duration_frames = brk.duration_frames + rate.nearest(EXTEND_BY_S)
        if command.duration_s is not None:
            duration_frames = rate.nearest(command.duration_s)
        if duration_frames <= brk.duration_frames:
            lasts = decimal_text(brk.duration_ticks(splicer.anchor))
            raise CommandRefusedError(f"the break lasts {lasts} s: extend to more, or RETURN")
        splicer.refuse_overlap(brk, out_frame, out_frame + duration_frames)
        splicer.set_length(brk, duration_frames)
        brk.by = command.by
        in_pts, duration_ticks = splicer.anchor.pts(brk.span()[1]), brk.duration_ticks(splicer.anchor)
        splicer.effects.append(MarkExtend(brk.splice_event_id, duration_ticks, brk.out_section))
        splicer.send_out(brk, accepted_at_s=now_s)
        if brk.in_announced:  # an IN that was announced for the old end is corrected at once, §9.4
            splicer.send_in(brk, accepted_at_s=now_s)
        splicer.publish(events.BreakExtended, brk, in_frame=brk.in_frame, in_pts=in_pts, duration_ticks=duration_ticks)
        return brk

    def _open_break(self, frame: int) -> Break:
        brk = self._splicer.on_air
        if brk is None:
            self._refuse_in_pre_roll(frame)
            raise CommandRefusedError("not in a break")
        if brk.how != "auto":
            raise CommandRefusedError(f"break {brk.name} is returning already")
        return brk

    def _new_plan(self, command: commands.InsertBreak | commands.CueNext) -> BreakPlan:
        """As long as the command says, else as its template does."""
        try:
            template = self._splicer.signals.template(command.template)
        except CueError as error:
            raise CommandRefusedError(str(error)) from error
        duration_s = template.duration_s if command.duration_s is None else command.duration_s
        if duration_s is None:
            named = f"template {template.name} has none" if template.name else "or name a template that has one"
            raise CommandRefusedError(f"the break has no duration: give one; {named}")
        return BreakPlan(
            id=command.id,
            channel=command.channel,
            at=None,
            duration_s=duration_s,
            title=command.title or template.name,
            template=template.name,
        )


def _refuse_other(command: commands.OfBreak, brk: Break, is_now: str) -> None:
    """Breaks follow each other within a frame, and what a window shows is a moment old."""
    if command.break_id not in {None, brk.id}:
        raise CommandRefusedError(f"stale: break {brk.name} is {is_now} now, look again")
