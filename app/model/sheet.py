"""A table on paper, as plain values: what the window's room draws into a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Tone(StrEnum):
    """How a word on a sheet stands out; the word itself says what it is."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text; ``tone`` other than plain makes it a mark. ``below``: a smaller line under it."""

    text: str
    tone: Tone = Tone.PLAIN
    below: str = ""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """``share`` of the width, against the other columns'."""

    title: str
    share: int
    right: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A cell a column; ``note``: a line of its own under them."""

    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts or lengths to compare: label, value, the value in words."""

    title: str
    bars: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """``facts`` stand in the head of the first page, the title on each, ``endings`` behind the table."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    charts: tuple[Bars, ...] = ()
    endings: tuple[str, ...] = ()
    footer: str
    made_at: datetime
