"""What ``import`` does with what it has read: reckon it, or merge it into the store."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.cli.import_progress import shown_progress
from app.model.merging import Choice, Conflict, MergeResult, UndoResult
from app.model.schedule import Booking, Imported
from app.settings import default_data_dir, default_database

_BY = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of all files together. ``bookings``: the breaks of the files as they stand; ``import_ids``: to undo each by."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    conflicts: tuple[Conflict, ...] = ()
    bookings: tuple[Booking, ...] = ()
    import_ids: tuple[int, ...] = ()


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


def stored(imports: Sequence[Imported], args: argparse.Namespace, timezone: str) -> Outcome:
    """Merge the files into the store, one after the other; a dry run of several looks at each by itself.

    StorageError, UsageError: the store can't be used. A file that fails leaves those before it imported.
    """
    from app.security.secrets import database_password
    from app.storage.database_url import database_url, is_postgres
    from app.storage.schedule_store import open_schedule

    named = args.database or default_database(args.data_dir or default_data_dir())
    url = database_url(named)
    if args.dry_run and not is_postgres(url) and not Path(url.database or "").exists():
        return taken(imports)
    outcome = Outcome()
    with closing(
        open_schedule(named, timezone=timezone, create=not args.dry_run, password=database_password)
    ) as schedule:
        for imported in imports:
            with shown_progress("storing", imported.file) as progress:
                merged = schedule.merge(
                    imported,
                    by=_BY,
                    dry_run=args.dry_run,
                    remove_missing=args.remove_missing,
                    choose=_choices(imported, args.prefer),
                    progress=progress,
                )
            outcome = _added(outcome, merged)
    return outcome


def undo(import_id: int, args: argparse.Namespace, timezone: str) -> UndoResult:
    """Take an import back. UsageError: there is none of this id."""
    from app.security.secrets import database_password
    from app.storage.schedule_store import open_schedule

    named = args.database or default_database(args.data_dir or default_data_dir())
    with closing(open_schedule(named, timezone=timezone, create=False, password=database_password)) as schedule:
        return schedule.undo_import(import_id, by=_BY)


def _choices(imported: Imported, prefer: str | None) -> dict[tuple[str, str], Choice]:
    if prefer is None:
        return {}
    return {(one.plan.channel, one.plan.id): Choice(prefer) for one in imported.bookings}


def _added(before: Outcome, merged: MergeResult) -> Outcome:
    """Both together; a break that two files have stands as the later one left it."""
    standing = {(one.plan.channel, one.plan.id): one for one in (*before.bookings, *merged.bookings)}
    return Outcome(
        added=before.added + merged.added,
        changed=before.changed + merged.changed,
        unchanged=before.unchanged + merged.unchanged,
        removed=before.removed + merged.removed,
        conflicts=before.conflicts + merged.conflicts,
        bookings=tuple(standing.values()),
        import_ids=before.import_ids + ((merged.import_id,) if merged.import_id is not None else ()),
    )
