"""What ``import`` does with what it has read: reckon it, or merge it into the store."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from app.model.errors import UnsupportedError
from app.model.schedule import Booking, Imported


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of all files together. ``conflicts``: bookings that a list can't have its way with, each in words."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    conflicts: tuple[str, ...] = ()
    bookings: tuple[Booking, ...] = ()


def taken(imports: Sequence[Imported]) -> Outcome:
    """What an empty store would make of the files, one after the other."""
    found: dict[tuple[str, str], Booking] = {}
    changed = unchanged = 0
    for booking in (booking for each in imports for booking in each.bookings):
        key = (booking.plan.channel, booking.plan.id)
        before = found.get(key)
        if before is not None:
            same = (before.plan, before.spots) == (booking.plan, booking.spots)
            changed, unchanged = changed + (not same), unchanged + same
        found[key] = booking
    return Outcome(added=len(found), changed=changed, unchanged=unchanged, bookings=tuple(found.values()))


def stored(imports: Sequence[Imported], args: argparse.Namespace) -> Outcome:
    """Merge the files into the store that was named. StorageError, UnsupportedError: it is not there."""
    raise UnsupportedError(
        "splicedeck import",
        f"a store for {len(imports)} files is not in this version",
        args.database or "--dry-run shows what is read",
    )
