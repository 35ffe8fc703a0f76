"""A list that is imported again, against what was imported before and what was edited since: three ways, pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.model.schedule import Booking


class BookingState(StrEnum):
    """Where a booking stands. What is armed or on air is locked, what has aired stays as it aired."""

    PLANNED = "planned"
    ARMED = "armed"
    ON_AIR = "on_air"
    AIRED = "aired"

    @property
    def locked(self) -> bool:
        """Whether neither an edit nor an import may change it."""
        return self is not BookingState.PLANNED


class Choice(StrEnum):
    """Whose word counts in a conflict: what stands in the store, or what the list says."""

    MINE = "mine"
    THEIRS = "theirs"


class ChangeKind(StrEnum):
    """What an import does to a booking."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A booking of the store. ``version`` grows with every change of it, and is what an edit must name.

    ``edited``: it differs from the list it came with. ``removed``: it is gone, told so that others learn of it.
    """

    booking: Booking
    version: int
    state: BookingState = BookingState.PLANNED
    edited: bool = False
    removed: bool = False
    changed_by: str = ""
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an import does, or would do, to one booking."""

    kind: ChangeKind
    before: Booking | None
    after: Booking | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A booking that the list can't have its way with; it stays as it is in the store.

    ``fields`` differ on both sides. ``mine`` None: it was removed here; ``theirs`` None: the list has it no more.
    """

    channel: str
    break_id: str
    reason: str
    fields: tuple[str, ...] = ()
    base: Booking | None = None
    mine: Booking | None = None
    theirs: Booking | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeResult:
    """What an import did, or would do. ``bookings``: those of the list, as they stand behind it.

    ``import_id``: what ``undo_import`` takes it back by; None: it changed nothing, or was a dry run.
    """

    added: int
    changed: int
    unchanged: int
    removed: int
    conflicts: tuple[Conflict, ...]
    bookings: tuple[Booking, ...]
    changes: tuple[Change, ...] = ()
    import_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """``restored``: as they were before; ``removed``: it had added them; ``kept``: changed since, or locked."""

    restored: int
    removed: int
    kept: tuple[Conflict, ...]


_GROUPS: dict[str, Callable[[Booking], object]] = {
    "at": lambda booking: booking.plan.at,
    # A length and its ads belong together: an edit of one and an import of the other would not fit each other.
    "duration": lambda booking: (booking.plan.duration_s, booking.plan.ads, booking.spots),
    "title": lambda booking: booking.plan.title,
    "splice_event_id": lambda booking: booking.plan.splice_event_id,
    "segmentation_type_id": lambda booking: booking.plan.segmentation_type_id,
    "upid": lambda booking: booking.plan.upid,
    "auto_return": lambda booking: booking.plan.auto_return,
    "template": lambda booking: booking.plan.template,
    "section": lambda booking: booking.plan.section,
    "avail": lambda booking: booking.plan.avail,
    "unique_program_id": lambda booking: booking.plan.unique_program_id,
    "segments": lambda booking: booking.plan.segments,
    "air": lambda booking: booking.air,
}
"""What is merged by itself. Where a booking came from (``source``) is no change of it."""


def differing(one: Booking, other: Booking) -> tuple[str, ...]:
    """The names of what differs between two bookings of one break."""
    if one.plan == other.plan and one.spots == other.spots and one.air == other.air:
        return ()
    return tuple(name for name, of in _GROUPS.items() if of(one) != of(other))


def merged(base: Booking | None, mine: Booking, theirs: Booking) -> tuple[Booking, tuple[str, ...]]:
    """What both sides made of ``base``, and what they made differently: there it is as ``mine`` has it.

    ``base`` None: the two came to one id by themselves.
    """
    apart = differing(mine, theirs)
    if not apart:
        return mine, ()
    if base is None:
        return mine, apart
    edited, listed = set(differing(base, mine)), set(differing(base, theirs))
    taken = listed - edited
    return _taking(mine, theirs, taken), tuple(name for name in apart if name in edited & listed)


def _taking(mine: Booking, theirs: Booking, names: set[str]) -> Booking:
    plan, spots = mine.plan, mine.spots
    for name in names - {"air"}:
        if name == "duration":
            plan = replace(plan, duration_s=theirs.plan.duration_s, ads=theirs.plan.ads)
            spots = theirs.spots
        else:
            plan = replace(plan, **{name: getattr(theirs.plan, name)})
    air = theirs.air if "air" in names else mine.air
    return Booking(plan=plan, spots=spots, source=theirs.source if names else mine.source, air=air)
