"""What the linter finds in a schedule, by the keys of the breaks it is about, and what would mend it as edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.model.lint import LintSeverity
from app.model.schedule import Booking

type BookingKey = tuple[str, str]
"""A booking's channel and id."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to mend a finding: ``label`` for a button; ``edits``: each booking as it is, and as it would be.

    None instead of the second: it is removed.
    """

    label: str
    edits: tuple[tuple[Booking, Booking | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFinding:
    """A rule that a schedule breaks. ``keys``: the breaks it is about, first that which is to be changed."""

    rule: str
    severity: LintSeverity
    clause: str = ""
    text: str
    keys: tuple[BookingKey, ...] = ()
    fixes: tuple[Fix, ...] = ()


def fixed(bookings: Sequence[Booking], fix: Fix) -> list[Booking]:
    """The schedule with a fix done; ValueError: it holds a booking that is not there any more."""
    after = list(bookings)
    for before, instead in fix.edits:
        number = len(after) - 1 - after[::-1].index(before)  # of two that are alike the later one
        after[number : number + 1] = [] if instead is None else [instead]
    return after
