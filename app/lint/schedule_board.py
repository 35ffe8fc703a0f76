"""A schedule laid out for trying changes on it: what a change would do is linted among the breaks that it can touch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.lint.placed import Line, Placed, Told, line_of
from app.lint.schedule import told_of
from app.lint.schedule_follows import followed_by, told_of_follows
from app.lint.schedule_slots import Slots
from app.model.lint import LintSeverity
from app.model.schedule import Booking
from app.model.schedule_findings import BookingKey, Fix
from app.model.show import Show

_TIRED = 8_000  # breaks that may be linted again, and
_TIRED_LOOKING = 200_000  # be looked at, for all fixes of a schedule: half a second


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that may mend a finding: ``instead`` of booking ``number``; None removes it."""

    label: str
    number: int
    instead: Booking | None


class Board:
    """``told``: all that is said of the schedule as it is; ``locked``: what can't be changed; ``places``: in a file."""

    def __init__(
        self,
        bookings: Sequence[Booking],
        show: Show | None,
        now: datetime | None,
        profile: str | None,
        locked: Collection[BookingKey],
        places: Sequence[str] = (),
        timezone: str = "",
    ) -> None:
        self.bookings, self.show, self.now = bookings, show, now
        self._profile, self._timezone = profile, timezone
        self._keys: list[BookingKey] = [(booking.plan.channel, booking.plan.id) for booking in bookings]
        self._locked = {number for number, key in enumerate(self._keys) if key in locked}
        self._lines: dict[str, Line] = {}
        self._slots: dict[tuple[str, str], Slots] = {}
        self._linted = 0
        plans = [booking.plan for booking in bookings]
        named = list(places) or [f"break {plan.id}" for plan in plans]
        self.told = list(told_of(plans, show, named, now, profile, self._lines, timezone))
        self.told += told_of_follows(bookings, named)
        self._followed = {followed_by(booking) for booking in bookings}
        self._errors = {self._name(each) for each in self.told if each.finding.severity is LintSeverity.ERROR}
        self._placed = {each.number: each for line in self._lines.values() for each in line.placed}
        self._alike: dict[object, list[int]] = {}
        for number, (booking, key) in enumerate(zip(bookings, self._keys, strict=True)):
            self._alike.setdefault(key, []).append(number)
            if booking.plan.at is None and booking.plan.splice_event_id:
                self._alike.setdefault((booking.plan.channel, booking.plan.splice_event_id), []).append(number)

    @property
    def tired(self) -> bool:
        """Whether enough was tried."""
        return self._linted > _TIRED or sum(each.looked for each in self._slots.values()) > _TIRED_LOOKING

    def line(self, number: int) -> Line:
        """The channel of a booking."""
        return self._lines[self.bookings[number].plan.channel]

    def has(self, channel: str, break_id: str) -> bool:
        """Whether there is such a break."""
        return (channel, break_id) in self._alike

    def keys(self, told: Told) -> tuple[BookingKey, ...]:
        """Those of the breaks that a finding is about."""
        return tuple(self._keys[number] for number in told.about)

    def placed(self, number: int) -> Placed | None:
        """Where a booking stands; None: it has no time, or one that doesn't exist."""
        return self._placed.get(number)

    def slots(self, placed: Placed) -> Slots:
        """The breaks of the same channel and kind of time."""
        key = placed.plan.channel, placed.kind
        if key not in self._slots:
            line = self._line_of(placed.plan.channel)
            ordered = sorted((each for each in line.placed if each.kind == placed.kind), key=lambda each: each.start)
            self._slots[key] = Slots(line, placed.kind, ordered)
        return self._slots[key]

    def kept(self, told: Told, proposed: Iterable[Proposal]) -> Iterator[Fix]:
        """Of the proposals those that remove the finding and add no error."""
        wanted = self._name(told)
        for each in proposed:
            before = self.bookings[each.number]
            if each.number in self._locked or each.instead == before or self._leaves_alone(each):
                continue
            after = list(self._said_after(each))
            errors = {name for name, severity in after if severity is LintSeverity.ERROR}
            if errors <= self._errors and wanted not in {name for name, _ in after}:
                yield Fix(each.label, ((before, each.instead),))

    def _line_of(self, channel: str) -> Line:
        line = self._lines.get(channel)
        if line is None:
            line = self._lines[channel] = line_of(channel, self.show, self.now, self._timezone)
        return line

    def _name(self, told: Told) -> tuple[str, BookingKey]:
        return told.finding.rule, self._keys[told.about[0]]

    def _leaves_alone(self, proposal: Proposal) -> bool:
        """Whether a break that another follows would be gone, or known by another key."""
        key = self._keys[proposal.number]
        after = proposal.instead.plan if proposal.instead is not None else None
        kept = after is not None and (after.channel, after.id) == key
        return not kept and key in self._followed and len(self._alike[key]) == 1

    def _said_after(self, proposal: Proposal) -> Iterator[tuple[tuple[str, BookingKey], LintSeverity]]:
        """What is said of the breaks that a change can touch once it is done; the changed one by the name it had."""
        numbers = sorted(self._touched(proposal))
        if proposal.instead is None:
            numbers.remove(proposal.number)
        plans = [
            proposal.instead.plan if number == proposal.number and proposal.instead else self.bookings[number].plan
            for number in numbers
        ]
        self._linted += len(plans)
        places = [""] * len(plans)
        for told in told_of(plans, self.show, places, self.now, self._profile, timezone=self._timezone):
            yield (told.finding.rule, self._keys[numbers[told.about[0]]]), told.finding.severity

    def _touched(self, proposal: Proposal) -> set[int]:
        found = {proposal.number}
        plans = [self.bookings[proposal.number].plan]
        spots = [self._placed.get(proposal.number)]
        if proposal.instead is not None:
            plans.append(proposal.instead.plan)
            line = line_of(proposal.instead.plan.channel, self.show, self.now, self._timezone)
            try:
                line.add(proposal.instead.plan, proposal.number, "")
            except ValueError:
                line.placed.clear()
            spots += line.placed
        for plan in plans:
            found.update(self._alike.get((plan.channel, plan.id), ()))
            if plan.splice_event_id and plan.at is None:
                found.update(self._alike.get((plan.channel, plan.splice_event_id), ()))
        for placed in spots:
            if placed is not None:
                found.update(each.number for each in self.slots(placed).around(placed.start, placed.end))
        return found
