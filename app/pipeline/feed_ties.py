"""Events of a source tied to the breaks they make: where each begins and ends on the channel's clock."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from app.model.errors import CommandRefusedError, CueError
from app.model.rundown import BreakPlan
from app.model.signalling import CuePolicy, FeedCues
from app.model.states import BreakState
from app.model.timebase import seconds_of, ticks_of, unwrapped, wrapped
from app.pipeline import following
from app.pipeline.feed_break_ids import BY, feed_break_id, told_by
from app.pipeline.rundown import Break
from app.pipeline.source_line import SourceLine
from app.pipeline.splicer import Splicer
from app.scte35.codec import decode
from app.scte35.retiming import tells_auto_return, told_duration
from app.scte35.spoken import EventKey
from app.scte35.tracked import Tracked
from app.scte35.tracker import Tracker

_NEAR_TICKS = ticks_of(2)
_DOUBLED_S = Fraction(1, 4)  # the same OUT on two PIDs, or twice for safety, goes out once
OVER = frozenset({BreakState.RETURNED, BreakState.WITHDRAWN, BreakState.SKIPPED, BreakState.FAILED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a marker. ``done`` False: nothing, for the reason given. ``cue_id``: of the marker meant."""

    cue_id: str
    done: bool
    reason: str = ""
    frame: int | None = None
    snapped_ticks: int = 0
    break_id: str = ""


@dataclass(slots=True, eq=False)
class Tied:
    """An event of the source and the break that it makes. ``brk`` None: kept back, its time is too far ahead.

    ``section``: its OUT as it came last; ``stamp``: digits of when it came first. ``back``: its IN as it came;
    ``returns``: one has come. ``over``: as far as the source goes. ``let_go``: it could not be followed
    any more. ``apart_frames``: how far from the frame announced its source's clock has it, as told last.
    """

    event: Tracked
    section: bytes
    cue_id: str
    stamp: str
    brk: Break | None = None
    back: bytes = b""
    returns: bool = False
    return_sent: bool = False
    sent_frame: int = 0
    over: bool = False
    let_go: bool = False
    apart_frames: int = 0

    @property
    def alive(self) -> bool:
        """Whether its break is still to come or on air, and the source rules it."""
        if self.let_go:
            return False
        return self.brk is None or (self.brk.state not in OVER and self.brk.by == BY)

    @property
    def end_ticks(self) -> int | None:
        """Where it ends: as its IN says, else as its OUT does; None: nobody knows."""
        return self.event.planned_end_ticks if self.event.in_ticks is None else self.event.in_ticks

    @property
    def back_is_immediate(self) -> bool:
        """Whether its IN has no time: then it goes out with its picture."""
        return bool(self.back) and decode(self.back).effective_pts is None


class FeedTies:
    """What a source's breaks have in common, whatever is said of them. Program thread only."""

    def __init__(self, splicer: Splicer, line: SourceLine, tracker: Tracker, policy: FeedCues) -> None:
        self.splicer, self.line, self.tracker = splicer, line, tracker
        self.relays = policy.policy is CuePolicy.RELAY
        self.template = policy.template
        self.rate = splicer.anchor.rate
        self.ahead_frames = max(self.rate.frames_covering(policy.lead_s[1]), splicer.pre_roll_frames)
        self.doubled_frames = self.rate.frames_covering(_DOUBLED_S)
        self.ties: list[Tied] = []
        self._adopted = False
        self.refusals: dict[EventKey, str] = {}  # why an event that stands makes no break

    def out_frame(self, one: Tied, frame: int) -> int:
        """Where it begins, ``frame`` being the next one."""
        return max(self.line.frame(one.event.out_ticks), frame)

    def is_due(self, one: Tied, frame: int) -> bool:
        """Whether it need not be kept back any more."""
        ahead = self.out_frame(one, frame) - frame
        if self.relays and one.event.immediate:
            return ahead <= 0  # its section has no time: it goes out with its picture
        return ahead <= self.ahead_frames

    def in_frame(self, one: Tied, brk: Break, out_frame: int) -> int:
        """Where it ends as things stand; one whose end nobody told at the longest. Never behind another's beginning."""
        return min(max(self._told_in_frame(one, brk, out_frame), out_frame + 1), self.next_booked(brk, out_frame))

    def _told_in_frame(self, one: Tied, brk: Break, out_frame: int) -> int:
        end_ticks = one.end_ticks
        if end_ticks is not None:
            return self.line.followed(end_ticks, out_frame + brk.duration_frames)
        length_s = self.template_s()
        return out_frame + (self.longest_frames if length_s is None else self.rate.nearest(length_s))

    def next_booked(self, brk: Break, out_frame: int) -> int:
        """Where the next break of this channel begins; far away where there is none."""
        begins = self.splicer.next_out(brk, out_frame)
        return out_frame + 100 * self.longest_frames if begins is None else begins

    @property
    def longest_frames(self) -> int:
        """How long a break may last whose end nobody tells."""
        return self.rate.nearest(seconds_of(self.tracker.limits.unknown_ticks))

    def template_s(self) -> Fraction | None:
        """The length that the template gives to a break of ours; a relayed one has what its section tells."""
        if self.relays:
            return None
        try:
            return self.splicer.signals.template(self.template).duration_s
        except CueError as error:
            raise CommandRefusedError(str(error)) from error

    def plan(self, one: Tied) -> BreakPlan:
        """The break that an event makes."""
        event, pts = one.event, decode(one.section).effective_pts
        length_s = self.template_s() if event.duration_ticks is None else seconds_of(event.duration_ticks)
        return BreakPlan(
            id=feed_break_id(event.key, wrapped(event.out_ticks) if pts is None else pts, one.stamp),
            channel=self.splicer.channel,
            at=None,
            duration_s=self.rate.seconds(self.longest_frames) if length_s is None else length_s,
            title=f"feed {event.key.event_id}",
            splice_event_id=event.key.event_id if self.relays else None,
            auto_return=event.auto_return,
            template="" if self.relays else self.template,
            section=one.section if self.relays else b"",
        )

    def refuse_overlap(self, one: Tied, brk: Break, out_frame: int) -> None:
        """CommandRefusedError where it would begin or end in another break, by what it tells of itself."""
        self._make_room(out_frame)
        told = out_frame + 1 if one.end_ticks is None else max(self.line.frame(one.end_ticks), out_frame + 1)
        self.splicer.refuse_overlap(brk, out_frame, told)

    def _make_room(self, out_frame: int) -> None:
        """A break whose end nobody told ends where the next one begins."""
        for one in self.ties:
            brk = one.brk
            if brk is None or not brk.open_ended or not one.alive or brk.out_frame is None:
                continue
            if brk.span()[0] < out_frame < brk.span()[1]:
                self.set_back(one, brk, out_frame)

    def set_back(self, one: Tied, brk: Break, in_frame: int) -> None:
        """Its end, told by the source's IN where there is one."""
        if one.back_is_immediate:
            brk.in_announced = False
        following.end_at(self.splicer, brk, in_frame, one.back)

    def done(
        self, one: Tied, cue_id: str, reason: str = "", frame: int | None = None, at_ticks: int | None = None
    ) -> Outcome:
        """It was carried out: at its OUT, or at the frame and time given."""
        brk = one.brk
        break_id = "" if brk is None else brk.id
        if frame is None and brk is not None:
            frame = brk.out_frame
        snapped = 0
        if frame is not None:
            snapped = self.line.snapped_ticks(one.event.out_ticks if at_ticks is None else at_ticks, frame)
        return Outcome(cue_id, done=True, reason=reason, frame=frame, snapped_ticks=snapped, break_id=break_id)

    def nothing(self, one: Tied, cue_id: str, reason: str = "") -> Outcome:
        """Nothing came of it; without a reason: its break is out of the source's hands."""
        brk = one.brk
        if brk is not None and not reason:
            reason = f"break {brk.name} is {brk.state.value.replace('_', ' ')} by order of {brk.by}"
        return Outcome(cue_id, done=False, reason=reason, break_id="" if brk is None else brk.id)

    # ---- over a restart

    def adopt(self, frame: int) -> None:
        """Breaks of an earlier life that the source made: what it still says of them is about them.

        Each frame, before markers are taken; done once, as soon as the line is known.
        """
        if self._adopted or not self.line.known:
            return
        self._adopted = True
        for brk in self.splicer.breaks():
            told = told_by(brk.id)
            if told is None or brk.out_frame is None:
                continue
            key, pts = told
            section = brk.plan.section
            out_ticks = self._said_at(section, brk.out_frame, pts)
            auto_return = tells_auto_return(decode(section)) if section else brk.plan.auto_return
            length = told_duration(decode(section)) if section else brk.duration_ticks(self.splicer.anchor)
            back = None if brk.back is None else self._back_at(brk, brk.back, out_ticks)
            event = Tracked(key, out_ticks, None if brk.open_ended else length, auto_return, in_ticks=back)
            self.tracker.adopt(event, begun=brk.state is BreakState.ON_AIR)
            tied = Tied(event, section, "", "", brk, sent_frame=frame)
            tied.back, tied.returns = brk.back or b"", brk.back is not None
            self.ties.append(tied)

    def _back_at(self, brk: Break, back: bytes, out_ticks: int) -> int:
        told = decode(back).effective_pts if back else None
        at = None if told is None else unwrapped(told, out_ticks)
        longest = ticks_of(self.rate.seconds(self.longest_frames))
        trusted = at is not None and out_ticks < at <= max(brk.duration_ticks(self.splicer.anchor), longest) + out_ticks
        return at if at is not None and trusted else self.line.ticks(brk.span()[1])

    def _said_at(self, section: bytes, frame: int, pts: int | None = None) -> int:
        """The source's time of a section that was placed at a frame; ``pts`` where it tells none itself."""
        estimate = self.line.ticks(frame)
        told = decode(section).effective_pts if section else None
        told = pts if told is None else told
        exact = estimate if told is None else unwrapped(told, estimate)
        return exact if abs(exact - estimate) < _NEAR_TICKS else estimate
