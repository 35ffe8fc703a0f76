"""A schedule's breaks as traffic books them: the plan of each, its spots, and what an import made of a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.model.rundown import BreakPlan, Upid


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """An ad of a break, in its order. ``media``: where it lies, as URIs; ``upid``: what the trade knows it by."""

    id: str
    title: str
    duration_s: Fraction
    media: tuple[str, ...] = ()
    upid: Upid | None = None


class AirMode(StrEnum):
    """Who sends a break to air: its time; an operator's TAKE, from its time on; nobody until it is let go."""

    AUTO = "auto"
    MANUAL = "manual"
    HOLD = "hold"


class Missed(StrEnum):
    """What becomes of a break whose moment passed without it: nothing, airing late, or a question."""

    SKIP = "skip"
    LATE = "late"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """What a break without a time comes after: ``gap_s`` behind the IN of a break of its channel, or a program mark.

    ``mark``: see ``app.model.program_mark``; exactly one of the two is given.
    """

    break_id: str = ""
    mark: str = ""
    gap_s: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Airing:
    """How a break goes to air. ``late_s``: how late it may, where ``missed`` is LATE; one that is asked for, too."""

    mode: AirMode = AirMode.AUTO
    missed: Missed = Missed.SKIP
    late_s: Fraction = Fraction(0)
    follow: Follow | None = None


AS_TIMED = Airing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A break in a schedule. ``source``: the file or URL that it was imported from.

    Its plan without a time (``at`` None): it follows another or a mark, or waits for a time, as a VAST pod on its own.
    """

    plan: BreakPlan
    spots: tuple[Spot, ...] = ()
    source: str = ""
    air: Airing = AS_TIMED


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not imported: ``where`` in ``file`` (``line 4, duration``; ``breaks[3].duration``), and why."""

    file: str
    where: str
    value: str
    reason: str

    def __str__(self) -> str:
        text = ": ".join(part for part in (self.file, self.where, self.reason) if part)
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file gave: its good rows, its bad ones, and what a person should know of the good ones."""

    file: str
    bookings: tuple[Booking, ...]
    refused: tuple[RefusedRow, ...] = ()
    notes: tuple[str, ...] = ()
