"""What went to air of a booking, as it was then: kept apart from the plan, which may be edited on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.model.merging import BookingState
from app.model.schedule import Booking


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenBreak:
    """One airing of a booking, from when it was armed on. ``version``: of the plan that it was made from.

    ``state`` PLANNED: it was withdrawn. ``out_at``, ``ended_at``: when it was marked on air, and aired or withdrawn.
    """

    id: int
    booking: Booking
    version: int
    state: BookingState
    frozen_at: datetime
    out_at: datetime | None = None
    ended_at: datetime | None = None
    by: str = ""
