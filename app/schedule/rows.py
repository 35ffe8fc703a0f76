"""Rows of a break list before and after they are understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.model.rundown import BreakPlan

_SHOWN = 80  # characters of a refused value that a report repeats


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not imported: ``where`` in ``file`` (``line 4, duration``; ``breaks[3].duration``), and why."""

    file: str
    where: str
    value: str
    reason: str

    def __str__(self) -> str:
        text = f"{self.file}: {self.where}: {self.reason}"
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


@dataclass(frozen=True, slots=True)
class BreakList:
    """What a break list gave. ``places``: of each plan, in the file; ``unread``: the warnings that are of no plan."""

    plans: tuple[BreakPlan, ...]
    refused: tuple[RefusedRow, ...] = ()
    warnings: tuple[str, ...] = ()
    places: tuple[str, ...] = field(default=(), compare=False)
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One break as a file has it. ``where``: its place; ``joint``: what stands between place and field name.

    Values are None, bool, str, NumberText, list or dict, as JSON knows them.
    """

    where: str
    fields: Mapping[str, object]
    joint: str = "."


@dataclass(frozen=True, slots=True)
class RawList:
    """A file cut into rows; what could not be cut is refused already."""

    rows: tuple[Row, ...]
    refused: tuple[RefusedRow, ...] = ()
    warnings: tuple[str, ...] = field(default=())


class NumberText(str):
    """A number as it is written in JSON: nothing is lost to binary floats."""

    __slots__ = ()


class RowFaultError(ValueError):
    """What is wrong with one field of a row; becomes a RefusedRow."""

    def __init__(self, field_name: str, value: object, reason: str) -> None:
        self.field_name, self.value, self.reason = field_name, value, reason
        super().__init__(reason)


def brief(value: object) -> str:
    """A refused value for a report."""
    text = "" if value is None else str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
