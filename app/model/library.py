"""What traffic keeps at hand: spots, pods and fill to put into breaks, and whole days' patterns of breaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction

from app.model.schedule import Booking, Imported, RefusedRow, Spot
from app.model.timebase import FrameRate
from app.model.when import When

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FINE, _DROPS = FrameRate(120), FrameRate(30000, 1001)  # at one of them every label of any rate is a time


class LibraryKind(StrEnum):
    """What an item is: one ad, several in their order, the house's own, or what fills what is left."""

    SPOT = "spot"
    POD = "pod"
    OWN = "own"
    FILL = "fill"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryItem:
    """A thing to put into a break; a pod has several spots. ``version`` 0: it is not kept yet."""

    id: str
    title: str
    kind: LibraryKind = LibraryKind.SPOT
    spots: tuple[Spot, ...] = ()
    duration_s: Fraction
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTemplate:
    """A day's breaks without the day: the times of ``breaks`` are house times without a date, their ids a part of one.

    ``version`` 0: it is not kept yet.
    """

    id: str
    title: str
    breaks: tuple[Booking, ...]
    version: int = 0


def on_day(template: ScheduleTemplate, channel: str, day: date, timezone: str) -> Imported:
    """A template's breaks on a day of a channel, as a list: to be merged as any other, so again adds nothing.

    What the day hasn't got (02:30 where the clocks go forward) is refused.
    """
    file = f"template:{template.id}:{day.isoformat()}"
    bookings, refused = [], []
    for number, each in enumerate(template.breaks):
        at = each.plan.at
        try:
            dated = None if at is None else _dated(at, day, timezone)
        except ValueError as error:
            refused.append(RefusedRow(file, f"breaks[{number}].at", at.text if at else "", str(error)))
            continue
        plan = replace(each.plan, id=f"{day:%Y%m%d}-{each.plan.id}", channel=channel, at=dated)
        bookings.append(replace(each, plan=plan, source=file))
    return Imported(file=file, bookings=tuple(bookings), refused=tuple(refused))


def _dated(at: When, day: date, timezone: str) -> When:
    if "-" in at.text or at.text.startswith("+"):
        raise ValueError(f"{at.text!r} is no time of any day: a template has HH:MM:SS:FF")
    dated = When(f"{day.isoformat()} {at.text}")
    rate = _DROPS if ";" in at.text else _FINE
    dated.seconds(first_frame_at=_EPOCH, rate=rate, timezone=timezone)
    return dated
