"""As-run rows as the store keeps them, and as its entries tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from app.model.asrun import AsRunRow, AsRunState
from app.model.errors import RowUnwritableError
from app.model.states import ProofState
from app.model.wire import Plain, to_plain
from app.storage.tables import clean

KEY = ("run_id", "channel", "break_id")
_FIELDS = tuple(field.name for field in fields(AsRunRow))
_SAID = tuple(name for name in _FIELDS if name not in KEY)
_DEFAULTS = {field.name: to_plain(field.default) for field in fields(AsRunRow) if field.default is not MISSING}


def row_from(found: Row[Any]) -> AsRunRow:
    """A row of the table."""
    values = {name: found._mapping[name] for name in _FIELDS}  # noqa: SLF001 - SQLAlchemy's documented name
    values["state"] = AsRunState(values["state"])
    values["verdict"] = None if values["verdict"] is None else ProofState(values["verdict"])
    return AsRunRow(**values)


def stored(row: AsRunRow) -> AsRunRow:
    """The row as it will be read again. RowUnwritableError: a time has no zone."""
    return replace(row, **{name: _stored(getattr(row, name)) for name in _FIELDS})


def _stored(value: object) -> Any:
    if type(value) is str:  # states are words of our own
        return clean(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise RowUnwritableError(f"{value} has no time zone")
        return value.astimezone(UTC)
    return value


def plain_row(row: AsRunRow) -> dict[str, Plain]:
    """What entries say of a row, by name; whose it is they say beside it."""
    return {name: to_plain(getattr(row, name)) for name in _SAID}


def listed_at(row: AsRunRow) -> datetime:
    """Where a row stands in a listing."""
    return row.out_at or row.planned_at or row.recorded_at


def told_row(said: Mapping[str, Plain]) -> dict[str, Plain]:
    """What a row's entries told of it, complete: what was not known when they were written is as it is by itself."""
    return {name: said.get(name, _DEFAULTS.get(name)) for name in _SAID}
