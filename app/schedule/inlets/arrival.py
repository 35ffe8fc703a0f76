"""What came in by an inlet, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.model.inlets import Inlet
from app.model.schedule import RefusedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A list as it came. ``file``: its name in messages; ``named``, ``base``: the URLs that were asked and answered."""

    inlet: Inlet
    file: str
    content: bytes
    named: str = ""
    base: str = ""


class Fate(StrEnum):
    """Merged; of no use, as it is; or not looked at for a reason that may pass: it is to be handed in again."""

    IMPORTED = "imported"
    UNUSABLE = "unusable"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What became of an arrival. Of refused rows and conflicts the first ones stand here, and how many there are.

    ``reason``: why it was not imported, in one line.
    """

    fate: Fate
    reason: str = ""
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    refused_count: int = 0
    refused: tuple[RefusedRow, ...] = ()
    conflict_count: int = 0
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    import_id: int | None = None


type Take = Callable[[Arrival], Landed]
"""Imports it and waits for what becomes of it; any thread."""

type Trouble = Callable[[str | None], None]
"""What is wrong with the way in; None: nothing, any more."""


def counted(rows: int) -> str:
    """So many rows."""
    return "1 row" if rows == 1 else f"{rows} rows"


def digest(content: bytes) -> str:
    """What a content is known by."""
    return hashlib.sha256(content).hexdigest()
