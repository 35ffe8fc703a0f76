"""The breaks of one channel as they stand: mutable records that only the program thread touches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from datetime import datetime

from app.model.errors import CommandRefusedError
from app.model.rundown import BreakPlan
from app.model.signalling import Signalling
from app.model.states import BreakState, moved
from app.model.status import BreakStatus
from app.model.timebase import decimal_text
from app.pipeline.anchor import Anchor
from app.pipeline.feed_break_ids import told_by
from app.pipeline.packets import MarkOut

_FAR_FRAMES = 10**9


@dataclass(slots=True, eq=False)
class Break:
    """One break. Frames count from the channel's first; ``out_frame`` None: it waits to be taken.

    ``by``: who gave the last order for it. The sections are as they would go out now; empty before the pre-roll.
    ``in_announced``: an IN has been sent, for this end or an earlier one. ``mark``: its OUT as it aired, which may
    have been before this channel's first frame; ``out_frame`` is negative then. ``out_again``: an earlier life aired
    its OUT already, where nobody saw it. ``signalling``: its template's, with what its plan rules over.
    ``open_ended``: its OUT tells no duration; ``duration_frames`` is then the longest that it may last.
    ``back``: the IN of its source as an earlier life heard it, b"" where that was not relayed; None: none.
    """

    plan: BreakPlan
    by: str
    duration_frames: int
    out_frame: int | None = None
    state: BreakState = BreakState.PLANNED
    splice_event_id: int = 0
    immediate: bool = False
    armed_frame: int | None = None
    withdraw_until_frame: int | None = None
    out_section: bytes = b""
    in_section: bytes = b""
    in_announced: bool = False
    how: str = "auto"
    mark: MarkOut | None = None
    out_again: bool = False
    signalling: Signalling = field(default_factory=Signalling)
    open_ended: bool = False
    back: bytes | None = None

    @property
    def id(self) -> str:
        """The key of the break."""
        return self.plan.id

    @property
    def name(self) -> str:
        """What an operator calls it."""
        return self.plan.title or self.plan.id

    @property
    def told_event_id(self) -> int | None:
        """None: it has none yet; a source may use 0."""
        return self.splice_event_id if self.splice_event_id or self.plan.section else None

    @property
    def in_frame(self) -> int | None:
        """Where it returns, as things stand."""
        return None if self.out_frame is None else self.out_frame + self.duration_frames

    def span(self) -> tuple[int, int]:
        """OUT and IN frame of a break that has a time."""
        if self.out_frame is None:
            raise ValueError(f"break {self.id} has no time")
        return self.out_frame, self.out_frame + self.duration_frames

    def told_span(self) -> tuple[int, int]:
        """What others must leave to it: of one whose source tells no end, its first picture."""
        out_frame, in_frame = self.span()
        return out_frame, out_frame + 1 if self.open_ended and told_by(self.id) and self.how == "auto" else in_frame

    def move(self, state: BreakState) -> None:
        """Change the state as the table allows."""
        self.state = moved(self.state, state)

    def duration_ticks(self, anchor: Anchor) -> int:
        """The difference of the rounded ends, so that breaks that touch stay touching."""
        if self.out_frame is None:
            return anchor.rate.ticks(self.duration_frames)
        out_frame, in_frame = self.span()
        return anchor.pts(in_frame) - (anchor.pts(out_frame) if self.mark is None else self.mark.ticks)

    def told_ticks(self, anchor: Anchor) -> int | None:
        """The duration that its OUT tells as things stand; None: none."""
        return None if self.open_ended else self.duration_ticks(anchor)

    def status(self, anchor: Anchor) -> BreakStatus:
        """The break as others see it."""

        def at(frame: int | None) -> datetime | None:
            return None if frame is None else anchor.at(frame)

        return BreakStatus(
            id=self.id,
            title=self.plan.title,
            state=self.state,
            splice_event_id=self.told_event_id,
            duration_ticks=self.duration_ticks(anchor),
            frame=self.out_frame,
            in_frame=self.in_frame,
            out_at=at(self.out_frame),
            in_at=at(self.in_frame),
            withdraw_until_frame=self.withdraw_until_frame,
            withdraw_until_at=at(self.withdraw_until_frame),
            armed_at=at(self.armed_frame),
            ads=tuple(ad.title or ad.id for ad in self.plan.ads),
        )


class Rundown:
    """Where each break of a channel that is not over stands, and which spans and ids are taken.

    At most one break is on air and one is cued or held. Planned breaks arm by themselves beside them, several at
    once where they follow each other closer than the pre-roll.
    """

    def __init__(self, anchor: Anchor) -> None:
        self.anchor = anchor
        self.planned: list[Break] = []  # those with a time first, in its order; then those that wait, as they came
        self.cued: Break | None = None
        self.armed_breaks: list[Break] = []  # in the order of their OUT
        self.on_air: Break | None = None
        self.known_ids: set[str] = set()
        self.forced: set[int] = set()  # frames at which a signal stands that is no end of a break

    @property
    def armed(self) -> Break | None:
        """The break in its pre-roll whose OUT comes first."""
        return self.armed_breaks[0] if self.armed_breaks else None

    @property
    def next_planned(self) -> Break | None:
        """The earliest break with a time, else the first that waits."""
        return self.planned[0] if self.planned else None

    def breaks(self) -> list[Break]:
        """Every break that is not over."""
        return [*self.planned, *self._begun()]

    def current(self) -> Break | None:
        """The break an operator looks at: armed, else on air, else cued or held."""
        return self.armed or self.on_air or self.cued

    def splices_after(self, frame: int) -> tuple[int, ...]:
        """Frames of the splices that stand: OUT and IN of the armed and the open break."""
        standing = [*self.armed_breaks, *([self.on_air] if self.on_air else [])]
        edges = (edge for brk in standing for edge in brk.span())
        return tuple(edge for edge in (*edges, *self.forced) if edge > frame)

    def add_planned(self, brk: Break) -> None:
        """Let a break wait for its time, or to be cued."""
        insort(self.planned, brk, key=_turn)

    def forget(self, brk: Break) -> None:
        """Take a break out of the places where it waits."""
        if self.cued is brk:
            self.cued = None
        self.planned = [other for other in self.planned if other is not brk]

    def next_out(self, brk: Break, out_frame: int) -> int | None:
        """Where the next other break begins that comes by itself; None where there is none."""
        cued = [self.cued] if self.cued is not None and self.cued.state is BreakState.CUED else []
        near = [begins for some in (self.planned, self.armed_breaks, cued) for begins in _behind(some, out_frame, brk)]
        return min(near, default=None)

    def room(self, brk: Break) -> tuple[int, int]:
        """First and last frame at which a break may begin without meeting its neighbours' beginnings and ends."""
        out_frame, _ = brk.span()
        begins = self.next_out(brk, out_frame)
        others = (other for other in self.breaks() if other is not brk and other.state is not BreakState.HELD)
        before = (
            min(other.span()[1], out_frame)
            for other in others
            if other.out_frame is not None and other.out_frame < out_frame
        )
        return max(before, default=0), out_frame + _FAR_FRAMES if begins is None else begins - 1

    def refuse_overlap(self, brk: Break, out_frame: int, in_frame: int) -> None:
        """CommandRefusedError when the span meets another break's; ends may touch, a pre-roll is no overlap.

        A held break is in nobody's way: it does not air at its time.
        """
        place = bisect_left(self.planned, (False, out_frame), key=_turn)
        nearest = self.planned[max(0, place - 1) : place + 1]  # planned breaks don't overlap each other
        for other in [*nearest, *self._begun()]:
            if other is brk or other.out_frame is None or other.state is BreakState.HELD:
                continue
            other_out, other_in = other.told_span()
            if out_frame < other_in and other_out < in_frame:
                shared = min(in_frame, other_in) - max(out_frame, other_out)
                seconds = decimal_text(self.anchor.rate.ticks(shared))
                raise CommandRefusedError(f"overlaps break {other.name} by {seconds} s")

    def holder_of(self, splice_event_id: int) -> Break | None:
        """The break that has this id and is not over: until then nobody else may have it, SCTE 35 §9.9.1."""
        return next((brk for brk in self.breaks() if brk.splice_event_id == splice_event_id), None)

    def _begun(self) -> list[Break]:
        single = (self.cued, self.on_air)
        return [*self.armed_breaks, *(brk for brk in single if brk is not None)]


def _turn(brk: Break) -> tuple[bool, int]:
    return brk.out_frame is None, brk.out_frame or 0


def _behind(breaks: list[Break], frame: int, but: Break) -> list[int]:
    """The OUT of the first break behind a frame, of those in the order of their turns."""
    place = bisect_right(breaks, (False, frame), key=_turn)
    for other in breaks[place : place + 2]:
        if other is not but:
            return [] if other.out_frame is None else [other.out_frame]
    return []
