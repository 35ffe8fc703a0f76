"""An import against the database: finds the rows it is about, has them merged, and writes what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import batched
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, select, update

from app.model.merging import BookingState, MergeResult
from app.model.progress import Progress, counted, tell
from app.model.schedule import Imported
from app.storage.schedule_bulk import insert_new
from app.storage.schedule_merge import Choices, Merging
from app.storage.schedule_rows import Key, Values, key_of, starts_at
from app.storage.schedule_tables import before, bookings, imports

AT_ONCE = 5000  # ids in one question
_BEFORE = ("channel", "break_id", "touched", "starts_at", "removed", "content", "base", "list_id")
_READ = tuple(bookings.c[name] for name in (*_BEFORE, "state"))  # of each row that a list has


class Writing(Protocol):
    """The change that an import is written by."""

    @property
    def revision(self) -> int:
        """Its number: the import's id."""

    @property
    def by(self) -> str:
        """Who imports."""

    @property
    def timezone(self) -> str:
        """Of house times."""

    def signed(self) -> dict[str, Any]:
        """What every change writes."""

    def stamped(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A row's values with what every change writes."""


def merge_into(
    connection: Connection,
    imported: Imported,
    *,
    remove_missing: bool,
    choose: Choices,
    change: Writing | None = None,
    progress: Progress | None = None,
) -> MergeResult:
    """What the import does; without ``change`` only what it would do."""
    keys = [key_of(booking) for booking in imported.bookings]
    rows = dict(_rows(connection, keys))
    lists = Counter(row["list_id"] for row in rows.values() if row["list_id"] is not None)
    same_list = lists.most_common(1)[0][0] if lists else None
    merging = Merging(rows, choose, same_list or (change.revision if change else 0))
    both = 2 * len(keys)  # first each is looked at, then it is written
    for key, booking in counted(zip(keys, imported.bookings, strict=True), progress, 0, both):
        merging.take(key, booking)
    if remove_missing and same_list is not None:
        channels = {channel for channel, _ in keys}
        missing = _of_list(connection, same_list, channels)
        gone = [row for row in missing if (row["channel"], row["break_id"]) not in merging.seen]
        merging.take_missing(gone, doubtful=bool(imported.refused))
    result = merging.result()
    if change is None or not (merging.new or merging.written):
        return result
    _write(connection, imported.file, merging, change, progress)
    tell(progress, both, both)
    return replace(result, import_id=change.revision)


def _rows(connection: Connection, keys: Iterable[Key]) -> Iterable[tuple[Key, Values]]:
    by_channel: dict[str, list[str]] = {}
    for channel, break_id in keys:
        by_channel.setdefault(channel, []).append(break_id)
    for channel, ids in by_channel.items():
        of_channel = select(*_READ).where(bookings.c.channel == channel)
        if connection.execute(of_channel.limit(1)).first() is None:
            continue
        for some in batched(ids, AT_ONCE):
            for row in connection.execute(of_channel.where(bookings.c.break_id.in_(some))).mappings():
                yield (row["channel"], row["break_id"]), row


def _of_list(connection: Connection, list_id: int, channels: Iterable[str]) -> list[Values]:
    wanted = select(*_READ).where(bookings.c.list_id == list_id, bookings.c.removed.is_(False))
    wanted = wanted.where(bookings.c.channel.in_(list(channels))).order_by(bookings.c.channel, bookings.c.break_id)
    return list(connection.execute(wanted).mappings())


def _write(connection: Connection, file: str, merging: Merging, change: Writing, progress: Progress | None) -> None:
    seen = len(merging.seen)
    revision = change.revision
    connection.execute(imports.insert(), {"id": revision, "file": file, "by": change.by, "at": datetime.now(UTC)})
    if merging.new:
        fresh = {"state": BookingState.PLANNED.value, "removed": False, "base": None, "list_id": merging.list_id}
        common = change.signed() | fresh | {"created": revision, "touched": revision}
        rows = ((key, starts_at(plan, change.timezone), content) for key, content, plan in merging.new)
        insert_new(connection, counted(rows, progress, seen, 2 * seen), common)
    if merging.before:
        found = [{name: row[name] for name in _BEFORE} | {"import_id": revision} for row in merging.before]
        connection.execute(before.insert(), found)
        written = counted(merging.written, progress, seen + len(merging.new), 2 * seen)
        write_rows(connection, [change.stamped(values) for values in written])


def write_rows(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Rows that are there already, by channel and id; all of the same columns."""
    of_key = bookings.c.channel == bindparam("at_channel"), bookings.c.break_id == bindparam("at_id")
    names = {"channel": "at_channel", "break_id": "at_id"}  # what is set is told by the other names
    connection.execute(update(bookings).where(*of_key), [{names.get(n, n): row[n] for n in row} for row in rows])
