"""What the planner of a channel says: what is to be done, and where each booked break stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.model.schedule import AirMode, Booking
from app.model.when import When


class Stand(StrEnum):
    """Where a booked break stands with the planner; the words of ``UpcomingBreak.state``."""

    PLANNED = "planned"
    WAITING = "waiting"
    CUEING = "cueing"
    CONFLICT = "conflict"
    ASKED = "asked"
    LATE = "late"
    ARMING = "arming"
    GIVEN = "given"
    KEPT_OFF = "kept_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Give:
    """Lock a booking as it was in this ``version``, and hand it to the channel. ``at`` None: it waits for its TAKE.

    ``start_us``: when it airs; ``last_us``: until when it has to be handed over. Answer it by ``given`` or ``back``.
    """

    booking: Booking
    version: int
    at: When | None
    mode: AirMode
    start_us: int
    last_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepOff:
    """A booking will not air as it stands, and why. ``by_hand``: somebody said so."""

    booking: Booking
    reason: str
    by_hand: bool = False


type Action = Give | KeepOff


@dataclass(frozen=True, slots=True)
class Shift:
    """What is booked from a moment until another (not included) airs so much later."""

    from_us: int
    until_us: int
    by_s: Fraction


@dataclass(slots=True)
class Item:
    """A booking that is to air. Only its planner touches it.

    ``exact_s``: booked so, in seconds since 1970; None: it follows something. ``due_us``: when it is to air as things
    stand; ``start_us``: when it will, later perhaps. ``because``: the break by which it was kept off.
    """

    booking: Booking
    version: int
    length_us: int
    exact_s: Fraction | None = None
    due_us: int | None = None
    start_us: int | None = None
    stand: Stand = Stand.PLANNED
    reason: str = ""
    because: str = ""
    wake_us: int | None = None

    @property
    def id(self) -> str:
        """The break's."""
        return self.booking.plan.id

    @property
    def mode(self) -> AirMode:
        """Who sends it to air."""
        return self.booking.air.mode

    @property
    def late_us(self) -> int:
        """How late it may air."""
        return int(self.booking.air.late_s * 1_000_000)

    @property
    def is_open(self) -> bool:
        """Whether an edit still counts, and nothing has been decided for good."""
        return self.stand not in {Stand.ARMING, Stand.GIVEN, Stand.KEPT_OFF}
