"""One undo for a whole import: what it changed is put back, but for what was changed since or is locked."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, and_, select

from app.model.errors import UsageError
from app.model.merging import Conflict, UndoResult
from app.storage.booking_text import booking_from
from app.storage.schedule_importing import Writing, write_rows
from app.storage.schedule_rows import Values, is_locked
from app.storage.schedule_tables import before, bookings, imports

_PUT_BACK = ("touched", "starts_at", "removed", "content", "base", "list_id")


def undo_in(connection: Connection, import_id: int, change: Writing) -> UndoResult:
    """Take an import back. UsageError: there is none with this id, or it was taken back already."""
    found = connection.execute(select(imports).where(imports.c.id == import_id)).mappings().one_or_none()
    if found is None:
        raise UsageError(f"import {import_id}", "there is none in this store", "give the id that the import told")
    if found["undone_at"] is not None:
        raise UsageError(f"import {import_id}", "was undone already", "import the list again to have it back")
    now = datetime.now(UTC)
    connection.execute(imports.update().where(imports.c.id == import_id).values(undone_at=now))
    stamp = {"version": change.revision, "changed_by": change.by, "changed_at": now}
    kept: list[Conflict] = []
    restored = []
    for row, old in _changed(connection, import_id):
        if _may_go_back(row, import_id, kept):
            restored.append(stamp | {name: old[name] for name in ("channel", "break_id", *_PUT_BACK)})
    added = []
    for row in _added(connection, import_id):
        if _may_go_back(row, import_id, kept):
            gone = {"removed": True, "base": None, "list_id": None, "touched": change.revision}
            added.append(stamp | gone | {name: row[name] for name in ("channel", "break_id", "starts_at", "content")})
    for rows in (restored, added):
        if rows:
            write_rows(connection, rows)
    return UndoResult(restored=len(restored), removed=len(added), kept=tuple(kept))


def _changed(connection: Connection, import_id: int) -> list[tuple[Values, Values]]:
    same = and_(before.c.channel == bookings.c.channel, before.c.break_id == bookings.c.break_id)
    of_import = before.c.import_id == import_id
    old = connection.execute(select(before).where(of_import)).mappings().all()
    new = connection.execute(select(bookings).join(before, same).where(of_import)).mappings().all()
    rows = {(row["channel"], row["break_id"]): row for row in new}
    return [(rows[row["channel"], row["break_id"]], row) for row in old]


def _added(connection: Connection, import_id: int) -> list[Values]:
    wanted = select(bookings).where(bookings.c.created == import_id)
    return list(connection.execute(wanted.order_by(bookings.c.channel, bookings.c.break_id)).mappings())


def _may_go_back(row: Values, import_id: int, kept: list[Conflict]) -> bool:
    locked = is_locked(row)
    if row["touched"] == import_id and not locked:
        return True
    if row["removed"] and row["list_id"] is None:
        return False  # gone already
    reason = f"it is {row['state'].replace('_', ' ')}: locked" if locked else "it was changed since"
    mine = None if row["removed"] else booking_from(row["content"])
    kept.append(Conflict(channel=row["channel"], break_id=row["break_id"], reason=reason, mine=mine))
    return False
