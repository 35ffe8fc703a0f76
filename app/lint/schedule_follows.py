"""Breaks that follow each other round in a circle: none of them ever airs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.lint.placed import Told
from app.model.lint import error
from app.model.schedule import Booking
from app.model.schedule_findings import BookingKey

CIRCLE = error("schedule.follows-itself")


def followed_by(booking: Booking) -> BookingKey | None:
    """The key of the break that a booking waits for."""
    follow = booking.air.follow
    return (booking.plan.channel, follow.break_id) if follow is not None and follow.break_id else None


def told_of_follows(bookings: Sequence[Booking], places: Sequence[str]) -> Iterator[Told]:
    """Each break of a circle once. What is followed and isn't here may have aired: that says nothing."""
    waits = {
        (booking.plan.channel, booking.plan.id): (number, followed)
        for number, booking in enumerate(bookings)
        if (followed := followed_by(booking)) is not None
    }
    settled: set[BookingKey] = set()
    for start in waits:
        path: dict[BookingKey, int] = {}
        key = start
        while key in waits and key not in settled and key not in path:
            path[key] = len(path)
            key = waits[key][1]
        if key in path:
            circle = list(path)[path[key] :]
            for each in circle:
                number, followed = waits[each]
                what = f"follows {followed[1]!r}, and so itself in the end: it never airs"
                others = tuple(waits[other][0] for other in circle if other != each)
                yield Told(CIRCLE.found(what, places[number], "give one of them a time"), (number, *others))
        settled.update(path)
