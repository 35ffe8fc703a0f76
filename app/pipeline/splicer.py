"""The channel's break logic: commands in, splices out, all in frames. No clock, no thread, no media of its own.

The program thread calls ``verbs.carry_out`` for each command and ``tick`` once a frame; both fill ``effects``, which
it hands on in order: events to the engine, the rest to the packager. SCTE 35 §9.2, §9.4, §9.7.3, §9.9.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from app.model import events
from app.model.errors import CommandRefusedError, CueError
from app.model.rundown import BreakPlan
from app.model.states import BreakState
from app.model.timebase import decimal_text
from app.pipeline import announcing
from app.pipeline.anchor import Anchor
from app.pipeline.packets import CueKind, MarkIn, MarkOut, PackagerItem, SendSection
from app.pipeline.rundown import Break

SHORTEST_BREAK_S = Fraction(1)
LAWFUL_LEAD_S = Fraction(4)  # SCTE 35 §9.9.2.1: an OUT arrives at least this long before its splice
WITHDRAW_CLOSES_S = Fraction(1, 2)  # a cancel later than this before OUT would come too late downstream

type Effect = events.Event | PackagerItem


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the logic must ask others for: wall time, seconds for latency figures, the next free event id."""

    now: Callable[[], datetime]
    monotonic_s: Callable[[], float]
    next_event_id: Callable[[], int]


class Splicer:
    """Breaks of one channel. ``pre_roll_frames``: from the first section to OUT. Program thread only.

    At most one break is on air, one is cued or held, and one take is in its pre-roll. Planned breaks arm by
    themselves beside them, several at once where they follow each other closer than the pre-roll.
    """

    def __init__(self, channel: str, anchor: Anchor, pre_roll_frames: int, timezone: str, clocks: Clocks) -> None:
        self.channel, self.anchor, self.pre_roll_frames = channel, anchor, pre_roll_frames
        self.timezone, self.clocks = timezone, clocks
        self.effects: list[Effect] = []
        self.planned: list[Break] = []
        self.cued: Break | None = None
        self.armed_breaks: list[Break] = []
        self.on_air: Break | None = None
        self.known_ids: set[str] = set()
        self._sections = announcing.Sections(anchor)

    @property
    def armed(self) -> Break | None:
        """The break in its pre-roll whose OUT comes first."""
        return self.armed_breaks[0] if self.armed_breaks else None

    def breaks(self) -> list[Break]:
        """Every break that is not over."""
        single = (self.cued, self.on_air)
        return [*self.planned, *self.armed_breaks, *(brk for brk in single if brk is not None)]

    def current(self) -> Break | None:
        """The break an operator looks at: armed, else on air, else cued or held."""
        return self.armed or self.on_air or self.cued

    def splices_after(self, frame: int) -> tuple[int, ...]:
        """Frames of the splices that stand: OUT and IN of the armed and the open break."""
        standing = [*self.armed_breaks, *([self.on_air] if self.on_air else [])]
        return tuple(edge for brk in standing for edge in brk.span() if edge > frame)

    def take_effects(self) -> list[Effect]:
        """What has come up since the last call, in order."""
        effects, self.effects = self.effects, []
        return effects

    # ---- once a frame

    def tick(self, frame: int) -> bool:
        """Carry the breaks on to ``frame``, the next one to be encoded; True when it is a splice."""
        self._arm_due(frame)
        returned = self._splice_in(frame)
        out = self._splice_out(frame)
        self._announce(frame)
        return returned or out

    def _arm_due(self, frame: int) -> None:
        waiting = [brk for brk in self.planned if brk.out_frame is not None]
        if self.cued is not None and self.cued.state is BreakState.CUED and self.cued.out_frame is not None:
            waiting.append(self.cued)
        for brk in sorted(waiting, key=Break.span):
            out_frame, _ = brk.span()
            if frame < out_frame - self.pre_roll_frames:
                return
            self.arm(brk, out_frame, frame, accepted_at_s=self.clocks.monotonic_s())

    def _splice_in(self, frame: int) -> bool:
        brk = self.on_air
        if brk is None or frame != brk.in_frame:
            return False
        out_frame, in_frame = brk.span()
        out_pts, in_pts = self.anchor.pts(out_frame), self.anchor.pts(in_frame)
        self.effects.append(MarkIn(in_pts, brk.splice_event_id, brk.in_section, in_pts - out_pts))
        brk.move(BreakState.RETURNED)
        self.on_air = None
        at = self.anchor.at(frame)
        actual = in_pts - out_pts
        self.publish(events.BreakIn, brk, frame=frame, pts=in_pts, in_at=at, duration_ticks=actual, how=brk.how)
        return True

    def _splice_out(self, frame: int) -> bool:
        brk = self.armed
        if brk is None or frame != brk.out_frame:
            return False
        pts, at, duration_ticks = self.anchor.pts(frame), self.anchor.at(frame), self.duration_ticks(brk)
        self.effects.append(MarkOut(pts, brk.id, brk.splice_event_id, brk.out_section, duration_ticks, at))
        brk.move(BreakState.ON_AIR)
        self.armed_breaks.remove(brk)
        self.on_air = brk
        self.publish(
            events.BreakOut,
            brk,
            frame=frame,
            pts=pts,
            out_at=at,
            duration_ticks=duration_ticks,
            announced_at=None if brk.armed_frame is None else self.anchor.at(brk.armed_frame),
            immediate=brk.immediate,
        )
        return True

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
            raise CommandRefusedError(f"break {plan.id} is in the rundown already")
        rate = self.anchor.rate
        out_frame, duration_frames = None, rate.nearest(plan.duration_s)
        if plan.at is not None:
            try:
                start_s = plan.at.seconds(first_frame_at=self.anchor.first_frame_at, rate=rate, timezone=self.timezone)
            except ValueError as error:
                raise CommandRefusedError(str(error)) from error
            out_frame = rate.nearest(start_s)
            duration_frames = rate.nearest(start_s + plan.duration_s) - out_frame
            if out_frame < frame:
                raise CommandRefusedError(f"{plan.at.text} has passed")
        if duration_frames < rate.nearest(SHORTEST_BREAK_S):
            raise CommandRefusedError(f"a break lasts at least {SHORTEST_BREAK_S} s, not {float(plan.duration_s):g}")
        try:
            announcing.segmentation(plan, 0, None, start=True)
        except CueError as error:
            raise CommandRefusedError(str(error)) from error
        return Break(plan, by, duration_frames, out_frame)

    def refuse_overlap(self, brk: Break, out_frame: int, in_frame: int) -> None:
        """CommandRefusedError when the span meets another break's; ends may touch, a pre-roll is no overlap."""
        for other in self.breaks():
            if other is brk or other.out_frame is None or other.state is BreakState.HELD:
                continue
            other_out, other_in = other.span()
            if out_frame < other_in and other_out < in_frame:
                shared = min(in_frame, other_in) - max(out_frame, other_out)
                seconds = decimal_text(self.anchor.rate.ticks(shared))
                raise CommandRefusedError(f"overlaps break {other.name} by {seconds} s")

    def refuse_busy_id(self, brk: Break) -> None:
        """CommandRefusedError when the plan's splice_event_id belongs to a break that is not over, §9.9.1."""
        for other in self.breaks():
            if other is not brk and other.splice_event_id == brk.splice_event_id:
                raise CommandRefusedError(f"splice_event_id {brk.splice_event_id} is in use by break {other.name}")

    def enter(self, brk: Break) -> None:
        """Take a new break into the rundown and say so."""
        brk.splice_event_id = brk.plan.splice_event_id or 0
        if brk.splice_event_id:
            self.refuse_busy_id(brk)
        else:
            brk.splice_event_id = self._free_event_id()
        self.known_ids.add(brk.id)
        self.publish(
            events.BreakPlanned,
            brk,
            frame=brk.out_frame,
            pts=None if brk.out_frame is None else self.anchor.pts(brk.out_frame),
            planned_at=None if brk.out_frame is None else self.anchor.at(brk.out_frame),
            duration_ticks=self.duration_ticks(brk),
        )

    def _free_event_id(self) -> int:
        taken = {brk.splice_event_id for brk in self.breaks()}
        while (event_id := self.clocks.next_event_id()) in taken:
            pass
        return event_id

    def arm(self, brk: Break, out_frame: int, frame: int, *, accepted_at_s: float) -> None:
        """Start the pre-roll of ``brk`` at ``frame``: the first section goes out.

        A section that two readers do not read alike never airs: the break fails instead.
        """
        rate = self.anchor.rate
        brk.out_frame, brk.armed_frame = out_frame, frame
        brk.withdraw_until_frame = out_frame - rate.frames_covering(WITHDRAW_CLOSES_S)
        brk.immediate = out_frame - frame < rate.nearest(min(LAWFUL_LEAD_S, rate.seconds(self.pre_roll_frames)))
        self.forget(brk)
        try:
            brk.out_section = self._sections.out(brk)
            self._sections.back(brk)
        except CueError as error:
            brk.move(BreakState.FAILED)
            self.publish(events.BreakFailed, brk, reason=f"its section can't air: {error}")
            return
        brk.move(BreakState.ARMED)
        self.armed_breaks = sorted([*self.armed_breaks, brk], key=Break.span)
        out_pts, in_pts = (self.anchor.pts(edge) for edge in brk.span())
        self.publish(
            events.BreakArmed,
            brk,
            frame=out_frame,
            pts=out_pts,
            in_frame=out_frame + brk.duration_frames,
            in_pts=in_pts,
            duration_ticks=in_pts - out_pts,
            withdraw_until_frame=brk.withdraw_until_frame,
            immediate=brk.immediate,
        )
        self.send_out(brk, accepted_at_s=accepted_at_s)

    def forget(self, brk: Break) -> None:
        """Take a break out of the places where it waits."""
        if self.cued is brk:
            self.cued = None
        self.planned = [other for other in self.planned if other is not brk]

    def send_out(self, brk: Break, *, accepted_at_s: float | None = None) -> None:
        """OUT as it stands, now."""
        pts = self.anchor.pts(brk.span()[0])
        self._send(CueKind.OUT, brk, brk.out_section, pts, None, accepted_at_s)

    def resend_out(self, brk: Break, *, accepted_at_s: float) -> None:
        """OUT with the duration as it stands now: the same event, corrected (§9.4)."""
        self._send(CueKind.OUT, brk, self._sections.out(brk), self.anchor.pts(brk.span()[0]), None, accepted_at_s)

    def send_in(self, brk: Break, *, accepted_at_s: float | None = None) -> None:
        """IN as it stands: now, but never before the OUT picture was written."""
        out_frame, in_frame = brk.span()
        brk.in_section = self._sections.back(brk)
        not_before = self.anchor.pts(out_frame)
        self._send(CueKind.IN, brk, brk.in_section, self.anchor.pts(in_frame), not_before, accepted_at_s)

    def send_cancel(self, brk: Break, *, accepted_at_s: float) -> None:
        """The cancel of an announced OUT, now."""
        self._send(CueKind.CANCEL, brk, self._sections.cancel(brk), None, None, accepted_at_s)

    def _send(
        self, kind: CueKind, brk: Break, section: bytes, pts: int | None, not_before: int | None, at_s: float | None
    ) -> None:
        self.effects.append(
            SendSection(
                kind=kind,
                section=section,
                break_id=brk.id,
                splice_event_id=brk.splice_event_id,
                pts_ticks=pts,
                not_before_ticks=not_before,
                accepted_at_s=self.clocks.monotonic_s() if at_s is None else at_s,
            )
        )

    def duration_ticks(self, brk: Break) -> int:
        """The difference of the rounded ends, so that breaks that touch stay touching."""
        if brk.out_frame is None:
            return self.anchor.rate.ticks(brk.duration_frames)
        out_frame, in_frame = brk.span()
        return self.anchor.pts(in_frame) - self.anchor.pts(out_frame)

    def publish(self, kind: type[events.BreakEvent], brk: Break, **fields: Any) -> None:
        """An event about a break."""
        self.effects.append(
            kind(
                at=self.clocks.now(),
                channel=self.channel,
                break_id=brk.id,
                title=brk.plan.title,
                by=brk.by,
                splice_event_id=brk.splice_event_id or None,
                **fields,
            )
        )
