"""The channel's break logic: commands in, splices out, all in frames. No clock, no thread, no media of its own.

The program thread calls ``verbs.carry_out`` for each command and ``tick`` once a frame; both fill ``effects``, which
it hands on in order: events to the engine, the rest to the packager. SCTE 35 §9.2, §9.4, §9.7.3, §9.9.2.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import takewhile
from typing import Any

from app.model import events
from app.model.errors import CommandRefusedError, CueError
from app.model.rundown import BreakPlan
from app.model.signalling import Template
from app.model.states import BreakState
from app.pipeline import announcing
from app.pipeline.anchor import Anchor
from app.pipeline.packets import CueKind, MarkIn, MarkOut, PackagerItem, SendSection
from app.pipeline.placing import placed
from app.pipeline.rundown import Break, Rundown
from app.pipeline.signals import Signals
from app.scte35.codec import decode
from app.scte35.retiming import told_duration

LAWFUL_LEAD_S = Fraction(4)  # SCTE 35 §9.9.2.1: an OUT arrives at least this long before its splice
WITHDRAW_CLOSES_S = Fraction(1, 2)  # a cancel later than this before OUT would come too late downstream

type Effect = events.Event | PackagerItem


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the logic must ask others for: wall time, seconds for latency figures, the next free event id."""

    now: Callable[[], datetime]
    monotonic_s: Callable[[], float]
    next_event_id: Callable[[], int]


class Splicer(Rundown):
    """Airs the breaks of one channel. ``pre_roll_frames``: from the first section to OUT. Program thread only."""

    def __init__(
        self,
        channel: str,
        anchor: Anchor,
        pre_roll_frames: int,
        timezone: str,
        clocks: Clocks,
        signals: Signals | None = None,
    ) -> None:
        super().__init__(anchor)
        self.channel, self.pre_roll_frames = channel, pre_roll_frames
        self.timezone, self.clocks = timezone, clocks
        self.signals = signals or Signals()
        self.effects: list[Effect] = []
        self.sections = announcing.Sections(anchor)

    def take_effects(self) -> list[Effect]:
        """What has come up since the last call, in order."""
        effects, self.effects = self.effects, []
        return effects

    def take_on(self, templates: tuple[Template, ...], *, needed: str) -> None:
        """These templates from here on; what is announced or cued stays as it was made. CommandRefusedError.

        No break that is not over loses its own, without which no restart could air it again; nor the source's breaks
        theirs, ``needed``.
        """
        names = {"", *(each.name for each in templates)}
        if needed not in names:
            raise CommandRefusedError(f"template {needed} is what the source's breaks air as: keep it")
        for brk in self.breaks():
            if brk.plan.template not in names:
                named = brk.plan.title or brk.plan.id
                raise CommandRefusedError(f"break {named} needs template {brk.plan.template}: keep it until then")
        self.signals = Signals(self.signals.own, templates)

    # ---- once a frame

    def tick(self, frame: int) -> bool:
        """Carry the breaks on to ``frame``, the next one to be encoded; True when it is a splice."""
        self._arm_due(frame)
        self._make_way(frame)
        returned = self._splice_in(frame)
        out = self._splice_out(frame)
        self._announce(frame)
        forced = frame in self.forced
        self.forced.discard(frame)
        return returned or out or forced

    def _arm_due(self, frame: int) -> None:
        due = list(takewhile(lambda brk: self._is_due(brk, frame), self.planned))
        if self.cued is not None and self.cued.state is BreakState.CUED and self._is_due(self.cued, frame):
            due.append(self.cued)
        for brk in sorted(due, key=Break.span):
            self.arm(brk, brk.span()[0], frame, accepted_at_s=self.clocks.monotonic_s())

    def _is_due(self, brk: Break, frame: int) -> bool:
        return brk.out_frame is not None and frame >= brk.out_frame - self.pre_roll_frames

    def _make_way(self, frame: int) -> None:
        """However it came to be: the break on air is over where the next one begins, and never loses its IN."""
        brk, coming = self.on_air, self.armed
        if brk is None or brk.in_frame is None or brk.in_frame == frame:
            return
        meets = coming is not None and coming.out_frame == frame
        if not (meets or brk.in_frame < frame):
            return
        brk.duration_frames = frame - brk.span()[0]
        with suppress(CueError):  # the one that was made for another frame is better than none
            brk.in_section = self.sections.back(brk)
        self.send_in(brk)

    def _splice_in(self, frame: int) -> bool:
        brk = self.on_air
        if brk is None or frame != brk.in_frame:
            return False
        if not brk.in_announced:  # so few frames a second that none lay between OUT and IN
            self.send_in(brk)
        pts, actual = self.anchor.pts(frame), brk.duration_ticks(self.anchor)
        self.effects.append(MarkIn(pts, brk.splice_event_id, brk.in_section, actual))
        brk.move(BreakState.RETURNED)
        self.on_air = None
        at = self.anchor.at(frame)
        self.publish(events.BreakIn, brk, frame=frame, pts=pts, in_at=at, duration_ticks=actual, how=brk.how)
        return True

    def _splice_out(self, frame: int) -> bool:
        brk = self.armed
        if brk is None or frame != brk.out_frame:
            return False
        pts, at = self.anchor.pts(frame), self.anchor.at(frame)
        told_ticks = told_duration(decode(brk.out_section))  # of a source's, not to our frames
        brk.mark = MarkOut(pts, brk.id, brk.splice_event_id, brk.out_section, told_ticks, at)
        self.effects.append(brk.mark)
        brk.move(BreakState.ON_AIR)
        self.armed_breaks.remove(brk)
        self.on_air = brk
        if brk.out_again:
            self.publish_resumed(brk, out_at=at, pts=pts)
        else:
            self._publish_out(brk, frame, at)
        return True

    def _publish_out(self, brk: Break, frame: int, at: datetime) -> None:
        self.publish(
            events.BreakOut,
            brk,
            frame=frame,
            pts=self.anchor.pts(frame),
            out_at=at,
            duration_ticks=brk.duration_ticks(self.anchor),
            announced_at=None if brk.armed_frame is None else self.anchor.at(brk.armed_frame),
            immediate=brk.immediate,
        )

    def publish_resumed(self, brk: Break, *, out_at: datetime, pts: int) -> None:
        """A break of an earlier life is on air in this one; its OUT is at ``pts`` of this clock."""
        out_frame, in_frame = brk.span()
        self.publish(
            events.BreakResumed,
            brk,
            frame=out_frame,
            pts=pts,
            out_at=out_at,
            in_frame=in_frame,
            in_pts=self.anchor.pts(in_frame),
            duration_ticks=brk.duration_ticks(self.anchor),
            out_again=brk.out_again,
        )

    def _announce(self, frame: int) -> None:
        rate = self.anchor.rate
        for brk in self.armed_breaks:
            if frame in announcing.repeat_frames(brk, rate):
                self.send_out(brk)
        if self.on_air is not None and frame in announcing.in_frames(self.on_air, rate):
            self.send_in(self.on_air)

    # ---- what verbs and ticks share

    def new_break(self, plan: BreakPlan, by: str, frame: int) -> Break:
        """A break of ``plan``, both ends rounded to frames; CommandRefusedError where it can't be one."""
        if plan.id in self.known_ids:
            raise CommandRefusedError(f"break {plan.id} was given already: the same id is the same break")
        return placed(plan, by, frame=frame, anchor=self.anchor, timezone=self.timezone, signals=self.signals)

    def enter(self, brk: Break) -> None:
        """Take a new break into the rundown and say so."""
        wanted = brk.plan.splice_event_id
        named = wanted is not None and (wanted != 0 or bool(brk.plan.section))  # 0 is an id where a source says so
        other = self.holder_of(wanted) if wanted is not None and named else None
        if other is not None:
            raise CommandRefusedError(f"splice_event_id {wanted} is in use by break {other.name}")
        brk.splice_event_id = wanted if wanted is not None and named else self._free_event_id()
        self.known_ids.add(brk.id)
        self.publish(
            events.BreakPlanned,
            brk,
            frame=brk.out_frame,
            pts=None if brk.out_frame is None else self.anchor.pts(brk.out_frame),
            planned_at=None if brk.out_frame is None else self.anchor.at(brk.out_frame),
            duration_ticks=brk.duration_ticks(self.anchor),
            template=brk.plan.template,
            auto_return=brk.plan.auto_return or bool(brk.signalling.in_leads_s),
        )

    def _free_event_id(self) -> int:
        while self.holder_of(event_id := self.clocks.next_event_id()) is not None:
            pass
        return event_id

    def arm(self, brk: Break, out_frame: int, frame: int, *, accepted_at_s: float, again: bool = False) -> None:
        """Start the pre-roll of ``brk`` at ``frame``: the first section goes out.

        A section that two readers do not read alike never airs: the break fails instead. ``again``: it was armed in an
        earlier life, and was told so then.
        """
        rate = self.anchor.rate
        brk.out_frame, brk.armed_frame = out_frame, frame
        brk.withdraw_until_frame = out_frame - rate.frames_covering(WITHDRAW_CLOSES_S)
        brk.immediate = out_frame - frame < rate.frames_covering(LAWFUL_LEAD_S)
        self.forget(brk)
        try:
            self.make_sections(brk)
        except CueError as error:
            brk.move(BreakState.FAILED)
            self.publish(events.BreakFailed, brk, reason=f"its section can't air: {error}")
            return
        brk.move(BreakState.ARMED)
        self.armed_breaks = sorted([*self.armed_breaks, brk], key=Break.span)
        if not again:
            self.publish_armed(brk, brk.withdraw_until_frame)
        self.send_out(brk, accepted_at_s=accepted_at_s)

    def publish_armed(self, brk: Break, withdraw_until_frame: int) -> None:
        """It is announced; again where its source has moved it since."""
        out_frame, in_frame = brk.span()
        out_pts, in_pts = self.anchor.pts(out_frame), self.anchor.pts(in_frame)
        self.publish(
            events.BreakArmed,
            brk,
            frame=out_frame,
            pts=out_pts,
            in_frame=in_frame,
            in_pts=in_pts,
            duration_ticks=in_pts - out_pts,
            withdraw_until_frame=withdraw_until_frame,
            immediate=brk.immediate,
            section=brk.plan.section or brk.out_section,
            relayed=bool(brk.plan.section),
        )

    def set_length(self, brk: Break, duration_frames: int) -> None:
        """Let a break on air end elsewhere; CommandRefusedError, and nothing changed, when its sections can't air."""
        before = brk.duration_frames
        brk.duration_frames = duration_frames
        try:
            self.make_sections(brk)
        except CueError as error:
            brk.duration_frames = before
            raise CommandRefusedError(f"its section can't air: {error}") from error

    def make_sections(self, brk: Break) -> None:
        """OUT and IN as they would go out now; CueError where they can't."""
        brk.out_section, brk.in_section = self.sections.out(brk), self.sections.back(brk)

    def send_out(self, brk: Break, *, accepted_at_s: float | None = None) -> None:
        """OUT as it stands, now: again, or the same event corrected (§9.4).

        An extension stays behind the OUT's picture, however far the encoders lag: before it, it would be another OUT.
        """
        out_frame, pts = brk.span()[0], self.anchor.pts(brk.span()[0])
        not_before = pts if brk.state is BreakState.ON_AIR and out_frame >= 0 else None
        self._send(CueKind.OUT, brk, brk.out_section, pts, not_before, accepted_at_s)

    def send_in(self, brk: Break, *, accepted_at_s: float | None = None) -> None:
        """IN as it stands: now, but never before the OUT picture was written."""
        out_frame, in_frame = brk.span()
        brk.in_announced = True
        not_before = self.anchor.pts(out_frame) if out_frame >= 0 else None  # else it aired before this stream began
        self._send(CueKind.IN, brk, brk.in_section, self.anchor.pts(in_frame), not_before, accepted_at_s)

    def send_cancel(self, brk: Break, *, accepted_at_s: float) -> None:
        """The cancel of an announced OUT, now."""
        self._send(CueKind.CANCEL, brk, self.sections.cancel(brk), None, None, accepted_at_s)

    def _send(
        self, kind: CueKind, brk: Break, section: bytes, pts: int | None, not_before: int | None, at_s: float | None
    ) -> None:
        self.effects.append(
            SendSection(
                kind=kind,
                section=section,
                break_id=brk.id,
                title=brk.plan.title,
                splice_event_id=brk.splice_event_id,
                pts_ticks=pts,
                not_before_ticks=not_before,
                accepted_at_s=self.clocks.monotonic_s() if at_s is None else at_s,
            )
        )

    def publish(self, kind: type[events.BreakEvent], brk: Break, **fields: Any) -> None:
        """An event about a break."""
        self.effects.append(
            kind(
                at=self.clocks.now(),
                channel=self.channel,
                break_id=brk.id,
                title=brk.plan.title,
                by=brk.by,
                splice_event_id=brk.told_event_id,
                **fields,
            )
        )
