"""The breaks of one channel as they stand: mutable records that only the program thread touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.model.rundown import BreakPlan
from app.model.states import BreakState, moved
from app.model.status import BreakStatus
from app.pipeline.anchor import Anchor


@dataclass(slots=True)
class Break:
    """One break. Frames count from the channel's first; ``out_frame`` None: it waits to be taken."""

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
    how: str = "auto"

    @property
    def id(self) -> str:
        """The key of the break."""
        return self.plan.id

    @property
    def name(self) -> str:
        """What an operator calls it."""
        return self.plan.title or self.plan.id

    @property
    def in_frame(self) -> int | None:
        """Where it returns, as things stand."""
        return None if self.out_frame is None else self.out_frame + self.duration_frames

    def span(self) -> tuple[int, int]:
        """OUT and IN frame of a break that has a time."""
        if self.out_frame is None:
            raise ValueError(f"break {self.id} has no time")
        return self.out_frame, self.out_frame + self.duration_frames

    def move(self, state: BreakState) -> None:
        """Change the state as the table allows."""
        self.state = moved(self.state, state)

    def status(self, anchor: Anchor) -> BreakStatus:
        """The break as others see it."""
        def at(frame: int | None) -> datetime | None:
            return None if frame is None else anchor.at(frame)

        return BreakStatus(
            id=self.id,
            title=self.plan.title,
            state=self.state,
            splice_event_id=self.splice_event_id or None,
            duration_ticks=anchor.rate.ticks(self.duration_frames)
            if self.out_frame is None
            else anchor.pts(self.out_frame + self.duration_frames) - anchor.pts(self.out_frame),
            frame=self.out_frame,
            in_frame=self.in_frame,
            out_at=at(self.out_frame),
            in_at=at(self.in_frame),
            withdraw_until_frame=self.withdraw_until_frame,
            withdraw_until_at=at(self.withdraw_until_frame),
            armed_at=at(self.armed_frame),
            ads=tuple(ad.title or ad.id for ad in self.plan.ads),
        )
