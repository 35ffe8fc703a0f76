"""The breaks that a source's markers make: opened, moved, given another length, ended and cancelled as it says.

Each is a Break like any other, ``by`` "feed": relayed, its sections are the source's own on our clock; acted on, they
are ours. Whoever gave the last order rules: once an operator has, the source is not followed in that break any more.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace

from app.model import events
from app.model.errors import CommandRefusedError, CueError
from app.model.states import BreakState
from app.model.timebase import wrapped
from app.pipeline import following
from app.pipeline.feed_break_ids import BY
from app.pipeline.feed_ties import OVER, FeedTies, Outcome, Tied
from app.pipeline.rundown import Break
from app.pipeline.splicer import LAWFUL_LEAD_S
from app.pipeline.undoing import Undo
from app.scte35.retiming import retimed
from app.scte35.spoken import Says
from app.scte35.tracked import Change, ChangeKind, Tracked

logger = logging.getLogger(__name__)

_KEPT_FRAMES = 2  # by so little a source's clock may move an OUT that is about to air, before it is announced anew


class FeedBreaks(FeedTies):
    """Program thread only. ``heard`` for each change that a section brings, ``passed`` for those that time brings."""

    def tied_to(self, change: Change) -> Tied | None:
        """That of the event that a change is about; the newest where an id is used again."""
        ours = [one for one in self.ties if one.event.key == change.key]
        out_ticks = None if change.event is None else change.event.out_ticks
        return next((one for one in ours if one.event.out_ticks == out_ticks), ours[-1] if ours else None)

    def around(self, event: Tracked) -> Tied | None:
        """The break that an event lies in, or that lies in it."""
        for one in self.ties:
            end_ticks, at = one.end_ticks, event.out_ticks
            begun = one.event.out_ticks <= at and (end_ticks is None or at < end_ticks)
            if begun and not one.over and one.event.key.level != event.key.level:
                return one
        return None

    # ---- what a section says

    def heard(self, change: Change, section: bytes, cue_id: str, stamp: str, frame: int) -> Outcome:
        """Do what a section says of a break."""
        event, tied = change.event, self.tied_to(change)
        new = event is not None and self._makes_one(change, event)
        undo = Undo(self.splicer, self.ties, None if new else tied)
        try:
            if event is not None and new:
                return self._open(Tied(event, section, cue_id, stamp), frame)
            if tied is None or event is None:
                break_id = "" if tied is None or tied.brk is None else tied.brk.id
                return Outcome(cue_id, done=False, reason=change.reason or "its break is not ours", break_id=break_id)
            late_out = change.kind is ChangeKind.LATE and change.says is not Says.IN
            if late_out or change.kind is ChangeKind.CONTRADICTING:
                return self.nothing(tied, cue_id, change.reason)
            tied.event = event
            return self._said(tied, change, section, cue_id, frame)
        except Exception as error:  # whatever was said: it is not done, everything is as it was
            if not isinstance(error, CommandRefusedError | CueError):
                logger.exception("%s: %s", self.splicer.channel, change)
            undo.put_back()
            if event is not None and (new or tied is None):
                self.refusals[event.key] = str(error)
            elif tied is not None:
                self.tracker.put_back(tied.event)
            return Outcome(cue_id, done=False, reason=str(error))

    def _makes_one(self, change: Change, event: Tracked) -> bool:
        """A new break; or one that was in the way of another, and may not be any more."""
        if len(self.refusals) > self.tracker.limits.most:
            self.refusals = {key: why for key, why in self.refusals.items() if self.tracker.event(key) is not None}
        again = event.key in self.refusals and change.says is Says.OUT and event in self.tracker.pending()
        return change.kind is ChangeKind.ANNOUNCED or again

    def refused(self, change: Change) -> str:
        """Why the event that a change is about makes no break; "" where it makes one, or is none of ours."""
        return "" if change.key is None else self.refusals.get(change.key, "")

    def _said(self, tied: Tied, change: Change, section: bytes, cue_id: str, frame: int) -> Outcome:
        if change.says is Says.OUT:
            return self._again(tied, change, section, cue_id, frame)
        if change.says is Says.IN:
            return self._return(tied, section, cue_id, frame)
        return self._cancel(tied, section, cue_id)

    # ---- OUT

    def _open(self, one: Tied, frame: int) -> Outcome:
        self.ties.append(one)
        if self.is_due(one, frame):
            return self._enter(one, frame)
        at_frame = self.out_frame(one, frame)
        seconds = float(self.rate.seconds(at_frame - self.ahead_frames - frame))
        reason = "" if one.event.immediate else f"kept back for {seconds:.0f} s: it is far ahead"
        snapped = self.line.snapped_ticks(one.event.out_ticks, at_frame)
        return Outcome(one.cue_id, done=True, reason=reason, frame=at_frame, snapped_ticks=snapped)

    def _enter(self, one: Tied, frame: int) -> Outcome:
        splicer, event = self.splicer, one.event
        brk = splicer.new_break(self.plan(one), BY, frame)
        brk.open_ended = event.duration_ticks is None and self.template_s() is None
        if not self.relays and not event.auto_return and event.duration_ticks is not None:
            brk.signalling = replace(brk.signalling, in_leads_s=())  # the source's own return is waited for
        brk.out_frame = out_frame = self.out_frame(one, frame)
        self.refuse_overlap(one, brk, out_frame)
        in_frame = self.in_frame(one, brk, out_frame)
        brk.duration_frames = in_frame - out_frame
        splicer.enter(brk)
        one.brk, one.sent_frame = brk, frame
        if not self.relays:
            splicer.add_planned(brk)
            return self.done(one, one.cue_id)
        brk.splice_event_id = event.key.event_id
        splicer.arm(brk, out_frame, frame, accepted_at_s=splicer.clocks.monotonic_s())
        if brk.state is BreakState.FAILED:
            return self.nothing(one, one.cue_id)
        if one.returns:
            self.set_back(one, brk, in_frame)
            self._tell_back(one, brk)
        return self.done(one, one.cue_id)

    def _again(self, one: Tied, change: Change, section: bytes, cue_id: str, frame: int) -> Outcome:
        """Its OUT again: the same, or corrected, or with another length."""
        brk = one.brk
        if brk is None:
            one.section = section
            return Outcome(cue_id, done=True, reason="kept back: it is far ahead")
        if not one.alive:
            return self.nothing(one, cue_id)
        if change.kind is ChangeKind.REPEATED:
            return self._repeat(one, brk, section, cue_id, frame)
        out_frame = brk.span()[0] if brk.state is BreakState.ON_AIR else self.out_frame(one, frame)
        before = brk.plan, brk.open_ended, brk.signalling
        try:
            self._change(one, brk, section, out_frame)
        except (CommandRefusedError, CueError) as error:
            brk.plan, brk.open_ended, brk.signalling = before
            if isinstance(error, CueError) or brk.state is BreakState.ON_AIR:
                raise  # it goes on as it was
            following.cancel(self.splicer, brk)  # its old time is not meant any more, its new one is taken
            one.over, self.refusals[one.event.key] = True, str(error)
            return Outcome(cue_id, done=False, reason=f"{error}: it is taken back", break_id=brk.id)
        one.section, one.sent_frame = section, frame
        return self.done(one, cue_id, "corrected")

    def _change(self, one: Tied, brk: Break, section: bytes, out_frame: int) -> None:
        event, splicer = one.event, self.splicer
        brk.open_ended = event.duration_ticks is None and self.template_s() is None
        brk.plan = replace(brk.plan, auto_return=event.auto_return, section=section if self.relays else b"")
        if self.relays:
            brk.signalling = splicer.signals.of(brk.plan)
        if brk.state is BreakState.ON_AIR:  # it may last up to the next break, whatever its source says
            self._take_back_return(one)
            in_frame = self.in_frame(one, brk, out_frame)
            following.lasts(splicer, brk, in_frame)
        else:
            self.refuse_overlap(one, brk, out_frame)
            in_frame = self.in_frame(one, brk, out_frame)
            following.move(splicer, brk, out_frame, in_frame)
        if one.returns:
            self.set_back(one, brk, in_frame)
            self._tell_back(one, brk)

    def _take_back_return(self, one: Tied) -> None:
        """A length beyond the return that was told is the newer word: that return is not meant any more."""
        event, end_ticks = one.event, one.event.planned_end_ticks
        if one.returns and None not in {event.in_ticks, end_ticks} and (end_ticks or 0) > (event.in_ticks or 0):
            one.returns, one.return_sent, one.back = False, False, b""
            one.event = replace(event, in_ticks=None)
            self.tracker.put_back(one.event)

    def _repeat(self, one: Tied, brk: Break, section: bytes, cue_id: str, frame: int) -> Outcome:
        if not self.relays:
            return self.nothing(one, cue_id, "said before")
        if frame - one.sent_frame < self.doubled_frames:
            return self.nothing(one, cue_id, "doubled")
        one.sent_frame = frame
        brk.out_section = retimed(section, wrapped(self.splicer.anchor.pts(brk.span()[0])))
        self.splicer.send_out(brk)
        return self.done(one, cue_id, "again")

    # ---- IN, cancel

    def _return(self, one: Tied, section: bytes, cue_id: str, frame: int) -> Outcome:
        brk, again, in_ticks = one.brk, one.returns and one.back == section, one.event.in_ticks
        one.returns, one.back = True, section if self.relays else b""
        if brk is None:
            return Outcome(cue_id, done=True, reason="kept back with its OUT")
        if not one.alive or in_ticks is None:
            return self.nothing(one, cue_id)
        out_frame = brk.span()[0]
        in_frame = max(self.line.frame(in_ticks), frame, out_frame + 1)
        in_frame = min(in_frame, self.next_booked(brk, out_frame))
        if brk.state is BreakState.ON_AIR or self.relays:
            self.set_back(one, brk, in_frame)
        else:
            following.move(self.splicer, brk, out_frame, in_frame)
        self._tell_back(one, brk)
        one.return_sent = one.return_sent and brk.in_announced  # else it was sent just now, corrected
        return self.done(one, cue_id, "again" if again else "", in_frame, in_ticks)

    def _tell_back(self, one: Tied, brk: Break) -> None:
        """For the next life, too."""
        pts, ticks = self.splicer.anchor.pts(brk.span()[1]), brk.duration_ticks(self.splicer.anchor)
        fields = {"in_frame": brk.span()[1], "in_pts": pts, "duration_ticks": ticks, "section": one.back}
        self.splicer.publish(events.BreakReturning, brk, **fields)

    def _cancel(self, one: Tied, section: bytes, cue_id: str) -> Outcome:
        brk, one.over = one.brk, True
        if brk is None:
            return Outcome(cue_id, done=True, reason="it had been kept back")
        if not one.alive or brk.state is BreakState.ON_AIR:
            return self.nothing(one, cue_id)
        following.cancel(self.splicer, brk, section if self.relays else b"")
        return Outcome(cue_id, done=True, break_id=brk.id)

    # ---- what time does

    def passed(self, change: Change, frame: int) -> str | None:
        """An event began or is over; what has to be said of it, else None."""
        tied = self.tied_to(change)
        if tied is None or change.kind is ChangeKind.OPENED:
            return None
        tied.over = True
        brk = tied.brk
        if not change.reason or brk is None or brk.state is not BreakState.ON_AIR or not tied.alive:
            return None
        following.end_at(self.splicer, brk, max(frame, brk.span()[0] + 1))
        missing = change.kind is ChangeKind.MISSING_RETURN
        brk.how = "watchdog" if missing else BY
        return f"{change.reason}: break {brk.name} was ended" if missing else None

    def follow(self, frame: int) -> list[Outcome]:
        """Keep every break where its source's clock has it; before the splicer's tick. What was said anew."""
        if not self.line.known:
            return []
        outcomes = [outcome for one in self.ties if (outcome := self._followed(one, frame)) is not None]
        self.ties = [one for one in self.ties if not self._is_done(one)]
        return outcomes

    def shift(self, ticks: int) -> None:
        """The source's line has become another one."""
        for one in self.ties:
            back = None if one.event.in_ticks is None else one.event.in_ticks + ticks
            one.event = replace(one.event, out_ticks=one.event.out_ticks + ticks, in_ticks=back)

    def _is_done(self, one: Tied) -> bool:
        if one.brk is None:
            return one.over
        return one.brk.state in OVER and (one.over or self.tracker.event(one.event.key) is None)

    def _followed(self, one: Tied, frame: int) -> Outcome | None:
        brk = one.brk
        try:
            if brk is None:
                return self._enter(one, frame) if self.is_due(one, frame) and not one.over else None
            if one.alive and brk.state is BreakState.ON_AIR:
                self._follow_end(one, brk, frame)
            elif one.alive:
                return self._follow_start(one, brk, frame)
        except Exception as error:  # whatever its source said: the break ends as it stands, the others go on
            if not isinstance(error, CommandRefusedError | CueError):
                logger.exception("%s: %s", self.splicer.channel, one.event)
            if brk is None:
                self.refusals[one.event.key] = str(error)
            one.over = one.let_go = True
            return Outcome(one.cue_id, done=False, reason=str(error), break_id="" if brk is None else brk.id)
        return None

    def _follow_start(self, one: Tied, brk: Break, frame: int) -> Outcome | None:
        if brk.out_frame is None or (brk.state is BreakState.ARMED and brk.out_frame <= frame):
            return None  # it is the very next picture: too late for any other
        wanted = self.line.followed(one.event.out_ticks, brk.out_frame)
        if wanted == brk.out_frame and brk.out_frame >= frame:
            one.apart_frames = 0
            return None
        first, last = self.splicer.room(brk)
        out_frame = max(min(max(wanted, first), last), frame)
        if out_frame == brk.out_frame or self._stays(brk, wanted, frame):
            return self._kept(one, brk, wanted)
        in_frame = self.in_frame(one, brk, out_frame)
        with suppress(CommandRefusedError):
            self.splicer.refuse_overlap(brk, out_frame, in_frame)
            return self._move_start(one, brk, out_frame, in_frame)
        return self._kept(one, brk, wanted)  # another break is there: it stays where it was announced

    def _stays(self, brk: Break, wanted: int, frame: int) -> bool:
        """So near its OUT nobody can be told in time of so little."""
        near, moved = self.rate.frames_covering(LAWFUL_LEAD_S), abs(wanted - brk.span()[0])
        return brk.state is BreakState.ARMED and brk.span()[0] - frame < near and moved <= _KEPT_FRAMES

    def _kept(self, one: Tied, brk: Break, wanted: int) -> Outcome | None:
        """It stays on the frame that was announced; how far from its time that is, is told once."""
        apart = wanted - brk.span()[0]
        if apart == one.apart_frames:
            return None
        one.apart_frames = apart
        return self.done(one, one.cue_id, "kept where it was announced: the clock of the source has moved")

    def _move_start(self, one: Tied, brk: Break, out_frame: int, in_frame: int) -> Outcome:
        one.apart_frames = 0
        moved = out_frame - brk.span()[0]
        following.move(self.splicer, brk, out_frame, in_frame)
        if one.returns:
            self.set_back(one, brk, brk.span()[1])
        frames = "1 frame" if abs(moved) == 1 else f"{abs(moved)} frames"
        where = "later" if moved > 0 else "earlier"
        return self.done(one, one.cue_id, f"{frames} {where}: the clock of the source is followed")

    def _follow_end(self, one: Tied, brk: Break, frame: int) -> None:
        out_frame, in_frame = brk.span()
        wanted = max(self.in_frame(one, brk, out_frame), frame, out_frame + 1)
        if brk.how not in {"auto", BY}:
            return  # it is being closed, by a stop or by the watchdog
        told = one.event.duration_ticks is not None and not one.event.auto_return
        waits = told and not (one.returns or one.over)
        if waits and wanted == frame:  # its IN is still to come, or the watchdog
            wanted = min(frame + 1, max(frame, self.next_booked(brk, out_frame)))
        if waits and wanted == frame + 1:
            brk.duration_frames = wanted - out_frame
        elif wanted != in_frame or (wanted == frame and not brk.in_announced):
            self.set_back(one, brk, wanted)
        if one.returns and not one.return_sent and not one.back_is_immediate:
            one.return_sent = True
            self.splicer.send_in(brk)
        if one.returns and brk.in_frame == frame:
            brk.how = BY
