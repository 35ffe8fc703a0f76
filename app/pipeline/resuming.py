"""Breaks of an earlier life of the channel go on in this one: before frame 0, on its new clock, by the wall clock."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from app.model import events
from app.model.errors import CueError
from app.model.signalling import Signalling
from app.model.states import BreakState
from app.model.timebase import seconds_of, span_of, ticks_of, wrapped
from app.pipeline.announcing import Sections, out_section
from app.pipeline.feed_break_ids import told_by
from app.pipeline.handover import StandingBreak
from app.pipeline.hls_keeping import Written, dates_of
from app.pipeline.packets import MarkExtend, MarkOut
from app.pipeline.placing import SHORTEST_BREAK_S
from app.pipeline.rundown import Break
from app.pipeline.splicer import Splicer
from app.scte35.codec import decode
from app.scte35.retiming import retimed, told_duration

logger = logging.getLogger(__name__)

_TO_COME = frozenset({BreakState.PLANNED, BreakState.CUED, BreakState.ARMED})
_MICROSECOND = timedelta(microseconds=1)
_TOUCHING = timedelta(milliseconds=1)  # dates are cut to microseconds: breaks that touch must not drift apart by that


@dataclass(frozen=True, slots=True)
class Listed:
    """What the playlists have of a channel that has died: what was still being written is gone.

    Dates to the millisecond, as a playlist's text has them. ``marked``: those of segments with marker lines.
    ``oldest_at``: what began before it has left the window; None: nothing has.
    """

    dates: frozenset[datetime]
    marked: frozenset[datetime]
    oldest_at: datetime | None

    @classmethod
    def of(cls, written: Written) -> Listed | None:
        """Of every output and rendition together; None where they are not known."""
        playlists = [track.playlist for output in written.values() for track in output.values()]
        dates = dates_of(written.values())
        rolled = any(playlist.media_sequence for playlist in playlists)
        if rolled and not dates:
            return None
        marked = (entry.starts_at for playlist in playlists for entry in playlist.entries if entry.tags)
        return cls(frozenset(map(_cut, dates)), frozenset(map(_cut, marked)), min(dates) if rolled else None)

    def has(self, splice_at: datetime) -> bool:
        """Whether the segment that starts with a splice was listed anywhere, or has left the window since."""
        return _cut(splice_at) in self.dates or (self.oldest_at is not None and splice_at < self.oldest_at)

    def marks(self, splice_at: datetime) -> bool:
        """Whether a segment that starts with it is listed as a splice."""
        return _cut(splice_at) in self.marked


def _cut(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def resume(splicer: Splicer, breaks: tuple[StandingBreak, ...], listed: Listed | None) -> None:
    """Take the breaks up as they stood; before the first ``tick``.

    ``listed`` None: the channel has no playlists, or they are not known: whatever aired was seen.

    On air with its OUT in a playlist: on to its IN, at once where that has passed. On air with its OUT in none, or in
    its pre-roll: OUT at its moment, at once where that has passed. Others wait as they did. Each ends at its planned
    moment; none begins before the one ahead of it is over, none lasts less than the shortest break.
    """
    going_on = _GoingOn(splicer, listed)
    for left in sorted(breaks, key=_turn):
        try:
            going_on.take_up(left)
        except CueError as error:
            going_on.give_up(left, f"its section can't air: {error}")
        except Exception:  # what is kept of one break may be damaged: the channel goes on air without it
            logger.exception("%s: break %s", splicer.channel, left.plan.id)
            going_on.give_up(left, "what was kept of it makes no break; insert it anew")


def _turn(left: StandingBreak) -> tuple[bool, float, float]:
    """Those that have aired first, an older one before its successor; those without a time last, as they came."""
    aired = left.state in {BreakState.ON_AIR, BreakState.RETURNED}
    if left.out_at is None:
        return (True, 1.0, 0.0)
    return (not aired, 0.0, left.out_at.timestamp())


class _GoingOn:
    def __init__(self, splicer: Splicer, listed: Listed | None) -> None:
        self._splicer, self._listed = splicer, listed
        self._anchor, self._rate = splicer.anchor, splicer.anchor.rate
        self._free_frame = 0  # from here on the next break may begin
        self._free_at: datetime | None = None  # where the break before was to end, as a date

    def take_up(self, left: StandingBreak) -> None:
        splicer = self._splicer
        splicer.known_ids.add(left.plan.id)
        if left.state in _TO_COME and left.out_at is not None and self._listed and self._listed.marks(left.out_at):
            left = self._told(left, left.out_at)
        if left.state in {BreakState.ON_AIR, BreakState.RETURNED}:
            self._take_up_aired(left)
            return
        brk = Break(left.plan, left.by, self._rate.nearest(seconds_of(left.duration_ticks)), open_ended=left.open_ended)
        brk.signalling = self._signalling(left)
        brk.back = None if left.back_ticks is None else left.back
        brk.splice_event_id, brk.state = left.splice_event_id, left.state
        if left.out_at is not None:
            out_s = self._since_s(left.out_at)
            brk.out_frame = self._rate.nearest(out_s)
            brk.duration_frames = self._rate.nearest(out_s + seconds_of(left.duration_ticks)) - brk.out_frame
        match left.state:
            case BreakState.ARMED:
                self._arm_again(brk, left)
            case BreakState.HELD:
                splicer.cued = brk
            case BreakState.CUED:
                splicer.cued = brk if self._is_to_air(brk, left) else None
            case _:
                if self._is_to_air(brk, left):
                    splicer.add_planned(brk)

    def _signalling(self, left: StandingBreak) -> Signalling:
        """As it was announced; a show that was edited since must not change it."""
        signals, aired = self._splicer.signals, left.signalling
        if aired is None:
            return self._waiting(left, signals.of(left.plan))
        try:
            planned = signals.of(left.plan)
        except CueError:
            planned = signals.own
        return self._waiting(left, replace(aired, repeats_s=planned.repeats_s, in_leads_s=planned.in_leads_s))

    def _waiting(self, left: StandingBreak, how: Signalling) -> Signalling:
        """Of a break that a source made and will end, our own return is not told ahead."""
        waits = told_by(left.plan.id) is not None and not (left.plan.auto_return or left.plan.section)
        return replace(how, in_leads_s=()) if waits else how

    def give_up(self, left: StandingBreak, reason: str) -> None:
        """It can't be gone on with."""
        brk = Break(left.plan, left.by, 0, splice_event_id=left.splice_event_id)
        self._splicer.publish(events.BreakFailed, brk, reason=reason)

    def _told(self, left: StandingBreak, out_at: datetime) -> StandingBreak:
        """It has aired, but the journal's disk did not answer any more: what nobody was told is told now."""
        aired = replace(left, state=BreakState.ON_AIR, announced_ticks=left.duration_ticks)
        frame, pts = self._new_clock(out_at)
        brk = Break(left.plan, left.by, 0, splice_event_id=left.splice_event_id)
        ticks = left.duration_ticks
        told = {"frame": frame, "pts": pts, "out_at": out_at, "duration_ticks": ticks, "immediate": left.immediate}
        self._splicer.publish(events.BreakOut, brk, **told)
        in_at = out_at + span_of(ticks)
        if self._listed is None or not self._listed.marks(in_at):
            return aired
        frame, pts = self._new_clock(in_at)
        told = {"frame": frame, "pts": pts, "in_at": in_at, "duration_ticks": ticks, "how": "auto"}
        self._splicer.publish(events.BreakIn, brk, **told)
        return replace(aired, state=BreakState.RETURNED, in_at=in_at)

    def _new_clock(self, moment: datetime) -> tuple[int, int]:
        since_s = self._since_s(moment)
        return self._rate.nearest(since_s), self._anchor.first_pts + ticks_of(since_s)

    def _take_up_aired(self, left: StandingBreak) -> None:
        seen = left.out_at is None or self._listed is None or self._listed.has(left.out_at)
        if not seen:
            self._air_again(left)
        elif left.in_at is None or (self._listed is not None and not self._listed.has(left.in_at)):
            self._go_on(left)

    def _since_s(self, moment: datetime) -> Fraction:
        return Fraction((moment - self._anchor.first_frame_at) // _MICROSECOND, 1_000_000)

    # ---- not aired yet

    def _is_to_air(self, brk: Break, left: StandingBreak) -> bool:
        """Give it the place that is left for it; False where its whole time has passed: it has failed."""
        if brk.out_frame is None:
            return True
        out_frame, in_frame = brk.span()
        if in_frame <= 0:
            brk.move(BreakState.FAILED)
            self._splicer.publish(events.BreakFailed, brk, reason="the channel was off the air when it was due")
            return False
        self._place(brk, left, out_frame, in_frame)
        return True

    def _arm_again(self, brk: Break, left: StandingBreak) -> None:
        """It was announced: it airs, however late. Nobody is told of a new pre-roll, for it is the same."""
        self._place(brk, left, *brk.span())
        brk.state = BreakState.CUED
        self._splicer.arm(brk, brk.span()[0], 0, accepted_at_s=self._splicer.clocks.monotonic_s(), again=True)

    def _place(self, brk: Break, left: StandingBreak, out_frame: int, in_frame: int) -> None:
        touches = left.out_at is not None and self._free_at is not None and left.out_at - self._free_at < _TOUCHING
        brk.out_frame = self._free_frame if touches else max(out_frame, self._free_frame)
        brk.duration_frames = max(in_frame - brk.out_frame, self._rate.frames_covering(SHORTEST_BREAK_S))
        self._note_end(left, brk.out_frame + brk.duration_frames)

    def _note_end(self, left: StandingBreak, in_frame: int) -> None:
        self._free_frame = max(self._free_frame, in_frame)
        if left.out_at is not None:
            self._free_at = left.in_at or left.out_at + span_of(left.duration_ticks)

    # ---- aired

    def _air_again(self, left: StandingBreak) -> None:
        """Nobody saw its OUT: it airs anew as soon as it can, and returns when it was to return."""
        if left.out_at is None:
            return
        brk = Break(left.plan, left.by, 0, splice_event_id=left.splice_event_id, state=BreakState.CUED)
        brk.out_again, brk.signalling, brk.open_ended = True, self._signalling(left), left.open_ended
        in_s = self._since_s(left.out_at) + seconds_of(left.duration_ticks)
        self._place(brk, left, 0, 0 if left.how != "auto" else self._rate.nearest(in_s))
        self._splicer.arm(brk, brk.span()[0], 0, accepted_at_s=self._splicer.clocks.monotonic_s(), again=True)

    def _go_on(self, left: StandingBreak) -> None:
        """On air, its OUT before the first frame; where its end has passed it ends on frame 0."""
        splicer, anchor, rate = self._splicer, self._anchor, self._rate
        if left.out_at is None:
            return
        length_s = seconds_of(left.duration_ticks if left.back_ticks is None else left.back_ticks)
        since_s = self._since_s(left.out_at)
        if since_s >= 0:  # the wall clock has been put back
            since_s = -rate.seconds(1)
        at_once = left.how != "auto" or left.in_at is not None
        in_frame = 0 if at_once else max(0, rate.nearest(since_s + length_s))
        brk = Break(left.plan, left.by, rate.nearest(length_s), how=left.how, immediate=left.immediate)
        brk.out_frame = min(-1, rate.nearest(since_s))
        brk.duration_frames = in_frame - brk.out_frame
        brk.state, brk.splice_event_id, brk.open_ended = BreakState.ON_AIR, left.splice_event_id, left.open_ended
        try:
            brk.signalling = self._signalling(left)
            mark, section = _as_it_aired(left, brk.signalling, anchor.first_pts + ticks_of(since_s))
            brk.mark, brk.out_section = mark, section
            brk.back = None if left.back_ticks is None else left.back
            back = retimed(left.back, wrapped(anchor.pts(brk.span()[1]))) if left.back else b""
            brk.in_section = back or Sections(anchor).back(brk)
        except CueError as error:
            brk.move(BreakState.FAILED)
            splicer.publish(events.BreakFailed, brk, reason=f"its section can't air: {error}")
            return
        self._note_end(left, in_frame)
        splicer.on_air = brk
        splicer.effects += [mark, MarkExtend(brk.splice_event_id, brk.told_ticks(anchor), section)]
        splicer.publish_resumed(brk, out_at=left.out_at, pts=mark.ticks)
        leads_s = brk.signalling.in_leads_s
        waits = not (leads_s or brk.plan.auto_return or left.back_ticks is not None or at_once)
        if not waits and in_frame <= rate.nearest(max(leads_s, default=Fraction(0))):
            splicer.send_in(brk)


def _as_it_aired(left: StandingBreak, how: Signalling, ticks: int) -> tuple[MarkOut, bytes]:
    """Its OUT at ``ticks`` of this clock, with the section and date it was marked with; the section as it stands."""
    if left.out_at is None or left.out_pts is None:
        raise CueError(f"break {left.plan.id} has not aired")
    pts = wrapped(left.out_pts)
    announced = None if left.open_ended else left.announced_ticks
    first = out_section(left.plan, how, left.splice_event_id, pts, announced)
    now = out_section(left.plan, how, left.splice_event_id, pts, None if left.open_ended else left.duration_ticks)
    mark = MarkOut(ticks, left.plan.id, left.splice_event_id, first, told_duration(decode(first)), left.out_at)
    return mark, now
