"""A schedule's breaks as traffic books them: the plan of each, its spots, and what an import made of a file."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A break in a schedule. Its plan without a time (``at`` None): it waits for one, as a VAST pod on its own does.

    ``source``: the file or URL that it was imported from.
    """

    plan: BreakPlan
    spots: tuple[Spot, ...] = ()
    source: str = ""


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
