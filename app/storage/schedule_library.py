"""The spot library and the schedule templates: items by id, each edit held to its version, as a booking's is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy import Connection, select

from app.model.errors import StaleError, StorageError
from app.model.library import LibraryItem, ScheduleTemplate
from app.model.wire import from_plain, to_plain
from app.storage.schedule_rows import Values
from app.storage.schedule_tables import library

type Kept = LibraryItem | ScheduleTemplate


class Writing(Protocol):
    """The change that items are written by."""

    @property
    def connection(self) -> Connection:
        """In its transaction."""

    def signed(self) -> dict[str, Any]:
        """What every change writes: its version, by whom, when."""


def kept_in[K: (LibraryItem, ScheduleTemplate)](connection: Connection, kind: type[K]) -> list[K]:
    """What is kept of a kind, by title."""
    wanted = select(library).where(library.c.shelf == kind.__name__, library.c.removed.is_(False))
    rows = connection.execute(wanted.order_by(library.c.title, library.c.id)).mappings()
    return [kept_from(kind, row["content"], row["version"]) for row in rows]


def newest_in(connection: Connection) -> int:
    """The version of the newest change of any item, removals among them; 0: there was none."""
    newest = select(library.c.version).order_by(library.c.version.desc()).limit(1)
    return int(connection.execute(newest).scalar_one_or_none() or 0)


def write_item[K: (LibraryItem, ScheduleTemplate)](change: Writing, item: K, version: int) -> K:
    """Where ``version`` still stands; 0 makes a new one. StaleError."""
    kind = type(item)
    signed = change.signed()
    values = {"title": item.title, "content": kept_text(item), "removed": False} | signed
    row = _row(change.connection, kind, item.id)
    if row is None:
        if version:
            raise StaleError(item.id, "", None)
        change.connection.execute(library.insert().values(shelf=kind.__name__, id=item.id, **values))
    else:
        if row["version"] != version and not (row["removed"] and not version):
            raise StaleError(item.id, "", row["version"])
        change.connection.execute(library.update().where(*_at(kind, item.id)).values(values))
    return replace(item, version=signed["version"])


def remove_item(change: Writing, kind: type[Kept], item_id: str, version: int) -> None:
    """Where ``version`` still stands; what was booked of it stays. StaleError."""
    row = _row(change.connection, kind, item_id)
    if row is None or row["removed"]:
        raise StaleError(item_id, "", None)
    if row["version"] != version:
        raise StaleError(item_id, "", row["version"])
    change.connection.execute(library.update().where(*_at(kind, item_id)).values({"removed": True} | change.signed()))


def _at(kind: type[Kept], item_id: str) -> tuple[Any, Any]:
    return library.c.shelf == kind.__name__, library.c.id == item_id


def _row(connection: Connection, kind: type[Kept], item_id: str) -> Values | None:
    return connection.execute(select(library).where(*_at(kind, item_id))).mappings().one_or_none()


def kept_text(item: Kept) -> str:
    """An item as JSON, in ASCII: NUL and surrogates stay."""
    return json.dumps(to_plain(replace(item, version=0)), separators=(",", ":"), sort_keys=True)


def kept_from[K: (LibraryItem, ScheduleTemplate)](kind: type[K], text: str, version: int) -> K:
    """The item that ``kept_text`` made the text from. StorageError: somebody else wrote it."""
    try:
        item: K = from_plain(kind, json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        what = f"the store holds a {kind.__name__} that can't be read ({error!r})"
        raise StorageError(f"{what}: {text[:200]!r}") from error
    return replace(item, version=version)
